"""Docks: the state machine with its faults, the weather gate, and a real HTTP device."""

import httpx
import pytest

from ground_station.docks.device import DockReport, HttpDevice, device_at
from ground_station.docks.errors import DockError
from ground_station.docks.machine import CHARGES_WITHIN_S, LID_WITHIN_S, Dock, asked, reported, silent, weather_against
from sim.dock import LID_TRAVEL_S, SimulatedDock
from tests.support.dock_server import dock_server

pytestmark = pytest.mark.anyio


def follow(device: SimulatedDock, dock: Dock, times_s: list[float]) -> list[str]:
    states = []
    for now_s in times_s:
        dock = reported(dock, DockReport.model_validate(device.report(now_s)), now_s)
        states.append(dock.fault or dock.state)
    return states


def test_the_lid_opens_closes_and_the_charger_starts() -> None:
    device = SimulatedDock()
    device.open(0.0)
    assert follow(device, asked(Dock(), "open", 0.0), [1.0, LID_TRAVEL_S + 0.1]) == ["opening", "open"]
    device.close(10.0)
    assert follow(device, asked(Dock(state="open"), "close", 10.0), [11.0, 10.1 + LID_TRAVEL_S]) == ["closing", "closed"]
    device.charge(20.0, on=True)
    assert follow(device, asked(Dock(state="closed"), "charge", 20.0), [21.0]) == ["charging"]


def test_a_stuck_lid_and_a_charger_without_current_become_faults_and_not_before_their_time() -> None:
    stuck = SimulatedDock(faults=frozenset({"lid_stuck"}))
    stuck.open(0.0)
    assert follow(stuck, asked(Dock(), "open", 0.0), [LID_WITHIN_S - 1, LID_WITHIN_S + 1]) == ["opening", "lid_stuck"]
    dead = SimulatedDock(faults=frozenset({"no_charge"}))
    dead.charge(0.0, on=True)
    assert follow(dead, asked(Dock(), "charge", 0.0), [CHARGES_WITHIN_S - 1, CHARGES_WITHIN_S + 1]) == ["closed", "no_charge"]


def test_wind_and_rain_forbid_a_start_and_missing_sensors_do_not() -> None:
    rain = DockReport.model_validate(SimulatedDock(faults=frozenset({"rain"})).report(0.0))
    storm = DockReport.model_validate(SimulatedDock(faults=frozenset({"wind"})).report(0.0))
    assert "rain" in (weather_against(rain, 10.0, 0.5) or "")
    assert "wind" in (weather_against(storm, 10.0, 0.5) or "")
    assert weather_against(DockReport(lid="closed"), 10.0, 0.5) is None
    assert silent(Dock(state="open")).state == "unreachable"


async def test_a_dock_over_http_opens_and_charges() -> None:
    with dock_server(SimulatedDock()) as url:
        async with httpx.AsyncClient(trust_env=False) as client:
            device = HttpDevice(url, client)
            assert (await device.report()).lid == "closed"
            await device.open()
            assert (await device.report()).lid in ("moving", "open")
            await device.close()
            await device.charge(True)
            assert (await device.report()).wind_mps == 3.0


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


@pytest.mark.parametrize("address", ["ftp://dock", "sim:no_such_fault", ""])
async def test_an_address_that_names_no_dock_is_refused(address: str) -> None:
    async with httpx.AsyncClient() as client:
        with pytest.raises(DockError) as wrong:
            device_at(address, client, lambda: 0.0)
    assert wrong.value.code == "dock.address"
