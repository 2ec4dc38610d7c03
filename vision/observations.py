"""Observations: what leaves this room. A track, or what a rule found of one, with its time, place, accuracy and model."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from geo.primitives import ErrorEllipse, LocalFrame, LonLat, error_ellipse
from vision.detections import Box
from vision.motion import MINIMUM_FIXES, ground_motion
from vision.plates.reading import PlateRead
from vision.rules.rule import Violation
from vision.tracks import Track
from vision.trajectory import trajectory

ROAD_DAMAGE = frozenset({"pothole", "longitudinal crack", "transverse crack", "alligator crack", "sealed crack", "patch", "faded marking"})
DUMP = frozenset({"waste"})


def kind_of(label: str) -> str:
    """What an observation of a thing is: damage and dumps are found, the rest is followed."""
    return "road_damage" if label in ROAD_DAMAGE else "dump" if label in DUMP else "track"


@dataclass(frozen=True, slots=True)
class Observation:
    """Something seen. Times are seconds of the source's own timeline; instants are aware UTC when the source gives them.

    `bbox_px` is the box in the frame at `frame_s`. `place` is where the thing touches the ground: the median for one that stood still,
    the place at `frame_s` for one that moved. `accuracy_m` and `ellipse` hold the truth with about 95 % probability.
    `trajectory` is the way of one that moved: seconds and place of each corner. `violation` is what a rule found; its place and instants
    are those of the observation then. `plate` is what was read of it, or why not; None when none was seen or looked for.
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
    violation: Violation | None = None
    plate: PlateRead | None = None

    @property
    def rule(self) -> str | None:
        return None if self.violation is None else self.violation.rule

    @property
    def rule_edition(self) -> str | None:
        return None if self.violation is None else self.violation.edition

    def to_json(self) -> dict[str, Any]:
        """One line of `sunqar vision run`, ready for `json.dumps`."""
        found = self.violation
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
            "plate": None if self.plate is None else self.plate.to_json(),
            "model": self.model,
            "source": self.source,
            **({} if found is None else _proof(found)),
        }


def _proof(found: Violation) -> dict[str, Any]:
    """What a line about a violation has besides: against what, how surely, and which instants to look at."""
    measure = found.measure
    return {
        "feature": found.feature,
        "legal_order": found.legal_order,
        "evidence_tier": found.evidence_tier,
        "measure": None
        if measure is None
        else {
            "value": round(measure.value, 2),
            "uncertainty": round(measure.uncertainty, 2),
            "limit": round(measure.limit, 2),
            "unit": measure.unit,
        },
        "proof_s": [round(instant, 3) for instant in found.proof_s],
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
        kind=kind_of(track.label),
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


def observe_violation(found: Violation, track: Track, *, model: str, source: str, local: LocalFrame) -> Observation:
    """What a rule found of a track, as an observation: the track's own, at the place and instant of the violation."""
    shown = min(track.points, key=lambda point: abs(point.time_s - found.at_s))
    whole = observe_track(track, model=model, source=source, local=local)
    moving = ground_motion([p.time_s for p in track.points if p.fix], [p.fix for p in track.points if p.fix], found.at_s)
    began = shown.captured_at
    return replace(
        whole,
        kind="violation",
        start_s=found.from_s,
        end_s=max(found.at_s, found.proof_s[-1]),
        bbox_px=shown.bbox_px,
        frame_s=shown.time_s,
        started_at=None if began is None else began + timedelta(seconds=found.from_s - shown.time_s),
        ended_at=None if began is None else began + timedelta(seconds=max(found.at_s, found.proof_s[-1]) - shown.time_s),
        place=local.place(*found.en_m),
        accuracy_m=found.accuracy_m,
        ellipse=None,
        trajectory=(),
        heading_deg=None if moving is None else moving.heading_deg,
        speed_mps=None if moving is None else moving.speed_mps,
        speed_sigma_mps=None if moving is None else moving.speed_sigma_mps,
        violation=found,
    )
