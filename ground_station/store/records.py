"""What is written of each kind of message. Idempotent: the same message twice leaves the same rows."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from nats.aio.client import Client

from geo.core import (
    AuditLog,
    CommandRow,
    CommandStore,
    Database,
    EventStore,
    FlightFileRow,
    FlightFileStore,
    FoundPlate,
    ObservationRow,
    ObservationStore,
    PlateStore,
    SameObjects,
    SourceEventRow,
    SourceEventStore,
    TrackRow,
    TrackStore,
    TrajectoryPoint,
    VehicleEventRow,
    ViolationStore,
)
from geo.primitives import ErrorEllipse, LonLat
from ground_station.bus import subjects
from ground_station.messages import (
    CommandState,
    CommandUpdate,
    FlightFileMessage,
    ObservationMessage,
    PlateMessage,
    SourceEvent,
    TrackPoint,
    TrackPoints,
    VehicleEvent,
    ViolationMessage,
)
from ground_station.store.intake import Delivered
from ground_station.violation_letters import found_violation, tell_cases

LONGEST_H = 72.0
FINAL_STATES = frozenset({CommandState.DONE, CommandState.FAILED})


class Records:
    """Writers over one database; `client` tells the others what has been committed."""

    def __init__(self, database: Database, client: Client, *, keep_plates_h: float = LONGEST_H) -> None:
        self._observations = ObservationStore(database)
        self._same_objects = SameObjects(database)
        self._violations = ViolationStore(database)
        self._events = EventStore(database)
        self._source_events = SourceEventStore(database)
        self._commands = CommandStore(database)
        self._audit = AuditLog(database)
        self._files = FlightFileStore(database)
        self._tracks = TrackStore(database)
        self._plates, self._keep_plates_h = PlateStore(database), keep_plates_h
        self._client = client

    async def observations(self, batch: Sequence[Delivered[ObservationMessage]]) -> None:
        """Write, then publish what is new as `stored.observation`: whoever hears it can read it.

        What a computer on board saw may come long after, or before, what the ground saw of the same thing through the downlink.
        """
        written = set(await self._observations.ingest([observation_row(delivered.message) for delivered in batch]))
        newest = {delivered.message.observation_id: delivered for delivered in sorted(batch, key=lambda d: d.message.revision)}
        for observation_id, delivered in newest.items():
            # Sent before and not acknowledged: it may have been committed and never published. Twice is harmless.
            if observation_id in written or delivered.again:
                await self._client.publish(f"{subjects.STORED}.observation", delivered.message.encode())
        for row in await self._linked(delivered.message for delivered in newest.values() if delivered.message.observation_id in written):
            await self._client.publish(f"{subjects.STORED}.observation", observation_message(row).encode())

    async def _linked(self, messages: Iterable[ObservationMessage]) -> list[ObservationRow]:
        """Rows that are now told to be, or not to be, of a thing that another observation stands for."""
        flown = [message.observation_id for message in messages if message.vehicle_id is not None and message.lon_deg is not None]
        changed = await self._same_objects.link(flown) if flown else {}
        rows = [await self._observations.get(observation_id) for observation_id in changed]
        return [row for row in rows if row is not None]

    async def violations(self, batch: Sequence[Delivered[ViolationMessage]]) -> None:
        """Write, each in the tier it may have, then publish as `stored.violation` what is new with that tier."""
        written = set(await self._violations.ingest([found_violation(delivered.message) for delivered in batch]))
        await self._plates.tie([d.message.observation_id for d in batch if d.message.observation_id is not None])
        told = {d.message.violation_id for d in batch if d.message.violation_id in written or d.again}
        await tell_cases(self._client, await self._violations.several(sorted(told)))

    async def plates(self, batch: Sequence[Delivered[PlateMessage]]) -> None:
        """Written and told nobody: who may see plates asks for them, and is on record."""
        await self._plates.ingest([found_plate(delivered.message) for delivered in batch], keep_h=self._keep_plates_h)

    async def events(self, batch: Sequence[Delivered[VehicleEvent]]) -> None:
        rows = [VehicleEventRow(m.event_id, m.vehicle_id, m.at, m.kind, m.severity, m.text, m.detail) for m in (d.message for d in batch)]
        await self._events.record(rows)

    async def source_events(self, batch: Sequence[Delivered[SourceEvent]]) -> None:
        """Write, then publish as `stored.source_event`: an alarm that is shown is on record."""
        written = set(await self._source_events.record([SourceEventRow(**delivered.message.model_dump()) for delivered in batch]))
        for event in (delivered.message for delivered in batch):
            await self._doubt(event)
        for delivered in batch:
            if delivered.message.event_id in written or delivered.again:
                await self._client.publish(f"{subjects.STORED}.source_event", delivered.message.encode())

    async def _doubt(self, event: SourceEvent) -> None:
        """What a camera saw after it had moved and before that was noticed is marked, and told again."""
        if event.doubtful_since is None or event.what is None:
            return
        window = (event.source_id, event.doubtful_since, event.at, event.what)
        for observation_id in await self._observations.doubt(*window):
            row = await self._observations.get(observation_id)
            if row is not None:
                await self._client.publish(f"{subjects.STORED}.observation", observation_message(row).encode())
        await tell_cases(self._client, await self._violations.doubt(*window))

    async def flight_files(self, batch: Sequence[Delivered[FlightFileMessage]]) -> None:
        for delivered in batch:
            await self._files.keep(FlightFileRow(**delivered.message.model_dump(), format="tlog", recorded=True))

    async def tracks(self, batch: Sequence[Delivered[TrackPoints]]) -> None:
        """A point stored before is left as it is, so a letter that comes twice adds nothing."""
        await self._tracks.append([track_row(point) for delivered in batch for point in delivered.message.points])

    async def commands(self, batch: Sequence[Delivered[CommandUpdate]]) -> None:
        """Every change of state; the audit log gets the end of each command with the effect seen."""
        for delivered in batch:
            update = delivered.message
            row = CommandRow(
                command_id=update.command_id,
                vehicle_id=update.vehicle_id,
                command=update.command.value,
                state=update.state.value,
                at=update.at,
                requested_by=update.requested_by,
                progress=update.progress,
                effect=update.effect,
                reason=update.reason,
            )
            is_new = await self._commands.record(row)
            if is_new and update.state in FINAL_STATES:
                await self._audit.append(
                    update.requested_by,
                    f"command.{update.state}",
                    f"vehicle/{update.vehicle_id}/command/{update.command_id}",
                    {"command": update.command.value, "effect": update.effect, "reason": update.reason},
                )


def observation_row(message: ObservationMessage) -> ObservationRow:
    values = message.model_dump(exclude={"lon_deg", "lat_deg", "ellipse", "trajectory", "same_as", "doubtful_why"})
    placed = message.lon_deg is not None and message.lat_deg is not None
    return ObservationRow(
        **values,
        position=LonLat(message.lon_deg, message.lat_deg) if placed else None,  # type: ignore[arg-type]
        ellipse=None if message.ellipse is None else ErrorEllipse(**message.ellipse.model_dump()),
        trajectory=tuple(TrajectoryPoint(LonLat(lon, lat), datetime.fromtimestamp(at, UTC)) for lon, lat, at in message.trajectory),
    )


def found_plate(message: PlateMessage) -> FoundPlate:
    values = message.model_dump(exclude={"lon_deg", "lat_deg", "posterior"})
    placed = message.lon_deg is not None and message.lat_deg is not None
    return FoundPlate(
        **values,
        posterior=tuple(message.posterior),
        position=LonLat(message.lon_deg, message.lat_deg) if placed else None,  # type: ignore[arg-type]
    )


def observation_message(row: ObservationRow) -> ObservationMessage:
    values = asdict(row)
    place = values.pop("position")
    values["trajectory"] = [(*corner.place.as_tuple(), corner.at.timestamp()) for corner in row.trajectory]
    return ObservationMessage(**values, **({} if place is None else place))


def track_row(point: TrackPoint) -> TrackRow:
    return TrackRow(
        vehicle_id=point.vehicle_id,
        at=point.at,
        position=LonLat(point.lon_deg, point.lat_deg),
        altitude_amsl_m=point.altitude_amsl_m,
        altitude_above_home_m=point.altitude_above_home_m,
        heading_deg=point.heading_deg,
        ground_speed_mps=point.ground_speed_mps,
        battery_fraction=point.battery_fraction,
        mode=point.mode,
    )
