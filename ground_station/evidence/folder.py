"""Packages written into a folder, and the folder's days sealed: evidence without a station."""

from datetime import datetime
from pathlib import Path

from geo.primitives import SettingsError
from ground_station.evidence.canonical import sha256_hex
from ground_station.evidence.container import unpacked
from ground_station.evidence.days import PreviousDay, SealedDay, day_name, read_day, sealed_day
from ground_station.evidence.manifest import MANIFEST
from ground_station.evidence.package import BuiltPackage
from ground_station.evidence.signing_key import EvidenceKey
from ground_station.evidence.timestamps import Timestamper
from ground_station.new_file import new_file


class EvidenceFolder:
    """Takes packages as they are made; `seal` closes the day they were made on, together with those the folder had of that day."""

    def __init__(self, path: Path) -> None:
        """Raises: `SettingsError` when the folder cannot be made."""
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(
                f"The folder '{path}' cannot be made ({error.strerror}).", code="settings.output", hint="Give a folder you may write to."
            ) from error
        self._path = path
        self._made: list[BuiltPackage] = []

    def previous(self, now: datetime) -> PreviousDay | None:
        """The newest sealed day before today's."""
        days = [day for day in self._days() if day.facts.day < f"{now:%Y-%m-%d}"]
        return PreviousDay(days[-1].facts.day, days[-1].facts.merkle_root) if days else None

    def keep(self, package: BuiltPackage, name: str) -> Path:
        path = self._path / f"{name}.zip"
        with new_file(path) as partial:
            partial.write_bytes(package.content)
        self._made.append(package)
        return path

    def seal(self, now: datetime, key: EvidenceKey, timestamper: Timestamper | None = None) -> Path | None:
        """Write the day's file; None when nothing was made. Days of another key are left alone."""
        if not self._made:
            return None
        today = f"{now:%Y-%m-%d}"
        there = {_manifest_hash(path) for path in self._path.glob("*.zip")}
        before = [leaf for day in self._days() if day.facts.day == today for leaf in day.facts.leaves if leaf in there]
        leaves = list(dict.fromkeys([*before, *(package.manifest_sha256 for package in self._made)]))
        day = sealed_day(today, leaves, self.previous(now), key, timestamper)
        path = self._path / day_name(day.facts)
        with new_file(path) as partial:
            partial.write_bytes(day.to_bytes())
        return path

    def _days(self) -> list[SealedDay]:
        read = (read_day(path.read_bytes()) for path in self._path.glob("evidence-day-*.json"))
        return sorted((day for day, faults in read if day is not None and not faults), key=lambda day: day.facts.day)


def _manifest_hash(path: Path) -> str:
    return sha256_hex(unpacked(path.read_bytes()).files.get(MANIFEST, b""))
