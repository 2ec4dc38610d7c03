"""Several batteries: each by its number, and nothing the vehicle did not tell becomes a number."""

from typing import Any

import pytest

from ground_station.mavlink import mavlink
from ground_station.vehicles import VehicleEstimate
from tests.support.talk import VEHICLE, over_the_wire

NO_CELLS = [65535] * 10


def told(number: int, cells: list[int], **rest: Any) -> Any:
    values = {"temperature": 32767, "current": -1, "consumed": -1, "remaining": -1, "time": 0, "charge": 0} | rest
    padded = cells + NO_CELLS[len(cells) :]
    message = mavlink.MAVLink_battery_status_message(
        number,
        0,
        0,
        values["temperature"],
        padded,
        values["current"],
        values["consumed"],
        -1,
        values["remaining"],
        values["time"],
        values["charge"],
    )
    return over_the_wire(message, VEHICLE)


def test_each_battery_is_known_by_its_number_and_the_first_flies_the_vehicle() -> None:
    estimate = VehicleEstimate()
    estimate.update(told(1, [12_000], remaining=40))
    assert estimate.battery is None
    estimate.update(told(0, [3900, 3910, 3880, 3890], remaining=81, current=1250, temperature=2450, consumed=310, time=900, charge=1))
    assert estimate.battery is not None
    assert (estimate.battery.voltage_v, estimate.battery.remaining_fraction) == (15.58, 0.81)
    first, second = estimate.batteries[0], estimate.batteries[1]
    assert first.cells_v == [3.9, 3.91, 3.88, 3.89]
    assert (first.current_a, first.temperature_c, first.consumed_mah, first.remaining_s, first.charge) == (12.5, 24.5, 310.0, 900.0, "ok")
    assert (second.voltage_v, second.remaining_fraction, second.cells_v) == (12.0, 0.4, [])


def test_what_is_not_told_is_unknown() -> None:
    estimate = VehicleEstimate()
    estimate.update(told(0, []))
    battery = estimate.batteries[0]
    unknown = ("remaining_fraction", "voltage_v", "current_a", "temperature_c", "consumed_mah", "remaining_s", "charge", "function")
    assert [getattr(battery, name) for name in unknown] == [None] * len(unknown)
    assert battery.cells_v == []


def test_a_pack_above_65_volts_is_one_voltage_and_no_cells() -> None:
    estimate = VehicleEstimate()
    estimate.update(told(0, [65534, 10_466]))
    assert estimate.batteries[0].voltage_v == pytest.approx(76.0)
    assert estimate.batteries[0].cells_v == []
