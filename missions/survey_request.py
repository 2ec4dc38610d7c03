"""What a person asks of an area survey. Kept inside the plan, so that a plan can be drawn again and changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from geo.primitives import GeoError, LonLat, MissionError
from missions.start import VehicleStart
from missions.wind import Wind

Ring = tuple[LonLat, ...]

# A copter leaves the planned corners by up to 6 m at 12 m/s (measured in the simulator), and its receiver errs by 2.5 m.
DEFAULT_CLEARANCE_M = 10.0
VEHICLES = ("copter", "plane")
PASSES = ("single", "crosshatch", "oblique")


@dataclass(frozen=True, slots=True)
class SurveyRequest:
    """One area, one camera, one resolution.

    `polygon` and `holes` are rings in longitude and latitude, first point not repeated. Exactly one of `gsd_cm` and `altitude_m`
    (above home) is given. Overlaps are fractions 0 <= x < 1. `angle_deg` is the heading of the lines, None = the fastest one.
    `speed_mps` None = the fastest the camera can follow. `holes` are neither photographed nor overflown; `avoid` zones may lie
    anywhere and are not overflown; `fence` encloses every leg. `clearance_m` is kept between legs and holes or zones.

    `vehicle` is one of `VEHICLES`, `vehicles` are several starting places (empty = one vehicle from `home`). `wind` None = still air.
    `sorties` splits the flight by battery, keeping the share `reserve` of it (None = what the vehicle's energy model keeps).
    `passes` is one of `PASSES`: one grid, two crossing ones, or five with the camera straight down and tilted to four sides.
    """

    polygon: Ring
    camera: str
    gsd_cm: float | None = None
    altitude_m: float | None = None
    holes: tuple[Ring, ...] = ()
    front_overlap: float = 0.75
    side_overlap: float = 0.65
    angle_deg: float | None = None
    speed_mps: float | None = None
    home: LonLat | None = None
    avoid: tuple[Ring, ...] = ()
    fence: Ring | None = None
    clearance_m: float = DEFAULT_CLEARANCE_M
    vehicle: str = "copter"
    vehicles: tuple[VehicleStart, ...] = ()
    wind: Wind | None = None
    sorties: bool = False
    reserve: float | None = None
    passes: str = "single"
    name: str = "Survey"

    def to_json(self) -> dict[str, Any]:
        """Survey object of the HTTP interface: a GeoJSON Polygon plus the settings."""
        return {
            "name": self.name,
            "polygon": _polygon_json((self.polygon, *self.holes)),
            "camera": self.camera,
            "gsd_cm": self.gsd_cm,
            "altitude_m": self.altitude_m,
            "front_overlap": self.front_overlap,
            "side_overlap": self.side_overlap,
            "angle_deg": "auto" if self.angle_deg is None else self.angle_deg,
            "speed_mps": self.speed_mps,
            "home": None if self.home is None else list(self.home.as_tuple()),
            "avoid": [_polygon_json((ring,)) for ring in self.avoid],
            "fence": None if self.fence is None else _polygon_json((self.fence,)),
            "clearance_m": self.clearance_m,
            "vehicle": self.vehicle,
            "vehicles": [vehicle.to_json() for vehicle in self.vehicles],
            "wind": None if self.wind is None else self.wind.to_json(),
            "sorties": self.sorties,
            "reserve": self.reserve,
            "passes": self.passes,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "SurveyRequest":
        """Raises `MissionError` naming the member that is missing or of the wrong kind."""
        rings = _rings(value.get("polygon"), "polygon")
        home = value.get("home")
        fence = value.get("fence")
        angle = value.get("angle_deg", "auto")
        if not isinstance(value.get("camera"), str):
            raise _wrong("camera", value.get("camera"), "the id of a camera model")
        return cls(
            polygon=rings[0],
            holes=rings[1:],
            camera=value["camera"],
            gsd_cm=_optional_number(value, "gsd_cm"),
            altitude_m=_optional_number(value, "altitude_m"),
            front_overlap=_number(value, "front_overlap", cls_default=0.75),
            side_overlap=_number(value, "side_overlap", cls_default=0.65),
            angle_deg=None if angle in ("auto", None) else _optional_number(value, "angle_deg"),
            speed_mps=_optional_number(value, "speed_mps"),
            home=None if home is None else _lonlat(home, "home"),
            avoid=tuple(_rings(zone, "avoid")[0] for zone in value.get("avoid") or ()),
            fence=None if fence is None else _rings(fence, "fence")[0],
            clearance_m=_number(value, "clearance_m", cls_default=DEFAULT_CLEARANCE_M),
            vehicle=_one_of(value, "vehicle", VEHICLES),
            vehicles=_starts(value.get("vehicles")),
            wind=None if value.get("wind") is None else Wind.from_json(value["wind"]),
            sorties=_flag(value, "sorties"),
            reserve=_optional_number(value, "reserve"),
            passes=_one_of(value, "passes", PASSES),
            name=str(value.get("name") or "Survey"),
        )


def _polygon_json(rings: Sequence[Ring]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[list(p.as_tuple()) for p in (*ring, ring[0])] for ring in rings]}


def _wrong(member: str, value: object, expected: str) -> MissionError:
    return MissionError(
        f"Survey member '{member}' is {value!r:.60}, expected {expected}.",
        code="mission.survey_request",
        hint="Correct the member named and send the survey again.",
    )


def _optional_number(value: Mapping[str, Any], member: str) -> float | None:
    number = value.get(member)
    if number is None:
        return None
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise _wrong(member, number, "a number")
    return float(number)


def _number(value: Mapping[str, Any], member: str, *, cls_default: float) -> float:
    number = _optional_number(value, member)
    return cls_default if number is None else number


def _one_of(value: Mapping[str, Any], member: str, words: Sequence[str]) -> str:
    word = value.get(member)
    if word is None:
        return words[0]
    if word not in words:
        raise _wrong(member, word, f"one of {', '.join(words)}")
    return str(word)


def _flag(value: Mapping[str, Any], member: str) -> bool:
    flag = value.get(member)
    if flag is not None and not isinstance(flag, bool):
        raise _wrong(member, flag, "true or false")
    return bool(flag)


def _starts(value: object) -> tuple[VehicleStart, ...]:
    if value is None:
        return ()
    if not isinstance(value, Sequence) or isinstance(value, str) or not all(isinstance(start, Mapping) for start in value):
        raise _wrong("vehicles", value, 'a list of {"home": [longitude, latitude], "name"}')
    return tuple(VehicleStart(_lonlat(start.get("home"), "vehicles"), str(start.get("name") or "")) for start in value)


def _lonlat(value: object, member: str) -> LonLat:
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) < 2:
        raise _wrong(member, value, "[longitude, latitude]")
    try:
        return LonLat(float(value[0]), float(value[1]))
    except (TypeError, ValueError) as error:
        raise _wrong(member, value, "[longitude, latitude] in degrees") from error
    except GeoError as error:
        raise MissionError(f"Survey member '{member}': {error.message}", code=error.code, hint=error.hint) from error


def _rings(value: object, member: str) -> tuple[Ring, ...]:
    coordinates = value.get("coordinates") if isinstance(value, Mapping) and value.get("type") == "Polygon" else None
    if not isinstance(coordinates, Sequence) or not coordinates or isinstance(coordinates, str):
        raise _wrong(member, value, "a GeoJSON Polygon")
    rings = []
    for raw in coordinates:
        if not isinstance(raw, Sequence) or isinstance(raw, str):
            raise _wrong(member, raw, "a ring of positions")
        points = [_lonlat(position, member) for position in raw]
        if len(points) > 1 and points[0] == points[-1]:
            points = points[:-1]
        rings.append(tuple(points))
    return tuple(rings)
