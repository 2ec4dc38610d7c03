"""A mission plan: what will be flown, the fence and the rally points. Frozen values; equal plans fly equally.

Items are numbered from 1 in messages and in DO_JUMP, which is the number QGroundControl shows and, because ArduPilot keeps home
as item 0, the sequence number ArduPilot uses. Longitude and latitude are WGS84 degrees; altitudes are metres, their reference
follows from the frame of the item.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from geo.primitives import LonLat, MissionError
from missions.commands import GLOBAL_FRAMES, Frame
from missions.patterns.catalogue import request_from_json
from missions.requests.request import PlanRequest

Number = float | None
# Parameters 1 to 4 of an item that is flown to with the heading as the autopilot chooses: 0 in the fourth is north for PX4.
ANY_HEADING: tuple[Number, Number, Number, Number] = (0.0, 0.0, 0.0, None)


@dataclass(frozen=True, slots=True)
class MissionItem:
    """One MAVLink mission item.

    `params` are parameters 1 to 4, None = NaN ("leave as it is"). `position` is set for items at a place; an item that may have a
    place but names none (take-off "here") has None and 0, 0 in `params_5_6`, as do commands whose parameters 5 and 6 are plain numbers.
    `altitude_m` is parameter 7.
    """

    command: int
    frame: int = Frame.GLOBAL_RELATIVE_ALT
    params: tuple[Number, Number, Number, Number] = (0.0, 0.0, 0.0, 0.0)
    position: LonLat | None = None
    altitude_m: Number = 0.0
    autocontinue: bool = True
    params_5_6: tuple[Number, Number] = (0.0, 0.0)

    def __post_init__(self) -> None:
        for value in (*self.params, *self.params_5_6, self.altitude_m):
            if value is not None and not math.isfinite(value):
                raise MissionError(
                    f"Mission item with command {self.command} has the parameter {value}.",
                    code="mission.item",
                    hint="Parameters are finite numbers, or null for 'leave as it is'.",
                )

    def to_json(self) -> dict[str, Any]:
        """The item object of commands, the database and the HTTP interface."""
        value: dict[str, Any] = {
            "command": int(self.command),
            "frame": int(self.frame),
            "params": list(self.params),
            "lon_deg": None if self.position is None else self.position.lon_deg,
            "lat_deg": None if self.position is None else self.position.lat_deg,
            "altitude_m": self.altitude_m,
            "autocontinue": self.autocontinue,
        }
        if self.position is None and self.params_5_6 != (0.0, 0.0):
            value["params_5_6"] = list(self.params_5_6)
        return value

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "MissionItem":
        """Raises `MissionError` when a member is missing or of the wrong kind."""
        try:
            params = tuple(None if p is None else float(p) for p in value["params"])
            if len(params) != 4:
                raise ValueError(f"params has {len(params)} values instead of 4")
            lon, lat = value.get("lon_deg"), value.get("lat_deg")
            altitude = value.get("altitude_m")
            rest = value.get("params_5_6", (0.0, 0.0))
            return cls(
                command=int(value["command"]),
                frame=int(value.get("frame", Frame.GLOBAL_RELATIVE_ALT)),
                params=(params[0], params[1], params[2], params[3]),
                position=None if lon is None or lat is None else LonLat(float(lon), float(lat)),
                altitude_m=None if altitude is None else float(altitude),
                autocontinue=bool(value.get("autocontinue", True)),
                params_5_6=(None if rest[0] is None else float(rest[0]), None if rest[1] is None else float(rest[1])),
            )
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise MissionError(
                f"Mission item {json.dumps(value, default=str)[:120]} is not readable: {error!r}.",
                code="mission.item",
                hint='An item is {"command", "frame", "params": [4 numbers or null], "lon_deg", "lat_deg", "altitude_m", "autocontinue"}.',
            ) from error

    @property
    def is_global(self) -> bool:
        return self.frame in GLOBAL_FRAMES


@dataclass(frozen=True, slots=True)
class FencePolygon:
    """Closed area without its first vertex repeated; `inclusion` = stay inside, otherwise stay out."""

    vertices: tuple[LonLat, ...]
    inclusion: bool = True


@dataclass(frozen=True, slots=True)
class FenceCircle:
    centre: LonLat
    radius_m: float
    inclusion: bool = True


@dataclass(frozen=True, slots=True)
class RallyPoint:
    """Alternate landing place; altitude in metres above home."""

    position: LonLat
    altitude_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Geofence:
    polygons: tuple[FencePolygon, ...] = ()
    circles: tuple[FenceCircle, ...] = ()
    breach_return: RallyPoint | None = None

    def __bool__(self) -> bool:
        return bool(self.polygons or self.circles or self.breach_return)


@dataclass(frozen=True, slots=True)
class ComplexItem:
    """A QGroundControl pattern kept exactly as its file had it.

    `source` is its JSON text. It stands for `count` items of the plan beginning at index `first` (0-based);
    `count` is 0 when the file does not say what the pattern flies, and such a plan must not be flown.
    """

    kind: str
    first: int
    count: int
    source: str


@dataclass(frozen=True, slots=True)
class FileMembers:
    """Members another program put into a `.plan` file, kept for writing that file again.

    `place` is the object they stand in, like `mission.items[3]` with the item's number in the plan, empty for the root; `part` tells
    whether that item is still the same; `members` is the JSON text of an object.
    """

    place: str
    part: str
    members: str


@dataclass(frozen=True, slots=True)
class MissionPlan:
    """Everything a vehicle is given for one mission. `items` are what is flown, in order, home not included."""

    name: str = "Mission"
    vehicle_type: str = "copter"
    autopilot: str = "ardupilot"
    home: LonLat | None = None
    home_altitude_amsl_m: float = 0.0
    cruise_speed_mps: float = 15.0
    hover_speed_mps: float = 5.0
    items: tuple[MissionItem, ...] = ()
    geofence: Geofence = Geofence()
    rally_points: tuple[RallyPoint, ...] = ()
    request: PlanRequest | None = None
    complex_items: tuple[ComplexItem, ...] = ()
    extras: tuple[FileMembers, ...] = ()

    def content_hash(self) -> str:
        """Hash of everything that is flown: same hash, same flight. The name and the request behind it do not count."""
        flown = plan_to_json(replace(self, name="", request=None, complex_items=self.unexpanded(), extras=()))
        # What other programs keep in a file is not flown; hashes made before it was kept stay good.
        del flown["extras"]
        return "sha256:" + hashlib.sha256(canonical_json(flown).encode()).hexdigest()

    def unexpanded(self) -> tuple[ComplexItem, ...]:
        """Patterns whose items the file did not hold: they can be kept, not flown."""
        return tuple(item for item in self.complex_items if item.count == 0)

    def flight_items(self) -> tuple[MissionItem, ...]:
        """The items to upload. Raises `MissionError` when a pattern of the plan has none, rather than fly part of a plan."""
        if self.unexpanded():
            missing = self.unexpanded()[0]
            raise MissionError(
                f"Plan '{self.name}' holds a '{missing.kind}' pattern before item {missing.first + 1} without the items it flies.",
                code="mission.pattern_without_items",
                hint="Open the plan in QGroundControl, save it again and retry, or delete the pattern.",
            )
        return self.items


def canonical_json(value: object) -> str:
    """One text for one value: sorted members, no spaces, whole numbers without a fraction."""
    return json.dumps(_canonical(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _canonical(value: object) -> object:
    if isinstance(value, float):
        # Also makes one of 0.0 and -0.0.
        return int(value) if value.is_integer() else value
    if isinstance(value, Mapping):
        return {key: _canonical(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(member) for member in value]
    return value


def plan_to_json(plan: MissionPlan) -> dict[str, Any]:
    """The whole plan as one JSON object, for the database and the HTTP interface. Lossless."""
    fence = plan.geofence
    return {
        "name": plan.name,
        "vehicle_type": plan.vehicle_type,
        "autopilot": plan.autopilot,
        "home": None if plan.home is None else list(plan.home.as_tuple()),
        "home_altitude_amsl_m": plan.home_altitude_amsl_m,
        "cruise_speed_mps": plan.cruise_speed_mps,
        "hover_speed_mps": plan.hover_speed_mps,
        "items": [item.to_json() for item in plan.items],
        "geofence": {
            "polygons": [{"inclusion": p.inclusion, "vertices": [list(v.as_tuple()) for v in p.vertices]} for p in fence.polygons],
            "circles": [{"inclusion": c.inclusion, "centre": list(c.centre.as_tuple()), "radius_m": c.radius_m} for c in fence.circles],
            "breach_return": None if fence.breach_return is None else _rally_json(fence.breach_return),
        },
        "rally_points": [_rally_json(point) for point in plan.rally_points],
        "request": None if plan.request is None else plan.request.to_json(),
        "complex_items": [{"kind": c.kind, "first": c.first, "count": c.count, "source": c.source} for c in plan.complex_items],
        "extras": [{"place": e.place, "part": e.part, "members": e.members} for e in plan.extras],
    }


def plan_from_json(value: Mapping[str, Any]) -> MissionPlan:
    """Inverse of `plan_to_json`. Raises `MissionError` naming what is wrong."""
    try:
        fence = value.get("geofence") or {}
        back = fence.get("breach_return")
        # Plans kept before there were other patterns say "survey".
        request = value.get("request", value.get("survey"))
        return MissionPlan(
            name=str(value.get("name", "Mission")),
            vehicle_type=str(value.get("vehicle_type", "copter")),
            autopilot=str(value.get("autopilot", "ardupilot")),
            home=None if value.get("home") is None else _lonlat(value["home"]),
            home_altitude_amsl_m=float(value.get("home_altitude_amsl_m", 0.0)),
            cruise_speed_mps=float(value.get("cruise_speed_mps", 15.0)),
            hover_speed_mps=float(value.get("hover_speed_mps", 5.0)),
            items=tuple(MissionItem.from_json(item) for item in value["items"]),
            geofence=Geofence(
                polygons=tuple(
                    FencePolygon(tuple(_lonlat(v) for v in p["vertices"]), bool(p["inclusion"])) for p in fence.get("polygons", ())
                ),
                circles=tuple(
                    FenceCircle(_lonlat(c["centre"]), float(c["radius_m"]), bool(c["inclusion"])) for c in fence.get("circles", ())
                ),
                breach_return=None if back is None else _rally(back),
            ),
            rally_points=tuple(_rally(point) for point in value.get("rally_points", ())),
            request=None if request is None else request_from_json(request),
            complex_items=tuple(
                ComplexItem(str(c["kind"]), int(c["first"]), int(c["count"]), str(c["source"])) for c in value.get("complex_items", ())
            ),
            extras=tuple(FileMembers(str(e["place"]), str(e["part"]), _object_text(e["members"])) for e in value.get("extras", ())),
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise MissionError(
            f"Mission plan object is not readable: {error!r}.",
            code="mission.plan_object",
            hint="Give an object made by plan_to_json: name, home, items, geofence, rally_points.",
        ) from error


def _lonlat(value: Any) -> LonLat:
    return LonLat(float(value[0]), float(value[1]))


def _object_text(value: Any) -> str:
    if not isinstance(json.loads(value), dict):
        raise ValueError(f"{value!r:.60} is not the JSON text of an object")
    return str(value)


def _rally(value: Any) -> RallyPoint:
    return RallyPoint(_lonlat(value["position"]), float(value["altitude_m"]))


def _rally_json(point: RallyPoint) -> dict[str, Any]:
    return {"position": list(point.position.as_tuple()), "altitude_m": point.altitude_m}
