"""The replay of a stored flight, from the best that is known of it: its log, else the station's recording, else the track."""

import logging
from pathlib import Path

from anyio import to_thread

from geo.core import Database, EventStore, FlightFileStore, FlightRow, FlightStore, TimelineStore, TrackStore
from geo.primitives import utc_now
from ground_station.flight_data.catalogue import read_flights
from ground_station.flight_data.errors import FlightDataError
from ground_station.flight_data.importing import shared_share
from ground_station.flight_data.sections import flight_sections
from ground_station.flight_data.shelf import FOLDER
from ground_station.flight_data.timeline import Timeline, timeline_of_section, timeline_of_track, with_incidents

logger = logging.getLogger(__name__)


async def timeline_of(database: Database, data_dir: Path, flight: FlightRow) -> Timeline:
    """Made once for a flight that has landed, and kept."""
    store = TimelineStore(database)
    kept = await store.get(flight.flight_id)
    timeline = Timeline.model_validate(kept) if kept is not None else None
    if timeline is None and flight.ended_at is not None:
        timeline = await _from_recording(database, data_dir, flight)
        if timeline is not None:
            await store.keep(flight.flight_id, timeline.model_dump(mode="json"))
    if timeline is None:
        ended_at = flight.ended_at or utc_now()
        track = await TrackStore(database).between(flight.vehicle_id, flight.started_at, ended_at)
        events = await EventStore(database).between(flight.vehicle_id, flight.started_at, ended_at)
        timeline = timeline_of_track(flight.started_at, ended_at, track, events)
    return with_incidents(timeline, await FlightStore(database).incidents(flight.flight_id))


async def _from_recording(database: Database, data_dir: Path, flight: FlightRow) -> Timeline | None:
    for file in await FlightFileStore(database).of_flight(flight.vehicle_id, flight.started_at, flight.ended_at):
        path = data_dir / FOLDER / file.path
        if file.ended_at is None or not path.is_file():
            continue
        try:
            timeline = await to_thread.run_sync(_read, path, flight)
        except FlightDataError as error:
            logger.warning("the log of flight %s is not used: %s", flight.flight_id, error.message)
            continue
        if timeline is not None:
            return timeline
    return None


def _read(path: Path, flight: FlightRow) -> Timeline | None:
    for record in read_flights(path):
        if record.vehicle_id != flight.vehicle_id:
            continue
        for section in flight_sections(record):
            if shared_share(flight, section) > 0.5:
                return timeline_of_section(record, section)
    return None
