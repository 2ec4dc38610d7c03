"""The thing a stored case is about, followed again through its recording: what is kept of a verdict is one box, and places."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from ground_station.evidence.clip_copy import FilmPiece
from ground_station.evidence.track_rows import TrackRow, track_rows
from ground_station.video import VideoReader
from vision import Detector, Frame, Pipeline, Track, box_overlap, default_labels, open_tracker

LOOKS_PER_SECOND = 8.0
AROUND_S = 2.0
CONFIDENCE = 0.25
SAME_THING_IOU = 0.3
NEAR_S = 0.3
Placed = tuple[datetime, tuple[float, float]]  # an instant, and [longitude, latitude] then


def followed_again(
    pieces: Sequence[FilmPiece], seen: TrackRow, start_s: float, end_s: float, detector: Detector, *, moves: bool
) -> tuple[TrackRow, ...]:
    """The track that passes through `seen` between two instants of the film; `seen` alone where nothing was found there again."""
    if moves:
        return (seen,)  # without the poses of the flight a tracker would take the camera's motion for the thing's
    pipeline = Pipeline(detector, open_tracker(LOOKS_PER_SECOND, CONFIDENCE), labels=default_labels(detector.names))
    tracks: list[Track] = []
    last_s = float("-inf")
    for piece in pieces:
        with VideoReader(str(piece.path), frames_per_second=LOOKS_PER_SECOND) as reader:
            for image in reader.images():
                time_s = piece.begins_s + image.time_s
                if start_s - AROUND_S <= time_s <= end_s + AROUND_S and time_s > last_s:
                    last_s = time_s
                    tracks += pipeline.process(Frame(piece.path.name, image.index, time_s, image.picture)).finished
    tracks += pipeline.finish()
    best = max(tracks, key=lambda track: _agreement(track, seen), default=None)
    if best is None or _agreement(best, seen) < SAME_THING_IOU:
        return (seen,)
    return track_rows(best, None)


def _agreement(track: Track, seen: TrackRow) -> float:
    nearest = min(track.points, key=lambda point: abs(point.time_s - seen.time_s))
    return box_overlap(nearest.bbox_px, seen.bbox_px) if abs(nearest.time_s - seen.time_s) <= NEAR_S else 0.0


def with_places(rows: Sequence[TrackRow], began_at: datetime, way: Sequence[Placed], accuracy_m: float | None) -> tuple[TrackRow, ...]:
    """Rows with their instants, and with places on the way that was reckoned then, where it reaches."""
    instants = np.array([at.timestamp() for at, _ in way])
    places = np.array([place for _, place in way], np.float64).reshape(-1, 2)
    told = []
    for row in rows:
        at = began_at + timedelta(seconds=row.time_s)
        here = at.timestamp()
        place: tuple[float, float] | None = None
        if len(instants) and instants[0] <= here <= instants[-1]:
            place = (float(np.interp(here, instants, places[:, 0])), float(np.interp(here, instants, places[:, 1])))
        told.append(replace(row, captured_at=at, lonlat_deg=place, accuracy_m=accuracy_m if place is not None else None))
    return tuple(told)
