"""Plans: what a vehicle is asked to fly, in every format, with a check of each leg. Imports `geo.primitives` only."""

from missions.commands import Command, Frame, command_name
from missions.findings import Finding, Severity, has_errors
from missions.formats.catalogue import format_of, losses, plan_bytes, read_plan, read_plan_bytes, write_plan
from missions.plan import (
    ComplexItem,
    FenceCircle,
    FencePolygon,
    Geofence,
    MissionItem,
    MissionPlan,
    RallyPoint,
    canonical_json,
    plan_from_json,
    plan_to_json,
)
from missions.planning.area_file import DrawnArea, read_areas, refuse_exchanged_coordinates
from missions.planning.camera import CAMERA_MODELS, CameraModel, camera_model
from missions.planning.checks import check_plan
from missions.planning.endurance import EnergyModel
from missions.planning.survey import SurveyResult, SurveyStatistics, plan_survey
from missions.survey_request import SurveyRequest

__all__ = [
    "CAMERA_MODELS",
    "CameraModel",
    "Command",
    "ComplexItem",
    "DrawnArea",
    "EnergyModel",
    "FenceCircle",
    "FencePolygon",
    "Finding",
    "Frame",
    "Geofence",
    "MissionItem",
    "MissionPlan",
    "RallyPoint",
    "Severity",
    "SurveyRequest",
    "SurveyResult",
    "SurveyStatistics",
    "camera_model",
    "canonical_json",
    "check_plan",
    "command_name",
    "format_of",
    "has_errors",
    "losses",
    "plan_bytes",
    "plan_from_json",
    "plan_survey",
    "plan_to_json",
    "read_areas",
    "read_plan",
    "read_plan_bytes",
    "refuse_exchanged_coordinates",
    "write_plan",
]
