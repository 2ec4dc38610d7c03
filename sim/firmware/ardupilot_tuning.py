"""ArduPilot's parameters as what manoeuvres ask for."""

from sim.tuning import Readable


class ArduCopterTuning:
    """ArduCopter 4.7."""

    landed_after_s = 1.0

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
        if height_m <= self._of["LAND_ALT_LOW_M"]:
            return self._of["LAND_SPD_MS"]
        return self._of["LAND_SPD_HIGH_MS"] or self.descend_mps

    def return_height_m(self, distance_m: float, height_m: float) -> float:
        """RTL_ALT_M, but no higher than a cone over home allows and at least RTL_CLIMB_MIN_M above the present height."""
        wanted = max(self._of["RTL_ALT_M"], height_m + max(0.0, self._of["RTL_CLIMB_MIN_M"]))
        slope = self._of["RTL_CONE_SLOPE"]
        if slope > 0.0:
            wanted = min(wanted, max(distance_m * slope, 2.0))
        return max(wanted, height_m)
