"""Batteries as they come on the wire, with their marks for what is not known. Source: BATTERY_STATUS in MAVLink common.xml."""

from ground_station.mavlink import WireMessage
from ground_station.messages import BatteryInstance

UNKNOWN_CELL = 65535
UNKNOWN_TEMPERATURE = 32767
_FUNCTIONS = {1: "all", 2: "propulsion", 3: "avionics", 4: "payload"}
_CHARGES = {1: "ok", 2: "low", 3: "critical", 4: "emergency", 5: "failed", 6: "unhealthy", 7: "charging"}


def battery_fields(remaining_percent: int, millivolts: int | None, centiamperes: int) -> dict[str, float | None]:
    """The fields of a `BatteryState`. -1 means unknown for charge and current."""
    return {
        "remaining_fraction": None if remaining_percent < 0 else min(1.0, remaining_percent / 100.0),
        "voltage_v": None if millivolts is None else millivolts / 1e3,
        "current_a": None if centiamperes < 0 else centiamperes / 1e2,
    }


def battery_instance(m: WireMessage) -> BatteryInstance:
    """One BATTERY_STATUS. A pack measured as a whole has its voltage in the first cell, continued in the next above 65.534 V."""
    millivolts = [v for v in (*m.voltages, *getattr(m, "voltages_ext", ())) if v not in (UNKNOWN_CELL, 0)]
    whole = len(millivolts) < 2 or millivolts[0] == UNKNOWN_CELL - 1
    remaining_s = getattr(m, "time_remaining", 0)
    return BatteryInstance(
        battery=int(m.id),
        **battery_fields(m.battery_remaining, sum(millivolts) if millivolts else None, m.current_battery),
        function=_FUNCTIONS.get(int(m.battery_function)),
        temperature_c=None if m.temperature == UNKNOWN_TEMPERATURE else m.temperature / 1e2,
        consumed_mah=None if m.current_consumed < 0 else float(m.current_consumed),
        remaining_s=float(remaining_s) if remaining_s > 0 else None,
        cells_v=[] if whole else [v / 1e3 for v in millivolts],
        charge=_CHARGES.get(int(getattr(m, "charge_state", 0))),
    )
