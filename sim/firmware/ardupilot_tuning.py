"""ArduPilot's parameters as what manoeuvres ask for."""

from math import inf, sqrt

from sim.airframes.copter import HOVER_THROTTLE
from sim.guidance import SpeedLimits
from sim.tuning import Readable

_HALF_JERK_TIME_S = 0.15  # jerk itself takes 0.3 s to build up, with the copter's ATC_INPUT_TC of 0.15 s


class ArduCopterTuning:
    """ArduCopter 4.7."""

    arming_delay_s = 2.0
    stray_m = inf
    takeoff_within_m = 0.1
    stopped_within_m = 0.3  # the waypoint's target must have come to rest there first
    landed_after_s = 2.1  # 0.6 s until the throttle is down, 1 s of the land detector, 0.5 s of motors running down

    def __init__(self, parameters: Readable) -> None:
        self._of = parameters

    @property
    def cruise_mps(self) -> float:
        return self._of["WP_SPD"]

    @property
    def climb_mps(self) -> float:
        return self._of["WP_SPD_UP"]

    @property
    def descend_mps(self) -> float:
        return self._of["WP_SPD_DN"]

    @property
    def climb_mps2(self) -> float:
        return max(0.5, self._of["WP_ACC_Z"])

    def level_mps2(self, speed_mps: float) -> float:
        """WP_ACC reached and left again at WP_JERK, as a mean over the whole change of speed."""
        most, jerk = max(0.5, self._of["WP_ACC"]), max(0.1, self._of["WP_JERK"])
        most = min(most, sqrt(jerk * max(0.1, speed_mps)))
        return speed_mps / (speed_mps / most + most / jerk) if speed_mps > 0.1 else most

    def leg_mps(self, length_m: float) -> float:
        """Each leg is an S-curve from rest to rest of its own, and the next one overlaps it (SCurve::advance_target_along_track): what
        half the leg lets it reach at WP_ACC and WP_JERK."""
        most, jerk = max(0.5, self._of["WP_ACC"]), max(0.1, self._of["WP_JERK"])
        speed = max(0.01, (0.5 * length_m * sqrt(jerk)) ** (2.0 / 3.0))
        speed /= (1.0 + _HALF_JERK_TIME_S * sqrt(jerk / speed)) ** (2.0 / 3.0)
        ramp = most * most / jerk
        return speed if speed <= ramp else 0.5 * (sqrt(ramp * ramp + 4.0 * most * length_m) - ramp)

    @property
    def spool_up_s(self) -> float:
        """The motors' ramp, and the throttle's from nothing to hovering."""
        return self._of["MOT_SPOOL_TIME"] + HOVER_THROTTLE * self._of["TKOFF_SLEW_TIME"]

    @property
    def waypoint_radius_m(self) -> float:
        return self._of["WP_RADIUS_M"]

    @property
    def takeoff_height_m(self) -> float:
        return self._of["PILOT_TKO_ALT_M"] or 2.5

    @property
    def return_wait_s(self) -> float:
        return self._of["RTL_LOIT_TIME"] / 1000.0

    @property
    def return_final_height_m(self) -> float:
        return self._of["RTL_ALT_FINAL_M"]

    @property
    def return_mps(self) -> float:
        return self._of["RTL_SPEED_MS"]

    @property
    def idle_disarm_s(self) -> float:
        return self._of["DISARM_DELAY"]

    @property
    def turns_to_leg(self) -> bool:
        return self._of["WP_YAW_BEHAVIOR"] != 0

    @property
    def turns_on_return(self) -> bool:
        return self._of["WP_YAW_BEHAVIOR"] == 1

    @property
    def circle_radius_m(self) -> float:
        return self._of["CIRCLE_RADIUS_M"] * (1.0 if self._of["CIRCLE_RATE"] >= 0 else -1.0)

    @property
    def circle_rate_dps(self) -> float:
        return abs(self._of["CIRCLE_RATE"])

    def landing_mps(self, height_m: float) -> float:
        """Down to LAND_ALT_LOW_M as if to stop there, then at LAND_SPD_MS."""
        slow_mps, fast_mps = self._of["LAND_SPD_MS"], self._of["LAND_SPD_HIGH_MS"] or self.descend_mps
        above_m = height_m - max(1.0, self._of["LAND_ALT_LOW_M"])
        if above_m <= 0.0:
            return slow_mps
        return max(slow_mps, -SpeedLimits(0.0, 0.0, max(slow_mps, fast_mps), self.climb_mps2).climb_to_mps(-above_m))

    def return_height_m(self, distance_m: float, height_m: float) -> float:
        """RTL_ALT_M, but no higher than a cone over home allows and at least RTL_CLIMB_MIN_M above the present height."""
        wanted = max(self._of["RTL_ALT_M"], height_m + max(0.0, self._of["RTL_CLIMB_MIN_M"]))
        slope = self._of["RTL_CONE_SLOPE"]
        if slope > 0.0:
            wanted = min(wanted, max(distance_m * slope, 2.0))
        return max(wanted, height_m)
