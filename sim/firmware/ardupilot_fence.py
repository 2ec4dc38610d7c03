"""ArduPilot's fence: maximum and minimum height, a cylinder around home, polygons and circles, with margin and back-up distance.

Source: AC_Fence. Checked at 25 Hz; a breach is repeated each time the vehicle is 20 m further out; beyond 100 m it lands. For ten
seconds after any change of mode while it is breached, its own included, it leaves the vehicle to whoever brings it back.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.flight_modes import FlightMode
from sim.vector import ZERO

if TYPE_CHECKING:
    from sim.autopilot import Autopilot

MAX_HEIGHT, CYLINDER, POLYGON, MIN_HEIGHT = 1, 2, 4, 8
NAMES = {MAX_HEIGHT: "Max Alt", CYLINDER: "Circle", POLYGON: "Polygon", MIN_HEIGHT: "Min Alt"}
_MAVLINK_KIND = {MIN_HEIGHT: 1, MAX_HEIGHT: 2, CYLINDER: 3, POLYGON: 3}  # FENCE_BREACH
NOTIFY_MARGIN = 4  # of FENCE_OPTIONS
AFTER_TAKEOFF, FLOOR_AT_LANDING, WHILE_ARMED = 1, 2, 3  # FENCE_AUTOENABLE
BACKUP_M = 20.0
GIVE_UP_M = 100.0
MANUAL_RECOVERY_S = 10.0
REPORT, RETURN_OR_LAND, ALWAYS_LAND, SMART_RETURN_OR_RETURN_OR_LAND, BRAKE_OR_LAND, SMART_RETURN_OR_LAND = range(6)


def outside_m(pilot: "Autopilot", kind: int) -> float:
    """Distance beyond one part of the fence; negative inside."""
    parameters, position, home = pilot.parameters, pilot.view.position, pilot.home or ZERO
    match kind:
        case 1:
            return position.up - home.up - parameters["FENCE_ALT_MAX"]
        case 2:
            return position.minus(home).level_length() - parameters["FENCE_RADIUS"]
        case 4:
            return pilot.fence.outside_m(position)
    return parameters["FENCE_ALT_MIN"] - (position.up - home.up)


def watched(pilot: "Autopilot") -> list[int]:
    """The parts that are switched on and can be judged now."""
    wanted = int(pilot.parameters["FENCE_TYPE"])
    level = pilot.readings.ready and pilot.home is not None
    kinds = [kind for kind in NAMES if wanted & kind]
    return [kind for kind in kinds if (kind not in (CYLINDER, POLYGON) or level) and (kind != MIN_HEIGHT or pilot.flying)]


def breached_now(pilot: "Autopilot") -> list[str]:
    """Names of the parts the vehicle is outside of, for the arming check; the lower limit is not judged on the ground."""
    return [NAMES[kind] for kind in watched(pilot) if outside_m(pilot, kind) > 0.0]


class FenceMonitor:
    """Copter and Plane alike: `modes` names the modes of the actions from the strongest to the weakest that may be refused."""

    def __init__(self, pilot: "Autopilot", actions: Mapping[int, tuple[str, ...]], far_action: tuple[str, ...]) -> None:
        self._pilot = pilot
        self._actions = actions
        self._far_action = far_action
        self._backup_m: dict[int, float] = {}
        self._hands_off_until_s = 0.0
        self._mode_seen: FlightMode | None = None
        self._warned_s: float | None = None
        self._auto_on = self._floor_off = False
        self._was_armed = self._was_taking_off = self._was_landing = False
        self.state = pilot.fence_state

    period_s = 0.04

    def update(self, now_s: float) -> None:
        pilot, state = self._pilot, self.state
        wanted = pilot.run.fence_wanted
        if wanted is not None:
            pilot.run.fence_wanted = None
            pilot.parameters.force("FENCE_ENABLE", min(1, wanted))
            self._auto_on = False
        self._switch_by_itself()
        state.enabled = pilot.parameters["FENCE_ENABLE"] != 0 or self._auto_on
        if not state.enabled:
            self._clear(say=False)
            return
        if not pilot.armed:
            self._clear(say=False)
            return
        if state.breaches and self._mode_seen is not None and pilot.flight_mode is not self._mode_seen:
            self._hands_off_until_s = now_s + MANUAL_RECOVERY_S
            pilot.say("Manual recovery started")
        self._mode_seen = pilot.flight_mode
        if now_s < self._hands_off_until_s:
            return
        distances = {kind: outside_m(pilot, kind) for kind in watched(pilot) if not (kind == MIN_HEIGHT and self._floor_off)}
        self._watch_margin(distances, now_s)
        new = [kind for kind, distance in distances.items() if distance >= max(0.0, self._backup_m.get(kind, 0.0))]
        for kind in new:
            self._backup_m[kind] = distances[kind] + BACKUP_M
        outside = sum(kind for kind, distance in distances.items() if distance >= 0.0)
        cleared = state.breaches & ~outside
        for kind in list(self._backup_m):
            if cleared & kind:
                del self._backup_m[kind]
        if cleared and not outside:
            self._clear(say=True)
        state.breaches = outside
        if new:
            state.breach_count += 1
            state.kind = max(_MAVLINK_KIND[kind] for kind in new)
            state.breach_s = now_s
            pilot.alarms.add("fence")
            pilot.say(f"{' and '.join(NAMES[kind] for kind in new)} fence breached", 4)
            self._act(max(distances[kind] for kind in new))

    def _act(self, distance_m: float) -> None:
        pilot = self._pilot
        action = int(pilot.parameters["FENCE_ACTION"])
        if action == REPORT or not pilot.armed:
            return
        if pilot.view.on_ground:
            pilot.disarm(force=True, why="fence")
            return
        names = self._far_action if distance_m > GIVE_UP_M else self._actions.get(action, self._far_action)
        for name in names:
            mode = pilot.mode_named(name)
            if mode is pilot.flight_mode or pilot.set_mode(mode.number):
                return

    def _switch_by_itself(self) -> None:
        """FENCE_AUTOENABLE: on after a take-off (1, 2) or when armed (3); off at a landing (1) or disarmed (3); 2 drops the floor."""
        pilot = self._pilot
        way = int(pilot.parameters["FENCE_AUTOENABLE"])
        armed, taking_off, landing = pilot.armed, pilot.helm.taking_off, pilot.helm.landing
        took_off = self._was_taking_off and not taking_off and pilot.flying
        if (way == WHILE_ARMED and armed and not self._was_armed) or (way in (AFTER_TAKEOFF, FLOOR_AT_LANDING) and took_off):
            self._auto_on, self._floor_off = True, False
            self._tell("auto-enabled")
        if self._auto_on and way == AFTER_TAKEOFF and landing and not self._was_landing:
            self._auto_on = False
            self._tell("auto-disabled")
        elif self._auto_on and landing:
            self._floor_off = True
        if self._was_armed and not armed:
            self._floor_off = False
            if self._auto_on and way == WHILE_ARMED:
                self._tell("auto-disabled")
            self._auto_on = False
        self._was_armed, self._was_taking_off, self._was_landing = armed, taking_off, landing

    def _tell(self, what: str) -> None:
        kinds = [NAMES[kind] for kind in sorted(NAMES) if int(self._pilot.parameters["FENCE_TYPE"]) & kind]
        if kinds:
            names = " and ".join([", ".join(kinds[:-1]), kinds[-1]]) if len(kinds) > 1 else kinds[0]
            self._pilot.say(f"{names} fence{'s' if len(kinds) > 1 else ''} {what}", 5)

    def _watch_margin(self, distances: dict[int, float], now_s: float) -> None:
        margin_m = self._pilot.parameters["FENCE_MARGIN"]
        rate_hz = self._pilot.parameters["FENCE_NTF_FREQ"]
        near = [kind for kind, distance in distances.items() if -margin_m <= distance < 0.0]
        if not near or not self._pilot.flying or rate_hz <= 0.0 or not self._pilot.parameters.flag("FENCE_OPTIONS", NOTIFY_MARGIN):
            return
        if self._warned_s is None or now_s - self._warned_s >= 1.0 / rate_hz:
            self._warned_s = now_s
            names = " and ".join(NAMES[kind] for kind in near)
            self._pilot.say(f"{names} fence in {-max(distances[kind] for kind in near):.1f}m", 5)

    def _clear(self, *, say: bool) -> None:
        if self.state.breaches or "fence" in self._pilot.alarms:
            self._pilot.alarms.discard("fence")
            if say:
                self._pilot.say("Fence breach cleared", 5)
        self.state.breaches = self.state.kind = 0
        self._backup_m.clear()
