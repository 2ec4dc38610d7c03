"""Requests of the patterns beside the area survey. Each says in its members what a person draws and sets."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from geo.primitives import LonLat
from missions.requests.kinds import Area, Choice, Line, Number, Point, Ring, Several, Text
from missions.requests.members import Record
from missions.requests.request import PlanRequest

_HEADING = Number("deg", least=-360.0, most=360.0)
_PITCH = Number("deg", least=-90.0, most=60.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorridorRequest(PlanRequest):
    """Parallel lines along an axis: a road, a fibre, a shore."""

    pattern: ClassVar[str] = "corridor"
    drawn_member: ClassVar[str] = "axis"

    axis: Annotated[Ring, Line(), "Axis of the corridor"]
    width_m: Annotated[float, Number("m", above=0.0, most=5000.0), "Width that is photographed, half on each side of the axis"] = 40.0
    overshoot_m: Annotated[float, Number("m", least=0.0, most=500.0), "Flown on beyond both ends of the axis"] = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OrbitRequest(PlanRequest):
    """Circles around a place, the camera always on it."""

    pattern: ClassVar[str] = "orbit"
    drawn_member: ClassVar[str] = "centre"

    centre: Annotated[LonLat, Point(), "What is circled"]
    radius_m: Annotated[float, Number("m", above=1.0, most=5000.0), "Radius of the circles"] = 30.0
    target_height_m: Annotated[float, Number("m", least=-100.0, most=1000.0), "Height above home that is looked at"] = 0.0
    turns: Annotated[int, Number(least=1, most=20, whole=True), "How often it is circled"] = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureRequest(PlanRequest):
    """Circles at several heights around a tower, a chimney or a building, the camera level with what it sees."""

    pattern: ClassVar[str] = "structure"
    drawn_member: ClassVar[str] = "centre"

    centre: Annotated[LonLat, Point(), "Middle of the structure"]
    structure_radius_m: Annotated[float, Number("m", above=0.0, most=1000.0), "Radius of the structure"] = 5.0
    distance_m: Annotated[float, Number("m", above=2.0, most=1000.0), "Kept between the camera and the structure"] = 15.0
    bottom_m: Annotated[float, Number("m", least=2.0, most=1000.0), "Height of the lowest circle"] = 5.0
    top_m: Annotated[float, Number("m", least=2.0, most=1000.0), "Height of the highest circle"] = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FacadeRequest(PlanRequest):
    """Rows of pictures of a wall, the camera square to it."""

    pattern: ClassVar[str] = "facade"
    drawn_member: ClassVar[str] = "wall"

    wall: Annotated[Ring, Line(), "Foot of the wall"]
    side: Annotated[str, Choice(("left", "right")), "Side of the wall that is photographed, seen along the line"] = "left"
    distance_m: Annotated[float, Number("m", above=2.0, most=500.0), "Kept between the camera and the wall"] = 12.0
    bottom_m: Annotated[float, Number("m", least=2.0, most=1000.0), "Height of the lowest row"] = 4.0
    top_m: Annotated[float, Number("m", least=2.0, most=1000.0), "Height of the highest row"] = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PerimeterRequest(PlanRequest):
    """Once or more around an area, at a distance from its edge."""

    pattern: ClassVar[str] = "perimeter"
    drawn_member: ClassVar[str] = "polygon"

    polygon: Annotated[Ring, Area(), "Area that is flown around"]
    offset_m: Annotated[float, Number("m", least=-5000.0, most=5000.0), "Distance from the edge; below zero is inside"] = 0.0
    laps: Annotated[int, Number(least=1, most=50, whole=True), "How often it is flown around"] = 1
    pitch_deg: Annotated[float, _PITCH, "Camera from the horizon; -90 is down"] = -45.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest(PlanRequest):
    """What the searches around a datum have in common (IAMSAR Manual volume II, chapter 5)."""

    drawn_member: ClassVar[str] = "datum"

    datum: Annotated[LonLat, Point(), "Where what is searched for is most likely"]
    heading_deg: Annotated[float, _HEADING, "Heading of the first leg, as a rule down the drift"] = 0.0
    radius_m: Annotated[float, Number("m", above=1.0, most=20_000.0), "How far from the datum is searched"] = 300.0
    spacing_m: Annotated[float | None, Number("m", above=1.0, most=5000.0), "Track spacing; null: the footprint less the side overlap"] = (
        None
    )
    sweep_width_m: Annotated[float | None, Number("m", above=0.0, most=10_000.0), "Effective sweep width; null: the footprint"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpandingSquareRequest(SearchRequest):
    pattern: ClassVar[str] = "expanding_square"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpiralRequest(SearchRequest):
    pattern: ClassVar[str] = "spiral"


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorRequest(SearchRequest):
    pattern: ClassVar[str] = "sector"

    sweeps: Annotated[int, Number(least=1, most=2, whole=True), "The second sweep is turned by 30 degrees"] = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LikelyArea:
    polygon: Annotated[Ring, Area(), "Where it may be"]
    probability: Annotated[float, Number(above=0.0, most=1.0), "That it is in this area"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbabilityRequest(PlanRequest):
    """Search where it is most likely first, as long as the battery or the time lasts."""

    pattern: ClassVar[str] = "probability"
    drawn_member: ClassVar[str] = "areas"

    areas: Annotated[tuple[LikelyArea, ...], Several(Record(LikelyArea), at_least=1), "Areas and how likely it is in each"]
    budget_s: Annotated[float | None, Number("s", above=0.0, most=36_000.0), "Time in the air; null: what a battery holds"] = None
    detection: Annotated[float, Number(above=0.0, most=1.0), "Probability to see it in a photographed cell where it is"] = 0.8

    def drawn(self) -> dict[str, Any]:
        rings = [[[*place.as_tuple()] for place in (*area.polygon, *area.polygon[:1])] for area in self.areas]
        return {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]}


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionPoint:
    place: Annotated[LonLat, Point(), "Where the vehicle stands"]
    altitude_m: Annotated[float | None, Number("m", above=0.0, most=3000.0), "Above home; null: that of the request"] = None
    heading_deg: Annotated[float | None, _HEADING, "Where the camera faces; null: along the flight"] = None
    pitch_deg: Annotated[float, _PITCH, "Camera from the horizon; -90 is down"] = -45.0
    shots: Annotated[int, Number(least=0, most=100, whole=True), "Photos"] = 1
    hover_s: Annotated[float, Number("s", least=0.0, most=3600.0), "Time it stands there beside the photos"] = 0.0
    name: Annotated[str, Text(), "What people call it"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsRequest(PlanRequest):
    """Places to look at, in the best order."""

    pattern: ClassVar[str] = "points"
    drawn_member: ClassVar[str] = "points"

    points: Annotated[tuple[InspectionPoint, ...], Several(Record(InspectionPoint), at_least=1), "What is looked at"]
    order: Annotated[str, Choice(("best", "given")), "Shortest way, or as given"] = "best"

    def drawn(self) -> dict[str, Any]:
        return {"type": "MultiPoint", "coordinates": [[*point.place.as_tuple()] for point in self.points]}


@dataclass(frozen=True, slots=True, kw_only=True)
class PanoramaRequest(PlanRequest):
    """A sphere of pictures from one place."""

    pattern: ClassVar[str] = "panorama"
    drawn_member: ClassVar[str] = "place"

    place: Annotated[LonLat, Point(), "Where it is taken"]
    highest_pitch_deg: Annotated[float, _PITCH, "Middle of the highest row; what the gimbal can"] = 15.0
