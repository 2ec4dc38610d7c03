"""The face of `missions`: each name is loaded from its module when it is first asked for."""

from .airspace.validity import Validity as Validity, WeeklyHours as WeeklyHours
from .airspace.zone import (
    FORBIDDEN_KINDS as FORBIDDEN_KINDS,
    AirspaceZone as AirspaceZone,
    ZoneKind as ZoneKind,
    height_text as height_text,
    zones_hash as zones_hash,
)
from .commands import Command as Command, Frame as Frame, command_name as command_name
from .findings import Finding as Finding, Severity as Severity, has_errors as has_errors
from .formats.catalogue import (
    format_of as format_of,
    losses as losses,
    plan_bytes as plan_bytes,
    read_plan as read_plan,
    read_plan_bytes as read_plan_bytes,
    write_plan as write_plan,
)
from .patterns.catalogue import (
    PATTERNS as PATTERNS,
    pattern_schemas as pattern_schemas,
    request_from_json as request_from_json,
)
from .plan import (
    ComplexItem as ComplexItem,
    FenceCircle as FenceCircle,
    FencePolygon as FencePolygon,
    Geofence as Geofence,
    MissionItem as MissionItem,
    MissionPlan as MissionPlan,
    RallyPoint as RallyPoint,
    canonical_json as canonical_json,
    plan_from_json as plan_from_json,
    plan_to_json as plan_to_json,
)
from .planning.area_file import (
    DrawnArea as DrawnArea,
    read_areas as read_areas,
    refuse_exchanged_coordinates as refuse_exchanged_coordinates,
)
from .planning.camera import CAMERA_MODELS as CAMERA_MODELS, CameraModel as CameraModel, camera_model as camera_model
from .planning.checks import check_plan as check_plan
from .planning.context import PlanContext as PlanContext
from .planning.endurance import EnergyModel as EnergyModel
from .planning.plan_request import plan_request as plan_request
from .planning.result import Photo as Photo, PlanResult as PlanResult, PlanStatistics as PlanStatistics
from .planning.survey import SurveyStatistics as SurveyStatistics, plan_survey as plan_survey
from .planning.wing_endurance import WingEnergyModel as WingEnergyModel
from .requests.request import PlanRequest as PlanRequest
from .requests.survey import SurveyRequest as SurveyRequest
from .start import VehicleStart as VehicleStart
from .wind import CALM as CALM, Wind as Wind
