"""`watch`: every live video source becomes observations and violations on the bus. Sources and the model may come and go while it runs."""

import logging
from collections.abc import Mapping
from functools import partial

import anyio
from anyio import CancelScope, CapacityLimiter, to_thread
from anyio.abc import TaskGroup
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from pydantic import ValidationError

from geo.core import Database, VideoSource, VideoSourceStore, open_database
from geo.primitives import GeoError, SunqarError
from geo.terrain import read_dem
from ground_station.bus.connection import connect_bus, ensure_streams
from ground_station.bus.heartbeat import announce
from ground_station.bus.outbox import Outbox
from ground_station.bus.subjects import POSE_WANTED, SOURCE_STATUS, TELEMETRY_POSE
from ground_station.detector_file import detector_file, further_models, watching_detector
from ground_station.endpoints import database_url, nats_url
from ground_station.messages import VehiclePose
from ground_station.settings import Settings
from ground_station.violation_letters import tell_cases
from ground_station.watching.drone_camera import PoseFeed
from ground_station.watching.inference_desk import InferenceDesk
from ground_station.watching.model_desks import ModelDesks
from ground_station.watching.plate_desk import PlateDesk, open_plate_desk
from ground_station.watching.rule_book import EMPTY_PAGE, BookPage, RuleBook
from ground_station.watching.source_record import StoredRecord
from ground_station.watching.source_rules import TellCases
from ground_station.watching.source_watch import SourceWatch
from vision import LoadControl

logger = logging.getLogger(__name__)

SOURCES_PERIOD_S = 3.0
STATUS_PERIOD_S = 1.0
FLUSH_DEADLINE_S = 3.0
SWITCHED_OFF = "Detection is switched off: set SUNQAR_WATCH__DETECT=true."


class Watching:
    """The sources being watched now."""

    def __init__(self, settings: Settings, database: Database, outbox: Outbox, tasks: TaskGroup, tell: TellCases) -> None:
        self._settings, self._database, self._outbox, self._tasks, self._tell = settings, database, outbox, tasks, tell
        self._store, self._book, self._record = VideoSourceStore(database), RuleBook(database), StoredRecord(database)
        self._load = LoadControl()
        self._heights = None if settings.station.dem is None else read_dem(settings.station.dem)
        self._running: dict[str, tuple[SourceWatch, CancelScope]] = {}
        self._poses: dict[str, PoseFeed] = {}
        self._thread = CapacityLimiter(1)
        self._desk: InferenceDesk | None = None
        self._models = ModelDesks(partial(further_models, settings), partial(watching_detector, settings), tasks, self._thread)
        self._plates: PlateDesk | None = None
        self._trouble = ""

    @property
    def watches(self) -> list[SourceWatch]:
        return [watch for watch, _ in self._running.values()]

    @property
    def vehicles(self) -> list[str]:
        """Whose poses are needed: of a large fleet the station publishes no others."""
        return sorted({watch.source.vehicle_id for watch in self.watches if watch.source.vehicle_id is not None})

    def ready(self) -> tuple[bool, str]:
        """Ready without a model as well: the rest of the station does not wait for one."""
        return True, self._trouble or f"{len(self._running)} sources"

    async def follow(self) -> None:
        """Keep the sources watched equal to those in the database, until cancelled."""
        while True:
            await self._find_model()
            self.balance()
            try:
                wanted = {source.source_id: source for source in await self._store.live()}
                book = await self._book.read()
                self._adopt(wanted)
                await self._settle(book)
            except GeoError as error:
                logger.warning("sources not read: %s", error.one_line())
            else:
                if self._desk is not None:
                    await self._models.keep(name for source in wanted.values() for name in source.models)
            await anyio.sleep(SOURCES_PERIOD_S)

    def balance(self) -> None:
        """Share the detector: what moves least is looked at least when there is too much."""
        if self._desk is None:
            return
        watches = [watch for watch in self.watches if not watch.service.main_stream]
        self._load.note(self._desk.busy_share + self._models.busy_share, len(watches))
        for place, watch in enumerate(sorted(watches, key=lambda watch: (watch.moving_share, watch.source.source_id))):
            watch.service.slowed = self._load.slowed
            watch.service.choice.at_most = "patrol" if place < self._load.patrols else "enforcement"

    async def on_pose(self, message: Msg) -> None:
        try:
            pose = VehiclePose.model_validate_json(message.data)
        except ValidationError as error:
            logger.warning("dropped a message on %s: %s", message.subject, error.errors()[0]["msg"])
            return
        self._feed(pose.vehicle_id).put(pose)

    def _adopt(self, wanted: dict[str, VideoSource]) -> None:
        for source_id, (watch, scope) in list(self._running.items()):
            source = wanted.get(source_id)
            if source is None or not watch.take_up(source):
                scope.cancel()
                del self._running[source_id]
        for source_id, source in wanted.items():
            if source_id not in self._running:
                poses = None if source.vehicle_id is None else self._feed(source.vehicle_id)
                watch = SourceWatch(
                    source, self._settings.watch, poses, self._outbox, self._heights, self._record, self._plates, self._models
                )
                scope = CancelScope()
                self._running[source_id] = (watch, scope)
                if self._desk is not None:
                    self._tasks.start_soon(self._run, watch, scope, self._desk)
                else:
                    watch.without_model(self._trouble)

    async def _settle(self, book: Mapping[str, BookPage]) -> None:
        """What rules each source is judged by now, and what the database says of them."""
        for watch in self.watches:
            page = book.get(watch.source.source_id, EMPTY_PAGE)
            watch.rules.adopt(page.plan)
            if page.rows:
                await watch.rules.settle(self._database, page.rows, self._tell)

    async def _run(self, watch: SourceWatch, scope: CancelScope, desk: InferenceDesk) -> None:
        with scope:
            await watch.run(desk)

    def _feed(self, vehicle_id: str) -> PoseFeed:
        return self._poses.setdefault(vehicle_id, PoseFeed())

    async def _find_model(self) -> None:
        """Open the detector as soon as there is one; until then say once what is missing."""
        if self._desk is not None:
            return
        if not self._settings.watch.detect:
            self._say(SWITCHED_OFF)
            return
        try:
            detector = await to_thread.run_sync(watching_detector, self._settings)
        except SunqarError as error:
            self._say(error.one_line())
            return
        if self._settings.plates.read_live:
            self._plates = await self._open_plates()
        logger.info("detector %s (%s)", detector_file(self._settings), detector.model)
        self._desk = InferenceDesk(detector, thread=self._thread)
        self._tasks.start_soon(self._desk.run)
        self._trouble = ""
        self._running.clear()  # none of them was started; they are adopted again, now with a detector

    async def _open_plates(self) -> PlateDesk | None:
        try:
            return await to_thread.run_sync(open_plate_desk, self._settings.watch.threads)
        except SunqarError as error:  # sources are watched all the same
            logger.warning("plates are not read: %s", error.one_line())
            return None

    def _say(self, trouble: str) -> None:
        if trouble != self._trouble:
            logger.warning(trouble)
            self._trouble = trouble


async def run(settings: Settings) -> None:
    """Watch until cancelled."""
    async with open_database(database_url(settings)) as database, connect_bus(nats_url(settings), name="watch") as client:
        outbox = Outbox(await ensure_streams(client))
        try:
            async with anyio.create_task_group() as tasks:
                watching = Watching(settings, database, outbox, tasks, partial(tell_cases, client))
                await client.subscribe(f"{TELEMETRY_POSE}.*", cb=watching.on_pose)
                tasks.start_soon(outbox.run)
                tasks.start_soon(_report, client, watching)
                tasks.start_soon(announce, client, "watch", watching.ready)
                await watching.follow()
        finally:
            with CancelScope(shield=True):
                await outbox.flush(FLUSH_DEADLINE_S)


async def _report(client: Client, watching: Watching) -> None:
    """Health of every source, once a second."""
    while True:
        for vehicle_id in watching.vehicles:
            try:
                await client.publish(f"{POSE_WANTED}.{vehicle_id}")
            except NatsError as error:
                logger.debug("wish for poses of %s not published: %s", vehicle_id, error)
        for watch in watching.watches:
            try:
                await client.publish(f"{SOURCE_STATUS}.{watch.source.source_id}", watch.status().encode())
            except NatsError as error:
                logger.debug("status of %s not published: %s", watch.source.source_id, error)
        await anyio.sleep(STATUS_PERIOD_S)
