"""The faults there are, and their words: `NAME[:key=value,…][@start_s[-end_s]]`."""

from dataclasses import dataclass, field, fields
from math import isfinite
from re import fullmatch

from geo.primitives import SettingsError
from sim.faults.attitude_freeze import AttitudeFreeze
from sim.faults.barometer_freeze import BarometerFreeze
from sim.faults.camera_stall import CameraStall
from sim.faults.compass_freeze import CompassFreeze
from sim.faults.engine_fail import EngineFail
from sim.faults.fault import DOWN, UP, Fault
from sim.faults.gps_glitch import GpsGlitch
from sim.faults.gps_jam import GpsJam
from sim.faults.gps_off import GpsOff
from sim.faults.gps_stuck import GpsStuck
from sim.faults.link_bandwidth import LinkBandwidth
from sim.faults.link_delay import LinkDelay
from sim.faults.link_duplicate import LinkDuplicate
from sim.faults.link_loss import LinkLoss
from sim.faults.low_battery import LowBattery
from sim.faults.rc_loss import RcLoss
from sim.faults.wind_burst import WindBurst

FAULTS: dict[str, type[Fault]] = {
    kind.name: kind
    for kind in (
        LinkLoss,
        LinkDelay,
        LinkBandwidth,
        LinkDuplicate,
        GpsGlitch,
        GpsJam,
        GpsOff,
        GpsStuck,
        EngineFail,
        WindBurst,
        LowBattery,
        CompassFreeze,
        BarometerFreeze,
        AttitudeFreeze,
        RcLoss,
        CameraStall,
    )
}
_FORM = r"(?P<name>[a-z_]+)(:(?P<values>[^@]*))?(@(?P<start>[0-9.]+)(-(?P<end>[0-9.]+))?)?"


@dataclass(frozen=True, slots=True)
class FaultSpec:
    """One fault and when it acts, in seconds after boot; without `end_s` for ever. Without `vehicle` it befalls all."""

    name: str
    parameters: dict[str, float | str] = field(default_factory=dict)
    start_s: float = 0.0
    end_s: float | None = None
    vehicle: int | None = None

    def __post_init__(self) -> None:
        """Raises `SettingsError` for a fault or a parameter that does not exist."""
        self.build()
        if self.end_s is not None and self.end_s <= self.start_s:
            raise _bad(self.name, f"it ends at {self.end_s:g} s, not after its start at {self.start_s:g} s")

    def build(self) -> Fault:
        """A fresh fault of this description."""
        if self.name not in FAULTS:
            raise _bad(self.name, "there is no such fault")
        kind = FAULTS[self.name]
        known = {one.name: one.type for one in fields(kind) if one.init}
        for key, value in self.parameters.items():
            if key not in known:
                raise _bad(self.name, f"it has no '{key}' but {', '.join(known) or 'no parameters'}")
            if isinstance(value, str) is (known[key] is float):
                raise _bad(self.name, f"'{key}={value}' is not {'a number' if known[key] is float else 'a word'}")
            if key == "direction" and value not in (UP, DOWN, "both"):
                raise _bad(self.name, f"'direction={value}' is not {UP}, {DOWN} or both")
        return kind(**self.parameters)


def parse_fault(text: str) -> FaultSpec:
    """`gps_glitch:north_m=80,vehicle=2@30-45` -> fault. Raises `SettingsError` naming what is wrong."""
    match = fullmatch(_FORM, text.strip())
    if match is None:
        raise _bad(text, "it is not NAME[:key=value,…][@start_s[-end_s]]")
    values: dict[str, float | str] = {}
    for pair in (match["values"] or "").split(","):
        if not pair:
            continue
        key, equals, value = pair.partition("=")
        if not equals or not value:
            raise _bad(text, f"'{pair}' is not key=value")
        values[key.strip()] = _number(value.strip())
    vehicle = values.pop("vehicle", None)
    if vehicle is not None and not (isinstance(vehicle, float) and vehicle.is_integer() and 1 <= vehicle <= 250):
        raise _bad(text, f"'vehicle={vehicle}' is not a system id 1..250")
    start, end = (_number(match[part]) if match[part] else None for part in ("start", "end"))
    if isinstance(start, str) or isinstance(end, str):
        raise _bad(text, "its times are not seconds")
    return FaultSpec(match["name"], values, start or 0.0, end, None if vehicle is None else int(vehicle))


def _number(text: str) -> float | str:
    try:
        value = float(text)
    except ValueError:
        return text
    return value if isfinite(value) else text


def _bad(text: str, why: str) -> SettingsError:
    return SettingsError(
        f"Fault '{text}' cannot be simulated: {why}.",
        code="sim.fault",
        hint=f"Write for example --fault gps_glitch:north_m=80@30-45; there are {', '.join(FAULTS)}.",
    )
