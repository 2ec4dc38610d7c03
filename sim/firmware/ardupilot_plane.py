"""ArduPlane 4.7: a plane, and with Q_ENABLE a quadplane that hovers as well."""

from collections.abc import Mapping
from math import inf
from typing import TYPE_CHECKING

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.firmware import ardupilot
from sim.firmware.ardupilot_commands import ACCEPTED, FAILED, ArduPilotCommands, CommandMessage
from sim.firmware.ardupilot_fence import FenceMonitor
from sim.firmware.ardupilot_plane_failsafes import plane_monitors
from sim.firmware.ardupilot_vehicle import ArduPilotVehicle
from sim.firmware.firmware import CommandTable, Heartbeat, Identity, Monitor
from sim.firmware.tables import tables
from sim.flight_modes import Behaviour, FlightMode, StandardMode, mode_table
from sim.maneuvers import FlightSpeeds
from sim.mission_run import MissionManner
from sim.modes import PlaneMode
from sim.parameters import INT16, Alias, ParameterTable, scaled
from sim.piloting import Piloting, RotorPiloting
from sim.tuning import Readable
from sim.wing_guidance import WingLimits
from sim.wing_maneuvers import Limits
from sim.wing_piloting import VtolPiloting, WingPiloting

if TYPE_CHECKING:
    from sim.autopilot import Autopilot

_WING = (
    FlightMode(PlaneMode.MANUAL, Behaviour.CRUISE, "Manual", armable=True, needs_position=False, hovering=False),
    FlightMode(PlaneMode.CIRCLE, Behaviour.CIRCLE, "Circle", needs_position=False, automatic=True, hovering=False),
    FlightMode(PlaneMode.STABILIZE, Behaviour.CRUISE, "Stabilize", armable=True, needs_position=False, hovering=False),
    FlightMode(PlaneMode.TRAINING, Behaviour.CRUISE, "Training", armable=True, needs_position=False, hovering=False),
    FlightMode(PlaneMode.ACRO, Behaviour.CRUISE, "Acro", armable=True, needs_position=False, hovering=False),
    FlightMode(PlaneMode.FBWA, Behaviour.CRUISE, "FBWA", armable=True, needs_position=False, hovering=False),
    FlightMode(PlaneMode.FBWB, Behaviour.CRUISE, "FBWB", StandardMode.ALTITUDE_HOLD, armable=True, needs_position=False, hovering=False),
    FlightMode(PlaneMode.CRUISE, Behaviour.CRUISE, "Cruise", StandardMode.CRUISE, armable=True, hovering=False),
    FlightMode(PlaneMode.AUTO, Behaviour.MISSION, "Auto", StandardMode.MISSION, armable=True, automatic=True),
    FlightMode(PlaneMode.RTL, Behaviour.RETURN, "RTL", StandardMode.SAFE_RECOVERY, automatic=True, hovering=False),
    FlightMode(PlaneMode.LOITER, Behaviour.HOLD, "Loiter", StandardMode.ORBIT, armable=True, automatic=True, hovering=False),
    FlightMode(PlaneMode.TAKEOFF, Behaviour.TAKEOFF, "Takeoff", StandardMode.TAKEOFF, armable=True, automatic=True, hovering=False),
    FlightMode(PlaneMode.GUIDED, Behaviour.GUIDED, "Guided", armable=True, automatic=True, hovering=False),
)
_HOVER = (
    FlightMode(PlaneMode.QSTABILIZE, Behaviour.HOLD, "QStabilize", armable=True, needs_position=False, hovering=True),
    FlightMode(PlaneMode.QHOVER, Behaviour.HOLD, "QHover", armable=True, needs_position=False, hovering=True),
    FlightMode(PlaneMode.QLOITER, Behaviour.HOLD, "QLoiter", StandardMode.POSITION_HOLD, armable=True, hovering=True),
    FlightMode(PlaneMode.QLAND, Behaviour.LAND, "QLand", StandardMode.LAND, automatic=True, hovering=True),
    FlightMode(PlaneMode.QRTL, Behaviour.RETURN, "QRTL", automatic=True, hovering=None),
)
BY_HAND = frozenset({PlaneMode.MANUAL, PlaneMode.TRAINING, PlaneMode.ACRO})
FENCE_ACTIONS = {1: ("RTL",), 2: ("RTL",), 6: ("GUIDED",), 7: ("GUIDED",)}
ALIASES: tuple[Alias, ...] = (
    *ardupilot.ALIASES,
    scaled("GLIDE_SLOPE_MIN", "ALT_SLOPE_MIN", 1.0, INT16),
    scaled("GLIDE_SLOPE_THR", "ALT_SLOPE_MAXHGT"),
    scaled("TRIM_ARSPD_CM", "AIRSPEED_CRUISE", 0.01, INT16),
    scaled("ARSPD_FBW_MAX", "AIRSPEED_MAX", 1.0, INT16),
    scaled("ARSPD_FBW_MIN", "AIRSPEED_MIN", 1.0, INT16),
    scaled("ALT_HOLD_RTL", "RTL_ALTITUDE", 0.01),
    scaled("LIM_ROLL_CD", "ROLL_LIMIT_DEG", 0.01, INT16),
    scaled("LIM_PITCH_MAX", "PTCH_LIM_MAX_DEG", 0.01, INT16),
    scaled("LIM_PITCH_MIN", "PTCH_LIM_MIN_DEG", 0.01, INT16),
    scaled("Q_ANGLE_MAX", "Q_A_ANGLE_MAX", 0.01, INT16),
    scaled("Q_WP_SPEED", "Q_WP_SPD", 0.01),
    scaled("Q_WP_SPEED_UP", "Q_WP_SPD_UP", 0.01),
    scaled("Q_WP_SPEED_DN", "Q_WP_SPD_DN", 0.01),
    scaled("Q_WP_RADIUS", "Q_WP_RADIUS_M", 0.01),
    scaled("Q_WP_ACCEL", "Q_WP_ACC", 0.01),
    scaled("Q_LOIT_SPEED", "Q_LOIT_SPEED_MS", 0.01),
)
# What a careful owner of this airframe has set; see the copter's.
SETUP: Mapping[str, float] = {
    "ARMING_NEED_LOC": 1,
    "BATT_ARM_MAH": 2400,
    "BATT_CAPACITY": 12000,
    "BATT_CRT_MAH": 1200,
    "BATT_CRT_VOLT": 19.2,
    "BATT_FS_CRT_ACT": 2,
    "BATT_FS_LOW_ACT": 1,
    "BATT_LOW_MAH": 2400,
    "BATT_LOW_VOLT": 20.4,
    "RTL_AUTOLAND": 1,
    **ardupilot.STREAM_SETUP,
}


class PlaneTuning:
    """ArduPlane on its wing."""

    arming_delay_s = spool_up_s = 0.0
    climb_mps2 = 2.5
    stray_m = inf
    takeoff_within_m = 0.5
    circle_rate_dps = 20.0
    landed_after_s = 1.0
    return_final_height_m = 0.0
    return_mps = 0.0
    return_wait_s = -1.0
    turns_on_return = turns_to_leg = True

    def __init__(self, parameters: Readable) -> None:
        self._of = parameters

    @property
    def cruise_mps(self) -> float:
        return self._of["AIRSPEED_CRUISE"]

    @property
    def climb_mps(self) -> float:
        return self._of["TECS_CLMB_MAX"]

    @property
    def descend_mps(self) -> float:
        return self._of["TECS_SINK_MAX"]

    @property
    def waypoint_radius_m(self) -> float:
        return self._of["WP_RADIUS"]

    @property
    def takeoff_height_m(self) -> float:
        return self._of["TKOFF_ALT"]

    @property
    def idle_disarm_s(self) -> float:
        return self._of["LAND_DISARMDELAY"]

    @property
    def circle_radius_m(self) -> float:
        return self._of["WP_LOITER_RAD"]

    def level_mps2(self, speed_mps: float) -> float:
        return 2.5

    def leg_mps(self, length_m: float) -> float:
        return inf

    @property
    def stopped_within_m(self) -> float:
        return self.waypoint_radius_m

    def landing_mps(self, height_m: float) -> float:
        return self._of["TECS_SINK_MIN"]

    def return_height_m(self, distance_m: float, height_m: float) -> float:
        """RTL_ALTITUDE; negative keeps the present height."""
        return height_m if self._of["RTL_ALTITUDE"] < 0 else self._of["RTL_ALTITUDE"]


class HoverTuning(PlaneTuning):
    """The same vehicle on its rotors."""

    circle_radius_m = 10.0
    return_wait_s = 0.0

    @property
    def cruise_mps(self) -> float:
        return self._of["Q_WP_SPD"]

    @property
    def climb_mps(self) -> float:
        return self._of["Q_WP_SPD_UP"]

    @property
    def descend_mps(self) -> float:
        return self._of["Q_WP_SPD_DN"]

    @property
    def waypoint_radius_m(self) -> float:
        return self._of["Q_WP_RADIUS_M"]

    def landing_mps(self, height_m: float) -> float:
        return self._of["Q_LAND_FINAL_SPD"] if height_m <= self._of["Q_LAND_FINAL_ALT"] else self.descend_mps

    def return_height_m(self, distance_m: float, height_m: float) -> float:
        return max(height_m, self._of["Q_RTL_ALT"])


def wing_limits(parameters: ParameterTable, speeds: FlightSpeeds) -> Limits:
    """Limits read anew at each call, with the speed a mission or the station asked for."""

    def limits() -> WingLimits:
        least, most = parameters["AIRSPEED_MIN"], parameters["AIRSPEED_MAX"]
        cruise = parameters["AIRSPEED_CRUISE"] if speeds.level_mps is None else speeds.level_mps
        return WingLimits(
            cruise_mps=min(max(cruise, least), most),
            least_mps=least,
            climb_mps=parameters["TECS_CLMB_MAX"],
            sink_mps=parameters["TECS_SINK_MAX"],
            bank_deg=parameters["ROLL_LIMIT_DEG"],
            loiter_radius_m=abs(parameters["WP_LOITER_RAD"]),
            waypoint_radius_m=parameters["WP_RADIUS"],
            period_s=parameters["NAVL1_PERIOD"],
            damping=parameters["NAVL1_DAMPING"],
        )

    return limits


class ArduPlane(ArduPilotVehicle):
    words = ardupilot.words("Throttle armed", "Throttle disarmed")
    position_kept_s = inf  # EKF3 goes on by airspeed and wind
    clears_flown_mission = False
    mission_starts_by_mode = True
    manner = MissionManner(
        takeoff_is_by_wing=True,
        waypoint_text="Reached waypoint #{index} dist {distance_m:.0f}m",
        takeoff_text="Takeoff complete at {height_m:.2f}m",
    )

    def __init__(self, *, quadplane: bool = False) -> None:
        self._quadplane = quadplane
        self.modes = mode_table(*_WING, *(_HOVER if quadplane else ()))
        self.start_mode = self.modes[PlaneMode.QLOITER if quadplane else PlaneMode.MANUAL]
        self.identity = Identity(
            name="ArduPlane",
            autopilot=mavlink.MAV_AUTOPILOT_ARDUPILOTMEGA,
            vehicle_type=mavlink.MAV_TYPE_FIXED_WING,
            flight_version=ardupilot.FLIGHT_VERSION,
            greeting=f"Sunqar simulated {'quadplane' if quadplane else 'plane'}, ArduPlane V4.7.0",
        )

    def parameters(self, system_id: int, overrides: Mapping[str, float] | None = None) -> ParameterTable:
        names = ("ardupilot", "ardupilot_plane", *(("ardupilot_quadplane",) if self._quadplane else ()))
        own = {"MAV_SYSID": system_id}
        if self._quadplane:
            own["BATT_FS_CRT_ACT"] = 4
        return ParameterTable(
            tables(*names), aliases=ALIASES, read_only=ardupilot.READ_ONLY, overrides={**SETUP, **own, **(overrides or {})}
        )

    def tuning(self, parameters: ParameterTable) -> PlaneTuning:
        return HoverTuning(parameters) if self._quadplane else PlaneTuning(parameters)

    def piloting(self, parameters: ParameterTable) -> Piloting:
        speeds = FlightSpeeds(PlaneTuning(parameters))
        wing = WingPiloting(speeds, wing_limits(parameters, speeds))
        if not self._quadplane:
            return wing
        return VtolPiloting(RotorPiloting(FlightSpeeds(HoverTuning(parameters))), wing, circling=lambda: parameters["Q_RTL_MODE"] == 0)

    def monitors(self, pilot: "Autopilot") -> list[Monitor]:
        return [*plane_monitors(pilot, quadplane=self._quadplane), FenceMonitor(pilot, FENCE_ACTIONS, ("RTL",))]

    def mode_refusal(self, pilot: "Autopilot", mode: FlightMode) -> str | None:
        failed = f"Mode change to {mode.name} failed: "
        if mode.needs_position and not pilot.readings.ready:
            return f"{failed}requires position"
        if mode.behaviour is Behaviour.MISSION and pilot.run.state == pilot.run.state.NO_MISSION:
            return f"{failed}no mission"
        return None

    def disarmed(self, pilot: "Autopilot") -> None:
        """The mode stays; a vehicle that stands on its rotors begins with them."""
        pilot.piloting.hover(True)

    def heartbeat(self, pilot: "Autopilot") -> Heartbeat:
        mode = pilot.flight_mode
        base = 0 if mode.automatic else mavlink.MAV_MODE_FLAG_MANUAL_INPUT_ENABLED
        if mode.number not in BY_HAND:
            base |= mavlink.MAV_MODE_FLAG_STABILIZE_ENABLED
        if mode.automatic:
            base |= mavlink.MAV_MODE_FLAG_GUIDED_ENABLED
        return ardupilot.heartbeat(pilot, int(base))

    def commands(self, pilot: "Autopilot") -> CommandTable:
        return PlaneCommands(pilot, quadplane=self._quadplane).table()


class PlaneCommands(ArduPilotCommands):
    """Only a quadplane takes off by command; LAND is the landing sequence of the mission, or QLAND."""

    def __init__(self, pilot: "Autopilot", *, quadplane: bool) -> None:
        super().__init__(pilot, hold_mode="LOITER", land_mode="QLAND")
        self._quadplane = quadplane

    def table(self) -> CommandTable:
        return {
            **super().table(),
            mavlink.MAV_CMD_NAV_LAND: (lambda _: self._enter("QLAND")) if self._quadplane else self._landing_sequence,
            mavlink.MAV_CMD_DO_VTOL_TRANSITION: self._transition,
        }

    def _take_off(self, command: CommandMessage) -> int:
        return super()._take_off(command) if self._quadplane else FAILED

    def _transition(self, command: CommandMessage) -> int:
        """Only a mission changes the way of flying; by hand it is a matter of the mode."""
        states = (mavlink.MAV_VTOL_STATE_MC, mavlink.MAV_VTOL_STATE_FW)
        auto = self._pilot.behaviour is Behaviour.MISSION and int(command.parameters[0]) in states
        if not self._quadplane or not auto:
            return FAILED
        self._pilot.piloting.hover(int(command.parameters[0]) == mavlink.MAV_VTOL_STATE_MC)
        return ACCEPTED
