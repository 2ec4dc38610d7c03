"""The clearance of a plan above an elevation model, as a table."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from missions import LegClearance, PlanClearance, PlanStatistics


def clearance_rows(found: "PlanClearance", model: str) -> Iterator[str]:
    """Leg by leg as flown, then what the returns nobody planned need."""
    if not found.legs:
        return
    yield f"{'leg to':16}{'length':>9}{'least above ground':>21}  at"
    for leg in found.planned:
        yield _row(leg)
    least = "unknown" if found.least_agl_m is None else f"{found.least_agl_m:.2f} m"
    yield f"least above ground {least}, by {model}"
    if found.return_altitude_m is not None:
        yield f"returns from anywhere stay {found.wanted_agl_m:g} m above ground with a return altitude of {found.return_altitude_m:.1f} m"


def _row(leg: "LegClearance") -> str:
    name = {"takeoff": "take-off", "return": "home", "landing": "landing"}.get(leg.leg.kind.value, f"item {leg.leg.item}")
    least = "unknown" if leg.least_agl_m is None else f"{leg.least_agl_m:.2f} m"
    place = "" if leg.at is None else f"{leg.at.lat_deg:.6f} {leg.at.lon_deg:.6f}"
    gap = f"  ({leg.unknown_m:.0f} m unknown)" if leg.unknown_m > 0.5 else ""
    return f"{name:16}{leg.length_m:7.0f} m{least:>21}  {place}{gap}".rstrip()


def ground_rows(numbers: "PlanStatistics") -> list[tuple[str, str]]:
    """What the elevation model adds to the numbers of a plan; nothing without one."""
    if numbers.least_agl_m is None:
        return []
    rows = [("above ground", f"{numbers.least_agl_m:.2f} m at least, along every leg")]
    if numbers.gsd_min_cm is not None:
        spread = f"{numbers.gsd_min_cm:.2f} to {numbers.gsd_max_cm:.2f} cm, median {numbers.gsd_median_cm:.2f} cm"
        rows.append(("GSD on ground", f"{spread}; {numbers.gsd_coarser_share:.0%} of the area coarser than wished"))
        rows.append(("least overlap", f"front {numbers.front_overlap_min:.0%}, side {numbers.side_overlap_min:.0%}"))
    return rows
