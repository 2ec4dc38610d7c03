"""Companion computers that may join the bus: each may say what its own camera sees, and nothing else.

Kept in `<data_dir>/nats/companions.json`, readable by its owner alone: it holds their passwords.
"""

import json
import re
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from geo.primitives import SettingsError
from ground_station.private_file import write_private

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,60}")


@dataclass(frozen=True, slots=True)
class Companion:
    """One computer on board. Its user name on the bus is `source_id`, which is also the video source it speaks for."""

    source_id: str
    vehicle_id: str
    password: str


class CompanionBook:
    def __init__(self, data_dir: Path) -> None:
        self._file = data_dir / "nats" / "companions.json"

    def all(self) -> list[Companion]:
        """Raises: `SettingsError` when the file is no longer readable."""
        try:
            return [Companion(**entry) for entry in json.loads(self._file.read_text(encoding="utf-8"))]
        except FileNotFoundError:
            return []
        except (ValueError, TypeError) as error:
            raise SettingsError(
                f"The list of companion computers {self._file} cannot be read: {error}.",
                code="settings.companions",
                hint="Move the file away and invite the computers again with `sunqar companion invite`.",
            ) from error

    def invite(self, source_id: str, vehicle_id: str) -> Companion:
        """Add one, or give the one of that name a new password: an invitation handed out before is void.

        Raises: `SettingsError` for a name that cannot be part of a subject.
        """
        if not _NAME.fullmatch(source_id):
            raise SettingsError(
                f"'{source_id}' cannot name a companion computer.",
                code="settings.companion_name",
                hint="Use letters, digits and hyphens, at most 61.",
            )
        companion = Companion(source_id, vehicle_id, secrets.token_hex(24))
        self._write([*(other for other in self.all() if other.source_id != source_id), companion])
        return companion

    def remove(self, source_id: str) -> bool:
        """False when there is none of that name."""
        known = self.all()
        left = [companion for companion in known if companion.source_id != source_id]
        self._write(left)
        return len(left) < len(known)

    def _write(self, companions: list[Companion]) -> None:
        write_private(self._file, json.dumps([asdict(companion) for companion in sorted(companions, key=lambda c: c.source_id)], indent=1))
