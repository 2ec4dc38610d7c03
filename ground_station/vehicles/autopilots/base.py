"""The standard's common ground. A dialect overrides what its autopilot does differently.

Mission items are numbered from 1 here, as people and plans count them; 0 means "before the first".
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from geo.primitives import LonLat
from ground_station.mavlink import Address, WireItem, WireMessage, mavlink
from ground_station.mavlink.commands import command_int, command_long
from ground_station.mavlink.parameter_values import Encoding
from ground_station.vehicles.autopilots.plan_limits import PlanLimits
from missions import Command, MissionItem, is_place

# Frames with integer coordinates on the wire, and the plain ones plans are written in.
_INT_FRAME = {
    mavlink.MAV_FRAME_GLOBAL: mavlink.MAV_FRAME_GLOBAL_INT,
    mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT: mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT,
    mavlink.MAV_FRAME_GLOBAL_TERRAIN_ALT: mavlink.MAV_FRAME_GLOBAL_TERRAIN_ALT_INT,
}
_PLAIN_FRAME = {integer: plain for plain, integer in _INT_FRAME.items()}
_DEGREE = 1e7
_AIR_SPEED, _GROUND_SPEED = 0.0, 1.0  # SPEED_TYPE

HOVER_ARRIVAL_M = 2.0  # ArduCopter's waypoint radius
CIRCLING_ARRIVAL_M = 150.0  # a plane circles the place: default loiter radii are 60 to 100 m

_VEHICLE_TYPES = {
    **dict.fromkeys((2, 3, 4, 13, 14, 15, 29, 35, 43), "copter"),
    **dict.fromkeys((1, 16, 17, 28), "plane"),
    **dict.fromkeys((19, 20, 21, 22, 23, 24, 25, 47), "vtol"),
    **dict.fromkeys((10, 11), "rover"),
}


def vehicle_type_name(mav_type: int) -> str:
    """copter, plane, vtol, rover or other, from MAV_TYPE."""
    return _VEHICLE_TYPES.get(mav_type, "other")


@dataclass(frozen=True, slots=True)
class MessageRate:
    """A message the station wants, and how often."""

    message_id: int
    rate_hz: float


@dataclass(frozen=True, slots=True)
class ModeRequest:
    """Parameters of MAV_CMD_DO_SET_MODE, and the HEARTBEAT.custom_mode that proves it."""

    base_mode: int
    main_mode: int
    sub_mode: int
    custom_mode: int


@dataclass(frozen=True, slots=True)
class Situation:
    """What a dialect needs to know of the vehicle to word a command."""

    home: LonLat | None
    home_amsl_m: float | None
    position: LonLat | None


class Autopilot:
    """Generic MAVLink autopilot."""

    name: ClassVar[str] = "generic"
    modes: dict[str, int]
    guided_mode: str = ""
    mission_mode: str = ""
    rtl_mode: str = ""
    land_mode: str = ""
    hold_modes: tuple[str, ...] = ()  # tried in order until one is accepted
    arms_in: frozenset[str] = frozenset()  # modes it arms in; empty = any
    arms_before_mission_mode: bool = True
    has_home_item: bool = False  # item 0 of its mission is home
    returns_in_return_mode: bool = False  # a return item of a mission changes the mode

    parameter_encoding: ClassVar[Encoding] = Encoding.CAST  # where the vehicle's capabilities do not say
    parameter_pack: ClassVar[str | None] = None  # a file that holds all parameters
    parameter_hash: ClassVar[str | None] = None  # a parameter whose value changes with any other
    individual_parameters: ClassVar[tuple[str, ...]] = ()  # beginnings of names that differ from airframe to airframe by nature
    lists_logs_while_armed: ClassVar[bool] = True
    log_folders: ClassVar[tuple[str, ...]] = ("@MAV_LOG",)  # on its file system, tried in order
    log_suffix: ClassVar[str] = ".bin"
    plan_limits: ClassVar[PlanLimits] = PlanLimits()

    wanted_messages: ClassVar[tuple[MessageRate, ...]] = (
        MessageRate(mavlink.MAVLINK_MSG_ID_ATTITUDE, 10.0),
        MessageRate(mavlink.MAVLINK_MSG_ID_GLOBAL_POSITION_INT, 10.0),
        MessageRate(mavlink.MAVLINK_MSG_ID_SYSTEM_TIME, 1.0),
        MessageRate(mavlink.MAVLINK_MSG_ID_SYS_STATUS, 1.0),
        MessageRate(mavlink.MAVLINK_MSG_ID_GPS_RAW_INT, 1.0),
        MessageRate(mavlink.MAVLINK_MSG_ID_VFR_HUD, 2.0),
        MessageRate(mavlink.MAVLINK_MSG_ID_EXTENDED_SYS_STATE, 2.0),
        MessageRate(mavlink.MAVLINK_MSG_ID_BATTERY_STATUS, 0.5),
        MessageRate(mavlink.MAVLINK_MSG_ID_MISSION_CURRENT, 1.0),
    )
    wanted_once: ClassVar[tuple[int, ...]] = (mavlink.MAVLINK_MSG_ID_AUTOPILOT_VERSION, mavlink.MAVLINK_MSG_ID_HOME_POSITION)

    def __init__(self, mav_type: int) -> None:
        self.vehicle_type = vehicle_type_name(mav_type)
        self.hovers = self.vehicle_type != "plane"
        self.circles = self.vehicle_type in ("plane", "vtol")  # waits in forward flight
        self.arrival_radius_m = HOVER_ARRIVAL_M if self.hovers else CIRCLING_ARRIVAL_M
        self.modes = {}

    # Modes

    def mode_name(self, base_mode: int, custom_mode: int) -> str:
        for name, number in self.modes.items():
            if number == custom_mode:
                return name
        return f"MODE {custom_mode}"

    def mode_request(self, mode: str) -> ModeRequest | None:
        """How to ask for a mode; None when this vehicle has no mode of that name."""
        number = self.modes.get(mode.strip().upper())
        return None if number is None else ModeRequest(mavlink.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED, number, 0, number)

    def learn_modes(self, modes: Mapping[str, int]) -> None:
        """Modes the vehicle lists itself: those whose number is not known here are added under its own names."""
        known = set(self.modes.values())
        self.modes = {**self.modes, **{name.strip().upper(): number for name, number in modes.items() if number not in known}}

    # Commands

    def takeoff(self, target: Address, altitude_m: float, situation: Situation) -> WireMessage | None:
        """Take off to an altitude above home; None when something needed for wording it is not known yet."""
        return command_long(target, mavlink.MAV_CMD_NAV_TAKEOFF, 0, 0, 0, math.nan, 0, 0, altitude_m)

    def reposition(self, target: Address, place: LonLat, altitude_m: float, situation: Situation) -> WireMessage | None:
        """Fly to a place, altitude above home, changing to the guided mode on the way."""
        return command_int(
            target,
            mavlink.MAV_CMD_DO_REPOSITION,
            mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT,
            (-1.0, mavlink.MAV_DO_REPOSITION_FLAGS_CHANGE_MODE, 0.0, math.nan),
            lon_deg=place.lon_deg,
            lat_deg=place.lat_deg,
            z=altitude_m,
        )

    def change_speed(self, target: Address, speed_mps: float) -> WireMessage:
        """Fly the rest of a mission so fast: over ground where the vehicle hovers, through the air on a wing."""
        return command_long(target, mavlink.MAV_CMD_DO_CHANGE_SPEED, _GROUND_SPEED if self.hovers else _AIR_SPEED, speed_mps, -1.0)

    def go_to_item(self, target: Address, item: int) -> WireMessage:
        """Make this item, counted from 1, the one being flown."""
        return command_long(target, mavlink.MAV_CMD_DO_SET_MISSION_CURRENT, float(self.wire_number(item)))

    def shoot(self, target: Address) -> WireMessage:
        """One photograph by the camera the autopilot triggers."""
        return command_long(target, mavlink.MAV_CMD_DO_DIGICAM_CONTROL, 0.0, 0.0, 0.0, 0.0, 1.0)

    def order_of(self, target: Address, item: MissionItem) -> WireMessage:
        """A DO item of a mission as a command carried out now."""
        first, second, third, fourth = (self.parameter(p) for p in item.params)
        if item.position is not None:
            lon, lat = item.position.as_tuple()
            parameters = first, second, third, fourth
            return command_int(target, item.command, item.frame, parameters, lon_deg=lon, lat_deg=lat, z=item.altitude_m or 0.0)
        x, y = (self.parameter(p) for p in item.params_5_6)
        return command_long(target, item.command, first, second, third, fourth, x, y, self.parameter(item.altitude_m))

    def is_flying(self, system_status: int) -> bool | None:
        """From HEARTBEAT.system_status alone, for vehicles that send no EXTENDED_SYS_STATE; None = cannot tell."""
        return None

    def high_latency_modes(self, message: WireMessage) -> tuple[int | None, int]:
        """Base mode (None = not told) and custom mode as a heartbeat would give them, from HIGH_LATENCY2."""
        return None, message.custom_mode

    # Missions

    def to_wire(self, items: Sequence[MissionItem], home: LonLat | None, home_amsl_m: float) -> list[WireItem]:
        """What is uploaded for these items."""
        wire = [self._item_to_wire(self._jump_shifted(item, -self.item_number(0))) for item in self.in_own_words(items, home)]
        if self.has_home_item:
            place = home or LonLat(0.0, 0.0)  # the autopilot puts its own home here
            wire.insert(0, self._item_to_wire(MissionItem(mavlink.MAV_CMD_NAV_WAYPOINT, mavlink.MAV_FRAME_GLOBAL, position=place)))
            wire[0] = WireItem(0, wire[0].frame, wire[0].command, wire[0].params, wire[0].x, wire[0].y, home_amsl_m)
        return [item.renumbered(seq) for seq, item in enumerate(wire)]

    def in_own_words(self, items: Sequence[MissionItem], home: LonLat | None) -> Sequence[MissionItem]:
        """The same flight, item for item, in commands this autopilot has. What it has none for stays, and `not_flown` says so."""
        return items

    def not_flown(self, items: Sequence[MissionItem]) -> list[str]:
        """What this autopilot would refuse or leave out, in words that name the item, counted from 1."""
        return []

    def from_wire(self, stored: Sequence[WireItem]) -> list[MissionItem]:
        """What a downloaded mission means, home left out."""
        items = (_item_from_wire(item) for item in (stored[1:] if self.has_home_item else stored))
        return [self._jump_shifted(item, self.item_number(0)) for item in items]

    def home_of(self, stored: Sequence[WireItem]) -> LonLat | None:
        """Home as the downloaded mission holds it."""
        if not self.has_home_item or not stored or (stored[0].x == 0 and stored[0].y == 0):
            return None
        return LonLat(stored[0].y / _DEGREE, stored[0].x / _DEGREE)

    def item_number(self, seq: int) -> int:
        """Sequence number on the wire -> item counted from 1."""
        return seq if self.has_home_item else seq + 1

    def wire_number(self, item: int) -> int:
        """Item counted from 1 -> sequence number on the wire."""
        return item if self.has_home_item else item - 1

    def item_total(self, total: int) -> int:
        """MISSION_CURRENT.total -> number of items."""
        return total

    def parameter(self, value: float | None) -> float:
        """A parameter that a plan leaves open."""
        return math.nan if value is None else value

    @staticmethod
    def _jump_shifted(item: MissionItem, by: int) -> MissionItem:
        """DO_JUMP names an item's number in a plan, its sequence number on the wire."""
        target = item.params[0]
        if item.command != Command.DO_JUMP or target is None or not by:
            return item
        return replace(item, params=(target + by, *item.params[1:]))

    def _item_to_wire(self, item: MissionItem) -> WireItem:
        x, y = item.params_5_6
        frame = _INT_FRAME.get(item.frame, item.frame)
        if item.position is not None:
            x, y = item.position.lat_deg * _DEGREE, item.position.lon_deg * _DEGREE
        return WireItem(
            seq=0,
            frame=frame,
            command=item.command,
            params=tuple(self.parameter(p) for p in item.params),  # type: ignore[arg-type]  # four in, four out
            x=0 if x is None else round(x),
            y=0 if y is None else round(y),
            z=self.parameter(item.altitude_m),
            autocontinue=item.autocontinue,
        )

    def difference(self, sent: WireItem, stored: WireItem) -> str | None:
        """What a stored item means differently from the one sent, in words; None when they mean the same."""
        if sent.command != stored.command:
            return f"command {stored.command} instead of {sent.command}"
        if (sent.x, sent.y) != (stored.x, stored.y) and max(abs(sent.x - stored.x), abs(sent.y - stored.y)) > 1:
            return f"place {stored.y / _DEGREE:.7f},{stored.x / _DEGREE:.7f} instead of {sent.y / _DEGREE:.7f},{sent.x / _DEGREE:.7f}"
        if (sent.x or sent.y) and _plain(sent.frame) != _plain(stored.frame):
            return f"frame {stored.frame} instead of {sent.frame}"
        if not _close(sent.z, stored.z, 0.02):  # ArduPilot keeps centimetres
            return f"altitude {stored.z:g} instead of {sent.z:g}"
        for number, (here, there) in enumerate(zip(sent.params, stored.params, strict=True), start=1):
            if not self.same_parameter(sent.command, number, here, there):
                return f"parameter {number} is {there:g} instead of {here:g}"
        return None

    def same_parameter(self, command: int, number: int, sent: float, stored: float) -> bool:
        return _close(sent, stored, 1e-4)


def _plain(frame: int) -> int:
    return int(_PLAIN_FRAME.get(frame, frame))


def _close(a: float, b: float, tolerance: float) -> bool:
    """Equal within `tolerance` or float32 rounding; "not given" (NaN) and 0 mean the same to autopilots."""
    a, b = (0.0 if math.isnan(v) else v for v in (a, b))
    return abs(a - b) <= max(tolerance, 1e-6 * abs(a))


def _item_from_wire(item: WireItem) -> MissionItem:
    frame = _plain(item.frame)
    # ArduPilot gives actions back in a global frame too: their parameters 5 and 6 are plain numbers all the same.
    at_place = is_place(item.command, frame) and (item.x != 0 or item.y != 0)
    first, second, third, fourth = (None if math.isnan(p) else p for p in item.params)
    return MissionItem(
        command=item.command,
        frame=frame,
        params=(first, second, third, fourth),
        position=LonLat(item.y / _DEGREE, item.x / _DEGREE) if at_place else None,
        altitude_m=None if math.isnan(item.z) else item.z,
        autocontinue=item.autocontinue,
        params_5_6=(0.0, 0.0) if at_place else (float(item.x), float(item.y)),
    )
