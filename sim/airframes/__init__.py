"""Bodies that can be flown: one file a type, one line in the catalogue."""

from geo.primitives import SettingsError
from sim.airframes.airframe import (
    AT_REST,
    GRAVITY_MPS2,
    Airframe,
    BodyState,
    Command,
    MotionCommand,
    WingCommand,
    mechanical_energy_j_per_kg,
)
from sim.airframes.copter import Copter
from sim.airframes.plane import Plane
from sim.airframes.vtol import Vtol

AIRFRAMES: dict[str, Airframe] = {airframe.name: airframe for airframe in (Copter(), Plane(), Vtol())}


def airframe_of(vehicle_type: str) -> Airframe:
    """The airframe of this `--type`. Raises `SettingsError` naming those there are."""
    if vehicle_type not in AIRFRAMES:
        raise SettingsError(
            f"--type {vehicle_type} is not simulated.",
            code="sim.not_simulated",
            hint=f"Use --type {' or '.join(AIRFRAMES)}, or connect a real SITL to the station.",
        )
    return AIRFRAMES[vehicle_type]


__all__ = [
    "AIRFRAMES",
    "AT_REST",
    "GRAVITY_MPS2",
    "Airframe",
    "BodyState",
    "Command",
    "MotionCommand",
    "WingCommand",
    "airframe_of",
    "mechanical_energy_j_per_kg",
]
