"""Other aircraft, as receivers on our vehicles hear them: ADS-B and remote identification. Messages and instants in, a list out.

Sources: ADSB_VEHICLE and OPEN_DRONE_ID_* in MAVLink common.xml; unknown values by ASTM F3411.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import hypot
from typing import Literal

from geo.primitives import LonLat, distance_m
from ground_station.mavlink import WireMessage, mavlink
from ground_station.payload.messages import NearUs, TrafficState

KINDS = frozenset({"ADSB_VEHICLE", "OPEN_DRONE_ID_BASIC_ID", "OPEN_DRONE_ID_LOCATION", "OPEN_DRONE_ID_SYSTEM", "OPEN_DRONE_ID_OPERATOR_ID"})
FORGOTTEN_S = 60.0
NEAR_M, NEAR_HEIGHT_M = 1000.0, 150.0  # about 20 s at the speed of a light aircraft, and the height between it and a survey
PARTED = 1.3  # times that far before the same two are told of again
UNKNOWN_HEIGHT_M = -1000.0
_UNKNOWN_DIRECTION, _UNKNOWN_SPEED, _UNKNOWN_CLIMB = 36100, 25500, 6300
_NOBODY = bytes(20)


@dataclass(frozen=True, slots=True)
class OwnVehicle:
    """Where one of ours is."""

    vehicle_id: str
    position: LonLat
    altitude_amsl_m: float | None
    flying: bool


@dataclass(slots=True)
class Aircraft:
    """One aircraft. `seen_s` is when its position was true, by our clock."""

    traffic_id: str
    source: Literal["adsb", "remote_id"]
    name: str
    heard_by: set[str] = field(default_factory=set)
    seen_s: float = 0.0
    heard_s: float = 0.0
    position: LonLat | None = None
    altitude_amsl_m: float | None = None
    height_m: float | None = None
    pressure_altitude: bool = False
    heading_deg: float | None = None
    speed_mps: float | None = None
    climb_mps: float | None = None
    emitter: str | None = None
    emergency: bool = False
    operator: LonLat | None = None
    operator_id: str = ""


class TrafficBoard:
    """`near` is told once for each pair until the two have parted."""

    def __init__(self) -> None:
        self._aircraft: dict[str, Aircraft] = {}
        self._told: set[tuple[str, str]] = set()

    def on_message(self, m: WireMessage, heard_by: str, now_s: float) -> None:
        aircraft = self._on_adsb(m, now_s) if m.get_type() == "ADSB_VEHICLE" else self._on_remote_id(m, now_s)
        if aircraft is not None:
            aircraft.heard_by.add(heard_by)
            aircraft.heard_s = now_s

    def _on_adsb(self, m: WireMessage, now_s: float) -> Aircraft | None:
        flags = int(m.flags)
        aircraft = self._known("adsb", f"{int(m.ICAO_address):06X}")
        callsign = str(m.callsign).split("\0", 1)[0].strip()
        if callsign and flags & mavlink.ADSB_FLAGS_VALID_CALLSIGN:
            aircraft.name = "".join(sign for sign in callsign if sign.isprintable())
        position = _place(m.lat, m.lon)
        seen_s = now_s - float(m.tslc)
        if not flags & mavlink.ADSB_FLAGS_VALID_COORDS or position is None or seen_s < aircraft.seen_s:
            return aircraft
        aircraft.position, aircraft.seen_s = position, seen_s
        aircraft.altitude_amsl_m = m.altitude / 1e3 if flags & mavlink.ADSB_FLAGS_VALID_ALTITUDE else None
        aircraft.pressure_altitude = m.altitude_type == mavlink.ADSB_ALTITUDE_TYPE_PRESSURE_QNH
        aircraft.heading_deg = m.heading / 1e2 % 360 if flags & mavlink.ADSB_FLAGS_VALID_HEADING else None
        valid_speed = flags & mavlink.ADSB_FLAGS_VALID_VELOCITY
        aircraft.speed_mps = m.hor_velocity / 1e2 if valid_speed else None
        aircraft.climb_mps = m.ver_velocity / 1e2 if valid_speed else None
        entry = mavlink.enums["ADSB_EMITTER_TYPE"].get(int(m.emitter_type))
        aircraft.emitter = str(entry.name).removeprefix("ADSB_EMITTER_TYPE_").lower() if entry and m.emitter_type else None
        aircraft.emergency = int(m.squawk) in (7500, 7600, 7700)
        return aircraft

    def _on_remote_id(self, m: WireMessage, now_s: float) -> Aircraft | None:
        radio = bytes(m.id_or_mac)
        if radio == _NOBODY:
            return None  # what our own vehicle says of itself
        aircraft, kind = self._known("remote_id", radio.rstrip(b"\0").hex()), m.get_type()
        if kind == "OPEN_DRONE_ID_BASIC_ID":
            aircraft.name = _text(m.uas_id) or aircraft.name
        elif kind == "OPEN_DRONE_ID_OPERATOR_ID":
            aircraft.operator_id = _text(m.operator_id)
        elif kind == "OPEN_DRONE_ID_SYSTEM":
            aircraft.operator = _place(m.operator_latitude, m.operator_longitude)
        else:
            aircraft.position, aircraft.seen_s = _place(m.latitude, m.longitude), now_s
            aircraft.altitude_amsl_m = None if m.altitude_geodetic <= UNKNOWN_HEIGHT_M else float(m.altitude_geodetic)
            aircraft.height_m = None if m.height <= UNKNOWN_HEIGHT_M else float(m.height)
            aircraft.heading_deg = None if m.direction >= _UNKNOWN_DIRECTION else m.direction / 1e2
            aircraft.speed_mps = None if m.speed_horizontal >= _UNKNOWN_SPEED else m.speed_horizontal / 1e2
            aircraft.climb_mps = None if abs(m.speed_vertical) >= _UNKNOWN_CLIMB else m.speed_vertical / 1e2
            aircraft.emergency = m.status == mavlink.MAV_ODID_STATUS_EMERGENCY
        return aircraft

    def _known(self, source: Literal["adsb", "remote_id"], name: str) -> Aircraft:
        return self._aircraft.setdefault(f"{source}-{name}", Aircraft(f"{source}-{name}", source, name))

    def forget_old(self, now_s: float) -> list[TrafficState]:
        """Those not heard for a minute leave; their last state says that they are gone."""
        gone = [one for one in self._aircraft.values() if now_s - (one.seen_s or one.heard_s) > FORGOTTEN_S]
        for one in gone:
            del self._aircraft[one.traffic_id]
            self._told = {pair for pair in self._told if pair[0] != one.traffic_id}
        return [_state(one, [], now_s, gone=True) for one in gone if one.position is not None]

    def states(self, ours: Iterable[OwnVehicle], now_s: float) -> list[TrafficState]:
        """All whose position is known, with those of our flying vehicles that they are near."""
        flying = [vehicle for vehicle in ours if vehicle.flying]
        there = [one for one in self._aircraft.values() if one.position is not None]
        return [_state(one, [near for vehicle in flying if (near := _near(one, vehicle)) is not None], now_s) for one in there]

    def news(self, states: Iterable[TrafficState]) -> list[tuple[str, TrafficState, NearUs]]:
        """(vehicle id, aircraft, how near) of each pair that has just come near."""
        found: list[tuple[str, TrafficState, NearUs]] = []
        still: set[tuple[str, str]] = set()
        for state in states:
            for near in state.near:
                pair = (state.traffic_id, near.vehicle_id)
                close = near.horizontal_m <= NEAR_M and (near.vertical_m is None or abs(near.vertical_m) <= NEAR_HEIGHT_M)
                if close and pair not in self._told:
                    found.append((near.vehicle_id, state, near))
                if close or pair in self._told:
                    still.add(pair)
        self._told = still
        return found


def _near(one: Aircraft, vehicle: OwnVehicle) -> NearUs | None:
    """Within the bounds of having parted. A height that is not known counts as ours."""
    assert one.position is not None
    horizontal_m = distance_m(vehicle.position, one.position)
    vertical_m = None
    if one.altitude_amsl_m is not None and vehicle.altitude_amsl_m is not None:
        vertical_m = one.altitude_amsl_m - vehicle.altitude_amsl_m
    if horizontal_m > NEAR_M * PARTED or abs(vertical_m or 0.0) > NEAR_HEIGHT_M * PARTED:
        return None
    return NearUs(
        vehicle_id=vehicle.vehicle_id,
        horizontal_m=round(horizontal_m),
        vertical_m=None if vertical_m is None else round(vertical_m),
        distance_m=round(hypot(horizontal_m, vertical_m or 0.0)),
    )


def _state(one: Aircraft, near: list[NearUs], now_s: float, *, gone: bool = False) -> TrafficState:
    assert one.position is not None
    return TrafficState(
        traffic_id=one.traffic_id,
        source=one.source,
        name=one.name,
        at=datetime.fromtimestamp(one.seen_s, UTC),
        age_s=round(max(0.0, now_s - one.seen_s), 1),
        heard_by=sorted(one.heard_by),
        lon_deg=one.position.lon_deg,
        lat_deg=one.position.lat_deg,
        altitude_amsl_m=one.altitude_amsl_m,
        pressure_altitude=one.pressure_altitude,
        height_m=one.height_m,
        heading_deg=one.heading_deg,
        speed_mps=one.speed_mps,
        climb_mps=one.climb_mps,
        emitter=one.emitter,
        emergency=one.emergency,
        operator_lon_deg=one.operator.lon_deg if one.operator else None,
        operator_lat_deg=one.operator.lat_deg if one.operator else None,
        operator_id=one.operator_id or None,
        near=near,
        gone=gone,
    )


def _place(lat_e7: int, lon_e7: int) -> LonLat | None:
    if abs(lat_e7) > 900_000_000 or abs(lon_e7) > 1_800_000_000 or not (lat_e7 or lon_e7):
        return None
    return LonLat(lon_e7 / 1e7, lat_e7 / 1e7)


def _text(value: object) -> str:
    raw = bytes(value) if isinstance(value, list | tuple | bytes) else str(value).encode()
    return "".join(sign for sign in raw.split(b"\0", 1)[0].decode("utf-8", "replace") if sign.isprintable()).strip()
