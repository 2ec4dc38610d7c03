"""When a track is told, and as what: once it is confirmed, at growing intervals while it lasts, and when it is over."""

from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID

from geo.primitives import derived_id
from ground_station.messages import ObservationMessage, PlaceEllipse
from vision import Observation, Track

FIRST_INTERVAL_S = 10.0
LONGEST_INTERVAL_S = 640.0


class Telling:
    """Revisions of the tracks of one run of one source. `started_at` names the run, so that a restarted run makes new observations."""

    def __init__(self, source_id: str, model: str, started_at: datetime, vehicle_id: str | None) -> None:
        self._source_id, self._model, self._started_at, self._vehicle_id = source_id, model, started_at, vehicle_id
        self._next: dict[int, tuple[int, float, float]] = {}  # track -> next revision, due at, interval, seconds of the source

    def observation_id(self, track: Track) -> UUID:
        return derived_id(self._source_id, self._model, self._started_at.isoformat(), track.track_id)

    def due(self, track: Track) -> bool:
        """Whether a living, confirmed track has something to tell."""
        told = self._next.get(track.track_id)
        return told is None or track.last.time_s >= told[1]

    def message(self, track: Track, observation: Observation, *, final: bool) -> ObservationMessage:
        """The next revision of `track`. A final one is forgotten."""
        revision, _, interval_s = self._next.pop(track.track_id, (0, 0.0, FIRST_INTERVAL_S / 2.0))
        if not final:
            interval_s = min(2.0 * interval_s, LONGEST_INTERVAL_S)
            self._next[track.track_id] = (revision + 1, track.last.time_s + interval_s, interval_s)
        place = observation.place
        began = observation.started_at or self._started_at + timedelta(seconds=observation.start_s)
        return ObservationMessage(
            observation_id=self.observation_id(track),
            revision=revision,
            source_id=self._source_id,
            kind=observation.kind,
            label=observation.label,
            confidence=observation.confidence,
            track_id=track.track_id,
            started_at=began,
            ended_at=observation.ended_at or self._started_at + timedelta(seconds=observation.end_s),
            bbox_px=observation.bbox_px,
            lon_deg=None if place is None else place.lon_deg,
            lat_deg=None if place is None else place.lat_deg,
            accuracy_m=observation.accuracy_m,
            ellipse=None if observation.ellipse is None else PlaceEllipse(**asdict(observation.ellipse)),
            trajectory=[
                (corner.lon_deg, corner.lat_deg, began.timestamp() + time_s - observation.start_s)
                for time_s, corner in observation.trajectory
            ],
            heading_deg=observation.heading_deg,
            speed_mps=observation.speed_mps,
            speed_sigma_mps=observation.speed_sigma_mps,
            rule=observation.rule,
            rule_edition=observation.rule_edition,
            model=observation.model,
            vehicle_id=self._vehicle_id,
        )
