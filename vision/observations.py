"""Observations: what leaves this room. A track, or later a finding of a rule, with its time, place, accuracy and model."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from geo.primitives import ErrorEllipse, LocalFrame, LonLat, error_ellipse
from vision.detections import Box
from vision.motion import MINIMUM_FIXES, ground_motion
from vision.tracks import Track
from vision.trajectory import trajectory


@dataclass(frozen=True, slots=True)
class Observation:
    """Something seen. Times are seconds of the source's own timeline; instants are aware UTC when the source gives them.

    `bbox_px` is the box in the frame at `frame_s`. `place` is where the thing touches the ground: the median for one that stood still,
    the place at `frame_s` for one that moved. `accuracy_m` and `ellipse` hold the truth with about 95 % probability.
    `trajectory` is the way of one that moved: seconds and place of each corner.
    """

    kind: str
    label: str
    track_id: int
    start_s: float
    end_s: float
    confidence: float
    bbox_px: Box
    frame_s: float
    model: str
    source: str
    started_at: datetime | None = None
    ended_at: datetime | None = None
    place: LonLat | None = None
    accuracy_m: float | None = None
    ellipse: ErrorEllipse | None = None
    trajectory: tuple[tuple[float, LonLat], ...] = ()
    heading_deg: float | None = None
    speed_mps: float | None = None
    speed_sigma_mps: float | None = None
    rule: str | None = None
    rule_edition: str | None = None

    def to_json(self) -> dict[str, Any]:
        """One line of `sunqar vision run`, ready for `json.dumps`."""
        return {
            "kind": self.kind,
            "label": self.label,
            "rule": self.rule,
            "rule_edition": self.rule_edition,
            "track_id": self.track_id,
            "start_s": round(self.start_s, 3),
            "end_s": round(self.end_s, 3),
            "confidence": round(self.confidence, 3),
            "bbox_px": [round(value, 1) for value in self.bbox_px],
            "frame_s": round(self.frame_s, 3),
            "geometry": None
            if self.place is None
            else {"type": "Point", "coordinates": [round(self.place.lon_deg, 8), round(self.place.lat_deg, 8)]},
            "accuracy_m": _rounded(self.accuracy_m, 2),
            "ellipse": None
            if self.ellipse is None
            else {
                "major_m": round(self.ellipse.major_m, 2),
                "minor_m": round(self.ellipse.minor_m, 2),
                "bearing_deg": round(self.ellipse.bearing_deg, 1),
            },
            "heading_deg": _rounded(self.heading_deg, 1),
            "speed_mps": _rounded(self.speed_mps, 2),
            "speed_sigma_mps": _rounded(self.speed_sigma_mps, 2),
            "plate": None,
            "model": self.model,
            "source": self.source,
        }


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def observe_track(track: Track, *, model: str, source: str, local: LocalFrame | None) -> Observation:
    """What is known of a track now. `local` is the frame its fixes are in, None for a source without calibration."""
    best = track.best_point()
    placed = [point for point in track.points if point.fix is not None]
    # A box cut by the edge of the picture grows as the thing comes in: its middle does not move as the thing does.
    whole = [point for point in placed if point.whole]
    placed = whole if len(whole) >= MINIMUM_FIXES else placed
    fixes = [point.fix for point in placed if point.fix is not None]
    motion = ground_motion([point.time_s for point in placed], fixes, best.time_s)
    corners = () if local is None else trajectory([point.time_s for point in placed], fixes)
    placed_here = local is not None and motion is not None
    return Observation(
        kind="track",
        label=track.label,
        track_id=track.track_id,
        start_s=track.first.time_s,
        end_s=track.last.time_s,
        confidence=track.confidence,
        bbox_px=best.bbox_px,
        frame_s=best.time_s,
        model=model,
        source=source,
        started_at=track.first.captured_at,
        ended_at=track.last.captured_at,
        place=local.place(float(motion.en_m[0]), float(motion.en_m[1])) if local is not None and motion is not None else None,
        accuracy_m=motion.accuracy_m if placed_here and motion is not None else None,
        ellipse=error_ellipse(motion.covariance_m2) if placed_here and motion is not None else None,
        trajectory=() if local is None else tuple((corner.time_s, local.place(*corner.en_m)) for corner in corners),
        heading_deg=motion.heading_deg if motion is not None else None,
        speed_mps=motion.speed_mps if motion is not None else None,
        speed_sigma_mps=motion.speed_sigma_mps if motion is not None else None,
    )
