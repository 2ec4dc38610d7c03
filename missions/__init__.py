"""Plans: what a vehicle is asked to fly, in every format, with a check of each leg. Imports `geo.primitives` only."""

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
from missions.survey_request import SurveyRequest

__all__ = [
    "ComplexItem",
    "FenceCircle",
    "FencePolygon",
    "Geofence",
    "MissionItem",
    "MissionPlan",
    "RallyPoint",
    "SurveyRequest",
    "canonical_json",
    "plan_from_json",
    "plan_to_json",
]
