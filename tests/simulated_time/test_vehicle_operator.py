"""Operator control, arm authorisation and remote identification against real simulated vehicles over UDP, with two real stations."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import pytest

from geo.primitives import VehicleError
from ground_station.control import CommandDesk
from ground_station.control.parameters import read_parameters
from ground_station.links import make_link
from ground_station.messages import CommandName, CommandState
from ground_station.microservices import ServiceTools, Transfers
from ground_station.microservices.catalogue import SERVICES
from ground_station.microservices.companions import follow_operator
from ground_station.microservices.preflight_facts import PreflightParameters, preflight_facts
from ground_station.operators import ArmVerdict, OperatorBoard, Operators
from ground_station.operators.arming import Gate
from ground_station.operators.board import OperatorDefaults
from ground_station.vehicles import Happening, Vehicle, VehicleNetwork
from sim import Fleet, parse_address
from sim.services.catalogue import services_for
from sim.services.operator_control import OperatorControl
from sim.services.router import ServiceRouter
from tests.support.simulated_vehicles import AKTAU, free_udp_port, request_for

pytestmark = pytest.mark.anyio

OURS, OTHER = 254, 11


async def nobody_asks(vehicle_id: str) -> ArmVerdict:
    raise AssertionError(f"the gate was asked about {vehicle_id}")


@dataclass
class StationSide:
    """One station's view of the vehicle, and a way to ask it."""

    network: VehicleNetwork
    tools: ServiceTools
    told: list[Happening] = field(default_factory=list)

    @property
    def vehicle(self) -> Vehicle:
        return self.network.fleet.require("mav-1")

    @property
    def board(self) -> OperatorBoard:
        return self.tools.operators.board("mav-1")

    async def ask(self, service: str, /, **parameters: Any) -> Any:
        kind = SERVICES[service]
        return await kind.answer(self.vehicle, read_parameters(kind.parameters, service, parameters), self.tools)

    async def see(self, condition: Callable[[], bool], within_s: float = 30.0) -> None:
        assert await self.vehicle.wait_until(condition, within_s), self.board


@asynccontextmanager
async def listening(port: int, system_id: int, operators: Operators, gate: Gate, folder: Path) -> AsyncIterator[StationSide]:
    async with make_link(f"udpin:127.0.0.1:{port}") as link, VehicleNetwork(system_id=system_id) as network:
        station = StationSide(network, ServiceTools(network, Transfers(lambda _: None), folder, "aigul", operators=operators))

        async def companion(vehicle: Vehicle) -> None:
            await follow_operator(vehicle, station.tools, lambda _, happening: station.told.append(happening), gate)

        network.accompany(companion)
        network.attach(link)
        vehicle = await network.wait_for("mav-1", 45.0)
        assert await vehicle.wait_until(lambda: vehicle.estimate.position is not None, 45.0)
        yield station


@asynccontextmanager
async def one_vehicle(ports: list[int], autopilot: str = "ardupilot", **values: float) -> AsyncIterator[Fleet]:
    out = [parse_address(f"udpout:127.0.0.1:{port}") for port in ports]
    with Fleet(1, AKTAU, out, speedup=2.0, autopilot=autopilot) as fleet:
        for name, value in values.items():
            fleet.vehicles[0].parameters.force(name, value)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(fleet.run)
            yield fleet
            tasks.cancel_scope.cancel()


def without_operator_control(fleet: Fleet) -> None:
    """An aircraft like most: it knows neither the command nor the message."""
    vehicle = fleet.vehicles[0]
    services = [service for service in services_for(vehicle.host) if not isinstance(service, OperatorControl)]
    vehicle._router = ServiceRouter(vehicle.host, services, vehicle.clock.boot_ms)


async def test_operator_control_is_taken_asked_for_handed_over_and_given_up(tmp_path: Path) -> None:
    ports = [free_udp_port(), free_udp_port()]
    async with (
        one_vehicle(ports),
        listening(ports[0], OURS, Operators(), nobody_asks, tmp_path) as ours,
        listening(ports[1], OTHER, Operators(), nobody_asks, tmp_path) as other,
    ):
        first = await ours.ask("operator")
        assert (first["control"]["supported"], first["control"]["controller"]) == (True, None)
        taken = await ours.ask("take_operator_control")
        assert (taken["control"]["controller"], taken["control"]["ours"]) == (OURS, True)
        await other.see(lambda: other.board.controller == OURS)
        # A command of the other station is refused by the aircraft as long as we are in control.
        updates = [update async for update in CommandDesk(other.network.fleet).carry_out(request_for(CommandName.ARM))]
        assert updates[-1].state is CommandState.FAILED
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ours.see, lambda: ours.board.asker(time.monotonic()) == OTHER)
            with pytest.raises(VehicleError, match="did not hand it over within 3 s"):
                await other.ask("take_operator_control", patience_s=3.0)
        assert (await ours.ask("operator"))["control"]["controller"] == OURS
        await ours.see(lambda: ours.board.asker(time.monotonic()) is None)
        with pytest.raises(VehicleError, match="No station asks"):
            await ours.ask("answer_operator_request", grant=True)

        results: list[Any] = []

        async def take() -> None:
            results.append(await other.ask("take_operator_control", patience_s=20.0))

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(take)
            await ours.see(lambda: ours.board.asker(time.monotonic()) == OTHER)
            await ours.ask("answer_operator_request", grant=True)
        assert results[0]["control"]["ours"] is True
        await ours.see(lambda: ours.board.controller == OTHER)
        assert ours.board.asker(time.monotonic()) is None
        released = await other.ask("release_operator_control")
        assert (released["control"]["controller"], released["control"]["takeover_allowed"]) == (None, True)


async def test_an_aircraft_without_operator_control_says_so_and_nothing_breaks(tmp_path: Path) -> None:
    port = free_udp_port()
    async with one_vehicle([port]) as fleet:
        without_operator_control(fleet)
        async with listening(port, OURS, Operators(), nobody_asks, tmp_path) as ours:
            assert (await ours.ask("operator"))["control"]["supported"] is False
            with pytest.raises(VehicleError, match="does not speak operator control"):
                await ours.ask("take_operator_control")


@pytest.mark.parametrize(
    ("autopilot", "values"),
    [("px4", {"COM_ARM_AUTH_REQ": 1, "COM_ARM_AUTH_ID": OURS}), ("ardupilot", {"AUTH_ENABLE": 1, "AUTH_SYSID": OURS})],
)
async def test_an_aircraft_that_asks_arms_when_the_gate_says_yes_and_tells_why_when_it_says_no(
    autopilot: str, values: dict[str, float], tmp_path: Path
) -> None:
    verdicts = [ArmVerdict(granted=False, reason="airspace_in_use", text="A no-fly zone lies over the start.")]

    async def gate(vehicle_id: str) -> ArmVerdict:
        await anyio.sleep(1.5)  # longer than PX4 waits for one that says nothing
        return verdicts[-1]

    port = free_udp_port()
    async with one_vehicle([port], autopilot, **values), listening(port, OURS, Operators(), gate, tmp_path) as ours:
        desk = CommandDesk(ours.network.fleet)

        async def arm() -> CommandState:
            return [update async for update in desk.carry_out(request_for(CommandName.ARM))][-1].state

        if autopilot == "ardupilot":
            await ours.see(lambda: ours.board.arming.state == "denied")
        assert await arm() is CommandState.FAILED
        await ours.see(lambda: ours.board.arming.state == "denied")
        assert any("airspace is in use" in text.text for _, text in ours.vehicle.texts)
        refused = [happening.text for happening in ours.told]
        assert refused == ["Arming refused by the station: A no-fly zone lies over the start."]
        verdicts.append(ArmVerdict(granted=True, valid_s=60))
        if autopilot == "ardupilot":
            await ours.see(lambda: any("Authorized for" in text.text for _, text in ours.vehicle.texts))
        assert await arm() is CommandState.DONE
        assert ours.board.arming.state == "granted"
        assert ours.told[-1].text == "Arming authorised for 60 s"


async def test_a_request_to_another_authoriser_or_with_answers_switched_off_is_left_alone(tmp_path: Path) -> None:
    port = free_udp_port()
    async with (
        one_vehicle([port], AUTH_ENABLE=1, AUTH_SYSID=OTHER),
        listening(port, OURS, Operators(), nobody_asks, tmp_path) as ours,
    ):
        with ours.vehicle.subscribe({"COMMAND_LONG"}) as messages, anyio.fail_after(30):
            while (await messages.receive()).command != 3001:
                pass
        assert ours.board.arming.state == "never_asked"
    off = Operators(defaults=OperatorDefaults(answers_arming=False))
    port = free_udp_port()
    async with one_vehicle([port], AUTH_ENABLE=1, AUTH_SYSID=OURS), listening(port, OURS, off, nobody_asks, tmp_path) as ours:
        with ours.vehicle.subscribe({"COMMAND_LONG"}) as messages, anyio.fail_after(30):
            while (await messages.receive()).command != 3001:
                pass
        state = (await ours.ask("operator"))["arm_authorisation"]
        assert (state["enabled"], state["state"]) == (False, "never_asked")


async def test_the_operators_place_makes_remote_identification_ready_and_outlives_the_station(tmp_path: Path) -> None:
    ports = [free_udp_port()]
    defaults = OperatorDefaults(operator_id="KAZ-OP-0001", purpose="fibre survey")
    async with one_vehicle(ports, DID_ENABLE=1, DID_OPTIONS=1) as fleet:
        async with listening(ports[0], OURS, Operators(tmp_path, defaults), nobody_asks, tmp_path) as ours:
            await ours.see(lambda: ours.board.remote_id_ready is False)
            before = await preflight_facts(ours.vehicle, PreflightParameters(groups=[]), ours.tools)
            assert before["remote_id"] == {"ready": False, "reason": "operator location must be set"}
            told = await ours.ask("set_remote_operator", lon_deg=51.1601, lat_deg=43.6506)
            assert told["remote_id"]["operator"]["operator_id"] == "KAZ-OP-0001"
            await ours.see(lambda: ours.board.remote_id_ready is True)
            with ours.vehicle.subscribe({"OPEN_DRONE_ID_SYSTEM", "OPEN_DRONE_ID_OPERATOR_ID", "OPEN_DRONE_ID_SELF_ID"}) as messages:
                heard: dict[str, Any] = {}
                with anyio.fail_after(30):
                    while len(heard) < 3:
                        message = await messages.receive()
                        heard[message.get_type()] = message
            assert heard["OPEN_DRONE_ID_SYSTEM"].operator_latitude == 436506000
            assert heard["OPEN_DRONE_ID_OPERATOR_ID"].operator_id == "KAZ-OP-0001"
            assert heard["OPEN_DRONE_ID_SELF_ID"].description == "fibre survey"
        assert fleet.vehicles  # flies on; the station is gone and back
        async with listening(ports[0], OURS, Operators(tmp_path, defaults), nobody_asks, tmp_path) as back:
            await back.see(lambda: back.board.remote_id_ready is True)
            gone = await back.ask("clear_remote_operator")
            assert gone["remote_id"]["operator"] is None
            await back.see(lambda: back.board.remote_id_ready is False)


async def test_an_aircraft_without_a_transmitter_is_told_of_no_operator(tmp_path: Path) -> None:
    port = free_udp_port()
    async with one_vehicle([port]), listening(port, OURS, Operators(), nobody_asks, tmp_path) as ours:
        told = await ours.ask("set_remote_operator", lon_deg=51.16, lat_deg=43.65)
        assert (told["remote_id"]["carried"], told["remote_id"]["sending"]) == (False, False)
        assert (await preflight_facts(ours.vehicle, PreflightParameters(groups=[]), ours.tools))["remote_id"] is None
