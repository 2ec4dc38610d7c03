"""How one vehicle flies, from its type and its own parameters where they are known."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import pi

from ground_station.safety.checklist import PreflightFacts
from ground_station.safety.checks.battery import capacity_wh
from ground_station.safety.performance import Performance, VtolPerformance, WingPerformance
from missions import DYNAMICS, USUAL_AUTOPILOT, EnergyModel, VehicleDynamics, WingDynamics, WingEnergyModel


@dataclass(frozen=True, slots=True)
class _Limit:
    """A parameter that sets `member` of how a vehicle moves: its spellings, that of later versions first, each with its unit in SI."""

    member: str
    names: tuple[tuple[str, float], ...]


def _limits(*rows: tuple[str, str, str | None, float]) -> tuple[_Limit, ...]:
    """(member, name, older name or None, unit of the older in SI)."""
    return tuple(_Limit(member, ((name, 1.0), *(((older, unit),) if older else ()))) for member, name, older, unit in rows)


# Sources: parameter references of ArduPilot (4.5 to 4.8) and PX4 (1.15).
_WING = {
    "ardupilot": _limits(
        ("cruise_mps", "AIRSPEED_CRUISE", "TRIM_ARSPD_CM", 0.01),
        ("slowest_mps", "AIRSPEED_MIN", "ARSPD_FBW_MIN", 1.0),
        ("fastest_mps", "AIRSPEED_MAX", "ARSPD_FBW_MAX", 1.0),
        ("bank_deg", "ROLL_LIMIT_DEG", "LIM_ROLL_CD", 0.01),
        ("period_s", "NAVL1_PERIOD", None, 1.0),
        ("damping", "NAVL1_DAMPING", None, 1.0),
        ("climb_mps", "TECS_CLMB_MAX", None, 1.0),
        ("sink_mps", "TECS_SINK_MAX", None, 1.0),
    ),
    "px4": _limits(
        ("cruise_mps", "FW_AIRSPD_TRIM", None, 1.0),
        ("slowest_mps", "FW_AIRSPD_MIN", None, 1.0),
        ("fastest_mps", "FW_AIRSPD_MAX", None, 1.0),
        ("bank_deg", "FW_R_LIM", None, 1.0),
        ("period_s", "NPFG_PERIOD", None, 1.0),
        ("damping", "NPFG_DAMPING", None, 1.0),
        ("climb_mps", "FW_T_CLMB_MAX", None, 1.0),
        ("sink_mps", "FW_T_SINK_MAX", None, 1.0),
    ),
}
_COPTER = {
    "ardupilot": _limits(
        ("acceleration_mps2", "WP_ACC", "WPNAV_ACCEL", 0.01),
        ("jerk_mps3", "WP_JERK", "WPNAV_JERK", 1.0),
        ("climb_mps", "WP_SPD_UP", "WPNAV_SPEED_UP", 0.01),
        ("descent_mps", "WP_SPD_DN", "WPNAV_SPEED_DN", 0.01),
        ("landing_mps", "LAND_SPD_MS", "LAND_SPEED", 0.01),
        ("return_m", "RTL_ALT_M", "RTL_ALT", 0.01),
    ),
    "px4": _limits(
        ("climb_mps", "MPC_Z_V_AUTO_UP", None, 1.0),
        ("descent_mps", "MPC_Z_V_AUTO_DN", None, 1.0),
        ("landing_mps", "MPC_LAND_SPEED", None, 1.0),
        ("return_m", "RTL_RETURN_ALT", None, 1.0),
    ),
}
# How a wing comes home, beside its limits.
_WING_HOME = {"ardupilot": (("RTL_ALTITUDE", "ALT_HOLD_RTL"), ("WP_LOITER_RAD",)), "px4": (("NAV_LOITER_RAD",),)}


def groups_to_read(autopilot: str, vehicle_type: str) -> tuple[tuple[str, ...], ...]:
    """Spellings of the parameters a vehicle is fitted by; of each group one answer is enough."""
    copter = _COPTER.get(autopilot, ()) if vehicle_type != "plane" else ()
    wing = _WING.get(autopilot, ()) if vehicle_type in ("plane", "vtol") else ()
    home = _WING_HOME.get(autopilot, ()) if vehicle_type in ("plane", "vtol") else ()
    return (*(tuple(name for name, _ in limit.names) for limit in (*copter, *wing)), *home)


def moves(facts: PreflightFacts) -> VehicleDynamics:
    """How plans reckon that it moves: as its autopilot comes, but for the limits it has of its own."""
    autopilot = facts.state.autopilot
    usual = DYNAMICS.get(autopilot, DYNAMICS[USUAL_AUTOPILOT])
    wing = _known(facts, _WING.get(autopilot, ()))
    period_s, damping = wing.pop("period_s", None), wing.pop("damping", None)
    if period_s is not None and damping is not None:
        # How far ahead the guidance aims: L1 = damping x period x speed / pi.
        wing["aim_s"] = damping * period_s / pi
    return VehicleDynamics(
        copter=replace(usual.copter, **_known(facts, _COPTER.get(autopilot, ()))),
        wing=WingDynamics.within(**wing) if wing else usual.wing,
    )


def _known(facts: PreflightFacts, limits: Iterable[_Limit]) -> dict[str, float]:
    """By member, those the vehicle answered for with a number above zero."""
    found: dict[str, float] = {}
    for limit in limits:
        value = next((known * unit for name, unit in limit.names if (known := facts.parameter(name)) is not None), None)
        if value is not None and value > 0.0:
            found[limit.member] = value
    return found


def wing_energy(facts: PreflightFacts) -> WingEnergyModel:
    """With its own battery."""
    return WingEnergyModel(battery_wh=capacity_wh(facts))


def performance(facts: PreflightFacts) -> Performance:
    """Rotors for whatever is neither a plane nor a VTOL."""
    if facts.state.vehicle_type not in ("plane", "vtol"):
        high_m = _metres(facts, ("RTL_ALT_M", "RTL_RETURN_ALT"), "RTL_ALT")
        made = Performance(energy=EnergyModel(battery_wh=capacity_wh(facts)))
        return made if high_m is None else replace(made, return_altitude_m=high_m)
    kind = WingPerformance if facts.state.vehicle_type == "plane" else VtolPerformance
    wing = kind(wing=wing_energy(facts))
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
