"""How one vehicle flies, from its type and its own parameters where they are known."""

from dataclasses import replace

from ground_station.safety.checklist import PreflightFacts
from ground_station.safety.checks.battery import capacity_wh
from ground_station.safety.performance import Performance, VtolPerformance, WingPerformance
from missions import EnergyModel, WingEnergyModel

# Parameters a wing is fitted by, as groups of spellings; those of later versions first.
WING_GROUPS = {
    "ardupilot": (("AIRSPEED_CRUISE", "TRIM_ARSPD_CM"), ("RTL_ALTITUDE", "ALT_HOLD_RTL"), ("WP_LOITER_RAD",)),
    "px4": (("FW_AIRSPD_TRIM",), ("NAV_LOITER_RAD",)),
}


def performance(facts: PreflightFacts) -> Performance:
    """Rotors for whatever is neither a plane nor a VTOL."""
    if facts.state.vehicle_type not in ("plane", "vtol"):
        high_m = _metres(facts, ("RTL_ALT_M", "RTL_RETURN_ALT"), "RTL_ALT")
        made = Performance(energy=EnergyModel(battery_wh=capacity_wh(facts)))
        return made if high_m is None else replace(made, return_altitude_m=high_m)
    kind = WingPerformance if facts.state.vehicle_type == "plane" else VtolPerformance
    wing = kind(wing=WingEnergyModel(battery_wh=capacity_wh(facts)))
    cruise_mps = _metres(facts, ("AIRSPEED_CRUISE", "FW_AIRSPD_TRIM"), "TRIM_ARSPD_CM")
    if cruise_mps is not None and cruise_mps > 0.0:
        wing = replace(wing, cruise_mps=cruise_mps, return_mps=cruise_mps)
    high_m = _metres(facts, ("RTL_ALTITUDE", "RTL_RETURN_ALT"), "ALT_HOLD_RTL")
    if high_m is not None and high_m >= 0.0:  # -1 keeps the height it has
        wing = replace(wing, return_altitude_m=high_m)
    radius_m = facts.parameter("WP_LOITER_RAD", "NAV_LOITER_RAD")
    return replace(wing, loiter_radius_m=abs(radius_m)) if radius_m else wing


def _metres(facts: PreflightFacts, names: tuple[str, ...], centi: str) -> float | None:
    """A parameter under one of its names, or of an older one that counts in hundredths."""
    value, old = facts.parameter(*names), facts.parameter(centi)
    return value if value is not None else None if old is None else old / 100.0
