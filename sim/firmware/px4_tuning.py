"""PX4's parameters as what manoeuvres ask for."""

from math import inf, radians, tan

from sim.tuning import Readable


class Px4Tuning:
    """A multicopter's; a wing's climb and speed are its guidance's own."""

    circle_radius_m = 10.0
    takeoff_within_m = 0.5
    circle_rate_dps = 20.0
    return_final_height_m = 0.0
    return_mps = 0.0
    turns_to_leg = True
    turns_on_return = True

    def __init__(self, parameters: Readable) -> None:
        self._of = parameters

    @property
    def cruise_mps(self) -> float:
        return self._of["MPC_XY_CRUISE"]

    @property
    def climb_mps(self) -> float:
        return self._of["MPC_Z_V_AUTO_UP"]

    @property
    def descend_mps(self) -> float:
        return self._of["MPC_Z_V_AUTO_DN"]

    @property
    def climb_mps2(self) -> float:
        return 4.0  # MPC_ACC_UP_MAX

    def level_mps2(self, speed_mps: float) -> float:
        return 3.0  # MPC_ACC_HOR

    def leg_mps(self, length_m: float) -> float:
        return inf

    @property
    def stray_m(self) -> float:
        """PositionSmoothing stretches its time by how far the vehicle is from where it should be."""
        return self._of["MPC_XY_ERR_MAX"]

    @property
    def arming_delay_s(self) -> float:
        return self._of["COM_SPOOLUP_TIME"]

    @property
    def spool_up_s(self) -> float:
        return 0.0

    @property
    def waypoint_radius_m(self) -> float:
        return self._of["NAV_ACC_RAD"]

    @property
    def stopped_within_m(self) -> float:
        return self.waypoint_radius_m

    @property
    def takeoff_height_m(self) -> float:
        return self._of["MIS_TAKEOFF_ALT"]

    @property
    def return_wait_s(self) -> float:
        return self._of["RTL_LAND_DELAY"]

    @property
    def idle_disarm_s(self) -> float:
        return max(0.0, self._of["COM_DISARM_PRFLT"])

    @property
    def landed_after_s(self) -> float:
        """Landing is felt after a second (LNDMC_TRIG_TIME), disarming follows COM_DISARM_LAND later."""
        return 1.0 + max(0.0, self._of["COM_DISARM_LAND"])

    def landing_mps(self, height_m: float) -> float:
        high, low = self._of["MPC_LAND_ALT1"], self._of["MPC_LAND_ALT2"]
        if height_m >= high:
            return self.descend_mps
        if height_m <= low or high <= low:
            return self._of["MPC_LAND_SPEED"]
        share = (height_m - low) / (high - low)
        return self._of["MPC_LAND_SPEED"] + share * (self.descend_mps - self._of["MPC_LAND_SPEED"])

    def return_height_m(self, distance_m: float, height_m: float) -> float:
        """RTL_RETURN_ALT, but within RTL_CONE_ANG of home no higher than that cone and never below RTL_DESCEND_ALT."""
        wanted, angle_deg = self._of["RTL_RETURN_ALT"], self._of["RTL_CONE_ANG"]
        if 0.0 < angle_deg < 90.0:
            cone = self._of["RTL_DESCEND_ALT"]
            if distance_m > self._of["RTL_MIN_DIST"]:
                cone = max(cone, distance_m / tan(radians(angle_deg)))
            wanted = min(wanted, cone)
        return max(wanted, height_m)
