"""`record`: live sources to disk by stream copy, the retention of what is recorded, and clips for people."""

import logging

import anyio
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from pydantic import ValidationError

from geo.core import Database, FootageExportStore, FootageRetentionStore, FootageStore, VideoSource, VideoSourceStore, open_database
from geo.primitives import GeoError, SunqarError
from ground_station.bus.connection import connect_bus
from ground_station.bus.heartbeat import announce
from ground_station.bus.subjects import FOOTAGE_SHOW, POSE_WANTED, TELEMETRY_POSE
from ground_station.endpoints import database_url, nats_url
from ground_station.footage.exports import ExportDesk
from ground_station.footage.hiding import Hiding
from ground_station.footage.index import FootageIndex, make_true
from ground_station.footage.recorder import Recorder
from ground_station.footage.retention import Retention
from ground_station.footage.shelf import Shelf
from ground_station.footage.showing import Showing
from ground_station.messages import ShowReply, ShowRequest, VehiclePose
from ground_station.settings import Settings
from ground_station.video.address import parse_address
from ground_station.watching.drone_camera import PoseFeed

SOURCES_PERIOD_S = 3.0
POSES_PERIOD_S = 1.0
FLUSH_DEADLINE_S = 3.0

logger = logging.getLogger(__name__)


async def run(settings: Settings) -> None:
    """Record until cancelled."""
    shelf = Shelf(settings.data_dir)
    async with (
        open_database(database_url(settings), max_connections=4) as database,
        connect_bus(nats_url(settings), name="record") as client,
    ):
        store, poses = FootageStore(database), dict[str, PoseFeed]()
        mended, _ = await make_true(store, FootageRetentionStore(database), shelf)
        if mended:
            logger.info("%d recorded segments were mended after an unclean end", mended)
        index, retention = FootageIndex(store, poses), Retention(database, shelf, settings.footage)
        hiding = Hiding(settings, shelf)
        showing = Showing(store, shelf, hiding)
        try:
            async with anyio.create_task_group() as tasks:
                recorder = Recorder(shelf, settings.footage.segment_s, tasks, index.put, retention.room)

                def ready() -> tuple[bool, str]:
                    troubles = [index.trouble, retention.trouble, *recorder.troubles.values()]
                    return True, next((trouble for trouble in troubles if trouble), f"{recorder.count} sources are recorded")

                async def on_pose(message: Msg) -> None:
                    try:
                        pose = VehiclePose.model_validate_json(message.data)
                    except ValidationError as error:
                        logger.warning("dropped a message on %s: %s", message.subject, error.errors()[0]["msg"])
                        return
                    poses.setdefault(pose.vehicle_id, PoseFeed()).put(pose)

                async def on_show(message: Msg) -> None:
                    tasks.start_soon(_show, showing, message)

                await client.subscribe(f"{TELEMETRY_POSE}.*", cb=on_pose)
                await client.subscribe(FOOTAGE_SHOW, cb=on_show)
                tasks.start_soon(index.run)
                tasks.start_soon(retention.run)
                tasks.start_soon(ExportDesk(FootageExportStore(database), store, shelf, hiding).run)
                tasks.start_soon(_wish_for_poses, client, poses)
                tasks.start_soon(announce, client, "record", ready)
                await follow(database, settings, recorder, poses)
        finally:
            with anyio.move_on_after(FLUSH_DEADLINE_S, shield=True):
                await index.flush()


async def _show(showing: Showing, message: Msg) -> None:
    try:
        reply = ShowReply(mime=await showing.ready(ShowRequest.model_validate_json(message.data).segment_id))
    except SunqarError as error:
        reply = ShowReply(code=error.code, message=error.message, hint=error.hint)
    except Exception as error:  # a broken file must not end the recording
        logger.exception("a segment could not be shown")
        reply = ShowReply(
            code="footage.broken", message=f"The segment cannot be shown ({type(error).__name__}).", hint="See the log of record."
        )
    try:
        await message.respond(reply.encode())
    except NatsError as error:
        logger.debug("nobody hears the answer: %s", error)


async def follow(database: Database, settings: Settings, recorder: Recorder, poses: dict[str, PoseFeed]) -> None:
    """Keep the sources recorded equal to those that should be, until cancelled."""
    while True:
        try:
            wanted = await wanted_sources(database, on_by_default=settings.footage.enabled)
        except GeoError as error:
            logger.warning("sources not read: %s", error.one_line())
        else:
            recorder.adopt(wanted)
            for source in wanted.values():
                if source.vehicle_id is not None:
                    poses.setdefault(source.vehicle_id, PoseFeed())
        await anyio.sleep(SOURCES_PERIOD_S)


async def wanted_sources(database: Database, *, on_by_default: bool) -> dict[str, VideoSource]:
    """Live sources that are to be recorded, by id."""
    policies = await FootageRetentionStore(database).policies()
    wanted = {}
    for source in await VideoSourceStore(database).live():
        policy = policies.get(source.source_id)
        if source.url is None or not (address := parse_address(source.url)).live:
            continue
        # One reader has a USB camera or a port that waits for a sender, and that is who looks for what happens; unless a person chose.
        usual = on_by_default and not address.listens and address.kind != "device"
        if usual if policy is None or policy.enabled is None else policy.enabled:
            wanted[source.source_id] = source
    return wanted


async def _wish_for_poses(client: Client, poses: dict[str, PoseFeed]) -> None:
    """Of a large fleet the station publishes only poses somebody wants."""
    while True:
        for vehicle_id in list(poses):
            try:
                await client.publish(f"{POSE_WANTED}.{vehicle_id}")
            except NatsError as error:
                logger.debug("wish for poses of %s not published: %s", vehicle_id, error)
        await anyio.sleep(POSES_PERIOD_S)
