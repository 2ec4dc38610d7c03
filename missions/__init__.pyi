"""The face of `missions`: each name is loaded from its module when it is first asked for."""

from .airspace.airspace_format import AirspaceFile as AirspaceFile
from .airspace.catalogue import (
    AIRSPACE_FORMATS as AIRSPACE_FORMATS,
    airspace_format as airspace_format,
    read_airspace as read_airspace,
    read_airspace_bytes as read_airspace_bytes,
)
from .airspace.certificate import Certificate as Certificate, certify as certify
from .airspace.certificate_check import certificate_findings as certificate_findings, check_certificate as check_certificate
from .airspace.flown_legs import FlownLeg3D as FlownLeg3D, PathKind as PathKind, return_legs as return_legs
from .airspace.limits import (
    Aerodrome as Aerodrome,
    LawLimit as LawLimit,
    LawLimits as LawLimits,
    LimitMark as LimitMark,
    law_limits as law_limits,
    limit_findings as limit_findings,
    limit_marks as limit_marks,
    nearest_aerodrome as nearest_aerodrome,
)
from .airspace.touched import TimedLeg as TimedLeg, zones_touched as zones_touched
from .airspace.validity import Validity as Validity, WeeklyHours as WeeklyHours
from .airspace.zone import (
    FORBIDDEN_KINDS as FORBIDDEN_KINDS,
    AirspaceZone as AirspaceZone,
    ZoneKind as ZoneKind,
    height_text as height_text,
    zones_hash as zones_hash,
)
from .changes import with_altitude as with_altitude, with_waypoint as with_waypoint
from .commands import TAKEOFFS as TAKEOFFS, Command as Command, Frame as Frame, command_name as command_name, is_place as is_place
from .coverage.achieved import (
    CoverageMap as CoverageMap,
    CoverageTarget as CoverageTarget,
    FlownCoverage as FlownCoverage,
    coverage_target as coverage_target,
    multi_polygon as multi_polygon,
    planned_shots as planned_shots,
)
from .coverage.certificate import PartCertificate as PartCertificate, certify_part as certify_part
from .coverage.footprints import Shot as Shot
from .coverage.legs import PhotoLeg as PhotoLeg, photo_legs as photo_legs
from .coverage.pieces import pieces_left as pieces_left, pieces_over_gaps as pieces_over_gaps
from .coverage.rest import PartPlan as PartPlan, part_plan as part_plan
from .coverage.trace import TriggerTrace as TriggerTrace
from .findings import Finding as Finding, Severity as Severity, has_errors as has_errors
from .formats.catalogue import (
    format_of as format_of,
    losses as losses,
    plan_bytes as plan_bytes,
    read_plan as read_plan,
    read_plan_bytes as read_plan_bytes,
    read_plan_bytes_noting as read_plan_bytes_noting,
    read_plan_noting as read_plan_noting,
    write_atomically as write_atomically,
    write_plan as write_plan,
)
from .in_force import (
    Trigger as Trigger,
    commands_in_force as commands_in_force,
    trigger_in_force as trigger_in_force,
    trigger_off as trigger_off,
)
from .patterns.catalogue import (
    PATTERNS as PATTERNS,
    pattern_schemas as pattern_schemas,
    request_from_json as request_from_json,
)
from .plan import (
    ANY_HEADING as ANY_HEADING,
    ComplexItem as ComplexItem,
    FenceCircle as FenceCircle,
    FencePolygon as FencePolygon,
    FileMembers as FileMembers,
    Geofence as Geofence,
    MissionItem as MissionItem,
    MissionPlan as MissionPlan,
    RallyPoint as RallyPoint,
    canonical_json as canonical_json,
    plan_from_json as plan_from_json,
    plan_to_json as plan_to_json,
)
from .plan_diff import Compared as Compared, PlanDiff as PlanDiff, plan_diff as plan_diff
from .plan_steps import HeightOver as HeightOver, StepKind as StepKind, plan_steps as plan_steps
from .planning.area_file import (
    DrawnArea as DrawnArea,
    DrawnPlaces as DrawnPlaces,
    read_areas as read_areas,
    read_places as read_places,
    refuse_exchanged_coordinates as refuse_exchanged_coordinates,
)
from .planning.autopilots import DYNAMICS as DYNAMICS, USUAL_AUTOPILOT as USUAL_AUTOPILOT, VehicleDynamics as VehicleDynamics
from .planning.calibration import Calibration as Calibration, PowerSample as PowerSample, calibrate as calibrate
from .planning.camera import (
    CAMERA_MEMBERS as CAMERA_MEMBERS,
    CameraFault as CameraFault,
    CameraModel as CameraModel,
    read_camera as read_camera,
)
from .planning.camera_catalogue import CAMERA_MODELS as CAMERA_MODELS, camera_model as camera_model
from .planning.camera_file import CAMERA_FILE as CAMERA_FILE, known_cameras as known_cameras
from .planning.checks import check_plan as check_plan
from .planning.context import PlanContext as PlanContext
from .planning.drawing_file import DRAWING_SUFFIXES as DRAWING_SUFFIXES, Drawing as Drawing, read_drawing_bytes as read_drawing_bytes
from .planning.endurance import EnergyModel as EnergyModel
from .planning.energy_file import (
    ENERGY_FILE as ENERGY_FILE,
    keep_energy as keep_energy,
    known_energies as known_energies,
    known_wings as known_wings,
)
from .planning.finish import PatternStatistics as PatternStatistics
from .planning.likely_raster import RASTER_SUFFIXES as RASTER_SUFFIXES, likely_areas as likely_areas
from .planning.plan_request import plan_request as plan_request
from .planning.result import Photo as Photo, PlanResult as PlanResult, PlanStatistics as PlanStatistics, Sortie as Sortie
from .planning.survey import SurveyStatistics as SurveyStatistics, plan_survey as plan_survey
from .planning.wing import WingDynamics as WingDynamics
from .planning.wing_calibration import calibrate_wing as calibrate_wing
from .planning.wing_endurance import WingEnergyModel as WingEnergyModel
from .requests.kinds import (
    Area as Area,
    Choice as Choice,
    Flag as Flag,
    Kind as Kind,
    Line as Line,
    Number as Number,
    Point as Point,
    Several as Several,
    Text as Text,
)
from .requests.members import Member as Member, Record as Record, members_of as members_of
from .requests.patterns import (
    CorridorRequest as CorridorRequest,
    ExpandingSquareRequest as ExpandingSquareRequest,
    FacadeRequest as FacadeRequest,
    InspectionPoint as InspectionPoint,
    LikelyArea as LikelyArea,
    OrbitRequest as OrbitRequest,
    PanoramaRequest as PanoramaRequest,
    PerimeterRequest as PerimeterRequest,
    PointsRequest as PointsRequest,
    ProbabilityRequest as ProbabilityRequest,
    SectorRequest as SectorRequest,
    SpiralRequest as SpiralRequest,
    StructureRequest as StructureRequest,
)
from .requests.request import AUTOPILOTS as AUTOPILOTS, ORIENTATIONS as ORIENTATIONS, VEHICLES as VEHICLES, PlanRequest as PlanRequest
from .requests.survey import PASSES as PASSES, SurveyRequest as SurveyRequest
from .start import VehicleStart as VehicleStart
from .terrain.clearance import LegClearance as LegClearance, PlanClearance as PlanClearance, clearance as clearance
from .terrain.leg_numbers import LegNumbers as LegNumbers, leg_numbers as leg_numbers
from .terrain.legs import FlownLeg as FlownLeg, LegKind as LegKind, ReturnRule as ReturnRule
from .terrain.profile import PlanProfile as PlanProfile, ProfilePoint as ProfilePoint, plan_profile as plan_profile
from .thing_request import DEFAULT_HOW as DEFAULT_HOW, request_about as request_about, without_place as without_place
from .wind import CALM as CALM, Wind as Wind
