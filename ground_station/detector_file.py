"""Which detector is used: the one set, the one put into the data folder, or the one that comes with the program; which may be used
besides it; and how they are opened to watch."""

from pathlib import Path

from ground_station.settings import Settings
from vision import DEFAULT_MODEL, KEEP_ALIVE_CONFIDENCE, PLATE_MODEL, SHIPPED_MODELS, Detector, models_in, open_detector


def detector_file(settings: Settings) -> Path:
    """Without a look at whether it can be read: a path that was set is meant, even when it is wrong."""
    own = settings.data_dir / "models" / "detector.onnx"
    return settings.model or (own if own.is_file() else DEFAULT_MODEL)


def watching_detector(settings: Settings, path: Path | None = None) -> Detector:
    """The one used, or another, opened as low as a tracker can use. Takes a second or more. Raises: `VisionError` for a file it cannot
    use."""
    watch = settings.watch
    lowest = min(KEEP_ALIVE_CONFIDENCE, watch.minimum_confidence)
    return open_detector(
        path or detector_file(settings), confidence=lowest, image_size_px=watch.image_size_px, threads=watch.threads, runtime=watch.runtime
    )


def further_models(settings: Settings) -> dict[str, Path]:
    """Those a source may be looked at with besides the one in use, by name. Plates are none: a plate is no finding, it belongs to a vehicle
    and is hidden or read as its part."""
    used = detector_file(settings)
    found: dict[str, Path] = {}
    for path in known_models(settings):
        if path not in (used, PLATE_MODEL):
            found.setdefault(path.stem, path)
    return found


def known_models(settings: Settings) -> list[Path]:
    """The one in use first, then all that lie beside it, each once."""
    found = [detector_file(settings), *models_in(settings.data_dir / "models", SHIPPED_MODELS)]
    return [path for path in dict.fromkeys(found) if path.is_file()]
