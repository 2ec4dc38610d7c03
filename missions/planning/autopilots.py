"""How vehicles move under each autopilot as it comes: the one place where firmwares part in what a plan costs.

ArduPilot's numbers are its defaults (see `endurance` and `wing`). PX4's are those of 1.15: MPC_Z_V_AUTO_UP 3, MPC_Z_V_AUTO_DN 1.5,
MPC_LAND_SPEED 0.7 with the ramp between MPC_LAND_ALT1 and ALT2 taken as a step, RTL_RETURN_ALT 30 within RTL_CONE_ANG 45 degrees,
NAV_ACC_RAD 2 (a stop counts from there on). `change_mps2` and `corner_radius_m` are fitted to twelve flights of the built-in simulator,
whose acceleration is MPC_ACC_HOR 3 and whose braking follows the distance left; its wing begins turns so early (NPFG) that they cost next
to nothing more than their arcs, by six flights. Fields, wind and shapes it was not fitted to are flown in
`tests/integration/test_patterns_flown.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from missions.planning.endurance import CopterDynamics
from missions.planning.wing import WingDynamics


@dataclass(frozen=True, slots=True)
class VehicleDynamics:
    """As a copter and as a wing; a vehicle is one of them."""

    copter: CopterDynamics = field(default_factory=CopterDynamics)
    wing: WingDynamics = field(default_factory=WingDynamics)


USUAL_AUTOPILOT = "ardupilot"
DYNAMICS: Mapping[str, VehicleDynamics] = {
    USUAL_AUTOPILOT: VehicleDynamics(),
    "px4": VehicleDynamics(
        copter=CopterDynamics(
            climb_mps=3.0,
            landing_mps=0.7,
            landing_below_m=6.1,
            corner_radius_m=0.45,
            jerk_mps3=np.inf,
            change_mps2=1.7,
            ready_s=1.4,
            over_home_s=1.0,
            landed_s=3.1,
            stop_s=2.2,
            return_m=30.0,
            return_slope=1.0,
        ),
        wing=WingDynamics(turn_lag_s=0.05),
    ),
}
