"""How every vehicle stands, told at a steady rate: its state for those who look, its track for the record."""

import math
import time

import anyio
from nats.aio.client import Client

from geo.primitives import new_id, utc_now
from ground_station.bus.outbox import Outbox
from ground_station.bus.subjects import POSE_WANTED, TELEMETRY_STATE, TRACK_POINTS
from ground_station.messages import TrackPoints
from ground_station.missions_flown import MissionsFlown
from ground_station.station.outgoing import Outgoing
from ground_station.track_points import POINTS_A_LETTER, TRACK_PERIOD_S, track_point
from ground_station.uploaded_missions import UploadedMissions
from ground_station.vehicles import Fleet, Vehicle, instant_json

STANDING_PERIOD_S = 1.0
POSES_FOR_ALL_UP_TO = 50  # vehicles; of more only the poses somebody wants are published
POSE_WANTED_FOR_S = 5.0


class Standing:
    """State of the fleet out on the bus, and which poses are wanted back from it."""

    def __init__(self, fleet: Fleet, outgoing: Outgoing, outbox: Outbox, uploaded: UploadedMissions, *, state_rate_hz: float) -> None:
        self._fleet, self._outgoing, self._outbox = fleet, outgoing, outbox
        self._uploaded, self._flown = uploaded, MissionsFlown()
        self._period_s = 1.0 / state_rate_hz
        self._poses_wanted: dict[str, float] = {}

    async def publish_states(self) -> None:
        """At the rate given what is armed or has just changed; once a second what stands on the ground."""
        told: dict[str, tuple[float, tuple[object, ...]]] = {}
        while True:
            now_s = time.monotonic()
            poses_for_all = len(self._fleet) <= POSES_FOR_ALL_UP_TO
            self._uploaded.follow(self._fleet)
            at_json = instant_json(utc_now())
            self._flown.look(self._fleet, now_s)
            for vehicle in self._fleet:
                vehicle_id = vehicle.vehicle_id
                vehicle.poses_wanted = poses_for_all or now_s - self._poses_wanted.get(vehicle_id, -math.inf) < POSE_WANTED_FOR_S
                marks = _marks(vehicle)
                told_s, told_marks = told.get(vehicle_id, (-math.inf, ()))
                if vehicle.estimate.armed or marks != told_marks or now_s - told_s >= STANDING_PERIOD_S:
                    told[vehicle_id] = (now_s, marks)
                    await self._outgoing.publish(f"{TELEMETRY_STATE}.{vehicle_id}", vehicle.state_json(now_s, at_json))
            await anyio.sleep(max(0.0, now_s + self._period_s - time.monotonic()))

    async def keep_track(self) -> None:
        """Where everything that flies is, once a second, into the outbox: no point is lost while the bus is away."""
        while True:
            began_s = time.monotonic()
            snapshots = [vehicle.snapshot(began_s) for vehicle in self._fleet if vehicle.online and vehicle.estimate.flying]
            points = [point for state in snapshots if (point := track_point(state)) is not None]
            for first in range(0, len(points), POINTS_A_LETTER):
                letter = TrackPoints(points=tuple(points[first : first + POINTS_A_LETTER]))
                self._outbox.put(TRACK_POINTS, letter.encode(), str(new_id()))
            await anyio.sleep(max(0.0, began_s + TRACK_PERIOD_S - time.monotonic()))

    async def take_pose_wishes(self, client: Client) -> None:
        subscription = await client.subscribe(f"{POSE_WANTED}.*")
        async for message in subscription.messages:
            self._poses_wanted[message.subject.rpartition(".")[2]] = time.monotonic()


def _marks(vehicle: Vehicle) -> tuple[object, ...]:
    """What is told at once when it changes."""
    estimate = vehicle.estimate
    return (
        vehicle.online,
        estimate.armed,
        estimate.mode,
        estimate.mission_current,
        estimate.mission_total,
        vehicle.uploaded,
        vehicle.mission_outcome,
        estimate.last_text,
    )
