"""PX4 on a wing: its limits and tuning by PX4's names."""

from sim.firmware.px4_tuning import Px4Tuning
from sim.parameters import ParameterTable
from sim.wing_guidance import WingLimits
from sim.wing_maneuvers import Limits


class Px4WingTuning(Px4Tuning):
    """Returns at RTL_RETURN_ALT whatever the distance."""

    @property
    def cruise_mps(self) -> float:
        return self._of["FW_AIRSPD_TRIM"]

    @property
    def climb_mps(self) -> float:
        return self._of["FW_T_CLMB_R_SP"]

    @property
    def descend_mps(self) -> float:
        return self._of["FW_T_SINK_R_SP"]

    @property
    def circle_radius_m(self) -> float:  # type: ignore[override]
        return self._of["NAV_LOITER_RAD"]

    def landing_mps(self, height_m: float) -> float:
        return self._of["FW_T_SINK_R_SP"]

    def return_height_m(self, distance_m: float, height_m: float) -> float:
        return max(self._of["RTL_RETURN_ALT"], height_m)


def px4_wing_limits(parameters: ParameterTable) -> Limits:
    """Limits read anew at each call."""

    def limits() -> WingLimits:
        return WingLimits(
            cruise_mps=parameters["FW_AIRSPD_TRIM"],
            least_mps=parameters["FW_AIRSPD_MIN"],
            climb_mps=parameters["FW_T_CLMB_MAX"],
            sink_mps=parameters["FW_T_SINK_MAX"],
            bank_deg=parameters["FW_R_LIM"],
            loiter_radius_m=parameters["NAV_LOITER_RAD"],
            waypoint_radius_m=max(30.0, parameters["NAV_ACC_RAD"]),
            period_s=max(10.0, parameters["NPFG_PERIOD"]),
        )

    return limits
