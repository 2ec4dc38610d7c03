"""The track of a case: the box of the thing in each picture, and its place on the ground."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from geo.primitives import LocalFrame, radius_95_m
from vision import Box, Track

NEAR_S = 0.5  # a box is carried no farther than this from where it was seen


@dataclass(frozen=True, slots=True)
class TrackRow:
    """One picture. `measured`: seen by the detector, not carried by motion; `lonlat_deg` where the ground is known."""

    time_s: float
    bbox_px: Box
    confidence: float
    measured: bool
    lonlat_deg: tuple[float, float] | None = None
    accuracy_m: float | None = None
    captured_at: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "time_s": round(self.time_s, 4),
            "at": None if self.captured_at is None else self.captured_at.isoformat(),
            "bbox_px": [round(side, 2) for side in self.bbox_px],
            "confidence": round(self.confidence, 4),
            "measured": self.measured,
            "lonlat_deg": None if self.lonlat_deg is None else [round(one, 8) for one in self.lonlat_deg],
            "accuracy_m": None if self.accuracy_m is None else round(self.accuracy_m, 3),
        }


def track_rows(track: Track, local: LocalFrame | None) -> tuple[TrackRow, ...]:
    rows = []
    for point in track.points:
        placed = point.fix if local is not None else None
        place = None if placed is None or local is None else local.place(float(placed.en_m[0]), float(placed.en_m[1]))
        rows.append(
            TrackRow(
                point.time_s,
                point.bbox_px,
                point.confidence,
                point.measured,
                None if place is None else place.as_tuple(),
                None if placed is None else radius_95_m(placed.covariance_m2),
                point.captured_at,
            )
        )
    return tuple(rows)


def box_at(rows: Sequence[TrackRow], time_s: float) -> Box | None:
    """The box at an instant, on a straight line between two pictures; None where the thing was not followed."""
    after = next((index for index, row in enumerate(rows) if row.time_s >= time_s), None)
    if after is None:
        return rows[-1].bbox_px if rows and time_s - rows[-1].time_s <= NEAR_S else None
    if after == 0:
        return rows[0].bbox_px if rows[0].time_s - time_s <= NEAR_S else None
    one, other = rows[after - 1], rows[after]
    if other.time_s - one.time_s > 4 * NEAR_S:
        return None
    share = (time_s - one.time_s) / (other.time_s - one.time_s)
    left, top, right, bottom = (a + share * (b - a) for a, b in zip(one.bbox_px, other.bbox_px, strict=True))
    return left, top, right, bottom
