"""One form of log line for every process: `2026-05-01T12:00:00.123Z WARNING ground_station.links text vehicle_id=mav-1`.

`sunqar up` reads the level from the second word, so that warnings reach the terminal and the rest only the files.
"""

import logging
import sys

from geo.primitives import SettingsError, from_unix_s

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_IDS = ("vehicle_id", "mission_id", "source_id", "track_id", "command_id")
# Libraries that report at INFO what no operator cares about.
_QUIET = ("httpx", "httpcore", "alembic", "nats", "websockets", "asyncio")


class LineFormatter(logging.Formatter):
    """UTC instant, level, logger, text, then the ids given as `extra`."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802  the library's name
        return from_unix_s(record.created).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  the library's name
        ids = " ".join(f"{name}={value}" for name in _IDS if (value := getattr(record, name, None)) is not None)
        text = super().formatMessage(record)
        return f"{text} {ids}" if ids else text


def set_up_logging(level: str) -> None:
    """Log to standard error. Raises: `SettingsError` when the level is not one of `LEVELS`."""
    if level.upper() not in LEVELS:
        raise SettingsError(
            f"Setting SUNQAR_LOG_LEVEL = {level!r} is not a level.", code="settings.invalid", hint=f"Use one of {', '.join(LEVELS)}."
        )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))
