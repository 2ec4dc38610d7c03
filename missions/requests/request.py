"""What every request says, whatever its pattern: camera, resolution, speed, home, zones, fence, vehicles.

To add a member for all patterns: one annotated field here. JSON, schema, limits and the form of the browser follow from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Self

from geo.primitives import LonLat
from missions.requests.kinds import Area, Choice, Flag, Number, Point, Ring, Several, Text
from missions.requests.members import Record, read_members, schema_of, write_members
from missions.start import VehicleStart
from missions.wind import Wind

# A copter leaves the planned corners by up to 6 m at 12 m/s (measured in the simulator), and its receiver errs by 2.5 m.
DEFAULT_CLEARANCE_M = 10.0
MAX_OVERLAP = 0.95
ORIENTATIONS = ("landscape", "portrait")
DEFAULT_CAMERA = "dji-mavic-3e"
VEHICLES = ("copter", "plane")
AUTOPILOTS = ("ardupilot", "px4")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """Base of all requests. `pattern` is the word in JSON; geometry and what else a pattern needs are members of its own class;
    `drawn_member` names what a person draws on the map.

    Exactly one of `gsd_cm` and `altitude_m` (above home) is given where a resolution is asked for. Overlaps are fractions.
    `avoid` zones are not flown over, `fence` encloses every leg, `clearance_m` is kept between legs and zones.
    """

    pattern: ClassVar[str]
    drawn_member: ClassVar[str]

    name: Annotated[str, Text(), "What people call the mission"] = "Mission"
    camera: Annotated[str, Text("the id of a camera model"), "Id of a camera model"] = DEFAULT_CAMERA
    orientation: Annotated[str, Choice(ORIENTATIONS), "Long side of the picture across the line of flight, or along it"] = "landscape"
    gsd_cm: Annotated[float | None, Number("cm", above=0.0, most=1000.0), "Ground width of a pixel; instead of the altitude"] = None
    altitude_m: Annotated[float | None, Number("m", above=0.0, most=3000.0), "Altitude above home; instead of gsd_cm"] = None
    front_overlap: Annotated[float, Number(least=0.0, most=MAX_OVERLAP), "Fraction shared by pictures in a row"] = 0.75
    side_overlap: Annotated[float, Number(least=0.0, most=MAX_OVERLAP), "Fraction shared by neighbouring lines"] = 0.65
    speed_mps: Annotated[float | None, Number("m/s", above=0.0, most=25.0), "Null: as fast as the camera can follow"] = None
    home: Annotated[LonLat | None, Point(), "Where the vehicle starts and lands"] = None
    avoid: Annotated[tuple[Ring, ...], Several(Area()), "Areas that are not flown over"] = ()
    fence: Annotated[Ring | None, Area(), "Area that is not left"] = None
    clearance_m: Annotated[float, Number("m", least=0.0, below=10_000.0), "Distance kept from zones"] = DEFAULT_CLEARANCE_M
    vehicle: Annotated[str, Choice(VEHICLES), "Kind of vehicle; the speed of a plane is that through the air"] = "copter"
    autopilot: Annotated[
        str | None, Choice(AUTOPILOTS), "Whose way of flying time and energy are counted with; null: the vehicle's own where it is known"
    ] = None
    wind: Annotated[Wind | None, Record(Wind), "Wind to plan for; null: still air"] = None
    terrain: Annotated[str | None, Choice(("follow",)), "'follow': altitudes follow the ground"] = None
    vehicles: Annotated[
        tuple[VehicleStart, ...], Several(Record(VehicleStart)), "Vehicles that share the work, each with its home; empty: one from home"
    ] = ()
    sorties: Annotated[bool, Flag(), "Cut into flights of one battery each"] = False
    reserve: Annotated[float | None, Number(least=0.0, most=0.9), "Share of the battery not planned for; null: the vehicle's own"] = None

    def to_json(self) -> dict[str, Any]:
        """The request object of the HTTP interface, of plan files and of the database."""
        return {"pattern": self.pattern, **write_members(self)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Raises `MissionError` naming the member that is missing, unknown or of the wrong kind."""
        return cls(**read_members(cls, {name: member for name, member in value.items() if name != "pattern"}))

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """JSON Schema of the request object."""
        schema = schema_of(cls)
        return schema | {"properties": {"pattern": {"const": cls.pattern}, **schema["properties"]}}

    def drawn(self) -> dict[str, Any]:
        """What a person drew, as a GeoJSON geometry."""
        geometry = self.to_json()[self.drawn_member]
        return geometry if isinstance(geometry, dict) else {"type": "Point", "coordinates": geometry}
