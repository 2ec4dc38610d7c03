"""What the vehicles do, out on the bus.

Poses and transfers: newest win, and while the bus is away they are dropped. Events and recordings are kept until it has them.
"""

import logging
import time
from collections import deque
from uuid import NAMESPACE_OID, uuid5

import anyio
from nats.aio.client import Client
from nats.errors import Error as NatsError

from geo.primitives import new_id, utc_now
from ground_station.bus.outbox import Outbox
from ground_station.bus.subjects import FLIGHT_FILE, TELEMETRY_POSE, VEHICLE_EVENT, VEHICLE_TRANSFER
from ground_station.messages import FlightFileMessage, TransferUpdate, VehicleEvent
from ground_station.vehicles import Happening, Pose, Vehicle
from ground_station.vehicles.pose_message import pose_message

POSES_WAITING = 2000  # beyond this the bus is the bottleneck and old poses serve nobody

logger = logging.getLogger(__name__)


class Outgoing:
    """Takes what happens without ever waiting; `run` sends what is newest, `publish` a thing at once."""

    def __init__(self, client: Client, outbox: Outbox) -> None:
        self._client, self._outbox = client, outbox
        self._newest: deque[tuple[str, bytes]] = deque(maxlen=POSES_WAITING)
        self._arrived = anyio.Event()

    def on_happening(self, vehicle: Vehicle, happening: Happening) -> None:
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

    def on_pose(self, vehicle: Vehicle, pose: Pose) -> None:
        message = pose_message(vehicle, pose, time.monotonic())
        self._send_soon(f"{TELEMETRY_POSE}.{vehicle.vehicle_id}", message.encode())

    def on_transfer(self, update: TransferUpdate) -> None:
        self._send_soon(f"{VEHICLE_TRANSFER}.{update.vehicle_id}", update.encode())

    def on_flight_file(self, file: FlightFileMessage) -> None:
        stage = "deleted" if file.deleted_at else "closed" if file.ended_at else "begun"
        logger.info("recording %s %s", file.name, stage, extra={"vehicle_id": file.vehicle_id})
        self._outbox.put(f"{FLIGHT_FILE}.{file.vehicle_id}", file.encode(), f"{file.file_id}:{stage}")

    async def publish(self, subject: str, data: bytes) -> None:
        """Telemetry: when the bus is away it is dropped rather than delivered late."""
        if not self._client.is_connected:
            return
        try:
            await self._client.publish(subject, data)
        except NatsError as error:
            logger.debug("%s not published: %s", subject, error)

    async def run(self) -> None:
        """Send the newest until cancelled."""
        while True:
            while self._newest:
                await self.publish(*self._newest.popleft())
            self._arrived = anyio.Event()
            await self._arrived.wait()

    def _send_soon(self, subject: str, data: bytes) -> None:
        self._newest.append((subject, data))
        self._arrived.set()
