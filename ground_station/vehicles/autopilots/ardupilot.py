"""ArduPilot: Copter, Plane (with QuadPlane) and Rover. Behaviour as seen on 4.7, names of 4.5 and later."""

import math

from ground_station.mavlink import WireMessage, mavlink
from ground_station.mavlink.parameter_pack import PACK_FILE
from ground_station.vehicles.autopilots.base import Autopilot, MessageRate
from ground_station.vehicles.autopilots.plan_limits import ARDUPILOT_LIMITS

_COPTER = {
    "STABILIZE": 0,
    "ACRO": 1,
    "ALT_HOLD": 2,
    "AUTO": 3,
    "GUIDED": 4,
    "LOITER": 5,
    "RTL": 6,
    "CIRCLE": 7,
    "LAND": 9,
    "DRIFT": 11,
    "SPORT": 13,
    "FLIP": 14,
    "AUTOTUNE": 15,
    "POSHOLD": 16,
    "BRAKE": 17,
    "THROW": 18,
    "AVOID_ADSB": 19,
    "GUIDED_NOGPS": 20,
    "SMART_RTL": 21,
    "FLOWHOLD": 22,
    "FOLLOW": 23,
    "ZIGZAG": 24,
    "SYSTEMID": 25,
    "AUTOROTATE": 26,
    "AUTO_RTL": 27,
    "TURTLE": 28,
}
_PLANE = {
    "MANUAL": 0,
    "CIRCLE": 1,
    "STABILIZE": 2,
    "TRAINING": 3,
    "ACRO": 4,
    "FBWA": 5,
    "FBWB": 6,
    "CRUISE": 7,
    "AUTOTUNE": 8,
    "AUTO": 10,
    "RTL": 11,
    "LOITER": 12,
    "TAKEOFF": 13,
    "AVOID_ADSB": 14,
    "GUIDED": 15,
    "INITIALISING": 16,
    "QSTABILIZE": 17,
    "QHOVER": 18,
    "QLOITER": 19,
    "QLAND": 20,
    "QRTL": 21,
    "QAUTOTUNE": 22,
    "QACRO": 23,
    "THERMAL": 24,
    "LOITERALTQLAND": 25,
    "AUTOLAND": 26,
}
_ROVER = {
    "MANUAL": 0,
    "ACRO": 1,
    "STEERING": 3,
    "HOLD": 4,
    "LOITER": 5,
    "FOLLOW": 6,
    "SIMPLE": 7,
    "DOCK": 8,
    "CIRCLE": 9,
    "AUTO": 10,
    "RTL": 11,
    "SMART_RTL": 12,
    "GUIDED": 15,
    "INITIALISING": 16,
}
_NAV_LAST = mavlink.MAV_CMD_NAV_LAST
_LANDING_YAW = 4  # parameter of NAV_LAND


class ArduPilot(Autopilot):
    """Item 0 is home; missions start from GUIDED; nothing is sent until asked for."""

    name = "ardupilot"
    guided_mode, mission_mode, rtl_mode = "GUIDED", "AUTO", "RTL"
    has_home_item = True
    wanted_messages = (
        *Autopilot.wanted_messages,
        MessageRate(mavlink.MAVLINK_MSG_ID_EKF_STATUS_REPORT, 1.0),
        MessageRate(mavlink.MAVLINK_MSG_ID_WIND, 1.0),
    )
    parameter_pack = PACK_FILE
    individual_parameters = (
        "STAT_", "SYSID_THISMAV", "MAV_SYSID", "COMPASS_OFS", "COMPASS_DIA", "COMPASS_ODI", "COMPASS_MOT", "COMPASS_SCALE",
        "COMPASS_DEV_ID", "COMPASS_PRIO", "INS_ACC", "INS_GYR", "INS_TCAL", "AHRS_TRIM", "BARO1_GND", "BARO2_GND", "BARO3_GND",
        "BARO1_DEVID", "BARO2_DEVID", "BARO3_DEVID", "ARSPD_OFFSET", "ARSPD_DEVID", "RC1_", "RC2_", "RC3_", "RC4_",
    )  # fmt: skip
    lists_logs_while_armed = False
    log_folders = ("@MAV_LOG", "/APM/LOGS", "/logs")
    plan_limits = ARDUPILOT_LIMITS

    def __init__(self, mav_type: int) -> None:
        super().__init__(mav_type)
        if self.vehicle_type == "plane":
            self.modes, self.land_mode, self.hold_modes = _PLANE, "AUTOLAND", ("LOITER",)
        elif self.vehicle_type == "vtol":
            self.modes, self.land_mode, self.rtl_mode, self.hold_modes = _PLANE, "QLAND", "QRTL", ("QLOITER",)
        elif self.vehicle_type == "rover":
            self.modes, self.hold_modes = _ROVER, ("HOLD",)
        else:
            # BRAKE first: LOITER takes the throttle stick's word for the climb rate, and a copter flown
            # from a ground station may have no transmitter at all.
            self.modes, self.land_mode, self.hold_modes = _COPTER, "LAND", ("BRAKE", "LOITER")
            self.arms_in = frozenset({"GUIDED", "STABILIZE", "ALT_HOLD", "LOITER", "POSHOLD", "ACRO", "SPORT", "FLOWHOLD"})

    def is_flying(self, system_status: int) -> bool | None:
        # Copter and Plane report ACTIVE while flying and STANDBY on the ground; the failsafe states come only in flight.
        return system_status in (mavlink.MAV_STATE_ACTIVE, mavlink.MAV_STATE_CRITICAL, mavlink.MAV_STATE_EMERGENCY)

    def high_latency_modes(self, message: WireMessage) -> tuple[int | None, int]:
        return message.custom0 & 0xFF, message.custom_mode  # GCS_MAVLINK::send_high_latency2 puts the base mode there

    def parameter(self, value: float | None) -> float:
        return 0.0 if value is None else value  # NaN is refused as INVALID_PARAMn for most commands

    def same_parameter(self, command: int, number: int, sent: float, stored: float) -> bool:
        if command == mavlink.MAV_CMD_NAV_LAND and number == _LANDING_YAW:
            return (sent < 0.0) == (stored < 0.0)  # a direction is kept, told as 1 or -1
        if math.isnan(stored) or stored == 0.0:
            # Navigation items keep only the parameters ArduPilot flies by; the others come back as 0.
            return command <= _NAV_LAST or super().same_parameter(command, number, sent, stored)
        # Delays, radii and headings are kept as small integers.
        return super().same_parameter(command, number, sent, stored) or abs(sent - stored) <= max(0.5, 0.01 * abs(sent))
