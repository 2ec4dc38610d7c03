"""PX4's failsafes: each cause asks for an action; Hold comes first for COM_FAIL_ACT_T, then the most severe one asked for.

Sources: Commander's failsafe framework, battery and geofence checks; times and limits are the parameters' defaults.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from sim.firmware.firmware import Monitor
from sim.flight_modes import Behaviour
from sim.vector import ZERO

if TYPE_CHECKING:
    from sim.autopilot import Autopilot

CRITICAL, WARNING, INFO = 2, 4, 6
POSITION_LOST_S = 1.0  # COM_POS_FS_DELAY


class Action(IntEnum):
    """From the mildest to the most severe."""

    NONE = 0
    WARN = 1
    HOLD = 2
    RETURN = 3
    LAND = 4
    DESCEND = 5
    DISARM = 6
    TERMINATE = 7


_MODES = {Action.HOLD: "LOITER", Action.RETURN: "RTL", Action.LAND: "LAND", Action.DESCEND: "DESCEND"}
_LABELS = {Action.HOLD: "Hold", Action.RETURN: "Return", Action.LAND: "Land", Action.DESCEND: "Descend"}
# NAV_RCL_ACT and NAV_DLL_ACT count alike, GF_ACTION and COM_LOW_BAT_ACT do not.
LINK_ACTIONS = {1: Action.HOLD, 2: Action.RETURN, 3: Action.LAND, 5: Action.TERMINATE, 6: Action.DISARM}
FENCE_ACTIONS = {1: Action.WARN, 2: Action.HOLD, 3: Action.RETURN, 4: Action.TERMINATE, 5: Action.LAND}


@dataclass(slots=True)
class _Cause:
    """`severe` actions of causes that are delayed by Hold; the others act at once."""

    action: Action
    delayed: bool


class Px4Failsafes:
    """All causes together, because only the most severe of them decides."""

    def __init__(self, pilot: "Autopilot") -> None:
        self._pilot = pilot
        self._causes: dict[str, _Cause] = {}
        self._acting = Action.NONE
        self._acts_at_s: float | None = None
        self._radio_lost_s: float | None = None
        self._position_lost_s: float | None = None
        self._had_position = False
        self._battery_said = 0
        self._finished_said = False
        self._airborne_s: float | None = None
        self._mode_set: int | None = None

    def update(self, now_s: float) -> None:
        pilot = self._pilot
        self._radio(now_s)
        self._station(now_s)
        self._battery()
        self._position(now_s)
        self._fence(now_s)
        self._offboard(now_s)
        self._finished()
        if not pilot.armed:
            self._acting, self._acts_at_s = Action.NONE, None
            return
        self._decide(now_s)

    # Causes ------------------------------------------------------------------------------------------------------------------

    def _ask(self, name: str, action: Action, text: str, *, delayed: bool, severity: int = CRITICAL) -> None:
        if name in self._causes:
            return
        self._causes[name] = _Cause(action, delayed)
        self._pilot.alarms.add(name)
        self._pilot.say(text, severity)

    def _clear(self, name: str, text: str) -> None:
        if self._causes.pop(name, None) is not None:
            self._pilot.alarms.discard(name)
            self._pilot.say(text, INFO)

    def _radio(self, now_s: float) -> None:
        pilot, parameters = self._pilot, self._pilot.parameters
        if pilot.radio_connected or parameters["COM_RC_IN_MODE"] == 4:
            self._radio_lost_s = None
            self._clear("radio", "Manual control regained")
            return
        self._radio_lost_s = now_s if self._radio_lost_s is None else self._radio_lost_s
        if now_s - self._radio_lost_s < parameters["COM_RC_LOSS_T"]:
            return
        excepted = {Behaviour.MISSION: 1, Behaviour.HOLD: 2, Behaviour.GUIDED: 4}.get(pilot.behaviour, 0)
        if int(parameters["COM_RCL_EXCEPT"]) & excepted:
            return
        self._ask("radio", LINK_ACTIONS.get(int(parameters["NAV_RCL_ACT"]), Action.NONE), "Manual control lost", delayed=True)

    def _station(self, now_s: float) -> None:
        pilot = self._pilot
        heard_s = max(pilot.station_heard_s.values(), default=None)
        if heard_s is None or now_s - heard_s < pilot.parameters["COM_DL_LOSS_T"]:
            self._clear("station", "Connection to ground control station regained")
            return
        action = LINK_ACTIONS.get(int(pilot.parameters["NAV_DLL_ACT"]), Action.NONE)
        self._ask("station", action, "Connection to ground control station lost", delayed=True, severity=WARNING)

    def _battery(self) -> None:
        pilot, parameters = self._pilot, self._pilot.parameters
        left = pilot.battery.charge
        level = sum(left < parameters[name] for name in ("BAT_LOW_THR", "BAT_CRIT_THR", "BAT_EMERGEN_THR"))
        if level <= self._battery_said:
            if level == 0 and self._battery_said:
                self._battery_said = 0
                for name in ("battery_low", "battery_critical", "battery_emergency"):
                    self._causes.pop(name, None)
                    pilot.alarms.discard(name)
            return
        self._battery_said = level
        name, text = (
            ("battery_low", "Low battery level"),
            ("battery_critical", "Critical battery level"),
            ("battery_emergency", "Emergency battery level"),
        )[level - 1]
        setting = int(parameters["COM_LOW_BAT_ACT"])
        action = Action.WARN
        if level >= 2 and setting == 2:
            action = Action.LAND
        elif level >= 2 and setting == 3:
            action = Action.RETURN if level == 2 else Action.LAND
        self._ask(name, action, text, delayed=True)

    def _position(self, now_s: float) -> None:
        pilot = self._pilot
        self._had_position = self._had_position or pilot.readings.ready
        if pilot.readings.ready or not self._had_position:
            self._position_lost_s = None
            self._clear("position", "Position estimate regained")
            return
        self._position_lost_s = now_s if self._position_lost_s is None else self._position_lost_s
        if now_s - self._position_lost_s < POSITION_LOST_S or not pilot.flying or not pilot.flight_mode.needs_position:
            return
        if pilot.flight_mode.automatic or pilot.helm.landing:
            self._ask("position", Action.DESCEND, "Position estimate lost", delayed=False)
        elif pilot.flight_mode.name == "POSCTL":
            pilot.say("Position estimate lost", CRITICAL)
            pilot.say("Failsafe activated: switching to Altitude", CRITICAL)
            pilot.set_mode(pilot.mode_named("ALTCTL").number)

    def _fence(self, now_s: float) -> None:
        pilot, parameters, state = self._pilot, self._pilot.parameters, self._pilot.fence_state
        action = FENCE_ACTIONS.get(int(parameters["GF_ACTION"]), Action.NONE)
        limits = (parameters["GF_MAX_HOR_DIST"], parameters["GF_MAX_VER_DIST"])
        state.enabled = action is not Action.NONE and (bool(pilot.fence) or any(limit > 0.0 for limit in limits))
        if not state.enabled or not pilot.flying or not pilot.readings.ready:
            self._clear("fence", "Geofence violation over")
            state.breaches = 0
            return
        home, here = pilot.home or ZERO, pilot.view.position
        text = ""
        if limits[1] > 0.0 and here.up - home.up > limits[1]:
            text = f"Maximum altitude above home exceeded by {here.up - home.up - limits[1]:.1f} m"
        elif limits[0] > 0.0 and here.minus(home).level_length() > limits[0]:
            text = f"Maximum distance from home exceeded by {here.minus(home).level_length() - limits[0]:.1f} m"
        elif pilot.fence.outside_m(here) > 0.0:
            text = "Geofence violated"
        if not text:
            state.breaches = 0
            self._clear("fence", "Geofence violation over")
            return
        if not state.breaches:
            state.breaches = 1
            state.breach_count += 1
            state.breach_s = now_s
        self._ask("fence", action, text, delayed=False)

    def _offboard(self, now_s: float) -> None:
        """Set-points that stop coming: COM_OBL_RC_ACT, by default Position with sticks at hand."""
        pilot = self._pilot
        if pilot.behaviour is not Behaviour.GUIDED or not pilot.armed:
            return
        if pilot.setpoint_s is not None and now_s - pilot.setpoint_s <= pilot.parameters["COM_OF_LOSS_T"]:
            return
        pilot.say("Offboard control signal lost", CRITICAL)
        names = {0: "POSCTL", 1: "ALTCTL", 2: "MANUAL", 3: "RTL", 4: "LAND", 5: "LOITER"}
        pilot.set_mode(pilot.mode_named(names.get(int(pilot.parameters["COM_OBL_RC_ACT"]), "LOITER")).number)

    def _finished(self) -> None:
        """A mission flown to its end in the air goes over to Hold."""
        pilot = self._pilot
        if pilot.behaviour is Behaviour.MISSION and pilot.flying and pilot.run.state == pilot.run.state.COMPLETE:
            pilot.set_mode(pilot.mode_named("LOITER").number)

    # What is done ------------------------------------------------------------------------------------------------------------

    def _decide(self, now_s: float) -> None:
        pilot = self._pilot
        wanted = max((cause.action for cause in self._causes.values()), default=Action.NONE)
        if wanted <= Action.WARN:
            self._acting, self._acts_at_s = Action.NONE, None
            return
        if wanted <= self._acting:
            return
        if pilot.view.on_ground and not pilot.helm.taking_off:
            pilot.disarm(force=True, why="failsafe")
            return
        delay_s = pilot.parameters["COM_FAIL_ACT_T"]
        delayed = all(cause.delayed for cause in self._causes.values() if cause.action == wanted)
        if delayed and delay_s > 0.0 and wanted > Action.HOLD and self._acts_at_s is None:
            self._acts_at_s = now_s + delay_s
            pilot.say(f"Failsafe activated: Hold, {_LABELS.get(wanted, 'Terminate')} in {delay_s:.0f} seconds", CRITICAL)
            self._enter(Action.HOLD)
            return
        if self._acts_at_s is not None and now_s < self._acts_at_s and delayed:
            return
        self._act(wanted)

    def _act(self, action: Action) -> None:
        pilot = self._pilot
        self._acting, self._acts_at_s = action, None
        if action in (Action.TERMINATE, Action.DISARM):
            pilot.say("Failsafe activated: Terminate" if action is Action.TERMINATE else "Failsafe activated: Disarm", 0)
            pilot.disarm(force=True, why="failsafe")
            return
        pilot.say(f"Failsafe activated: {_LABELS[action]}", CRITICAL)
        self._enter(action)

    def _enter(self, action: Action) -> None:
        """The mode of an action, or of the next more severe one that can be flown."""
        pilot = self._pilot
        for candidate in (one for one in _MODES if one >= action):
            mode = pilot.mode_named(_MODES[candidate])
            if mode is pilot.flight_mode or pilot.firmware.mode_refusal(pilot, mode) is None:
                pilot.set_mode(mode.number)
                if candidate is Action.DESCEND:
                    pilot.helm.land_without_position()
                return


def px4_monitors(pilot: "Autopilot") -> list[Monitor]:
    return [Px4Failsafes(pilot)]
