"""ArduPilot's fence: maximum and minimum height, a cylinder around home, polygons and circles, with margin and back-up distance.

Source: AC_Fence. Checked at 25 Hz; a breach is repeated each time the vehicle is 20 m further out; beyond 100 m it lands.
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
CHECK_EVERY_S = 0.04
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
        self._due_s = 0.0
        self._backup_m: dict[int, float] = {}
        self._hands_off_until_s = 0.0
        self._acted_mode: FlightMode | None = None
        self._warned_s: float | None = None
        self.state = pilot.fence_state

    def update(self, now_s: float) -> None:
        if now_s < self._due_s:
            return
        self._due_s = now_s + CHECK_EVERY_S
        pilot, state = self._pilot, self.state
        wanted = pilot.run.fence_wanted
        if wanted is not None:
            pilot.run.fence_wanted = None
            pilot.parameters.force("FENCE_ENABLE", min(1, wanted))
        state.enabled = pilot.parameters["FENCE_ENABLE"] != 0
        if not state.enabled:
            self._clear(say=False)
            return
        if not pilot.armed:
            self._clear(say=False)
            return
        if self._acted_mode is not None and pilot.flight_mode is not self._acted_mode:
            # The pilot took over: the fence lets the vehicle be brought back by hand.
            self._acted_mode = None
            self._hands_off_until_s = now_s + MANUAL_RECOVERY_S
            self._backup_m.clear()
        if now_s < self._hands_off_until_s:
            return
        distances = {kind: outside_m(pilot, kind) for kind in watched(pilot)}
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
                self._acted_mode = mode
                return

    def _watch_margin(self, distances: dict[int, float], now_s: float) -> None:
        margin_m = self._pilot.parameters["FENCE_MARGIN"]
        rate_hz = self._pilot.parameters["FENCE_NTF_FREQ"]
        near = [kind for kind, distance in distances.items() if -margin_m <= distance < 0.0]
        if not near or not self._pilot.flying or rate_hz <= 0.0:
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
        self._acted_mode = None
        self._backup_m.clear()
