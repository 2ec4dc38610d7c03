"""Docks: the state machine with its faults, the weather gate, and a real HTTP device."""

from collections.abc import Callable

import anyio
import httpx
import pytest

from ground_station.docks.device import DockReport, HttpDevice, device_at
from ground_station.docks.errors import DockError
from ground_station.docks.machine import CHARGES_WITHIN_S, LID_WITHIN_S, Dock, asked, reported, silent, weather_against
from sim.docks import ParkedVehicle, SimulatedDock
from sim.docks.dock import FULL_CHARGE_S, LID_TRAVEL_S
from tests.support.dock_server import dock_server

pytestmark = pytest.mark.anyio


def follow(device: SimulatedDock, dock: Dock, times_s: list[float]) -> list[str]:
    states = []
    for now_s in times_s:
        device.advance(now_s)
        dock = reported(dock, report_of(device), now_s)
        states.append(dock.fault or dock.state)
    return states


def report_of(device: SimulatedDock) -> DockReport:
    return DockReport.model_validate(device.report())


def test_the_lid_opens_closes_and_what_stands_in_it_is_charged_until_it_is_full() -> None:
    parked = ParkedVehicle(charge=0.5)
    device = SimulatedDock(bay=parked)
    device.advance(0.0)
    device.open()
    assert follow(device, asked(Dock(), "open", 0.0), [1.0, LID_TRAVEL_S + 0.1]) == ["opening", "open"]
    assert device.charge(on=True) == "the lid is not closed"
    device.close()
    assert follow(device, asked(Dock(state="open"), "close", 5.0), [6.0, 10.1]) == ["closing", "closed"]
    assert device.charge(on=True) is None
    dock = asked(Dock(state="closed"), "charge", 11.0)
    full_s = 11.0 + 0.5 * FULL_CHARGE_S
    assert follow(device, dock, [12.0, full_s - 60.0, full_s]) == ["charging", "charging", "ready"]
    assert parked.charge == pytest.approx(1.0, abs=0.01)


def test_a_stuck_lid_and_a_charger_without_current_become_faults_and_not_before_their_time() -> None:
    stuck = SimulatedDock(faults=frozenset({"lid_stuck"}))
    stuck.open()
    assert follow(stuck, asked(Dock(), "open", 0.0), [LID_WITHIN_S - 1, LID_WITHIN_S + 1]) == ["opening", "lid_stuck"]
    dead = SimulatedDock(faults=frozenset({"no_charge"}), bay=ParkedVehicle())
    dead.charge(on=True)
    assert follow(dead, asked(Dock(), "charge", 0.0), [CHARGES_WITHIN_S - 1, CHARGES_WITHIN_S + 1]) == ["closed", "no_charge"]


def test_a_charger_that_rests_at_a_full_battery_is_no_fault_and_one_that_stops_half_way_is_asked_again() -> None:
    charged = reported(asked(Dock(), "charge", 0.0), DockReport(lid="closed", charging=True, charge_fraction=0.97), 1.0)
    assert reported(charged, DockReport(lid="closed", charge_fraction=0.93), 9_000.0).state == "ready"
    assert reported(charged, DockReport(lid="closed", charge_fraction=0.6), 9_000.0).state == "closed"
    # A dock that measures nothing stops by itself: the vehicle's own word counts, else its own.
    assert reported(charged, DockReport(lid="closed"), 9_000.0).state == "ready"
    assert reported(charged, DockReport(lid="closed"), 9_000.0, charge=0.5).state == "closed"


def test_wind_and_rain_forbid_a_start_and_missing_sensors_do_not() -> None:
    rain = report_of(SimulatedDock(faults=frozenset({"rain"})))
    storm = report_of(SimulatedDock(faults=frozenset({"wind"})))
    assert "rain" in (weather_against(rain, 10.0, 0.5) or "")
    assert "wind" in (weather_against(storm, 10.0, 0.5) or "")
    assert weather_against(DockReport(lid="closed"), 10.0, 0.5) is None
    assert silent(Dock(state="open")).state == "unreachable"


async def until(device: HttpDevice, condition: Callable[[DockReport], bool]) -> DockReport:
    with anyio.fail_after(45):
        while not condition(report := await device.report()):
            await anyio.sleep(0.02)
    return report


async def test_a_dock_over_http_opens_closes_charges_and_says_why_it_does_not() -> None:
    with dock_server(SimulatedDock(bay=ParkedVehicle(charge=0.5))) as url:
        async with httpx.AsyncClient(trust_env=False) as client:
            device = HttpDevice(url, client)
            assert (await device.report()).lid == "closed"
            await device.open()
            await until(device, lambda report: report.lid == "open")
            with pytest.raises(DockError, match="refused charge with HTTP 409: the lid is not closed") as refused:
                await device.charge(True)
            assert refused.value.code == "dock.refused"
            await device.close()
            await until(device, lambda report: report.lid == "closed")
            await device.charge(True)
            report = await until(device, lambda report: (report.charge_fraction or 0.0) > 0.505)
            assert (report.charging, report.vehicle_present, report.wind_mps) == (True, True, 3.0)


async def test_a_simulated_dock_is_broken_over_http_and_one_without_network_answers_nothing() -> None:
    with dock_server(SimulatedDock()) as url:
        async with httpx.AsyncClient(trust_env=False) as client:
            device = HttpDevice(url, client)
            assert (await client.put(f"{url}/faults", json=["rain"])).json()["rain_mm_h"] == 6.0
            assert (await client.put(f"{url}/faults", json=["fire"])).status_code == 422
            assert (await client.post(f"{url}/charge", json={"on": "yes"})).status_code == 422
            assert (await client.post(f"{url}/state")).status_code == 405
            await client.put(f"{url}/faults", json=["silent"])
            with pytest.raises(DockError) as away:
                await device.report()
            assert away.value.code == "dock.unreachable"
            await client.put(f"{url}/faults", json=[])
            assert (await device.report()).lid == "closed"


async def test_what_does_not_answer_or_answers_nonsense_is_named_without_its_address() -> None:
    with dock_server(SimulatedDock()) as url:
        async with httpx.AsyncClient(trust_env=False) as client:
            with pytest.raises(DockError, match="HTTP 404") as refused:
                await HttpDevice(url + "/elsewhere", client).report()
            assert refused.value.code == "dock.refused"
    async with httpx.AsyncClient(trust_env=False) as client:
        with pytest.raises(DockError) as away:
            await HttpDevice(url.replace("http://", "http://keeper:secret@"), client).report()
    assert away.value.code == "dock.unreachable"
    assert "secret" not in away.value.message


@pytest.mark.parametrize("address", ["ftp://dock", "sim:rain", "sim:0", ""])
async def test_an_address_that_names_no_dock_is_refused(address: str) -> None:
    async with httpx.AsyncClient() as client:
        with pytest.raises(DockError) as wrong:
            device_at(address, client, 8560)
    assert wrong.value.code == "dock.address"
