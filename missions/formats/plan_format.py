"""What every plan format offers, and the error all of them raise."""

from collections.abc import Callable
from dataclasses import dataclass

from geo.primitives import MissionError
from missions.plan import MissionPlan


@dataclass(frozen=True, slots=True)
class PlanFormat:
    """One file format.

    `read(data, source)` takes the bytes and the file's name (for messages) and raises `MissionError`; it never returns part of a plan.
    `carried(plan)` is the plan without what the format cannot hold: `read(write(plan)) == carried(plan)`, the name aside,
    which is the file's.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[bytes, str], MissionPlan]
    write: Callable[[MissionPlan], bytes]
    carried: Callable[[MissionPlan], MissionPlan]


def unreadable(source: str, place: str, found: str, expected: str) -> MissionError:
    """`source` is the file, `place` where in it, `found` what stands there."""
    where = f"{source}, {place}" if place else source
    return MissionError(f"{where}: {found}; expected {expected}.", code="mission.file", hint="Correct the file or export it again.")


def text_of(data: bytes, source: str) -> str:
    """UTF-8 text of a file. Raises `MissionError` for an empty or a binary file."""
    if not data.strip():
        raise unreadable(source, "", "the file is empty", "a mission plan")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise unreadable(source, f"byte {error.start}", "not text (a binary file?)", "UTF-8 text") from error
    if "\x00" in text:
        raise unreadable(source, f"byte {text.index(chr(0))}", "not text (a binary file?)", "UTF-8 text")
    return text
