"""What goes on beside every vehicle while the station runs: its clock, events, modes, changed fences, and what it carries."""

import logging
import time
from collections.abc import Callable
from functools import partial

import anyio

from geo.primitives import GeoError, SunqarError, VehicleError
from ground_station.mavlink import mavlink
from ground_station.mavlink.commands import request_message
from ground_station.mavlink.events import EventSequence
from ground_station.mavlink.modes import AvailableModes
from ground_station.mavlink.timesync import TimeSync
from ground_station.mavlink.young import ComponentMetadata, plan_ids
from ground_station.microservices.desk import ServiceTools
from ground_station.microservices.event_texts import EventTexts, events_path, path_of, unpacked
from ground_station.microservices.files import read_file
from ground_station.microservices.payload_following import follow_payload
from ground_station.microservices.plans import reread
from ground_station.operators.arming import Gate, answer_arming
from ground_station.operators.control import follow_control
from ground_station.operators.remote_id import follow_remote_id
from ground_station.vehicles import Happening, Vehicle, VehicleNetwork

logger = logging.getLogger(__name__)

CLOCK_EVERY_S = 10.0
CLOCK_AT_FIRST_S = 1.0  # until a few round trips are known
METADATA_WITHIN_S = 3.0
_CRITICAL, _WARNING = 2, 4  # MAV_SEVERITY
_PROTOCOL = 8  # from this level on events are for machines


def accompany(network: VehicleNetwork, tools: ServiceTools, tell: Callable[[Vehicle, Happening], None], gate: Gate | None = None) -> None:
    """Begin all of it for every vehicle of the network. Without a `gate` no vehicle is told whether it may arm."""
    network.accompany(keep_time)
    network.accompany(learn_modes)
    network.accompany(partial(follow_events, tools=tools, tell=tell))
    network.accompany(partial(follow_plans, tools=tools))
    network.accompany(partial(follow_payload, tell=tell))
    network.accompany(partial(follow_operator, tools=tools, tell=tell, gate=gate))


async def follow_operator(vehicle: Vehicle, tools: ServiceTools, tell: Callable[[Vehicle, Happening], None], gate: Gate | None) -> None:
    """Who controls it, whether it may arm, and where its operator stands."""
    board = tools.operators.board(vehicle.vehicle_id)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(follow_control, vehicle, board)
        tasks.start_soon(follow_remote_id, vehicle, board)
        if gate is not None:
            tasks.start_soon(answer_arming, vehicle, board, gate, tell)


async def keep_time(vehicle: Vehicle) -> None:
    """TIMESYNC every few seconds; where the vehicle has no set clock, poses are placed by it."""
    sync = TimeSync()
    with vehicle.subscribe({"TIMESYNC"}) as messages:
        while True:
            answered = False
            if vehicle.online and not vehicle.high_latency:
                vehicle.send([mavlink.MAVLink_timesync_message(0, sync.request(time.time_ns()))])
                with anyio.move_on_after(CLOCK_AT_FIRST_S):
                    while not answered:
                        message = await messages.receive()
                        answered = sync.on_answer(int(message.ts1), int(message.tc1), time.time_ns())
                if answered:
                    vehicle.set_clock_offset(sync.offset_s, sync.uncertainty_s)
            await anyio.sleep(CLOCK_EVERY_S if (sync.uncertainty_s or 1.0) < 0.05 else CLOCK_AT_FIRST_S)


async def learn_modes(vehicle: Vehicle) -> None:
    """The vehicle's own list of modes, read anew when it says that it has changed."""
    with vehicle.subscribe({"AVAILABLE_MODES_MONITOR"}) as messages:
        known: int | None = None
        while True:
            await vehicle.wait_until(lambda: vehicle.online and vehicle.estimate.capabilities is not None, 30.0)
            modes = await vehicle.converse(AvailableModes(vehicle.address))
            if modes:
                vehicle.flight_modes = modes
                vehicle.estimate.autopilot.learn_modes({mode.name: mode.custom_mode for mode in modes})
            while True:
                sequence = int((await messages.receive()).seq)
                if sequence != known:
                    first, known = known is None, sequence
                    if not first:
                        break


async def follow_events(vehicle: Vehicle, tools: ServiceTools, tell: Callable[[Vehicle, Happening], None]) -> None:
    """Numbered events as happenings, with the vehicle's own texts where it has them."""
    events = EventSequence(vehicle.address, vehicle.own)
    texts: EventTexts | None = None
    with vehicle.subscribe(events.kinds) as messages:
        async for message in messages:
            happened, requests = events.on_message(message)
            vehicle.send(requests)
            for event in happened:
                if event.level >= _PROTOCOL:
                    continue
                if texts is None:
                    texts = await _event_texts(vehicle, tools)
                severity = "critical" if event.level <= _CRITICAL else "warning" if event.level <= _WARNING else "info"
                tell(vehicle, Happening("text", texts.text(event.number, event.arguments), severity, {"event": event.number}))  # type: ignore[arg-type]  # one of the three


async def _event_texts(vehicle: Vehicle, tools: ServiceTools) -> EventTexts:
    """From the vehicle's metadata; without it events keep their numbers."""
    try:
        with vehicle.subscribe({"COMPONENT_METADATA"}) as messages:
            await vehicle.query(request_message(vehicle.address, ComponentMetadata.id))
            with anyio.fail_after(METADATA_WITHIN_S):
                general_path = path_of(str((await messages.receive()).uri))
        if general_path is None:
            return EventTexts()
        async with tools.transfers.transfer(vehicle.vehicle_id, "metadata") as transfer:
            path = events_path(unpacked(await read_file(vehicle, general_path, transfer)))
            return EventTexts(None if path is None else unpacked(await read_file(vehicle, path, transfer)))
    except (SunqarError, TimeoutError) as error:
        logger.info("%s gives no texts of its events: %s", vehicle.vehicle_id, error)
        return EventTexts()


async def follow_plans(vehicle: Vehicle, tools: ServiceTools) -> None:
    """Read fence and rally points again when their ids in MISSION_CURRENT change under us."""
    seen: tuple[int, int, int] | None = None
    with vehicle.subscribe({"MISSION_CURRENT"}) as messages:
        async for message in messages:
            if message.get_srcComponent() != vehicle.address.component_id:
                continue
            ids = plan_ids(message)
            before, seen = seen, ids
            if before is None or before == ids:
                continue
            for store, place in (("fence", 1), ("rally", 2)):
                if before[place] != ids[place] and store in vehicle.stores and not vehicle.transfer_lock.locked():
                    try:
                        await reread(vehicle, store, tools)
                    except (VehicleError, GeoError) as error:
                        logger.info("%s: %s", vehicle.vehicle_id, error)
