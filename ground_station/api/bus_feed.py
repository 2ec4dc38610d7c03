"""From the bus to the boards and the browsers. One subscription per subject; a malformed message is logged and dropped."""

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio
from nats.aio.client import Client
from nats.aio.msg import Msg
from pydantic import ValidationError

from ground_station.api.boards import VehicleBoard
from ground_station.api.live_hub import (
    COMMAND_UPDATE,
    LINK_STATUS,
    MISSION_RUN,
    OBSERVATION,
    RTK_STATUS,
    SOURCE_EVENT,
    SOURCE_STATUS,
    TRAFFIC,
    VEHICLE_EVENT,
    VEHICLE_LEASE,
    VEHICLE_OPERATOR,
    VEHICLE_PAYLOAD,
    VEHICLE_STATE,
    VEHICLE_TRANSFER,
    VIOLATION,
    LiveHub,
)
from ground_station.api.run_board import RUN_OVER
from ground_station.api.services import Services
from ground_station.bus import subjects
from ground_station.messages import (
    CommandUpdate,
    LeaseState,
    LinkStatus,
    Message,
    MissionRunState,
    ObservationMessage,
    ProcessStatus,
    SourceEvent,
    SourceStatus,
    TransferState,
    TransferUpdate,
    VehicleEvent,
    VehicleState,
    ViolationMessage,
)
from ground_station.operators import OperatorState
from ground_station.payload import PayloadState
from ground_station.payload.messages import TrafficState
from ground_station.rtk import RtkStatus
from ground_station.violation_letters import STORED_VIOLATION

SILENCE_CHECK_PERIOD_S = 1.0

logger = logging.getLogger(__name__)
M = TypeVar("M", bound=Message)


async def subscribe_all(services: Services) -> None:
    """Attach every handler. The client keeps them over reconnects."""
    boards, live = services, services.live

    def on_state(state: VehicleState, text: str) -> None:
        boards.vehicles.put(state)
        services.runs.note_place(state)
        live.publish(VEHICLE_STATE, text, key=state.vehicle_id)

    def on_command(update: CommandUpdate, text: str) -> None:
        if boards.commands.put(update):
            live.publish(COMMAND_UPDATE, text)

    def on_event(event: VehicleEvent, text: str) -> None:
        services.runs.note_photo(event)
        live.publish(VEHICLE_EVENT, text)

    def on_observation(_: ObservationMessage, text: str) -> None:
        live.publish(OBSERVATION, text)

    def on_violation(_: ViolationMessage, text: str) -> None:
        live.publish(VIOLATION, text)

    def on_source(status: SourceStatus, text: str) -> None:
        boards.sources.put(status)
        # `watch` and `video` both report on a source; each keeps its own newest word.
        live.publish(SOURCE_STATUS, text, key=f"{status.process}/{status.source_id}")

    def on_source_event(_: SourceEvent, text: str) -> None:
        live.publish(SOURCE_EVENT, text)

    def on_lease(_: LeaseState, text: str) -> None:
        live.publish(VEHICLE_LEASE, text)

    def on_link(status: LinkStatus, text: str) -> None:
        boards.links.put(status)
        live.publish(LINK_STATUS, text, key=status.url)
        if status.state == "closed":
            live.forget(LINK_STATUS, status.url)

    def on_process(status: ProcessStatus, _: str) -> None:
        boards.processes.put(status)

    def on_transfer(update: TransferUpdate, text: str) -> None:
        live.publish(VEHICLE_TRANSFER, text, key=str(update.transfer_id))
        if update.state is not TransferState.RUNNING:
            live.forget(VEHICLE_TRANSFER, str(update.transfer_id))  # told to those who listen; nobody else needs it

    def on_payload(state: PayloadState, text: str) -> None:
        live.publish(VEHICLE_PAYLOAD, text, key=state.vehicle_id)

    def on_operator(state: OperatorState, text: str) -> None:
        live.publish(VEHICLE_OPERATOR, text, key=state.vehicle_id)

    def on_traffic(state: TrafficState, text: str) -> None:
        live.publish(TRAFFIC, text, key=state.traffic_id)
        if state.gone:
            live.forget(TRAFFIC, state.traffic_id)

    def on_rtk(_: RtkStatus, text: str) -> None:
        live.publish(RTK_STATUS, text)

    def on_run(run: MissionRunState, text: str) -> None:
        services.runs.put(run)
        live.publish(MISSION_RUN, text, key=str(run.run_id))
        if run.state in RUN_OVER:
            live.forget(MISSION_RUN, str(run.run_id))  # told to those who listen; the database has it from now on

    await attach(services.bus, f"{subjects.RUN_STATE}.*", MissionRunState, on_run)
    await attach(services.bus, subjects.RTK_STATUS, RtkStatus, on_rtk)
    await attach(services.bus, f"{subjects.TRAFFIC}.*", TrafficState, on_traffic)
    await attach(services.bus, f"{subjects.TELEMETRY_PAYLOAD}.*", PayloadState, on_payload)
    await attach(services.bus, f"{subjects.TELEMETRY_OPERATOR}.*", OperatorState, on_operator)
    await attach(services.bus, f"{subjects.TELEMETRY_STATE}.*", VehicleState, on_state)
    await attach(services.bus, f"{subjects.COMMAND_UPDATE}.*", CommandUpdate, on_command)
    await attach(services.bus, f"{subjects.VEHICLE_EVENT}.*", VehicleEvent, on_event)
    await attach(services.bus, f"{subjects.STORED}.observation", ObservationMessage, on_observation)
    await attach(services.bus, STORED_VIOLATION, ViolationMessage, on_violation)
    await attach(services.bus, f"{subjects.STORED}.source_event", SourceEvent, on_source_event)
    await attach(services.bus, f"{subjects.SOURCE_STATUS}.*", SourceStatus, on_source)
    await attach(services.bus, f"{subjects.LEASE_STATE}.*", LeaseState, on_lease)
    await attach(services.bus, subjects.LINK_STATUS, LinkStatus, on_link)
    await attach(services.bus, f"{subjects.PROCESS_STATUS}.*", ProcessStatus, on_process)
    await attach(services.bus, f"{subjects.VEHICLE_TRANSFER}.*", TransferUpdate, on_transfer)


async def attach(bus: Client, subject: str, kind: type[M], handle: Callable[[M, str], None]) -> None:
    async def on_message(message: Msg) -> None:
        try:
            handle(kind.model_validate_json(message.data), message.data.decode())
        except ValidationError as error:
            logger.warning("dropped a message on %s: %s", message.subject, error.errors()[0]["msg"])

    callback: Callable[[Msg], Awaitable[None]] = on_message
    await bus.subscribe(subject, cb=callback)


async def show_silence(vehicles: VehicleBoard, live: LiveHub) -> None:
    """Vehicles whose station has stopped speaking are shown lost, with growing age, by us."""
    while True:
        await anyio.sleep(SILENCE_CHECK_PERIOD_S)
        for state in vehicles.silent():
            live.publish(VEHICLE_STATE, state.model_dump_json(), key=state.vehicle_id)
