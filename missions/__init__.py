"""Plans: what a vehicle is asked to fly, in every format, with a check of each leg. Imports `geo.primitives` only."""

from typing import TYPE_CHECKING, Any

from missions.commands import Command, Frame, command_name
from missions.findings import Finding, Severity, has_errors
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

if TYPE_CHECKING:
    from missions.formats.catalogue import format_of, losses, plan_bytes, read_plan, read_plan_bytes, write_plan
    from missions.planning.area_file import DrawnArea, read_areas, refuse_exchanged_coordinates
    from missions.planning.camera import CAMERA_MODELS, CameraModel, camera_model
    from missions.planning.checks import check_plan
    from missions.planning.endurance import EnergyModel
    from missions.planning.survey import SurveyResult, SurveyStatistics, plan_survey
    from missions.planning.wing_endurance import WingEnergyModel
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
    "WingEnergyModel",
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

# Formats bring an XML parser, planning brings Shapely: who flies a plan loads neither.
_LAZY = {
    "format_of": "missions.formats.catalogue",
    "losses": "missions.formats.catalogue",
    "plan_bytes": "missions.formats.catalogue",
    "read_plan": "missions.formats.catalogue",
    "read_plan_bytes": "missions.formats.catalogue",
    "write_plan": "missions.formats.catalogue",
    "DrawnArea": "missions.planning.area_file",
    "read_areas": "missions.planning.area_file",
    "refuse_exchanged_coordinates": "missions.planning.area_file",
    "CAMERA_MODELS": "missions.planning.camera",
    "CameraModel": "missions.planning.camera",
    "camera_model": "missions.planning.camera",
    "check_plan": "missions.planning.checks",
    "EnergyModel": "missions.planning.endurance",
    "WingEnergyModel": "missions.planning.wing_endurance",
    "SurveyResult": "missions.planning.survey",
    "SurveyStatistics": "missions.planning.survey",
    "plan_survey": "missions.planning.survey",
    "SurveyRequest": "missions.survey_request",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'missions' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_LAZY[name]), name)
