"""Whether two tracks are of one thing, so that what it did is told once.

Two numbers at the same time are one thing when both are at the same place all the while: two boxes over one vehicle. One after the other
they are one thing when the second begins where the first leads to, or where it was left standing.
"""

import numpy as np

from vision.rules.ground_path import GroundPath

CLOSE_M = 1.0  # two vehicles cannot have their middles so near each other
GAP_S, STANDING_GAP_S = 3.0, 60.0
STANDS_MPS = 0.5
STANDING_M = 2.0  # half of a car: what is left standing is found again there
FASTER_MPS2 = 2.5  # sigma of what a thing may gather or lose meanwhile
GATE_SIGMAS = 2.0


def same_thing(earlier: GroundPath, later: GroundPath) -> bool:
    """In either order. What was one track is one thing in any case."""
    if earlier.track_id == later.track_id:
        return True
    if earlier.times_s[0] > later.times_s[0]:
        earlier, later = later, earlier
    gap_s = float(later.times_s[0] - earlier.times_s[-1])
    if gap_s <= 0.0:
        return _one_place(earlier, later)
    stand = float(earlier.speed_mps[-1]) < STANDS_MPS and float(later.speed_mps[0]) < STANDS_MPS
    if stand and gap_s <= STANDING_GAP_S:
        return float(np.hypot(*(later.en_m[0] - earlier.en_m[-1]))) < STANDING_M
    if gap_s > GAP_S:
        return False
    led_m = earlier.en_m[-1] + gap_s * (earlier.velocity_mps[-1] + later.velocity_mps[0]) / 2.0
    turned_mps = float(np.hypot(*(later.velocity_mps[0] - earlier.velocity_mps[-1])))
    sigma_m = np.sqrt(np.trace(earlier.covariance_m2[-1]) + np.trace(later.covariance_m2[0]))
    off_m = float(np.hypot(*(later.en_m[0] - led_m)))
    return turned_mps <= GATE_SIGMAS * FASTER_MPS2 * max(gap_s, 1.0) and off_m <= max(CLOSE_M, GATE_SIGMAS * float(sigma_m))


def _one_place(earlier: GroundPath, later: GroundPath) -> bool:
    shared = later.times_s[later.times_s <= earlier.times_s[-1]]
    there = np.column_stack([np.interp(shared, earlier.times_s, column) for column in earlier.en_m.T])
    apart_m = np.hypot(*(later.en_m[: len(shared)] - there).T)
    return bool(np.median(apart_m) < CLOSE_M)
