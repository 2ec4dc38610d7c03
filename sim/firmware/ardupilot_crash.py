"""ArduCopter's crash check, and its word about thrust that is not there.

Source: ArduCopter's crash_check: two seconds of a vehicle that leans where its motors would not put it and hardly moves. One that lies
upright does not count as crashed: it stays armed, as a real one in the same place does.
"""

from math import acos, cos, degrees, radians
from typing import TYPE_CHECKING

from sim.airframes import MotionCommand

if TYPE_CHECKING:
    from sim.autopilot import Autopilot

CRASH_S = 2.0
LEAN_DEG = 30.0
THRUST_LOSS_S = 1.0
WANTING_MPS = 1.0  # a climb rate missed by so much takes all the throttle there is


class CrashCheck:
    """FS_CRASH_CHECK: on the ground, leaning more than 30 degrees too far for two seconds. Also tells of thrust that is not there."""

    def __init__(self, pilot: "Autopilot") -> None:
        self._pilot = pilot
        self._down_s: float | None = None
        self._sinking_s: float | None = None
        self._flew = self._said = False

    def update(self, now_s: float) -> None:
        pilot = self._pilot
        if not pilot.armed:
            self._flew = self._said = False
            self._down_s = self._sinking_s = None
            return
        self._flew = self._flew or pilot.view.position.up > 2.0
        asked_up = pilot.asked.velocity.up if isinstance(pilot.asked, MotionCommand) else pilot.asked.climb_mps
        self._watch_thrust(asked_up, now_s)
        lean_deg = self._lean_deg()
        if not (pilot.view.on_ground and self._flew) or lean_deg <= LEAN_DEG:
            self._down_s = None
            return
        self._down_s = now_s if self._down_s is None else self._down_s
        if now_s - self._down_s >= CRASH_S and pilot.parameters.get("FS_CRASH_CHECK", 1.0) != 0:
            pilot.say(f"Crash: Disarming: AngErr={lean_deg:.0f}>{LEAN_DEG:.0f}, Accel=0.0<3.0", 0)
            pilot.disarm(force=True, why="crash")

    def _lean_deg(self) -> float:
        believed = self._pilot.readings.believed
        return degrees(acos(cos(radians(believed.roll_deg)) * cos(radians(believed.pitch_deg))))

    def _watch_thrust(self, asked_up_mps: float, now_s: float) -> None:
        pilot = self._pilot
        """Upright, sinking or lying, though more climb is asked than there is; one that tumbles is not told anything."""
        flown_up_mps = pilot.view.velocity.up
        wanting = self._flew and flown_up_mps <= 0.0 and asked_up_mps - flown_up_mps > WANTING_MPS
        if not wanting or self._lean_deg() > LEAN_DEG:
            self._sinking_s = None
            return
        self._sinking_s = now_s if self._sinking_s is None else self._sinking_s
        if not self._said and now_s - self._sinking_s >= THRUST_LOSS_S:
            self._said = True
            pilot.say("Potential Thrust Loss (1)", 0)
