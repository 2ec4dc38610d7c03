"""How a fault of a trial is put on a vehicle over MAVLink, by the words its own simulator knows.

ArduPilot: SIM_… parameters, which our simulator obeys too. PX4: MAV_CMD_INJECT_FAILURE, which needs SYS_FAILURE_EN. The two faults of the
link itself are the station's own silence.
"""

from dataclasses import dataclass

from geo.primitives import SettingsError

# MAV_FAILURE_UNIT and MAV_FAILURE_TYPE
GPS, BATTERY, MOTOR, RC = 4, 100, 101, 104
OFF, STUCK, WRONG = 1, 2, 4


@dataclass(frozen=True, slots=True)
class FaultWords:
    """`parameters`: ArduPilot's name -> value, where a setting of the trial may replace the value. `injection`: PX4's unit and type."""

    parameters: tuple[tuple[str, float, str | None], ...] = ()
    injection: tuple[int, int] | None = None
    silence: bool = False
    about: str = ""


FAULTS: dict[str, FaultWords] = {
    "rc_loss": FaultWords((("SIM_RC_FAIL", 1, None),), (RC, OFF), about="the transmitter is lost"),
    "gcs_loss": FaultWords(silence=True, about="the station stops its heartbeats"),
    "gps_off": FaultWords((("SIM_GPS1_ENABLE", 0, None),), (GPS, OFF), about="the GNSS receiver is dead"),
    "gps_jam": FaultWords((("SIM_GPS1_JAM", 1, None),), (GPS, WRONG), about="the GNSS receiver is jammed"),
    "gps_glitch": FaultWords((("SIM_GPS1_GLTCH_X", 0.001, "lat_deg"),), (GPS, WRONG), about="the GNSS position jumps"),
    "engine_fail": FaultWords((("SIM_ENGINE_MUL", 0, None), ("SIM_ENGINE_FAIL", 1, "mask")), (MOTOR, OFF), about="a motor stops"),
    "wind_burst": FaultWords((("SIM_WIND_SPD", 15, "mps"), ("SIM_WIND_DIR", 0, "from_deg")), about="strong wind"),
    "low_battery": FaultWords((("SIM_BATT_VOLTAGE", 10.3, "voltage_v"),), (BATTERY, OFF), about="the battery is nearly empty"),
}


def words_of(name: str) -> FaultWords:
    """Raises: `SettingsError` naming the faults there are."""
    if name not in FAULTS:
        raise SettingsError(f"Fault '{name}' is not known.", code="sim.trial", hint=f"Choose one of {', '.join(FAULTS)}.")
    return FAULTS[name]
