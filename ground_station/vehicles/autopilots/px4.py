"""PX4: modes in two bytes, altitudes above mean sea level in commands, missions entered before arming."""

import math
from collections.abc import Sequence

from geo.primitives import LonLat
from ground_station.mavlink import Address, WireMessage, mavlink
from ground_station.mavlink.commands import command_int, command_long
from ground_station.mavlink.parameter_values import Encoding
from ground_station.vehicles.autopilots import px4_missions
from ground_station.vehicles.autopilots.base import Autopilot, MessageRate, ModeRequest, Situation
from ground_station.vehicles.autopilots.plan_limits import PX4_LIMITS
from missions import MissionItem

# name -> (main mode, sub mode), px4_custom_mode.h
_MODES = {
    "MANUAL": (1, 0),
    "ALTCTL": (2, 0),
    "POSCTL": (3, 0),
    "READY": (4, 1),
    "TAKEOFF": (4, 2),
    "LOITER": (4, 3),
    "MISSION": (4, 4),
    "RTL": (4, 5),
    "LAND": (4, 6),
    "FOLLOW": (4, 8),
    "PRECLAND": (4, 9),
    "ACRO": (5, 0),
    "OFFBOARD": (6, 0),
    "STABILIZED": (7, 0),
}


class Px4(Autopilot):
    """Items start at 0; reposition and take-off want altitudes above mean sea level."""

    name = "px4"
    guided_mode, mission_mode, rtl_mode, land_mode, hold_modes = "LOITER", "MISSION", "RTL", "LAND", ("LOITER",)
    arms_before_mission_mode = False
    returns_in_return_mode = True
    wanted_messages = (
        *Autopilot.wanted_messages,
        MessageRate(mavlink.MAVLINK_MSG_ID_ESTIMATOR_STATUS, 1.0),
        MessageRate(mavlink.MAVLINK_MSG_ID_WIND_COV, 1.0),
    )
    parameter_encoding = Encoding.BYTEWISE
    parameter_hash = "_HASH_CHECK"
    individual_parameters = ("CAL_", "MAV_SYS_ID", "LND_FLIGHT_T", "COM_FLIGHT_UUID", "SENS_BOARD_", "TC_")
    log_folders = ("@MAV_LOG", "/fs/microsd/log")
    log_suffix = ".ulg"
    plan_limits = PX4_LIMITS

    def __init__(self, mav_type: int) -> None:
        super().__init__(mav_type)
        self.modes = {name: main << 16 | sub << 24 for name, (main, sub) in _MODES.items()}

    def mode_request(self, mode: str) -> ModeRequest | None:
        number = self.modes.get(mode.strip().upper())
        if number is None:
            return None
        return ModeRequest(mavlink.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED, number >> 16 & 0xFF, number >> 24 & 0xFF, number)

    def high_latency_modes(self, message: WireMessage) -> tuple[int | None, int]:
        return None, message.custom_mode << 16  # the upper half of px4_custom_mode, which holds both bytes

    def in_own_words(self, items: Sequence[MissionItem], home: LonLat | None) -> Sequence[MissionItem]:
        return px4_missions.in_own_words(items, home)

    def not_flown(self, items: Sequence[MissionItem]) -> list[str]:
        return list(px4_missions.not_flown(self.in_own_words(items, None)))

    def same_parameter(self, command: int, number: int, sent: float, stored: float) -> bool:
        # The heading at a waypoint: NaN leaves it as it is, 0 turns the vehicle to the north.
        if command == mavlink.MAV_CMD_NAV_WAYPOINT and number == 4 and math.isnan(sent) != math.isnan(stored):
            return False
        return super().same_parameter(command, number, sent, stored)

    def takeoff(self, target: Address, altitude_m: float, situation: Situation) -> WireMessage | None:
        if situation.home_amsl_m is None:
            return None
        return command_long(target, mavlink.MAV_CMD_NAV_TAKEOFF, -1, 0, 0, math.nan, math.nan, math.nan, situation.home_amsl_m + altitude_m)

    def reposition(self, target: Address, place: LonLat, altitude_m: float, situation: Situation) -> WireMessage | None:
        if situation.home_amsl_m is None:
            return None
        return command_int(
            target,
            mavlink.MAV_CMD_DO_REPOSITION,
            mavlink.MAV_FRAME_GLOBAL,
            (-1.0, mavlink.MAV_DO_REPOSITION_FLAGS_CHANGE_MODE, 0.0, math.nan),
            lon_deg=place.lon_deg,
            lat_deg=place.lat_deg,
            z=situation.home_amsl_m + altitude_m,
        )
