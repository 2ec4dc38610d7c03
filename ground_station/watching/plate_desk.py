"""Plates in live sources: one reader for all of them, asked one picture at a time; what is legible goes to the store and nowhere else."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from anyio import CapacityLimiter, to_thread

from geo.primitives import derived_id
from ground_station.bus.outbox import Outbox
from ground_station.bus.subjects import PLATE
from ground_station.messages import ObservationMessage, PlateMessage
from vision import Frame, Observation, PlateReader, PlatesOfTracks, TrackedBox, open_plate_reader

VEHICLE_PX = 320  # longer side at which a vehicle is searched for its plate


class PlateDesk:
    """Opening takes a second or more: `open_plate_desk`."""

    def __init__(self, reader: PlateReader) -> None:
        self.reader = reader
        self._one = CapacityLimiter(1)

    async def look(self, plates: PlatesOfTracks, frame: Frame, boxes: Iterable[TrackedBox]) -> None:
        await to_thread.run_sync(plates.look, frame, list(boxes), limiter=self._one)


def open_plate_desk(threads: int) -> PlateDesk:
    """Raises: `VisionError` when a model is missing."""
    return PlateDesk(open_plate_reader(image_size_px=VEHICLE_PX, threads=threads))


class SourcePlates:
    """The plates of one run of one source."""

    def __init__(self, desk: PlateDesk, outbox: Outbox) -> None:
        self._desk, self._outbox = desk, outbox
        self._plates = PlatesOfTracks(desk.reader)

    async def look(self, frame: Frame, boxes: Iterable[TrackedBox]) -> None:
        await self._desk.look(self._plates, frame, boxes)

    def tell(self, observation: Observation, message: ObservationMessage) -> None:
        """A track is over: its plate, when it was legible, with the place it was at when it was seen best."""
        read = self._plates.read(message.track_id)
        self._plates.forget(message.track_id)
        if read is None or read.text is None:
            return
        told = PlateMessage(
            read_id=derived_id(message.observation_id, "plate"),
            source_id=message.source_id,
            observation_id=message.observation_id,
            track_id=message.track_id,
            at=_seen_best(observation, message.started_at),
            text=read.text,
            grammar=read.grammar,
            label=message.label,
            posterior=[round(value, 5) for value in read.confidence],
            votes=read.agreeing,
            lon_deg=message.lon_deg,
            lat_deg=message.lat_deg,
            accuracy_m=message.accuracy_m,
        )
        self._outbox.put(f"{PLATE}.{message.source_id}", told.encode(), message_id=str(told.read_id))


def _seen_best(observation: Observation, started_at: datetime) -> datetime:
    return started_at + timedelta(seconds=observation.frame_s - observation.start_s)
