"""Makes a package: pictures, clip, track, scene, sheets and the verifier around a manifest, signed."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from geo.primitives import AccessError, VisionError, new_id
from ground_station.evidence.canonical import canonical, sha256_hex
from ground_station.evidence.clip_copy import CopiedClip, FilmPiece, copied_clip
from ground_station.evidence.container import packed
from ground_station.evidence.days import PreviousDay
from ground_station.evidence.hiding import METHOD, Hidden, Hider, hidden_clip, hidden_in
from ground_station.evidence.manifest import (
    FORMAT,
    MANIFEST,
    SIGNATURE,
    TIMESTAMP,
    AccessFacts,
    CaseFacts,
    ChainFacts,
    ClipFacts,
    FileFacts,
    Manifest,
    OriginalFacts,
    PieceFacts,
    RedactionFacts,
    Seal,
    Signature,
    StillFacts,
    plain,
)
from ground_station.evidence.signing_key import EvidenceKey
from ground_station.evidence.stills import Still, instant_at, jpeg, marked, stills_of, with_data_bar
from ground_station.evidence.timestamps import Timestamper
from ground_station.evidence.track_rows import TrackRow
from ground_station.evidence.words import LANGUAGES, word
from ground_station.footage.segment_writer import fingerprint
from vision import BgrImage

VERIFIER = Path(__file__).parent / "verify.html"
LEAST_REASON = 5
PLATE_MARGIN = 0.15

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PackageRequest:
    """What goes into a package. `pieces` are the film in order of time; `scene` holds features and calibration as they were in force.

    `original_reason`: why the clip goes in as recorded; None hides people and plates in it. `moves`: the camera does not stand still.
    """

    case: CaseFacts
    pieces: tuple[FilmPiece, ...]
    track: tuple[TrackRow, ...]
    made_by: str
    made_at: datetime
    scene: Mapping[str, Any] | None = None
    model_card: bytes | None = None
    original_reason: str | None = None
    moves: bool = False
    around_s: float = 6.0
    access_log: tuple[AccessFacts, ...] = ()
    previous: PreviousDay | None = None
    package_id: str = field(default_factory=lambda: str(new_id()))


@dataclass(frozen=True, slots=True)
class BuiltPackage:
    """The ZIP and what is kept of it."""

    package_id: str
    content: bytes
    sha256: str
    manifest_sha256: str
    manifest: Manifest


def built_package(request: PackageRequest, hider: Hider | None, key: EvidenceKey, timestamper: Timestamper | None = None) -> BuiltPackage:
    """Make it. Blocking, some seconds. Without a time stamp, when the authority is away, the package says so by having none.

    Raises: `AccessError` for an original without a reason, `VisionError` when the film does not show what happened.
    """
    reason = checked_reason(request.original_reason)
    with TemporaryDirectory(prefix="sunqar-evidence-") as folder:
        return _Build(request, reason, key, Path(folder)).run(hider, timestamper)


def checked_reason(reason: str | None) -> str | None:
    """The reason for an original, None for a package that needs none. Raises: `AccessError` for one that says nothing."""
    told = None if reason is None else reason.strip()
    if told is not None and len(told) < LEAST_REASON:
        raise AccessError("An original needs a reason.", code="reason_needed", hint="Say what people and plates have to be seen for.")
    return told


class _Build:
    def __init__(self, request: PackageRequest, reason: str | None, key: EvidenceKey, folder: Path) -> None:
        self._request, self._reason, self._key, self._folder = request, reason, key, folder
        self._files: dict[str, bytes] = {}

    def run(self, hider: Hider | None, timestamper: Timestamper | None) -> BuiltPackage:
        request, case = self._request, self._request.case
        start_s, end_s = (
            min(case.at_s - request.around_s, *case.proof_s, case.from_s),
            max(case.at_s + request.around_s, *case.proof_s),
        )
        copied = copied_clip(request.pieces, start_s, end_s, self._folder)
        hidden = hidden_in(copied.path, copied.begins_s, request.track, hider, moves=request.moves)
        stills = stills_of(copied.path, copied.begins_s, case.proof_s, request.track, hidden)
        redactions = RedactionFacts(
            model=hidden.redaction.model,
            whole_picture=hidden.redaction.model is None,
            people=hidden.redaction.count("person"),
            plates=hidden.redaction.count("plate"),
            plate_of_the_case_shown=hidden.own_plates > 0,
            method=METHOD,
        )
        clip = self._clip(copied, hidden)
        told = tuple(self._still(still, copied) for still in stills)
        crop = self._plate(stills)
        self._files["track.json"] = _readable({"time_base": "seconds of the film", "rows": [row.to_json() for row in request.track]})
        if request.scene is not None:
            self._files["scene.json"] = _readable(dict(request.scene))
        if request.model_card is not None:
            self._files["model-card.json"] = request.model_card
        self._files["verify.html"] = VERIFIER.read_bytes()
        self._sheets(stills, clip, redactions)
        return self._sealed(self._manifest(clip, told, crop, redactions), timestamper)

    def _clip(self, copied: CopiedClip, hidden: Hidden) -> ClipFacts:
        original = copied.path.read_bytes()
        if self._reason is None:
            made = self._folder / "hidden.mp4"
            hidden_clip(copied.path, hidden, made)
            name, content = "clip/hidden.mp4", made.read_bytes()
        else:
            name, content = f"clip/{copied.path.name}", original
        self._files[name] = content
        return ClipFacts(
            file=name,
            begins_s=round(copied.begins_s, 6),
            ends_s=round(copied.ends_s, 6),
            hidden=self._reason is None,
            original=OriginalFacts(
                sha256=sha256_hex(original),
                size_bytes=len(original),
                packets=copied.packets,
                packets_sha256=copied.packets_sha256,
                codec=copied.codec,
                size_px=copied.size_px,
                time_base=str(copied.time_base),
                first_pts=copied.first_pts,
                pieces=tuple(
                    PieceFacts(name=piece.path.name, sha256=fingerprint(piece.path)[1], begins_s=piece.begins_s) for piece in copied.pieces
                ),
            ),
        )

    def _still(self, still: Still, copied: CopiedClip) -> StillFacts:
        case = self._request.case
        facts = StillFacts(
            file=f"stills/{still.what}.jpg",
            what=still.what,
            asked_s=round(still.asked_s, 6),
            time_s=round(still.time_s, 6),
            pts=copied.pts_at(still.time_s),
            time_base=str(copied.time_base),
            at=instant_at(case, still.time_s),
            bbox_px=still.box,
        )
        self._files[facts.file] = with_data_bar(still, facts, case)
        return facts

    def _sheets(self, stills: list[Still], clip: ClipFacts, redactions: RedactionFacts) -> None:
        from ground_station.evidence.case_sheet import SheetPictures, case_sheet  # what sets type takes a second to load

        before, at, after = (jpeg(marked(still)) for still in stills)
        pictures = SheetPictures(before, at, after, self._files.get("plate.jpg"))
        for language in LANGUAGES:
            self._files[f"case-sheet.{language}.pdf"] = case_sheet(
                language,
                self._request.case,
                pictures,
                redactions,
                original_reason=self._reason,
                original_sha256=clip.original.sha256,
                key_id=self._key.key_id,
                made_at=self._request.made_at,
            )

    def _plate(self, stills: list[Still]) -> str | None:
        """The plate cut out of the still nearest to where it was read."""
        plate = self._request.case.plate
        if plate is None or plate.bbox_px is None:
            return None
        still = min(stills, key=lambda one: abs(one.time_s - (one.time_s if plate.time_s is None else plate.time_s)))
        crop = _cut(still.image, plate.bbox_px)
        if crop is None:
            return None
        self._files["plate.jpg"] = jpeg(crop)
        return "plate.jpg"

    def _manifest(self, clip: ClipFacts, stills: tuple[StillFacts, ...], crop: str | None, redactions: RedactionFacts) -> Manifest:
        request, previous = self._request, self._request.previous
        return Manifest(
            format=FORMAT,
            product="Sunqar",
            package_id=request.package_id,
            kind="hidden" if self._reason is None else "original",
            reason=self._reason,
            made_at=request.made_at,
            made_by=request.made_by,
            case=request.case,
            stills=stills,
            plate_crop=crop,
            clip=clip,
            track="track.json",
            scene="scene.json" if request.scene is not None else None,
            redactions=redactions,
            access_log=(*request.access_log, self._making()),
            chain=ChainFacts(
                day=f"{request.made_at:%Y-%m-%d}",
                previous_day=None if previous is None else previous.day,
                previous_root=None if previous is None else previous.root,
            ),
            limits={language: word(language, "check.limit") for language in LANGUAGES},
            key_id=self._key.key_id,
            public_key=self._key.public.hex(),
            files=tuple(
                FileFacts(path=name, size_bytes=len(content), sha256=sha256_hex(content)) for name, content in sorted(self._files.items())
            ),
        )

    def _making(self) -> AccessFacts:
        what = "evidence.made" if self._reason is None else "evidence.made_original"
        return AccessFacts(who=self._request.made_by, what=what, at=self._request.made_at, why=self._reason or "")

    def _sealed(self, manifest: Manifest, timestamper: Timestamper | None) -> BuiltPackage:
        content = canonical(plain(manifest))
        token: bytes | None = None
        if timestamper is not None:
            try:
                token = timestamper.stamp(content)
            except VisionError as error:  # the day's seal asks again
                logger.warning("evidence: %s", error.one_line())
        seal = Seal(
            algorithm="Ed25519",
            format=FORMAT,
            key_id=self._key.key_id,
            manifest_sha256=sha256_hex(content),
            public_key=self._key.public.hex(),
            timestamp_sha256=None if token is None else sha256_hex(token),
        )
        signature = Signature(seal=seal, signature=self._key.sign(canonical(plain(seal))).hex())
        files = {**self._files, MANIFEST: content, SIGNATURE: canonical(plain(signature))}
        if token is not None:
            files[TIMESTAMP] = token
        whole = packed(files)
        return BuiltPackage(self._request.package_id, whole, sha256_hex(whole), seal.manifest_sha256, manifest)


def _cut(image: BgrImage, box: tuple[float, float, float, float]) -> BgrImage | None:
    x1, y1, x2, y2 = box
    side, up = PLATE_MARGIN * (x2 - x1), PLATE_MARGIN * (y2 - y1)
    left, top = max(0, round(x1 - side)), max(0, round(y1 - up))
    crop = image[top : max(0, round(y2 + up)), left : max(0, round(x2 + side))]
    return crop if crop.size else None


def _readable(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode()
