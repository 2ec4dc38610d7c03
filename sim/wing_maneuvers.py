"""The pieces flights on a wing are made of. Same form as `maneuvers`: each turns a view into a command until it is `done`."""

from collections.abc import Callable
from math import cos, radians, sin, tan

from sim.airframes import WingCommand
from sim.maneuvers import LANDED_AFTER_S, View
from sim.vector import Vector, clamp, turn_deg
from sim.wing_guidance import WingLimits, aim_distance_m, circle_bank_deg, climb_to_mps, line_bank_deg

Limits = Callable[[], WingLimits]  # asked at every step: parameters may change in flight
FLARE_HEIGHT_M = 3.0  # LAND_FLARE_ALT
FLARE_SINK_MPS = 0.4
GLIDE_SLOPE_DEG = 6.0
HEIGHT_REACHED_M = 2.0
LEAVING_WITHIN_DEG = 10.0
FULL_POWER_CLIMB_MPS = 8.0  # what is asked of a take-off; the engine says how much comes of it
NO_LEG_M = 0.03  # a leg shorter than this is passed at once (ArduPilot: location_passed_point)


class WingIdle:
    """Engine stopped, wings level: on the ground it stands, in the air it glides."""

    done = False

    def update(self, view: View) -> WingCommand:
        return WingCommand(0.0, engine_off=True)


class WingTakeoff:
    """Along the nose with full power, wings level, up to a height."""

    def __init__(self, limits: Limits, height_m: float) -> None:
        self._limits = limits
        self._height_m = height_m
        self._start: Vector | None = None
        self._heading_deg = 0.0
        self.done = False

    def update(self, view: View) -> WingCommand:
        limits = self._limits()
        if self._start is None:
            self._start, self._heading_deg = view.position, view.heading_deg
        self.done = self.done or view.position.up >= self._height_m
        heading = radians(self._heading_deg)
        ahead = self._start.plus(Vector(5000.0 * sin(heading), 5000.0 * cos(heading), 0.0))
        bank = 0.0 if view.on_ground else clamp(line_bank_deg(self._start, ahead, view.position, view.velocity, limits), -15.0, 15.0)
        return WingCommand(limits.cruise_mps, max(limits.climb_mps, FULL_POWER_CLIMB_MPS), bank)


class WingCircle:
    """Around a place. `turns` or `hold_s` end it, both counted from the moment the circle and its height are reached; else for ever.

    Without a centre the circle is flown where the vehicle is. A negative radius turns counter-clockwise, zero is the firmware's own.
    With a place to go to `after` it is left when the vehicle heads there, as ArduPlane does (`verify_loiter_heading`).
    """

    def __init__(
        self,
        limits: Limits,
        centre: Vector | None = None,
        *,
        radius_m: float = 0.0,
        turns: float | None = None,
        hold_s: float | None = None,
        after: Vector | None = None,
    ) -> None:
        self._limits = limits
        self._centre = centre
        self._radius_m = radius_m
        self._after = after
        self._turns = turns
        self._hold_s = hold_s
        self._joined = False
        self._reached_at_s: float | None = None
        self._turned_deg = 0.0
        self._bearing_deg: float | None = None
        self.done = False

    @property
    def reached(self) -> bool:
        """On the circle and at its height at least once."""
        return self._reached_at_s is not None

    def update(self, view: View) -> WingCommand:
        limits = self._limits()
        if self._centre is None:
            self._centre = view.position
        radius = abs(self._radius_m) or limits.loiter_radius_m
        clockwise = self._radius_m >= 0.0
        out = view.position.minus(self._centre)
        at_height = abs(out.up) <= 4.0 * HEIGHT_REACHED_M
        # Once on the circle it counts as on it, however far wind and lag carry it outside (ArduPlane: `loiter.sum_cd` runs from then).
        self._joined = self._joined or abs(out.level_length() - radius) <= 0.3 * radius
        if self._reached_at_s is None and at_height and self._joined:
            self._reached_at_s = view.now_s
        self._count(view, out.bearing_deg())
        return WingCommand(
            limits.cruise_mps,
            climb_to_mps(view.position.up, self._centre.up, limits),
            circle_bank_deg(self._centre, radius, clockwise, view.position, view.velocity, limits),
        )

    def _count(self, view: View, bearing_deg: float) -> None:
        if self._reached_at_s is None:
            return
        if self._bearing_deg is not None:
            self._turned_deg += turn_deg(self._bearing_deg, bearing_deg)
        self._bearing_deg = bearing_deg
        over = self._turns is not None and abs(self._turned_deg) >= 360.0 * self._turns
        over = over or (self._hold_s is not None and view.now_s - self._reached_at_s >= self._hold_s)
        self.done = self.done or (over and self._heads_on(view))

    def _heads_on(self, view: View) -> bool:
        if self._after is None or self._centre is None:
            return True
        way = self._after.minus(view.position)
        inside = self._after.minus(self._centre).level_length() < 1.05 * abs(self._radius_m)
        return inside or abs(turn_deg(view.velocity.bearing_deg(), way.bearing_deg())) <= LEAVING_WITHIN_DEG


class WingFlyTo:
    """Along a straight leg until its end is within the waypoint's radius or has been passed; the height follows the leg.

    Without `radius_m` the turn to `after` begins the sooner the sharper it is: at WP_RADIUS or the distance of the aim point for a right
    angle, at the waypoint itself for no turn (ArduPlane's `turn_distance`).
    """

    def __init__(
        self, limits: Limits, target: Vector, *, start: Vector | None = None, after: Vector | None = None, radius_m: float | None = None
    ) -> None:
        self._limits = limits
        self._target = target
        self._start = start
        self._after = after
        self._radius_m = radius_m
        self.done = False

    def update(self, view: View) -> WingCommand:
        limits = self._limits()
        if self._start is None:
            self._start = view.position
        whole = self._target.minus(self._start)
        length = whole.level_length()
        left = self._target.minus(view.position)
        passed = length < NO_LEG_M or (left.east * whole.east + left.north * whole.north) < 0.0
        radius = self._radius_m if self._radius_m is not None else self._turning_m(whole, view, limits)
        self.done = self.done or passed or left.level_length() <= radius
        share = clamp(1.0 - left.level_length() / length, 0.0, 1.0) if length > 1.0 else 1.0
        speed = view.velocity.level_length()
        slope = whole.up / length * speed if 0.0 < share < 1.0 else 0.0
        return WingCommand(
            limits.cruise_mps,
            climb_to_mps(view.position.up, self._start.up + share * whole.up, limits, slope),
            line_bank_deg(self._start, self._target, view.position, view.velocity, limits),
        )

    def _turning_m(self, whole: Vector, view: View, limits: WingLimits) -> float:
        reach_m = min(limits.waypoint_radius_m, aim_distance_m(view.velocity, limits))
        if self._after is None or whole.level_length() < 1.0:
            return reach_m
        bend_deg = abs(turn_deg(whole.bearing_deg(), self._after.minus(self._target).bearing_deg()))
        return reach_m * min(1.0, bend_deg / 90.0)


class WingLanding:
    """Down a straight glide slope to a place and along the ground until the vehicle stands.

    The approach comes from where the vehicle is when it begins, or from `approach_from`: give it a place far enough out that the
    slope is not steeper than `GLIDE_SLOPE_DEG` (see `approach_point`).
    """

    def __init__(self, limits: Limits, place: Vector, *, approach_from: Vector | None = None) -> None:
        self._limits = limits
        self._place = place
        self._start = approach_from
        self._still_at_s: float | None = None
        self.done = False

    def update(self, view: View) -> WingCommand:
        limits = self._limits()
        if self._start is None:
            self._start = view.position
        if view.on_ground:
            if view.velocity.level_length() < 0.5:
                self._still_at_s = view.now_s if self._still_at_s is None else self._still_at_s
                self.done = view.now_s - self._still_at_s >= LANDED_AFTER_S
            return WingCommand(0.0, engine_off=True)
        bank = line_bank_deg(self._start, self._place, view.position, view.velocity, limits)
        height = view.position.up - self._place.up
        speed = 0.5 * (limits.cruise_mps + limits.least_mps)
        if height <= FLARE_HEIGHT_M:
            return WingCommand(speed, -FLARE_SINK_MPS, clamp(bank, -10.0, 10.0), engine_off=True, flare=True)
        whole = self._place.minus(self._start)
        left_m = self._place.minus(view.position).level_length()
        slope = tan(radians(GLIDE_SLOPE_DEG))
        wanted = min(self._start.up, self._place.up + left_m * slope)
        passed = whole.east * (self._place.east - view.position.east) + whole.north * (self._place.north - view.position.north) < 0.0
        sinking = -view.velocity.level_length() * slope if wanted < self._start.up else 0.0
        climb = -limits.sink_mps if passed else climb_to_mps(view.position.up, wanted, limits, sinking)
        return WingCommand(speed, climb, bank)


class WingReturn:
    """Back to a place at a height, then circles above it for ever, as ArduPlane's RTL does."""

    done = False

    def __init__(self, limits: Limits, home: Vector, height_m: float, *, radius_m: float = 0.0) -> None:
        self._circle = WingCircle(limits, Vector(home.east, home.north, height_m), radius_m=radius_m)

    def update(self, view: View) -> WingCommand:
        return self._circle.update(view)


def approach_point(place: Vector, heading_deg: float, height_m: float) -> Vector:
    """Where a landing towards `heading_deg` at `place` begins its slope from `height_m` above it."""
    back_m = height_m / tan(radians(GLIDE_SLOPE_DEG))
    heading = radians(heading_deg)
    return Vector(place.east - back_m * sin(heading), place.north - back_m * cos(heading), place.up + height_m)
