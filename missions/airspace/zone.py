"""A part of the airspace with a rule: where, between which heights, when, by whose word. Map, planner, checks, certificate share it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from geo.primitives import Altitude, AltitudeReference, GeoError, LonLat, MissionError
from missions.airspace.validity import Validity
from missions.plan import canonical_json
from missions.requests.kinds import Ring

FOOT_M = 0.3048
GROUND = Altitude(0.0, AltitudeReference.ABOVE_TERRAIN)


class ZoneKind(StrEnum):
    """What the rule is; the values are those of the database."""

    NO_FLY = "no_fly"
    RESTRICTED = "restricted"  # by permission only
    DANGER = "danger"
    CONDITIONAL = "conditional"  # under the conditions its message names
    CONTROLLED = "controlled"  # the authority is told or asked
    ADVISORY = "advisory"


# Plans lead around these. The others are said, and a person decides.
FORBIDDEN_KINDS = frozenset({ZoneKind.NO_FLY, ZoneKind.RESTRICTED, ZoneKind.DANGER})


@dataclass(frozen=True, slots=True)
class AirspaceZone:
    """`rings`: the outer ring, then holes, first points not repeated. `floor` and `ceiling` carry their reference (above terrain, above
    mean sea level, or standard pressure for flight levels); a ceiling of None is unlimited. `valid`: in force during any of these, always
    when empty. `source` is the file or list it came from."""

    id: str
    name: str
    kind: ZoneKind
    rings: tuple[Ring, ...]
    floor: Altitude = GROUND
    ceiling: Altitude | None = None
    valid: tuple[Validity, ...] = ()
    authority: str = ""
    source: str = ""
    message: str = ""

    @property
    def forbidden(self) -> bool:
        return self.kind in FORBIDDEN_KINDS

    def in_force(self, begins_at: datetime | None, ends_at: datetime | None = None) -> bool:
        """At any instant from `begins_at` to `ends_at`. Without a time every zone counts: nobody knows when it will be flown."""
        if begins_at is None or not self.valid:
            return True
        return any(validity.meets(begins_at, ends_at or begins_at) for validity in self.valid)

    def changes_after(self, now: datetime) -> datetime | None:
        """When it next comes into force or leaves it; None when it never does."""
        # Both ends of a period count: a moment after an edge is what holds from then on.
        moment = timedelta(seconds=1)
        holds = self.in_force(now + moment)
        edges = sorted({edge for validity in self.valid for edge in validity.edges(now)})
        return next((edge for edge in edges if self.in_force(edge + moment) != holds), None)

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "kind": self.kind.value,
            "rings": [[list(point.as_tuple()) for point in ring] for ring in self.rings],
            "floor": _altitude_json(self.floor),
            "ceiling": None if self.ceiling is None else _altitude_json(self.ceiling),
            "valid": [validity.to_json() for validity in self.valid],
            "authority": self.authority,
            "source": self.source,
            "message": self.message,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "AirspaceZone":
        """Raises `MissionError` when a member is missing or of the wrong kind."""
        try:
            ceiling = value.get("ceiling")
            return cls(
                id=str(value["id"]),
                name=str(value["name"]),
                kind=ZoneKind(value["kind"]),
                rings=tuple(tuple(LonLat(float(lon), float(lat)) for lon, lat in ring) for ring in value["rings"]),
                floor=_altitude(value["floor"]) if value.get("floor") else GROUND,
                ceiling=None if ceiling is None else _altitude(ceiling),
                valid=tuple(Validity.from_json(validity) for validity in value.get("valid") or ()),
                authority=str(value.get("authority", "")),
                source=str(value.get("source", "")),
                message=str(value.get("message", "")),
            )
        except (KeyError, TypeError, ValueError, GeoError) as error:
            raise MissionError(
                f"Airspace zone {value.get('id', '')!r:.60} is not readable: {error!r}.",
                code="mission.zone",
                hint="Give an object made by AirspaceZone.to_json: id, name, kind, rings, floor, ceiling, valid.",
            ) from error


def zones_hash(zones: Iterable[AirspaceZone]) -> str:
    """Same hash, same rules, in whatever order they are listed."""
    listed = sorted(canonical_json(zone.to_json()) for zone in zones)
    return "sha256:" + sha256("\n".join(listed).encode()).hexdigest()


def height_text(altitude: Altitude | None) -> str:
    """As a chart says it: GND, 120 m AGL, 1500 m AMSL, FL95, UNL."""
    if altitude is None:
        return "UNL"
    if altitude.reference is AltitudeReference.STANDARD_PRESSURE:
        return f"FL{altitude.metres / FOOT_M / 100.0:.0f}"
    if altitude.reference is AltitudeReference.AMSL:
        return f"{altitude.metres:.0f} m AMSL"
    return "GND" if altitude.metres <= 0.0 else f"{altitude.metres:.0f} m AGL"


def _altitude_json(altitude: Altitude) -> dict[str, Any]:
    return {"metres": altitude.metres, "reference": altitude.reference.value}


def _altitude(value: Mapping[str, Any]) -> Altitude:
    return Altitude(float(value["metres"]), AltitudeReference(value["reference"]))
