"""`onboard`: on the companion computer of an aircraft. Its camera is watched here, its poses come straight from the autopilot, and what
is seen waits on its own disk until the station has it.

It flies nothing: it says no heartbeat, for an autopilot that counts heartbeats of stations would not notice the loss of the real one,
and asks the autopilot for streams of telemetry only.
"""

import logging
import time
from pathlib import Path

import anyio
from anyio import CancelScope
from nats.aio.client import Client
from nats.errors import Error as NatsError

from geo.core import VideoSource
from geo.primitives import SettingsError
from ground_station.bus.connection import connect_bus
from ground_station.bus.outbox import Outbox
from ground_station.bus.private_server import ConfigWriter, PrivateNats
from ground_station.bus.server_config import LeafRemote, companion_config, inbox_of
from ground_station.bus.subjects import SOURCE_STATUS
from ground_station.detector_file import watching_detector
from ground_station.onboard.budget import ByteBudget
from ground_station.onboard.invitation import Invitation, read_invitation
from ground_station.onboard.spool import PREFIX, Forwarder, open_spool
from ground_station.private_file import write_private
from ground_station.settings import OnboardSettings, Settings
from ground_station.vehicles import Pose, Vehicle, VehicleNetwork
from ground_station.vehicles.link_keeper import LinkKeeper
from ground_station.vehicles.pose_message import pose_message
from ground_station.watching.drone_camera import PoseFeed
from ground_station.watching.inference_desk import InferenceDesk
from ground_station.watching.source_watch import SourceWatch

SYSTEM_ID = 252  # neither a vehicle's nor the station's; on the wire it only ever asks for streams
STATUS_PERIOD_S = 2.0
FLUSH_DEADLINE_S = 3.0

logger = logging.getLogger(__name__)


async def run(settings: Settings) -> None:
    """Run until cancelled. Raises: `SettingsError` for what is missing, `VisionError` for a model that cannot be opened."""
    onboard = settings.onboard
    invitation = read_invitation(onboard.invitation)
    if onboard.camera is None:
        raise SettingsError(
            "No camera is set for this computer.",
            code="settings.camera",
            hint="Set SUNQAR_ONBOARD__CAMERA: rtsp://…, /dev/video0 or a file.",
        )
    folder = settings.data_dir.absolute() / "onboard"
    detector = await anyio.to_thread.run_sync(watching_detector, settings)
    poses = PoseFeed()

    def on_pose(vehicle: Vehicle, pose: Pose) -> None:
        if vehicle.vehicle_id == invitation.vehicle_id:
            poses.put(pose_message(vehicle, pose, time.monotonic()))

    server = PrivateNats(folder, _writer(folder, invitation))
    network = VehicleNetwork(system_id=SYSTEM_ID, on_pose=on_pose)
    network.silent = True
    async with server, connect_bus(server.url, name="onboard", inbox=inbox_of(invitation.source_id)) as client:
        jetstream = await open_spool(client, onboard.spool_mb * 1_000_000)
        outbox = Outbox(jetstream, prefix=PREFIX)
        forwarder = Forwarder(client, jetstream, ByteBudget(onboard.budget_kbps * 1000.0 / 8.0))
        watch = SourceWatch(_source(invitation, onboard), settings.watch, poses, outbox)
        try:
            async with anyio.create_task_group() as tasks, network:
                await LinkKeeper(network, tasks).open(onboard.link, stubborn=True)
                tasks.start_soon(outbox.run)
                tasks.start_soon(forwarder.run)
                tasks.start_soon(_report, client, watch, forwarder)
                desk = InferenceDesk(detector)
                tasks.start_soon(desk.run)
                await watch.run(desk)
                await anyio.sleep_forever()  # a film has ended; what was seen in it may still have to leave
        finally:
            with CancelScope(shield=True):
                await outbox.flush(FLUSH_DEADLINE_S)


async def _report(client: Client, watch: SourceWatch, forwarder: Forwarder) -> None:
    """Health of the camera, when the station can hear it; it is worth nothing later."""
    while True:
        status = watch.status().model_copy(update={"process": "onboard", "waiting": forwarder.waiting})
        try:
            await client.publish(f"{SOURCE_STATUS}.{status.source_id}", status.encode())
        except NatsError as error:
            logger.debug("status not published: %s", error)
        await anyio.sleep(STATUS_PERIOD_S)


def _source(invitation: Invitation, onboard: OnboardSettings) -> VideoSource:
    name = invitation.source_id
    mount = {"mount": {"pitch_deg": onboard.mount_pitch_deg}}
    vehicle_id, hfov_deg = invitation.vehicle_id, onboard.hfov_deg
    return VideoSource(name, "drone", name, name, name, onboard.camera, hfov_deg=hfov_deg, calibration=mount, vehicle_id=vehicle_id)


def _writer(folder: Path, invitation: Invitation) -> ConfigWriter:
    authority = folder / "authority.pem"
    write_private(authority, invitation.authority_pem)
    remote = LeafRemote(invitation.station, invitation.source_id, invitation.password, authority)

    def write(server_folder: Path, log: Path, port: int, password: str) -> str:
        return companion_config(server_folder, log, port, password, remote)

    return write
