"""Observations, violations, events, command updates and tracks from the bus to PostGIS."""

import logging

import anyio
from nats.aio.msg import Msg
from pydantic import ValidationError

from geo.core import AuditLog, PlateStore, ensure_partitions, open_database
from geo.primitives import GeoError, utc_now
from ground_station.bus import subjects
from ground_station.bus.connection import connect_bus, ensure_streams
from ground_station.bus.heartbeat import announce
from ground_station.endpoints import database_url, nats_url
from ground_station.messages import (
    CommandUpdate,
    FlightFileMessage,
    LeaseState,
    ObservationMessage,
    PlateMessage,
    SourceEvent,
    TrackPoints,
    VehicleEvent,
    VehicleState,
    ViolationMessage,
)
from ground_station.settings import Settings
from ground_station.store.intake import Intake
from ground_station.store.records import Records
from ground_station.store.telemetry import TelemetryWriter

PARTITIONS_PERIOD_S = 24 * 3600.0
PARTITIONS_RETRY_S = 60.0
PLATES_PERIOD_S = 60.0

logger = logging.getLogger(__name__)
_AnyIntake = (
    Intake[ObservationMessage]
    | Intake[ViolationMessage]
    | Intake[PlateMessage]
    | Intake[VehicleEvent]
    | Intake[SourceEvent]
    | Intake[CommandUpdate]
    | Intake[FlightFileMessage]
    | Intake[TrackPoints]
)


async def run(settings: Settings) -> None:
    """Store until cancelled."""
    async with (
        open_database(database_url(settings)) as database,
        connect_bus(nats_url(settings), name="store") as client,
        anyio.create_task_group() as tasks,
    ):
        await ensure_streams(client)
        records, telemetry = Records(database, client, keep_plates_h=settings.plates.keep_h), TelemetryWriter(database)
        intakes: list[_AnyIntake] = [
            Intake(
                "store-observations", subjects.OBSERVATION_STREAM, f"{subjects.OBSERVATION}.>", ObservationMessage, records.observations
            ),
            Intake("store-violations", subjects.VIOLATION_STREAM, f"{subjects.VIOLATION}.>", ViolationMessage, records.violations),
            Intake("store-plates", subjects.PLATE_STREAM, f"{subjects.PLATE}.>", PlateMessage, records.plates),
            Intake("store-events", subjects.EVENT_STREAM, f"{subjects.VEHICLE_EVENT}.>", VehicleEvent, records.events),
            Intake("store-source-events", subjects.EVENT_STREAM, f"{subjects.SOURCE_EVENT}.>", SourceEvent, records.source_events),
            Intake("store-flight-files", subjects.FLIGHT_STREAM, f"{subjects.FLIGHT_FILE}.>", FlightFileMessage, records.flight_files),
            Intake("store-tracks", subjects.TRACK_STREAM, subjects.TRACK_POINTS, TrackPoints, records.tracks),
            Intake("store-commands", subjects.COMMAND_STREAM, f"{subjects.COMMAND_UPDATE}.>", CommandUpdate, records.commands),
        ]

        async def on_state(message: Msg) -> None:
            try:
                telemetry.put(VehicleState.model_validate_json(message.data))
            except ValidationError as error:
                logger.warning("dropped a message on %s: %s", message.subject, error.errors()[0]["msg"])

        async def on_lease(message: Msg) -> None:
            try:
                telemetry.put_lease(LeaseState.model_validate_json(message.data))
            except ValidationError as error:
                logger.warning("dropped a message on %s: %s", message.subject, error.errors()[0]["msg"])

        async def keep_partitions() -> None:
            while True:
                try:
                    await ensure_partitions(database, utc_now().date())
                    await anyio.sleep(PARTITIONS_PERIOD_S)
                except GeoError as error:
                    logger.warning("partitions not made yet: %s", error.message)
                    await anyio.sleep(PARTITIONS_RETRY_S)

        async def forget_plates() -> None:
            plates, audit = PlateStore(database), AuditLog(database)
            while True:
                try:
                    receipt = await plates.forget(utc_now(), keep_h=settings.plates.keep_h)
                    if receipt is not None:
                        await audit.append(
                            "retention", "plates.forgotten", "plates", {"receipt": receipt.receipt_id, "count": receipt.count}
                        )
                except GeoError as error:
                    logger.warning("plates not forgotten yet: %s", error.message)
                await anyio.sleep(PLATES_PERIOD_S)

        def ready() -> tuple[bool, str]:
            troubles = [trouble for trouble in (*(intake.trouble for intake in intakes), telemetry.trouble) if trouble]
            return not troubles, troubles[0] if troubles else ""

        await client.subscribe(f"{subjects.TELEMETRY_STATE}.*", cb=on_state)
        await client.subscribe(f"{subjects.LEASE_STATE}.*", cb=on_lease)
        for intake in intakes:
            tasks.start_soon(intake.run, client)
        tasks.start_soon(telemetry.run)
        tasks.start_soon(keep_partitions)
        tasks.start_soon(forget_plates)
        tasks.start_soon(announce, client, "store", ready)
