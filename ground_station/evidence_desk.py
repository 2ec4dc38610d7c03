"""Packages of stored cases: what the database and the recordings hold of a case goes into one, and days are sealed once they are over."""

import logging
import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import anyio
from anyio import CapacityLimiter, to_thread

from geo.core import (
    AuditFilter,
    AuditLog,
    Database,
    DeviceCertificateStore,
    EvidenceDayRow,
    EvidencePackageRow,
    EvidenceStore,
    FootageSegmentRow,
    FootageStore,
    FoundViolation,
    LegalOrderStore,
    ObservationStore,
    ReviewStore,
    SceneStore,
    VideoSource,
    VideoSourceStore,
    ViolationRow,
)
from geo.primitives import SunqarError, VisionError, utc_now
from ground_station.detector_file import known_models, watching_detector
from ground_station.evidence.clip_copy import FilmPiece
from ground_station.evidence.days import PreviousDay, sealed_day
from ground_station.evidence.facts import model_facts, rule_facts
from ground_station.evidence.following import Placed, followed_again, with_places
from ground_station.evidence.hiding import Hider
from ground_station.evidence.manifest import (
    AccessFacts,
    CaseFacts,
    ClockFacts,
    MeasureFacts,
    ModelFacts,
    OrderFacts,
    PlaceFacts,
    PlateFacts,
    ReviewFacts,
    SourceFacts,
)
from ground_station.evidence.package import BuiltPackage, PackageRequest, built_package, checked_reason
from ground_station.evidence.signing_key import EvidenceKey, evidence_key
from ground_station.evidence.timestamps import TimestampAuthority
from ground_station.evidence.track_rows import TrackRow
from ground_station.footage.shelf import Shelf
from ground_station.hiding_detector import HidingDetector
from ground_station.new_file import new_file
from ground_station.review.policy import OPEN_STATES
from ground_station.settings import Settings
from vision import Detector, read_card

FOLDER = "evidence"
SEAL_PERIOD_S = 300.0
LATE = timedelta(minutes=10)  # a package under way at midnight still goes to its day
MOST_ACCESSES = 500
COVERED_S = 0.2  # between two segments no more than a picture is lost

logger = logging.getLogger(__name__)


class EvidenceDesk:
    """`make` a package of a case; `run` seals days until cancelled. One package is made at a time: it needs all the cores."""

    def __init__(self, settings: Settings, database: Database, hider: Hider | None = None) -> None:
        self._settings, self._database = settings, database
        self._hider = hider or HidingDetector(settings, threads=settings.footage.render_threads)
        self._detector: Detector | None = None
        url = settings.evidence.timestamp_url
        self._timestamper = None if url is None else TimestampAuthority(url, settings.evidence.timestamp_timeout_s)
        self._limiter = CapacityLimiter(1)
        self._shelf = Shelf(settings.data_dir)

    @property
    def key(self) -> EvidenceKey:
        return evidence_key(self._settings)

    def file(self, row: EvidencePackageRow) -> Path:
        return self._settings.data_dir / FOLDER / row.path

    async def make(self, case: ViolationRow, made_by: str, original_reason: str | None) -> EvidencePackageRow:
        """Build, keep and count a package. Raises: `SunqarError`; `VisionError` with code `evidence.no_footage` names what is missing."""
        request, way = await self._request(case, made_by, checked_reason(original_reason))
        key = self.key

        def work() -> BuiltPackage:
            return built_package(self._followed(request, case.found, way), self._hider, key, self._timestamper)

        built = await to_thread.run_sync(work, limiter=self._limiter)
        row = EvidencePackageRow(
            package_id=UUID(built.package_id),
            violation_id=case.found.violation_id,
            kind=built.manifest.kind,
            reason=built.manifest.reason or "",
            path=f"{request.made_at:%Y-%m-%d}/{built.package_id}.zip",
            size_bytes=len(built.content),
            sha256=built.sha256,
            manifest_sha256=built.manifest_sha256,
            day=request.made_at.date(),
            made_at=request.made_at,
            made_by=made_by,
        )
        file = self.file(row)
        await to_thread.run_sync(_write, file, built.content)
        try:
            return await EvidenceStore(self._database).add(row)
        except SunqarError:
            file.unlink(missing_ok=True)
            raise

    async def seal_over(self, now: datetime) -> int:
        """Seal every day that is over and has packages, oldest first. Returns how many; done again it finds nothing to do."""
        store, sealed = EvidenceStore(self._database), 0
        for day in await store.unsealed_days((now - LATE).date()):
            newest, leaves = await store.newest_day(), await store.leaves(day)
            previous = None if newest is None else PreviousDay(newest.day.isoformat(), newest.merkle_root)
            made = await to_thread.run_sync(sealed_day, day.isoformat(), leaves, previous, self.key, self._timestamper)
            row = EvidenceDayRow(
                day=day,
                packages=len(leaves),
                merkle_root=made.facts.merkle_root,
                previous_day=None if newest is None else newest.day,
                previous_root=made.facts.previous_root,
                key_id=made.facts.key_id,
                stamped=made.timestamp is not None,
                document=made.to_bytes(),
                sealed_at=now,
            )
            if await store.seal(row):
                sealed += 1
                await AuditLog(self._database).append(
                    "evidence", "evidence.day_sealed", f"evidence-day/{day}", {"packages": len(leaves), "merkle_root": row.merkle_root}
                )
        return sealed

    async def run(self) -> None:
        while True:
            try:
                await self.seal_over(utc_now())
            except SunqarError as error:  # the authority or the database is away: the day stays open until they are back
                logger.warning("sealing of days: %s", error.one_line())
            await anyio.sleep(SEAL_PERIOD_S)

    async def _request(self, case: ViolationRow, made_by: str, original_reason: str | None) -> tuple[PackageRequest, list[Placed]]:
        """All but the track, and the way that was reckoned when the case was found."""
        found, around = case.found, timedelta(seconds=self._settings.evidence.around_s)
        first, last = min(found.from_at, *found.proof_at), max(found.until_at, *found.proof_at)
        segments = await FootageStore(self._database).between(found.source_id, found.at - around, found.at + around)
        _check_covered(found.source_id, segments, first, last)
        began_at = segments[0].started_at
        source = await VideoSourceStore(self._database).get(found.source_id)
        newest = await EvidenceStore(self._database).newest_day()
        entries = await AuditLog(self._database).search(AuditFilter(subject=f"violation/{found.violation_id}"), limit=MOST_ACCESSES)
        scene = None if found.scene_edition is None else await SceneStore(self._database).get(found.source_id, found.scene_edition)
        calibration = (None if scene is None else scene.calibration) or (None if source is None else source.calibration)
        model, card = await to_thread.run_sync(_model, self._settings, found.model)
        request = PackageRequest(
            case=await self._case(case, source, model, segments[0].clock, began_at),
            pieces=tuple(FilmPiece(self._shelf.segment(one.path), (one.started_at - began_at).total_seconds()) for one in segments),
            track=(),
            made_by=made_by,
            made_at=utc_now(),
            scene=None
            if scene is None and calibration is None
            else {
                "edition": None if scene is None else scene.edition,
                "features": None if scene is None else scene.features,
                "calibration": calibration,
            },
            model_card=card,
            original_reason=original_reason,
            moves=found.vehicle_id is not None,
            around_s=self._settings.evidence.around_s,
            access_log=tuple(AccessFacts(who=one.actor, what=one.action, at=one.at) for one in reversed(entries)),
            previous=None if newest is None else PreviousDay(newest.day.isoformat(), newest.merkle_root),
        )
        way = () if found.observation_id is None else await ObservationStore(self._database).trajectory(found.observation_id) or ()
        return request, [(one.at, one.place.as_tuple()) for one in way]

    def _followed(self, request: PackageRequest, found: FoundViolation, way: Sequence[Placed]) -> PackageRequest:
        """With the thing followed again through the recording. Blocking."""
        case = request.case
        seen = TrackRow(case.at_s, found.bbox_px, found.confidence, measured=True)
        if self._detector is None:
            self._detector = watching_detector(self._settings)
        first_s, last_s = min(case.from_s, *case.proof_s), max(case.at_s, *case.proof_s)
        rows = followed_again(request.pieces, seen, first_s, last_s, self._detector, moves=request.moves)
        began_at = found.at - timedelta(seconds=case.at_s)
        return replace(
            request,
            case=case.model_copy(update={"observations": sum(row.measured for row in rows)}),
            track=with_places(rows, began_at, way, found.accuracy_m),
        )

    async def _case(self, case: ViolationRow, source: VideoSource | None, model: ModelFacts, clock: str, began_at: datetime) -> CaseFacts:
        found = case.found
        certificate = None if case.certificate_id is None else await DeviceCertificateStore(self._database).get(case.certificate_id)
        # Officers look blind: until a case is settled nobody learns from its package what others decided.
        decided = [] if case.state in OPEN_STATES else await ReviewStore(self._database).reviews(found.violation_id)
        return CaseFacts(
            case_id=str(found.violation_id),
            evidence_tier=case.evidence_tier,
            rule=rule_facts(found.rule, found.rule_edition),
            measured=None
            if found.measure is None
            else MeasureFacts(
                value=found.measure.value, uncertainty=found.measure.uncertainty, limit=found.measure.limit, unit=found.measure.unit
            ),
            order=await self._order(case.legal_order_id),
            source=SourceFacts(
                source_id=found.source_id,
                name=found.source_id if source is None else source.name_ru or source.name_en,
                kind="unknown" if source is None else source.category,
                vehicle_id=found.vehicle_id,
                position=None if source is None or source.position is None else source.position.as_tuple(),
                certificate=None if certificate is None else f"{certificate.type_approval} {certificate.number}",
            ),
            label=found.label,
            track_id=found.track_id,
            feature=found.feature,
            confidence=found.confidence,
            observations=0,
            from_s=(found.from_at - began_at).total_seconds(),
            at_s=(found.at - began_at).total_seconds(),
            proof_s=tuple((one - began_at).total_seconds() for one in found.proof_at),
            at=found.at,
            place=None
            if found.position is None or found.accuracy_m is None
            else PlaceFacts(lon_deg=found.position.lon_deg, lat_deg=found.position.lat_deg, accuracy_m=found.accuracy_m),
            model=model,
            clock=ClockFacts(kind=_clock(clock)),
            plate=_plate(case.plate),
            reviews=tuple(
                ReviewFacts(
                    reviewer=one.reviewer, decision=one.decision, reason=one.reason or one.note, seconds_spent=one.seconds_spent, at=one.at
                )
                for one in decided
            ),
        )

    async def _order(self, order_id: str | None) -> OrderFacts | None:
        order = None if order_id is None else await LegalOrderStore(self._database).get(order_id)
        if order is None:
            return None if order_id is None else OrderFacts(reference=order_id)
        said = order.setup
        return OrderFacts(
            reference=order.order_id,
            authority=said.authority,
            number=said.number,
            title={"kk": said.title_kk, "ru": said.title_ru, "en": said.title_en},
            issued_on=said.issued_on.isoformat(),
            valid_from=said.valid_from,
            valid_to=said.valid_to,
        )


def _check_covered(source_id: str, segments: Sequence[FootageSegmentRow], first: datetime, last: datetime) -> None:
    """Raises: `VisionError` saying which part of what has to be seen is not recorded."""
    reached = first
    for segment in segments:
        if segment.ended_at is None or segment.started_at > reached + timedelta(seconds=COVERED_S):
            break
        reached = max(reached, segment.ended_at)
    if not segments or reached < last:
        missing = first if not segments else reached
        raise VisionError(
            f"The recording of '{source_id}' lacks what happened from {missing:%H:%M:%S} to {last:%H:%M:%S} UTC on {last:%d.%m.%Y}.",
            code="evidence.no_footage",
            hint="A segment still being written is there in some seconds; what is gone, the receipts of deletion tell.",
        )


def _plate(read: dict[str, Any] | None) -> PlateFacts | None:
    """A plate as its reader tells it; None when it was not legible."""
    if read is None or not read.get("text"):
        return None
    return PlateFacts(text=str(read["text"]), grammar=read.get("grammar"), posterior=tuple(read.get("confidence") or ()))


def _clock(said: str) -> Literal["stamped", "arrival"]:
    return "stamped" if said == "stamped" else "arrival"


def _model(settings: Settings, sha256: str) -> tuple[ModelFacts, bytes | None]:
    """The card of the model that judged, where this machine still has the model."""
    for path in known_models(settings):
        try:
            card = read_card(path)
        except VisionError:  # a broken file beside the others is no reason for no evidence
            continue
        if card is not None and f"sha256:{card.sha256}" == sha256:
            return model_facts(path, sha256)
    return ModelFacts(sha256=sha256), None


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with new_file(file) as partial, partial.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
