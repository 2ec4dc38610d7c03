"""`station`: links in, vehicles' state, poses and events out on the bus, commands from the bus to the vehicles.

The vehicles' bookkeeping never waits for the bus: telemetry is dropped while it is away; events, command updates and track points
are kept and sent when it is back. Stopping this process sends nothing to an aircraft.
"""

from functools import partial
from pathlib import Path

import anyio
from anyio.abc import TaskGroup
from nats.aio.client import Client

from geo.terrain import read_dem
from ground_station.bus.connection import connect_bus, ensure_streams
from ground_station.bus.heartbeat import announce
from ground_station.bus.outbox import Outbox
from ground_station.bus.subjects import RTK_STATUS
from ground_station.control import CommandDesk
from ground_station.endpoints import nats_url
from ground_station.flight_data.recorder import FlightRecorder
from ground_station.flight_data.shelf import Shelf
from ground_station.link_desk import LinkDesk
from ground_station.microservices import ServiceDesk, ServiceTools, Transfers
from ground_station.microservices.catalogue import SERVICES
from ground_station.microservices.companions import accompany
from ground_station.microservices.terrain import serve_terrain
from ground_station.operators import Operators
from ground_station.rtk import Corrections, parse_caster
from ground_station.secret_key import secret_key
from ground_station.settings import Settings
from ground_station.signing import KeyStore
from ground_station.station.carried import Carried
from ground_station.station.operating import Operating, operator_defaults
from ground_station.station.outgoing import Outgoing
from ground_station.station.requests import Requests
from ground_station.station.standing import Standing
from ground_station.uploaded_missions import UploadedMissions
from ground_station.vehicles import VehicleNetwork
from ground_station.vehicles.link_keeper import LinkKeeper

PROCESS = "station"
CORRECTIONS_PERIOD_S = 1.0
SIGNING_CLOCK_PERIOD_S = 30.0
FLUSH_DEADLINE_S = 3.0


class Station:
    """The running station: network, desks and the bus tied together."""

    def __init__(self, client: Client, outbox: Outbox, settings: Settings) -> None:
        self._settings = settings.station
        self.outgoing = Outgoing(client, outbox)
        self.links: LinkDesk | None = None
        self.keys = KeyStore(settings.data_dir, secret_key(settings))
        self.network = VehicleNetwork(
            system_id=self._settings.system_id,
            heartbeat_timeout_s=self._settings.heartbeat_timeout_s,
            on_happening=self.outgoing.on_happening,
            on_pose=self.outgoing.on_pose,
            guard=self.keys.guard(),
        )
        fleet, commands = self.network.fleet, CommandDesk(self.network.fleet)
        self.transfers = Transfers(self.outgoing.on_transfer)
        self.recorder = FlightRecorder(
            self.network,
            Shelf(settings.data_dir, settings.recording.budget_mb * 1_000_000, delete_oldest=settings.recording.delete_oldest),
            before_s=settings.recording.before_s,
            after_s=settings.recording.after_s,
            announce=self.outgoing.on_flight_file,
            tell=self.outgoing.on_happening,
        )
        self._elevation = None if self._settings.dem is None else read_dem(self._settings.dem)
        operators = Operators(settings.data_dir, operator_defaults(settings))
        self.operating = Operating(self.network, operators, client, self.outgoing.publish)
        self._tools = ServiceTools(
            self.network,
            self.transfers,
            settings.data_dir,
            signing=self.keys,
            commands=commands,
            elevation=self._elevation,
            operators=operators,
        )
        rtk = self._settings.rtk
        self.corrections = (
            None if rtk is None else Corrections(self.network, parse_caster(rtk.get_secret_value()), tuple(self._settings.rtk_vehicles))
        )
        self.carried = Carried(self.network, self.outgoing.publish, self.outgoing.on_happening)
        uploaded = UploadedMissions(settings.data_dir)
        self.standing = Standing(fleet, self.outgoing, outbox, uploaded, state_rate_hz=self._settings.state_rate_hz)
        self.requests = Requests(fleet, commands, ServiceDesk(self._tools, SERVICES), self.outgoing, outbox)

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

    def accompany_vehicles(self) -> None:
        """Clock, events, modes and plans of every vehicle are followed from now on."""
        accompany(self.network, self._tools, self.outgoing.on_happening, self.operating.may_arm)
        self.network.accompany(self.carried.hear_traffic)
        self.network.accompany(partial(serve_terrain, model=self._elevation))

    async def publish_corrections(self, corrections: Corrections) -> None:
        while True:
            await self.outgoing.publish(RTK_STATUS, corrections.status().encode())
            await anyio.sleep(CORRECTIONS_PERIOD_S)

    async def keep_signing_clock(self) -> None:
        """What was signed before a restart must not be believed after it."""
        while True:
            await anyio.sleep(SIGNING_CLOCK_PERIOD_S)
            if self.network.guard.active:
                await anyio.to_thread.run_sync(self.keys.save_clock, self.network.guard)


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
            tasks.start_soon(station.outgoing.run)
            if settings.recording.enabled:
                tasks.start_soon(station.recorder.run)
            tasks.start_soon(station.standing.publish_states)
            tasks.start_soon(station.standing.keep_track)
            tasks.start_soon(station.standing.take_pose_wishes, client)
            if station.corrections is not None:
                tasks.start_soon(station.corrections.run)
                tasks.start_soon(station.publish_corrections, station.corrections)
            tasks.start_soon(station.carried.publish_payloads)
            tasks.start_soon(station.carried.publish_traffic)
            tasks.start_soon(station.operating.publish)
            tasks.start_soon(station.keep_signing_clock)
            tasks.start_soon(station.requests.take_commands, client, tasks)
            tasks.start_soon(station.requests.take_services, client, tasks)
            tasks.start_soon(announce, client, PROCESS, station.ready)
            try:
                await anyio.sleep_forever()
            finally:
                with anyio.CancelScope(shield=True):
                    if station.network.guard.active:
                        station.keys.save_clock(station.network.guard)
                    await outbox.flush(FLUSH_DEADLINE_S)
