"""Evidence of what was found in a film: a package for each violation, written into a folder whose day is then sealed."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from geo.primitives import LocalFrame, SettingsError, utc_now
from ground_station.evidence.clip_copy import FilmPiece
from ground_station.evidence.facts import case_of
from ground_station.evidence.folder import EvidenceFolder
from ground_station.evidence.hiding import Hider
from ground_station.evidence.manifest import ClockFacts, ModelFacts, SourceFacts
from ground_station.evidence.package import PackageRequest, built_package
from ground_station.evidence.signing_key import evidence_key
from ground_station.evidence.timestamps import TimestampAuthority
from ground_station.evidence.track_rows import track_rows
from ground_station.hiding_detector import HidingDetector
from ground_station.settings import Settings
from ground_station.video import VideoReader
from vision import Track, Violation

MADE_BY = "command line"


class FilmEvidence:
    """`add` violations as they are found; `write` once the film has been seen."""

    def __init__(self, settings: Settings, folder: Path, original_reason: str | None, hider: Hider | None = None) -> None:
        """Raises: `SettingsError` when the folder or the key cannot be made."""
        self._folder, self._reason = EvidenceFolder(folder), original_reason
        self._key, self._around_s = evidence_key(settings), settings.evidence.around_s
        self._hider = hider or HidingDetector(settings, threads=settings.footage.render_threads)
        url = settings.evidence.timestamp_url
        self._timestamper = None if url is None else TimestampAuthority(url, settings.evidence.timestamp_timeout_s)
        self._found: list[tuple[Violation, Track, LocalFrame | None]] = []

    def add(self, found: Violation, track: Track, local: LocalFrame | None) -> None:
        """`local` is the frame the violation's place and the track's are in."""
        self._found.append((found, track, local))

    @property
    def empty(self) -> bool:
        return not self._found

    def write(
        self,
        film: Path,
        source: SourceFacts,
        model: tuple[ModelFacts, bytes | None],
        *,
        scene: Mapping[str, Any] | None = None,
        moves: bool = False,
        simulated: bool = False,
    ) -> list[Path]:
        """Packages of all that was added, and the file of the day. Blocking, some seconds each. Raises: `SunqarError`."""
        if self.empty:
            return []
        now = utc_now()
        began_at, stamped = _began(film)
        kind: Literal["simulated", "unknown", "stamped", "film"] = (
            "simulated" if simulated else "unknown" if began_at is None else "stamped" if stamped else "film"
        )
        paths = []
        for found, track, local in sorted(self._found, key=lambda one: one[0].at_s):
            name = re.sub(r"[^A-Za-z0-9._-]+", "-", f"{source.name}-{found.rule}-{found.at_s:.1f}s-{track.track_id}").strip("-.")
            facts, card = model
            case = case_of(
                found, track, case_id=name, source=source, model=facts, clock=ClockFacts(kind=kind), began_at=began_at, local=local
            )
            request = PackageRequest(
                case=case,
                pieces=(FilmPiece(film),),
                track=track_rows(track, local),
                made_by=MADE_BY,
                made_at=now,
                scene=scene,
                model_card=card,
                original_reason=self._reason,
                moves=moves,
                around_s=self._around_s,
                previous=self._folder.previous(now),
            )
            paths.append(self._folder.keep(built_package(request, self._hider, self._key, self._timestamper), name))
        day = self._folder.seal(now, self._key, self._timestamper)
        return paths if day is None else [*paths, day]


def film_evidence(settings: Settings, folder: Path | None, original_reason: str | None, *, judged: bool) -> FilmEvidence | None:
    """What the options of a command ask for. Raises: `SettingsError` for options that contradict each other."""
    if folder is None:
        if original_reason is not None:
            raise SettingsError(
                "--evidence-original says how packages are made.", code="settings.evidence", hint="Give --evidence-dir with it."
            )
        return None
    if not judged:
        raise SettingsError(
            "Without rules nothing is found to keep evidence of.", code="settings.evidence", hint="Give --rules with --scene."
        )
    return FilmEvidence(settings, folder, original_reason)


def _began(film: Path) -> tuple[Any, bool]:
    """When the first picture was taken, and whether it says so itself."""
    with VideoReader(str(film)) as reader:
        first = next(iter(reader.images()), None)
    return (None, False) if first is None else (first.captured_at, first.stamped)
