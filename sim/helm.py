"""What flies the vehicle now, and the orders in flight that put something else in its place."""

from typing import TYPE_CHECKING

from sim.flight_modes import Behaviour
from sim.maneuvers import Idle, Landing, Maneuver, Takeoff, WaitFirst
from sim.mode_maneuvers import maneuver_of
from sim.rotor_maneuvers import Descend
from sim.vector import Vector
from sim.wing_maneuvers import WingLanding, WingTakeoff

if TYPE_CHECKING:
    from sim.autopilot import Autopilot

TAKEOFFS = (Takeoff, WingTakeoff)
LANDINGS = (Landing, WingLanding)


class Helm:
    """One vehicle's; `maneuver` is followed at each step. Orders answer whether they are accepted: on the ground most are not."""

    def __init__(self, pilot: "Autopilot") -> None:
        self._pilot = pilot
        self.maneuver: Maneuver = Idle()

    @property
    def landing(self) -> bool:
        return self._pilot.flying and (isinstance(self.maneuver, LANDINGS) or bool(getattr(self.maneuver, "landing", False)))

    @property
    def taking_off(self) -> bool:
        run = self._pilot.run
        flown = run.maneuver if self.in_mission else self.maneuver
        return self._pilot.armed and isinstance(flown, TAKEOFFS) and not flown.done

    @property
    def in_mission(self) -> bool:
        return self.maneuver is self._pilot.run

    def let_go(self) -> None:
        """Motors stopped."""
        self.maneuver = Idle()

    def follow_mode(self) -> None:
        """What the present mode does by itself."""
        self.maneuver = maneuver_of(self._pilot, self._pilot.flight_mode)

    def take_off(self, height_m: float) -> bool:
        """Armed, on the ground: up to this height over the frame's origin."""
        pilot = self._pilot
        if not pilot.armed or pilot.flying:
            return False
        self.maneuver = pilot.piloting.take_off(height_m)
        return True

    def fly_to(self, target: Vector, *, heading_deg: float | None = None, speed_mps: float | None = None) -> bool:
        """Accepted on the ground too, where nothing moves: accepted is not moving."""
        pilot = self._pilot
        if speed_mps is not None and speed_mps > 0.0:
            pilot.speeds.level_mps = speed_mps
        if pilot.flying:
            self.maneuver = pilot.piloting.fly_to(target, heading_deg=heading_deg)
        return True

    def steer(self, velocity: Vector, heading_deg: float | None = None) -> bool:
        if not self._pilot.flying:
            return False
        self.maneuver = self._pilot.piloting.steer(velocity, heading_deg)
        return True

    def circle(self, centre: Vector, radius_m: float) -> bool:
        if not self._pilot.flying:
            return False
        self.maneuver = self._pilot.piloting.circle(centre, radius_m)
        return True

    def turn_to(self, heading_deg: float) -> bool:
        """In flight: keep the place, change the heading."""
        pilot = self._pilot
        if not pilot.flying:
            return False
        self.maneuver = pilot.piloting.fly_to(pilot.view.position, heading_deg=heading_deg % 360.0)
        return True

    def change_speed(self, speed_mps: float) -> bool:
        if speed_mps <= 0.0:
            return False
        self._pilot.speeds.level_mps = speed_mps
        return True

    def start_mission(self) -> bool:
        """The mission's mode, and go. Disarmed it only selects the mode."""
        pilot = self._pilot
        mode = next(mode for mode in pilot.firmware.modes.values() if mode.behaviour is Behaviour.MISSION)
        if not pilot.set_mode(mode.number):
            return False
        if pilot.armed and not self.in_mission:
            self._fly_mission()
        return True

    def pause(self) -> None:
        """Stop where it is, in the same mode."""
        pilot = self._pilot
        if pilot.flying:
            if self.in_mission:
                pilot.run.pause()
            self.hold()

    def resume(self) -> bool:
        """Go on after a pause; False when there is nothing to go on with."""
        if self._pilot.behaviour is not Behaviour.MISSION or not self._pilot.flying:
            return False
        self._fly_mission()
        return True

    def _fly_mission(self) -> None:
        self._pilot.run.begin()
        self.maneuver = self._pilot.run

    def hold(self) -> None:
        """Stay where the present manoeuvre has brought the vehicle."""
        self.maneuver = self._pilot.piloting.hold()

    def land_without_position(self) -> None:
        """The position is gone while landing by it: the descent goes on blind."""
        self.maneuver = self._pilot.piloting.descend()

    def wait_before_landing(self, pause_s: float) -> None:
        """Stay for a while before the landing that has just been chosen."""
        pilot = self._pilot
        blind = isinstance(self.maneuver, Descend)
        self.maneuver = WaitFirst(pilot.piloting.drift() if blind else pilot.piloting.hold(), self.maneuver, pilot.now_s + pause_s)
