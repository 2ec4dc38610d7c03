"""Autopilot firmwares that can be flown, by the words of `--autopilot` and `--type`: one line a profile."""

from geo.primitives import SettingsError
from sim.firmware.ardupilot_copter import ArduCopter
from sim.firmware.ardupilot_plane import ArduPlane
from sim.firmware.firmware import Firmware
from sim.firmware.px4 import Px4

FIRMWARES: dict[tuple[str, str], Firmware] = {
    ("ardupilot", "copter"): ArduCopter(),
    ("ardupilot", "plane"): ArduPlane(),
    ("ardupilot", "vtol"): ArduPlane(quadplane=True),
    ("px4", "copter"): Px4("copter"),
    ("px4", "plane"): Px4("plane"),
    ("px4", "vtol"): Px4("vtol"),
}


def firmware_of(autopilot: str, vehicle_type: str) -> Firmware:
    """The firmware that flies this type. Raises `SettingsError` naming those there are."""
    if (autopilot, vehicle_type) not in FIRMWARES:
        known = " or ".join(f"--autopilot {word} --type {kind}" for word, kind in FIRMWARES)
        raise SettingsError(
            f"A {vehicle_type} flown by {autopilot} is not simulated.",
            code="sim.not_simulated",
            hint=f"Use {known}, or connect a real SITL to the station.",
        )
    return FIRMWARES[autopilot, vehicle_type]


__all__ = ["FIRMWARES", "Firmware", "firmware_of"]
