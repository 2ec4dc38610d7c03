"""The bytes of a file a person names."""

from pathlib import Path

from geo.primitives import MissionError


def file_bytes(path: Path, most_bytes: int, doubt: str) -> bytes:
    """Raises `MissionError` for a file that cannot be read or is larger than `most_bytes`; `doubt` asks whether it is the right one."""
    try:
        if path.stat().st_size > most_bytes:
            raise MissionError(f"{path.name} is larger than {most_bytes >> 20} MiB.", code="mission.file", hint=doubt)
        return path.read_bytes()
    except OSError as error:
        raise MissionError(
            f"{path} cannot be read: {error.strerror}.", code="mission.file", hint="Check the path and its rights."
        ) from error
