"""The patterns there are. To add one: its geometry in this folder, its request in `requests`, one line here, one row in the test.

Planners are named, not imported: reading a plan out of a file or the database needs requests alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geo.primitives import MissionError
from missions.requests import patterns as asked
from missions.requests.request import PlanRequest
from missions.requests.survey import SurveyRequest

_LINES, _OBJECTS = "missions.planning.line_plans", "missions.planning.object_plans"


@dataclass(frozen=True, slots=True)
class Pattern:
    """`planner` is module:function, taking a request and a `PlanContext` and giving a `PlanResult`."""

    request: type[PlanRequest]
    planner: str
    title: str


PATTERNS: dict[str, Pattern] = {
    pattern.request.pattern: pattern
    for pattern in (
        Pattern(SurveyRequest, "missions.planning.survey:plan_survey", "Lines over an area, around holes and zones"),
        Pattern(asked.CorridorRequest, f"{_LINES}:plan_corridor", "Lines along a road, a fibre or a shore"),
        Pattern(asked.OrbitRequest, f"{_OBJECTS}:plan_orbit", "Circles around a place, the camera on it"),
        Pattern(asked.StructureRequest, f"{_OBJECTS}:plan_structure", "Circles at several heights around a structure"),
        Pattern(asked.FacadeRequest, f"{_OBJECTS}:plan_facade", "Rows of pictures of a wall"),
        Pattern(asked.PerimeterRequest, f"{_LINES}:plan_perimeter", "Around an area, at a distance from its edge"),
        Pattern(asked.ExpandingSquareRequest, f"{_LINES}:plan_search", "Search in a growing square"),
        Pattern(asked.SpiralRequest, f"{_LINES}:plan_search", "Search in a spiral"),
        Pattern(asked.SectorRequest, f"{_LINES}:plan_search", "Search in three sectors through a datum"),
        Pattern(asked.ProbabilityRequest, "missions.planning.likely_plans:plan_probability", "Search where it is most likely first"),
        Pattern(asked.PointsRequest, f"{_OBJECTS}:plan_points", "Places to look at, in the best order"),
        Pattern(asked.PanoramaRequest, f"{_OBJECTS}:plan_panorama", "A sphere of pictures from one place"),
    )
}


def request_from_json(value: Mapping[str, Any]) -> PlanRequest:
    """The request of any pattern; without `pattern` it is a survey. Raises `MissionError` naming what is wrong."""
    if not isinstance(value, Mapping):
        raise MissionError(f"A request is an object, not {value!r:.60}.", code="mission.request", hint='Send {"pattern": …, …}.')
    return pattern_named(value).request.from_json(value)


def pattern_named(value: Mapping[str, Any]) -> Pattern:
    """The pattern a request names. Raises `MissionError` when there is none of that name."""
    word = value.get("pattern", SurveyRequest.pattern)
    if word not in PATTERNS:
        raise MissionError(f"There is no pattern {word!r:.60}.", code="mission.pattern", hint=f"Choose one of: {', '.join(PATTERNS)}.")
    return PATTERNS[word]


def pattern_schemas() -> list[dict[str, Any]]:
    """Every pattern with its title and the JSON Schema of its request: members, units, defaults, limits."""
    return [{"pattern": word, "title": pattern.title, "request": pattern.request.schema()} for word, pattern in PATTERNS.items()]
