"""A folder of pictures as a source: each file is a picture, in the order a person would number them, at the instant its camera wrote."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from types import TracebackType

import cv2
import numpy as np
from PIL import ExifTags, Image

from geo.primitives import VisionError
from ground_station.video.capture_clock import ClockReading
from ground_station.video.decode import WHOLE_SHARE, DecodedImage, SourceInfo

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".bmp"})
RATE_HZ = 1.0  # of pictures that say nothing of when they were taken
EXIF_INSTANT = "%Y:%m:%d %H:%M:%S"


class FolderReader:
    """Reads as `VideoReader` does. `damaged` counts files that are no pictures. Sizes may differ from picture to picture.

    Raises: `VisionError` for a folder without pictures.
    """

    clock: ClockReading | None = None

    def __init__(self, folder: Path, *, every: int = 1, frames_per_second: float | None = None) -> None:
        self._every = every
        self._period_s = 1.0 / frames_per_second if frames_per_second else 0.0
        self.damaged = 0
        self._files = sorted((path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file()), key=_by_number)
        first = next((image for image in map(_read, self._files) if image is not None), None)
        if first is None:
            raise VisionError(
                f"The folder '{folder}' holds no picture that can be read.",
                code="vision.source_folder",
                hint=f"Give a folder with {', '.join(sorted(SUFFIXES))} files, or one video file.",
            )
        self._folder = folder
        self.info = SourceInfo(str(folder), False, first.shape[1], first.shape[0], RATE_HZ, len(self._files), len(self._files) / RATE_HZ)

    def __enter__(self) -> "FolderReader":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Nothing stays open between pictures."""

    def images(self) -> Iterator[DecodedImage]:
        """Raises: `VisionError` when too many of the files proved broken."""
        first_at: datetime | None = None
        last_s, due_s, index = -1.0, 0.0, -1
        for path in self._files:
            image = _read(path)
            if image is None:
                self.damaged += 1
                continue
            index += 1
            taken_at = _taken_at(path)
            first_at = first_at or taken_at
            time_s = (taken_at - first_at).total_seconds() if taken_at is not None and first_at is not None else index / RATE_HZ
            if time_s <= last_s:  # a burst within one second, or another camera's file among them
                time_s = last_s + 0.01
            last_s = time_s
            if index % self._every or time_s + 1e-6 < due_s:
                continue
            due_s = max(due_s + self._period_s, time_s - self._period_s) if self._period_s else 0.0
            yield DecodedImage(index, time_s, image, taken_at, taken_at is not None, path)
        if index + 1 < WHOLE_SHARE * len(self._files):
            raise VisionError(
                f"The folder '{self._folder}' is broken: {index + 1} of {len(self._files)} pictures could be read.",
                code="vision.source_broken",
                hint="Copy the pictures from the card again.",
            )


def _read(path: Path) -> "np.ndarray[tuple[int, int, int], np.dtype[np.uint8]] | None":
    """Upright by its EXIF orientation; read through numpy because OpenCV cannot open every name there is."""
    try:
        data = np.fromfile(path, np.uint8)
    except OSError:
        return None
    return cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None


def _by_number(path: Path) -> tuple[list[tuple[int, str]], str]:
    """DJI_2 before DJI_10."""
    parts = [(int(part), "") if part.isdigit() else (0, part.lower()) for part in re.split(r"(\d+)", path.name)]
    return parts, path.name


def _taken_at(path: Path) -> datetime | None:
    """EXIF's instant of exposure. Without a zone beside it, UTC is assumed: drones that follow GNSS time write that."""
    try:
        with Image.open(path) as picture:
            exif = picture.getexif().get_ifd(ExifTags.IFD.Exif)
    except (OSError, SyntaxError, ValueError):
        return None
    text, fraction, zone = (str(exif.get(tag, "")).strip("\0 ") for tag in (0x9003, 0x9291, 0x9011))
    try:
        instant = datetime.strptime(text, EXIF_INSTANT).replace(tzinfo=UTC)
        if fraction.isdigit():
            instant += timedelta(seconds=int(fraction) / 10 ** len(fraction))
        if match := re.fullmatch(r"([+-])(\d\d):(\d\d)", zone):
            offset = timedelta(hours=int(match[2]), minutes=int(match[3]))
            instant = instant.replace(tzinfo=timezone(offset if match[1] == "+" else -offset))
        return instant.astimezone(UTC)
    except ValueError:
        return None
