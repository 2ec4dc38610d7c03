"""`station`: links in, vehicles' state, poses and events out on the bus, commands from the bus to the vehicles.

The vehicles' bookkeeping never waits for the bus: telemetry is dropped while it is away; events, command updates and track points
are kept and sent when it is back. Stopping this process sends nothing to an aircraft.
"""

import json
import logging
import math
import time
from collections import deque
from functools import partial
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

import anyio
from anyio.abc import TaskGroup
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from pydantic import ValidationError

from geo.primitives import new_id, utc_now
from ground_station.bus.connection import connect_bus, ensure_streams
from ground_station.bus.heartbeat import announce
from ground_station.bus.outbox import Outbox
from ground_station.bus.subjects import (
    COMMAND_REQUEST,
    COMMAND_UPDATE,
    FLIGHT_FILE,
    POSE_WANTED,
    RTK_STATUS,
    TELEMETRY_POSE,
    TELEMETRY_STATE,
    TRACK_POINTS,
    VEHICLE_EVENT,
    VEHICLE_SERVICE,
    VEHICLE_TRANSFER,
)
from ground_station.control import CommandDesk
from ground_station.endpoints import nats_url
from ground_station.flight_data.recorder import FlightRecorder
from ground_station.flight_data.shelf import Shelf
from ground_station.link_desk import LinkDesk
from ground_station.messages import CommandRequest, CommandState, FlightFileMessage, TrackPoints, TransferUpdate, VehicleEvent, VehiclePose
from ground_station.microservices import ServiceDesk, ServiceRequest, ServiceTools, Transfers
from ground_station.microservices.catalogue import SERVICES
from ground_station.microservices.companions import accompany
from ground_station.microservices.desk import ServiceFault, ServiceReply
from ground_station.microservices.terrain import serve_terrain
from ground_station.missions_flown import MissionsFlown
from ground_station.payload.elevation import ElevationModel
from ground_station.processes.carried import Carried
from ground_station.rtk import Corrections, parse_caster
from ground_station.secret_key import secret_key
from ground_station.settings import Settings
from ground_station.signing import KeyStore
from ground_station.track_points import POINTS_A_LETTER, TRACK_PERIOD_S, track_point
from ground_station.uploaded_missions import UploadedMissions
from ground_station.vehicles import Happening, Pose, Vehicle, VehicleNetwork, instant_json
from ground_station.vehicles.link_keeper import LinkKeeper

logger = logging.getLogger(__name__)

PROCESS = "station"
STANDING_PERIOD_S = 1.0
SIGNING_CLOCK_PERIOD_S = 30.0
POSES_FOR_ALL_UP_TO = 50  # vehicles; of more only the poses somebody wants are published
POSE_WANTED_FOR_S = 5.0
POSES_WAITING = 2000  # newest win: beyond this the bus is the bottleneck and old poses serve nobody
FLUSH_DEADLINE_S = 3.0


class Station:
    """The running station: network, desk and the bus tied together."""

    def __init__(self, client: Client, outbox: Outbox, settings: Settings) -> None:
        self._client, self._outbox, self._settings = client, outbox, settings.station
        # Poses and transfers: newest win, so what the bus cannot take in time is dropped.
        self._poses: deque[tuple[str, bytes]] = deque(maxlen=POSES_WAITING)
        self._pose_arrived = anyio.Event()
        self._poses_wanted: dict[str, float] = {}
        self.links: LinkDesk | None = None
        self._uploaded = UploadedMissions(settings.data_dir)
        self._flown = MissionsFlown()
        self.keys = KeyStore(settings.data_dir, secret_key(settings))
        self.network = VehicleNetwork(
            system_id=self._settings.system_id,
            heartbeat_timeout_s=self._settings.heartbeat_timeout_s,
            on_happening=self._on_happening,
            on_pose=self._on_pose,
            guard=self.keys.guard(),
        )
        self._desk = CommandDesk(self.network.fleet)
        self.transfers = Transfers(self._on_transfer)
        self._recorder = FlightRecorder(
            self.network,
            Shelf(settings.data_dir, settings.recording.budget_mb * 1_000_000, delete_oldest=settings.recording.delete_oldest),
            before_s=settings.recording.before_s,
            after_s=settings.recording.after_s,
            announce=self._on_flight_file,
            tell=self._on_happening,
        )
        self._elevation = None if self._settings.dem is None else ElevationModel.open(self._settings.dem)
        self._tools = ServiceTools(self.network, self.transfers, settings.data_dir, signing=self.keys, commands=self._desk)
        rtk = self._settings.rtk
        self.corrections = (
            None if rtk is None else Corrections(self.network, parse_caster(rtk.get_secret_value()), tuple(self._settings.rtk_vehicles))
        )
        self.carried = Carried(self.network, self._publish, self._on_happening)
        self._services = ServiceDesk(self._tools, SERVICES)

    def ready(self) -> tuple[bool, str]:
        """Ready while at least one link is open; troubles of the others are told."""
        count, troubles = self.links.troubles() if self.links is not None else (0, [])
        if troubles:
            return len(troubles) < count, "; ".join(troubles)
        online = sum(vehicle.online for vehicle in self.network.fleet)
        return True, f"{online} of {len(self.network.fleet)} vehicles online"

    async def open_links(self, tasks: TaskGroup, data_dir: Path) -> LinkDesk:
        """Open every link. One that cannot be reached is tried again in the background; a wrong one raises `LinkError`."""
        self.links = LinkDesk(self.network, LinkKeeper(self.network, tasks), self._settings, data_dir)
        await self.links.open_all()
        return self.links

    def _on_happening(self, vehicle: Vehicle, happening: Happening) -> None:
        # What has a key is told again after a restart of the station, and is stored once.
        told = new_id() if happening.key is None else uuid5(NAMESPACE_OID, f"{vehicle.vehicle_id}/{happening.key}")
        event = VehicleEvent(
            event_id=told,
            vehicle_id=vehicle.vehicle_id,
            at=happening.at or utc_now(),
            kind=happening.kind,
            severity=happening.severity,
            text=happening.text,
            detail=dict(happening.detail),
        )
        log = logger.info if happening.severity == "info" else logger.warning
        log("%s: %s", vehicle.vehicle_id, happening.text, extra={"vehicle_id": vehicle.vehicle_id})
        self._outbox.put(f"{VEHICLE_EVENT}.{vehicle.vehicle_id}", event.encode(), str(event.event_id))

    def _on_pose(self, vehicle: Vehicle, pose: Pose) -> None:
        message = VehiclePose(
            vehicle_id=vehicle.vehicle_id,
            at=pose.at,
            lon_deg=pose.position.lon_deg,
            lat_deg=pose.position.lat_deg,
            altitude_above_home_m=pose.altitude_above_home_m,
            roll_deg=pose.roll_deg,
            pitch_deg=pose.pitch_deg,
            heading_deg=pose.heading_deg,
        )
        self._poses.append((f"{TELEMETRY_POSE}.{vehicle.vehicle_id}", message.encode()))
        self._pose_arrived.set()

    def accompany_vehicles(self) -> None:
        """Clock, events, modes and plans of every vehicle are followed from now on."""
        accompany(self.network, self._tools, self._on_happening)
        self.network.accompany(self.carried.hear_traffic)
        self.network.accompany(partial(serve_terrain, model=self._elevation))

    def _on_transfer(self, update: TransferUpdate) -> None:
        self._poses.append((f"{VEHICLE_TRANSFER}.{update.vehicle_id}", update.encode()))
        self._pose_arrived.set()

    def _on_flight_file(self, file: FlightFileMessage) -> None:
        stage = "deleted" if file.deleted_at else "closed" if file.ended_at else "begun"
        logger.info("recording %s %s", file.name, stage, extra={"vehicle_id": file.vehicle_id})
        self._outbox.put(f"{FLIGHT_FILE}.{file.vehicle_id}", file.encode(), f"{file.file_id}:{stage}")

    async def record_flights(self) -> None:
        await self._recorder.run()

    async def _publish(self, subject: str, data: bytes) -> None:
        """Telemetry: when the bus is away it is dropped rather than delivered late."""
        if not self._client.is_connected:
            return
        try:
            await self._client.publish(subject, data)
        except NatsError as error:
            logger.debug("%s not published: %s", subject, error)

    async def publish_poses(self) -> None:
        while True:
            while self._poses:
                await self._publish(*self._poses.popleft())
            self._pose_arrived = anyio.Event()
            await self._pose_arrived.wait()

    async def publish_states(self) -> None:
        """At `state_rate_hz` what is armed or has just changed; once a second what stands on the ground."""
        period_s = 1.0 / self._settings.state_rate_hz
        told: dict[str, tuple[float, tuple[object, ...]]] = {}
        while True:
            now_s = time.monotonic()
            poses_for_all = len(self.network.fleet) <= POSES_FOR_ALL_UP_TO
            self._uploaded.follow(self.network.fleet)
            at_json = instant_json(utc_now())
            self._flown.look(self.network.fleet, now_s)
            for vehicle in self.network.fleet:
                vehicle_id, estimate = vehicle.vehicle_id, vehicle.estimate
                vehicle.poses_wanted = poses_for_all or now_s - self._poses_wanted.get(vehicle_id, -math.inf) < POSE_WANTED_FOR_S
                marks = (
                    vehicle.online,
                    estimate.armed,
                    estimate.mode,
                    estimate.mission_current,
                    estimate.mission_total,
                    vehicle.uploaded,
                    vehicle.mission_outcome,
                    estimate.last_text,
                )
                told_s, told_marks = told.get(vehicle_id, (-math.inf, ()))
                if estimate.armed or marks != told_marks or now_s - told_s >= STANDING_PERIOD_S:
                    told[vehicle_id] = (now_s, marks)
                    await self._publish(f"{TELEMETRY_STATE}.{vehicle_id}", vehicle.state_json(now_s, at_json))
            await anyio.sleep(max(0.0, now_s + period_s - time.monotonic()))

    async def keep_track(self) -> None:
        """Where everything that flies is, once a second, into the outbox: no point is lost while the bus is away."""
        while True:
            began_s = time.monotonic()
            snapshots = [vehicle.snapshot(began_s) for vehicle in self.network.fleet if vehicle.online and vehicle.estimate.flying]
            points = [point for state in snapshots if (point := track_point(state)) is not None]
            for first in range(0, len(points), POINTS_A_LETTER):
                letter = TrackPoints(points=tuple(points[first : first + POINTS_A_LETTER]))
                self._outbox.put(TRACK_POINTS, letter.encode(), str(new_id()))
            await anyio.sleep(max(0.0, began_s + TRACK_PERIOD_S - time.monotonic()))

    async def publish_corrections(self, corrections: Corrections) -> None:
        while True:
            await self._publish(RTK_STATUS, corrections.status().encode())
            await anyio.sleep(STANDING_PERIOD_S)

    async def keep_signing_clock(self) -> None:
        """What was signed before a restart must not be believed after it."""
        while True:
            await anyio.sleep(SIGNING_CLOCK_PERIOD_S)
            if self.network.guard.active:
                await anyio.to_thread.run_sync(self.keys.save_clock, self.network.guard)

    async def take_pose_wishes(self) -> None:
        subscription = await self._client.subscribe(f"{POSE_WANTED}.*")
        async for message in subscription.messages:
            self._poses_wanted[message.subject.rpartition(".")[2]] = time.monotonic()

    async def take_commands(self, tasks: TaskGroup) -> None:
        subscription = await self._client.subscribe(f"{COMMAND_REQUEST}.*")
        async for message in subscription.messages:
            tasks.start_soon(self._carry_out, message)

    async def _carry_out(self, message: Msg) -> None:
        try:
            request = CommandRequest.model_validate_json(message.data)
        except ValidationError as error:
            logger.warning("command request on %s is not readable: %s", message.subject, error.errors()[0]["msg"])
            await self._reply(message, json.dumps({"code": "command.unreadable", "detail": error.errors()[0]["msg"]}).encode())
            return
        again = self._desk.seen(request.command_id)
        number = 0
        async for update in self._desk.carry_out(request):
            data = update.encode()
            if number == 0:
                await self._reply(message, data)
            elif update.state is CommandState.DONE and (vehicle := self.network.fleet.get(update.vehicle_id)) is not None:
                # Who hears that it is done, and asks for the next step at once, must not be judged by the state before it.
                await self._publish(f"{TELEMETRY_STATE}.{update.vehicle_id}", vehicle.state_json(time.monotonic()))
            if not again:
                self._outbox.put(f"{COMMAND_UPDATE}.{update.vehicle_id}", data, f"{update.command_id}:{number}")
            number += 1

    async def take_service_requests(self, tasks: TaskGroup) -> None:
        subscription = await self._client.subscribe(f"{VEHICLE_SERVICE}.*.*")
        async for message in subscription.messages:
            tasks.start_soon(self._serve, message)

    async def _serve(self, message: Msg) -> None:
        vehicle_id, name = message.subject.split(".")[-2:]
        try:
            request = ServiceRequest.model_validate_json(message.data)
        except ValidationError as error:
            fault = ServiceFault(code="service.unreadable", message=f"The request is not readable: {error.errors()[0]['msg']}.")
            await self._reply(message, ServiceReply(error=fault).encode())
            return
        await self._reply(message, (await self._services.answer(vehicle_id, name, request)).encode())

    async def _reply(self, message: Msg, data: bytes) -> None:
        if not message.reply:
            return
        try:
            await message.respond(data)
        except NatsError as error:
            logger.warning("an answer on %s could not be sent: %s", message.subject, error)


async def run(settings: Settings) -> None:
    """Run until cancelled. Raises: `LinkError` for a link that can never open, `SettingsError` when the bus is not there."""
    async with connect_bus(nats_url(settings), name=PROCESS) as client:
        outbox = Outbox(await ensure_streams(client))
        station = Station(client, outbox, settings)
        async with anyio.create_task_group() as tasks, station.network:
            station.transfers.attach(tasks)
            station.accompany_vehicles()
            links = await station.open_links(tasks, settings.data_dir)
            tasks.start_soon(links.publish, client)
            tasks.start_soon(links.take_requests, client)
            tasks.start_soon(outbox.run)
            if settings.recording.enabled:
                tasks.start_soon(station.record_flights)
            tasks.start_soon(station.publish_states)
            tasks.start_soon(station.keep_track)
            tasks.start_soon(station.publish_poses)
            if station.corrections is not None:
                tasks.start_soon(station.corrections.run)
                tasks.start_soon(station.publish_corrections, station.corrections)
            tasks.start_soon(station.carried.publish_payloads)
            tasks.start_soon(station.carried.publish_traffic)
            tasks.start_soon(station.keep_signing_clock)
            tasks.start_soon(station.take_pose_wishes)
            tasks.start_soon(station.take_commands, tasks)
            tasks.start_soon(station.take_service_requests, tasks)
            tasks.start_soon(announce, client, PROCESS, station.ready)
            try:
                await anyio.sleep_forever()
            finally:
                with anyio.CancelScope(shield=True):
                    if station.network.guard.active:
                        station.keys.save_clock(station.network.guard)
                    await outbox.flush(FLUSH_DEADLINE_S)
