"""Which detector is used: the one set, the one put into the data folder, or the one that comes with the program."""

from pathlib import Path

from ground_station.settings import Settings
from vision import DEFAULT_MODEL, SHIPPED_MODELS, models_in


def detector_file(settings: Settings) -> Path:
    """Without a look at whether it can be read: a path that was set is meant, even when it is wrong."""
    own = settings.data_dir / "models" / "detector.onnx"
    return settings.model or (own if own.is_file() else DEFAULT_MODEL)


def known_models(settings: Settings) -> list[Path]:
    """The one in use first, then all that lie beside it, each once."""
    found = [detector_file(settings), *models_in(settings.data_dir / "models", SHIPPED_MODELS)]
    return [path for path in dict.fromkeys(found) if path.is_file()]
