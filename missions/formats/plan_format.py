"""What every plan format offers, and the error all of them raise."""

import codecs
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from geo.primitives import MissionError
from missions.findings import Finding, Severity
from missions.plan import MissionPlan

# What a reader has to say of a file it opened: parts it understands and a plan has no place for.
Notes = list[Finding]


@dataclass(frozen=True, slots=True)
class PlanFormat:
    """One file format.

    `read(data, source, notes)` takes the bytes and the file's name (for messages) and raises `MissionError`; it never returns part of
    a plan without a word in `notes`. `carried(plan)` is the plan without what the format cannot hold:
    `read(write(plan)) == carried(plan)`, the name aside, which is the file's. `write` and `carried` raise `MissionError` for a plan
    that would be flown differently in that format.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[bytes, str, Notes], MissionPlan]
    write: Callable[[MissionPlan], bytes]
    carried: Callable[[MissionPlan], MissionPlan]
    media_type: str = "application/octet-stream"


def unreadable(source: str, place: str, found: str, expected: str) -> MissionError:
    """`source` is the file, `place` where in it, `found` what stands there."""
    where = f"{source}, {place}" if place else source
    return MissionError(f"{where}: {found}; expected {expected}.", code="mission.file", hint="Correct the file or export it again.")


def not_expressible(format_name: str, what: str, hint: str) -> MissionError:
    """A plan that must not be written in a format, because it would be flown differently from what was checked."""
    return MissionError(f"{format_name} files cannot hold this plan: {what}.", code="mission.not_expressible", hint=hint)


def note(form: str, message: str, item: int | None = None, /, **values: float | str) -> Finding:
    """`form` names the sentence, `values` fill it, for those who say it in another language."""
    return Finding(Severity.WARNING, "format_note", item, message, values={"form": form, **values})


def text_of(data: bytes, source: str) -> str:
    """Text of a file: UTF-8, or UTF-16 with its mark. Raises `MissionError` for an empty or a binary file."""
    if not data.strip():
        raise unreadable(source, "", "the file is empty", "a mission plan")
    encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise unreadable(source, f"byte {error.start}", "not text (a binary file?)", "UTF-8 text") from error
    if "\x00" in text:
        raise unreadable(source, f"byte {text.index(chr(0))}", "not text (a binary file?)", "UTF-8 text")
    return text


def decimal(value: float) -> str:
    """Shortest exact decimal, never with an exponent: some readers take none."""
    text = format(Decimal(repr(float(value))), "f")
    return text.removesuffix(".0")
