"""Where recorded video lies in the data folder, and what its paths say.

`footage/<source>/<day>/<start>.mp4`: a segment is named by source and start, so that the index can be made again from the files alone.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, unquote
from uuid import UUID

from geo.primitives import derived_id

FOLDER, CACHE_FOLDER, CLIP_FOLDER = "footage", "footage-shown", "clips"
HIDDEN_SUFFIX = ".hidden.json"
_STAMP = "%Y%m%dT%H%M%S.%f"
SUFFIXES = (".mp4", ".mkv")


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folders of recorded video below `data_dir`."""

    data_dir: Path

    @property
    def segments(self) -> Path:
        return self.data_dir / FOLDER

    @property
    def clips(self) -> Path:
        return self.data_dir / CLIP_FOLDER

    def segment(self, path: str) -> Path:
        return self.segments / path

    def hidden(self, path: str) -> Path:
        """What has to be hidden in a segment, beside it."""
        return (self.segments / path).with_suffix(HIDDEN_SUFFIX)

    def shown(self, segment_id: UUID) -> Path:
        """The segment as it may be shown, made when somebody first looks."""
        return self.data_dir / CACHE_FOLDER / f"{segment_id}.mp4"

    def clip(self, path: str) -> Path:
        return self.clips / path


def segment_path(source_id: str, started_at: datetime, suffix: str) -> str:
    start = started_at.astimezone(UTC)
    return f"{quote(source_id, safe='')}/{start:%Y-%m-%d}/{start.strftime(_STAMP)}Z{suffix}"


def segment_id_of(path: str) -> UUID:
    return derived_id("footage", path)


def source_and_start(path: str) -> tuple[str, datetime] | None:
    """What a path says; None for other files."""
    parts = path.split("/")
    name = Path(parts[-1])
    if len(parts) != 3 or name.suffix not in SUFFIXES:
        return None
    try:
        return unquote(parts[0]), datetime.strptime(name.stem, _STAMP + "Z").replace(tzinfo=UTC)
    except ValueError:
        return None
