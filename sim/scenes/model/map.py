"""The map of a scene: what does not move and what it means."""

from typing import Literal

from pydantic import Field

from sim.scenes.model.parts import Colour, Heading, Part, Point


class Road(Part):
    path: list[Point] = Field(min_length=2)
    width_m: float = Field(gt=0, le=60)
    lanes: int = Field(2, ge=1, le=8)
    surface: Literal["asphalt", "earth"] = "asphalt"
    centre: Literal["auto", "solid", "dashed", "none"] = Field("auto", description="Line between the directions")


class Building(Part):
    at: Point
    size_m: tuple[float, float] = Field(description="Length along the heading, then width")
    heading_deg: Heading = 0.0
    height_m: float = Field(gt=0, le=300)
    colour: Colour = "#cdbfa5"


class Signal(Part):
    """A traffic light. The cycle begins with green `offset_s` after the start of the scene and repeats."""

    id: str
    at: Point
    heading_deg: Heading = Field(description="Where its lamps face: against the traffic that obeys it")
    green_s: float = Field(gt=0)
    yellow_s: float = Field(3.0, ge=0)
    red_s: float = Field(gt=0)
    offset_s: float = 0.0

    def state(self, at_s: float) -> Literal["green", "yellow", "red"]:
        phase_s = (at_s - self.offset_s) % (self.green_s + self.yellow_s + self.red_s)
        return "green" if phase_s < self.green_s else "yellow" if phase_s < self.green_s + self.yellow_s else "red"

    def red_since_s(self, at_s: float) -> float:
        """How long it has been red at this instant; 0 while it is not."""
        phase_s = (at_s - self.offset_s) % (self.green_s + self.yellow_s + self.red_s)
        return max(0.0, phase_s - self.green_s - self.yellow_s)


class StopLine(Part):
    id: str
    line: tuple[Point, Point]
    heading_deg: Heading = Field(description="Of the traffic that must stop")
    signal: str | None = None
    legal_order: str | None = None


class Lane(Part):
    id: str
    polygon: list[Point] = Field(min_length=3)
    heading_deg: Heading
    speed_limit_kmh: float | None = Field(None, gt=0, le=150)
    legal_order: str | None = None


class SolidLine(Part):
    id: str
    path: list[Point] = Field(min_length=2)
    legal_order: str | None = None


class Area(Part):
    """A polygon with a meaning, as in scene files of `vision run`."""

    id: str
    kind: Literal[
        "no_stopping",
        "crossing",
        "bus_lane",
        "no_entry",
        "box_junction",
        "no_overtaking",
        "shoulder",
        "restricted_zone",
        "closed_area",
        "crowd_area",
        "corridor",
        "permit_area",
        "cleanup_site",
        "roi",
    ]
    polygon: list[Point] = Field(min_length=3)
    legal_order: str | None = None
    applies_to: list[str] | None = Field(None, min_length=1, description="The classes it is for; all by default")


class TurnEdge(Part):
    """Where traffic of one direction comes into a junction, or leaves it."""

    id: str
    line: tuple[Point, Point]
    heading_deg: Heading = Field(description="Of the traffic that crosses it")


class ForbiddenTurn(Part):
    """In over `entry`, out over `exit`."""

    id: str
    entry: str
    exit: str
    legal_order: str | None = None


class RailCrossing(Part):
    """The road from barrier to barrier; `rails` are the tracks painted across it."""

    id: str
    polygon: list[Point] = Field(min_length=3)
    signal: str
    rails: list[tuple[Point, Point]] = Field(default_factory=list)
    legal_order: str | None = None


class Map(Part):
    roads: list[Road] = Field(default_factory=list)
    buildings: list[Building] = Field(default_factory=list)
    signals: list[Signal] = Field(default_factory=list)
    stop_lines: list[StopLine] = Field(default_factory=list)
    lanes: list[Lane] = Field(default_factory=list)
    solid_lines: list[SolidLine] = Field(default_factory=list)
    areas: list[Area] = Field(default_factory=list)
    turn_edges: list[TurnEdge] = Field(default_factory=list)
    forbidden_turns: list[ForbiddenTurn] = Field(default_factory=list)
    rail_crossings: list[RailCrossing] = Field(default_factory=list)
    fibre: list[list[Point]] = Field(default_factory=list, description="Routes of buried fibre; their marker posts are seen")
    street_lamps: list[Point] = Field(default_factory=list, description="Posts; they shine at dusk and at night")
    soil: list[list[Point]] = Field(default_factory=list, description="Polygons of bare, turned soil")
