"""A film of noise in which one square drives past another, and a case about it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import av
import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ground_station.evidence.clip_copy import FilmPiece
from ground_station.evidence.manifest import (
    CaseFacts,
    ClockFacts,
    MeasureFacts,
    ModelFacts,
    OrderFacts,
    PlaceFacts,
    RuleFacts,
    SourceFacts,
)
from ground_station.evidence.package import BuiltPackage, PackageRequest, built_package
from ground_station.evidence.signing_key import EvidenceKey
from ground_station.evidence.timestamps import Timestamper
from ground_station.evidence.track_rows import TrackRow
from vision import Box, Detections, Frame, RedactionSearch, open_tracker

WIDTH_PX, HEIGHT_PX, FPS, KEYFRAME_EVERY = 320, 180, 10, 10
MADE_AT = datetime(2026, 5, 2, 7, 30, tzinfo=UTC)
KEY = EvidenceKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
AT_S = 8.0
PERSON, OWN_PLATE, OTHER_PLATE = (20.0, 60.0, 50.0, 130.0), (130.0, 100.0, 160.0, 112.0), (240.0, 100.0, 270.0, 112.0)
VEHICLE = (110.0, 60.0, 180.0, 120.0)


def noisy_film(path: Path, seconds: int = 16) -> Path:
    """Noise shows whether a place was hidden. A keyframe each second, and pictures out of order in between."""
    noise = np.random.default_rng(1).integers(0, 255, (HEIGHT_PX, WIDTH_PX, 3), dtype=np.uint8)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(
            "libx264", rate=FPS, options={"g": str(KEYFRAME_EVERY), "bf": "2", "preset": "ultrafast", "crf": "20"}
        )
        stream.width, stream.height, stream.pix_fmt = WIDTH_PX, HEIGHT_PX, "yuv420p"
        for index in range(seconds * FPS):
            frame = av.VideoFrame.from_ndarray(np.roll(noise, index // KEYFRAME_EVERY, axis=0), format="bgr24")
            frame.pts = index
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


class SameInEveryPicture:
    """`Detector` that always sees the same things."""

    model = "sha256:same"

    def __init__(self, things: dict[Box, str]) -> None:
        self.names = tuple(sorted(set(things.values())))
        numbers = np.array([self.names.index(name) for name in things.values()], np.int64)
        self._seen = Detections(np.array(list(things), np.float32), np.full(len(things), 0.9, np.float32), numbers, self.names)

    def detect(self, frame: Frame) -> Detections:
        return self._seen

    def detect_many(self, frames: Sequence[Frame]) -> list[Detections]:
        return [self._seen for _ in frames]


class SameHider:
    def search(self, frames_per_second: float, *, moves: bool = False) -> RedactionSearch:
        return RedactionSearch(
            SameInEveryPicture({PERSON: "person", OWN_PLATE: "plate", OTHER_PLATE: "plate"}), open_tracker(frames_per_second, 0.25)
        )


def case_facts(**changes: object) -> CaseFacts:
    case = CaseFacts(
        case_id="case-1",
        evidence_tier="B",
        rule=RuleFacts(code="red_light", edition="1", source_tier="T3", parameters={}),
        measured=MeasureFacts(value=3.5, uncertainty=0.1, limit=0.3, unit="s"),
        order=OrderFacts(reference="DEMO-1"),
        source=SourceFacts(source_id="gate", name="Gate", kind="fixed"),
        label="car",
        track_id=5,
        feature="south-stop",
        confidence=0.9,
        observations=100,
        from_s=AT_S,
        at_s=AT_S,
        proof_s=(AT_S - 0.5, AT_S, AT_S + 0.7),
        at=datetime(2026, 5, 2, 7, 0, 8, 120_000, tzinfo=UTC),
        place=PlaceFacts(lon_deg=51.16, lat_deg=43.65, accuracy_m=0.9),
        model=ModelFacts(sha256="sha256:0", name="detector"),
        clock=ClockFacts(kind="stamped", offset_s=0.02, sigma_s=0.01),
    )
    return case.model_copy(update=changes)


def standing_track() -> tuple[TrackRow, ...]:
    return tuple(TrackRow(index / FPS, VEHICLE, 0.9, True) for index in range(160))


def package_request(film: Path, *, original_reason: str | None = "the court asks for it") -> PackageRequest:
    return PackageRequest(
        case=case_facts(),
        pieces=(FilmPiece(film),),
        track=standing_track(),
        made_by="officer",
        made_at=MADE_AT,
        scene={"features": []},
        original_reason=original_reason,
    )


def package_of(
    film: Path, *, original_reason: str | None = "the court asks for it", timestamper: Timestamper | None = None
) -> BuiltPackage:
    return built_package(package_request(film, original_reason=original_reason), SameHider(), KEY, timestamper)
