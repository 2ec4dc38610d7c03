"""Asking a vehicle: who hears its components, what the desk answers, how long work ends."""

from pathlib import Path
from typing import Any

import anyio
import pytest

from geo.primitives import VehicleError, new_id
from ground_station.control.parameters import NoParameters
from ground_station.mavlink import Address, WireMessage, mavlink
from ground_station.messages import TransferState, TransferUpdate
from ground_station.microservices import ServiceDesk, ServiceRequest, ServiceTools, Transfer, Transfers, VehicleService
from ground_station.vehicles import Fleet, Route, Vehicle, VehicleNetwork

CAMERA = 100


def sent_by(message: WireMessage, component: int = 1) -> WireMessage:
    message._header.srcSystem, message._header.srcComponent = 1, component
    return message


def heartbeat(component: int = 1, kind: int = mavlink.MAV_TYPE_QUADROTOR, autopilot: int = 3) -> WireMessage:
    return sent_by(mavlink.MAVLink_heartbeat_message(kind, autopilot, 81, 4, 3, 3), component)


def hear(fleet: Fleet, message: WireMessage, peer: str = "autopilot") -> None:
    fleet.on_message(message, Route("link", peer), 1.0, 1.7e9)


def fleet_that_sends_to(sent: list[tuple[Any, WireMessage]]) -> Fleet:
    def transmit(route: Route, message: WireMessage, _: int) -> bool:
        sent.append((route.peer, message))
        return True

    return Fleet(Address(254, 190), transmit, heartbeat_timeout_s=3.5, on_happening=lambda *_: None, on_pose=lambda *_: None)


@pytest.mark.anyio
async def test_a_subscriber_hears_the_kinds_it_asked_for_from_every_component_of_the_vehicle() -> None:
    fleet = fleet_that_sends_to([])
    hear(fleet, heartbeat())
    vehicle = fleet.require("mav-1")
    with vehicle.subscribe({"CAMERA_IMAGE_CAPTURED", "STATUSTEXT"}) as messages:
        assert "CAMERA_IMAGE_CAPTURED" in fleet.interest
        hear(fleet, heartbeat(CAMERA, mavlink.MAV_TYPE_CAMERA, mavlink.MAV_AUTOPILOT_INVALID), "camera")
        hear(fleet, sent_by(mavlink.MAVLink_camera_image_captured_message(0, 0, 1, 0, 0, 0, 0, [0, 0, 0, 0], 7, 1, b""), CAMERA), "camera")
        hear(fleet, sent_by(mavlink.MAVLink_attitude_message(0, 0, 0, 0, 0, 0, 0)))
        hear(fleet, sent_by(mavlink.MAVLink_statustext_message(6, b"hello")))
        assert [(m.get_type(), m.get_srcComponent()) for m in (messages.receive_nowait(), messages.receive_nowait())] == [
            ("CAMERA_IMAGE_CAPTURED", CAMERA),
            ("STATUSTEXT", 1),
        ]
        with pytest.raises(anyio.WouldBlock):
            messages.receive_nowait()
    assert "CAMERA_IMAGE_CAPTURED" not in fleet.interest
    assert vehicle.components[CAMERA].mav_type == mavlink.MAV_TYPE_CAMERA


def test_messages_to_a_component_leave_where_that_component_was_heard() -> None:
    sent: list[tuple[Any, WireMessage]] = []
    fleet = fleet_that_sends_to(sent)
    hear(fleet, heartbeat(), "autopilot")
    hear(fleet, heartbeat(CAMERA, mavlink.MAV_TYPE_CAMERA, mavlink.MAV_AUTOPILOT_INVALID), "camera")
    for component in (1, CAMERA, 154):
        fleet.require("mav-1").send([mavlink.MAVLink_command_long_message(1, component, 512, 0, 259, 0, 0, 0, 0, 0, 0)])
    assert [peer for peer, _ in sent] == ["autopilot", "camera", "autopilot"]


async def answer_of(service: VehicleService, tmp_path: Path, *, vehicle_id: str = "mav-1", name: str = "probe", **parameters: Any) -> Any:
    async with VehicleNetwork() as network:
        hear(network.fleet, heartbeat())
        desk = ServiceDesk(ServiceTools(network, Transfers(), tmp_path), {"probe": service})
        return await desk.answer(
            vehicle_id, name, ServiceRequest(parameters=parameters, actor="aigul", request_id=new_id(), deadline_s=0.2)
        )


async def who(vehicle: Vehicle, parameters: NoParameters, tools: ServiceTools) -> str:
    return f"{vehicle.vehicle_id} for {tools.actor}"


async def never(vehicle: Vehicle, parameters: NoParameters, tools: ServiceTools) -> None:
    await anyio.sleep_forever()


@pytest.mark.anyio
async def test_a_request_is_answered_with_a_result_or_with_a_reason(tmp_path: Path) -> None:
    service = VehicleService(NoParameters, who)
    assert (await answer_of(service, tmp_path)).result == "mav-1 for aigul"
    assert (await answer_of(service, tmp_path, vehicle_id="mav-9")).error.code == "vehicle.unknown"
    assert (await answer_of(service, tmp_path, name="nonsense")).error.code == "service.unknown"
    assert (await answer_of(service, tmp_path, colour="red")).error.code == "command.parameters"
    assert (await answer_of(VehicleService(NoParameters, never), tmp_path)).error.code == "service.timeout"


@pytest.mark.anyio
async def test_long_work_is_told_and_ends_as_done_failed_or_cancelled() -> None:
    told: list[TransferUpdate] = []
    transfers = Transfers(told.append)

    async def count(transfer: Transfer) -> str:
        for done in range(3):
            transfer.tell(done, 3)
        return "all three"

    async def fail(transfer: Transfer) -> str:
        raise VehicleError("The vehicle said no.", code="vehicle.refused")

    async def wait(transfer: Transfer) -> str:
        await anyio.sleep_forever()
        return ""

    async with anyio.create_task_group() as tasks:
        transfers.attach(tasks)
        transfers.start("mav-1", "count", "aigul", count)
        transfers.start("mav-1", "fail", "aigul", fail)
        waiting = transfers.start("mav-1", "wait", "aigul", wait)
        await anyio.wait_all_tasks_blocked()
        assert [update.name for update in transfers.running("mav-1")] == ["wait"]
        assert transfers.cancel(waiting)
        assert not transfers.cancel(new_id())
    last = {update.name: (update.state, update.message) for update in told}
    assert last["count"] == (TransferState.DONE, "all three")
    assert last["fail"][0] is TransferState.FAILED
    assert "said no" in last["fail"][1]
    assert last["wait"][0] is TransferState.CANCELLED
