"""The ZIP an evidence package is: packed in one way only, so that every bit outside of the files is known in advance.

Entries are stored one after another, in order of name, uncompressed, with fixed dates and nothing beside them; then the table of contents.
Any program unpacks it, while reading it here compares each byte with the only one allowed: a changed header, a byte too many or a second
entry under the same name has nowhere to hide, nothing can unpack to more than the file's own size, and no name leads out of a folder.
Source: PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.
"""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from struct import Struct

from geo.primitives import VisionError

_LOCAL, _CENTRAL, _END = Struct("<4sHHHHHIIIHH"), Struct("<4sHHHHHHIIIHHHHHII"), Struct("<4sHHHHIIH")
_LOCAL_MARK, _CENTRAL_MARK, _END_MARK = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_VERSION, _FLAGS, _STORED = 20, 0x0800, 0  # names are UTF-8, here always plain letters
_TIME, _DATE = 0, 0x21  # 1 January 1980, the first day ZIP knows
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
LONGEST_NAME = 120
LARGEST_BYTES = 0xFFFF_FFFF  # beyond, ZIP has another form
MOST_ENTRIES = 1_000


def packed(files: Mapping[str, bytes]) -> bytes:
    """The one ZIP of these files. Raises: `VisionError` when they are too large."""
    if sum(len(content) for content in files.values()) > LARGEST_BYTES - 1_000_000:
        raise VisionError(
            "The package would be larger than 4 GB.",
            code="evidence.too_large",
            hint="Shorten the clip, or lower the bit rate of the source.",
        )
    parts, entries, offset = [], [], 0
    for name in sorted(files):
        content = files[name]
        entry = _Entry(name, offset, len(content), zlib.crc32(content))
        parts += [entry.local_header(), content]
        entries.append(entry)
        offset += len(parts[-2]) + len(content)
    return b"".join([*parts, _contents(entries, offset)])


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    offset: int
    size: int
    crc: int

    def local_header(self) -> bytes:
        name = self.name.encode()
        sizes = (self.crc, self.size, self.size)
        return _LOCAL.pack(_LOCAL_MARK, _VERSION, _FLAGS, _STORED, _TIME, _DATE, *sizes, len(name), 0) + name

    def central_header(self) -> bytes:
        name = self.name.encode()
        fields = (_VERSION, _VERSION, _FLAGS, _STORED, _TIME, _DATE, self.crc, self.size, self.size, len(name), 0, 0, 0, 0, 0, self.offset)
        return _CENTRAL.pack(_CENTRAL_MARK, *fields) + name


def _contents(entries: list[_Entry], offset: int) -> bytes:
    """The table of contents and its end."""
    table = b"".join(entry.central_header() for entry in entries)
    return table + _END.pack(_END_MARK, 0, 0, len(entries), len(entries), len(table), offset, 0)


@dataclass(slots=True)
class Unpacked:
    """The files of a package as far as it could be read, in their order, and in plain sentences what is wrong with its packing."""

    files: dict[str, bytes] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def unpacked(content: bytes) -> Unpacked:
    """Read a package; never raises for what is in it."""
    found = Unpacked()
    if not content:
        found.faults.append("The file is empty.")
        return found
    if content[:4] != _LOCAL_MARK:
        found.faults.append("The file does not begin as a package does: it is another file, or its first bytes were changed.")
        return found
    entries: list[_Entry] = []
    offset = 0
    while content[offset : offset + 4] == _LOCAL_MARK:
        if len(entries) == MOST_ENTRIES:
            found.faults.append(f"The package holds more than {MOST_ENTRIES} files; no evidence package does.")
            return found
        entry, fault = _entry(content, offset)
        if entry is None:
            found.faults.append(fault)
            return found
        begin = offset + len(entry.local_header())
        data = content[begin : begin + entry.size]
        if entry.name in found.files:
            found.faults.append(f"The file '{entry.name}' is in the package twice.")
            return found
        if zlib.crc32(data) != entry.crc:
            found.faults.append(f"The content of '{entry.name}' does not match its checksum: one of the two was changed.")
        if entries and entry.name < entries[-1].name:
            found.faults.append(f"The file '{entry.name}' stands behind '{entries[-1].name}': the package was packed anew.")
        found.files[entry.name] = data
        entries.append(entry)
        offset = begin + entry.size
    found.faults += _differences(content[offset:], _contents(entries, offset), offset)
    return found


def _entry(content: bytes, offset: int) -> tuple[_Entry | None, str]:
    """The entry that begins at `offset`, or the sentence that says why there is none."""
    if offset + _LOCAL.size > len(content):
        return None, _cut(content)
    _, version, flags, method, time, date, crc, size, whole_size, name_size, extra_size = _LOCAL.unpack_from(content, offset)
    raw = content[offset + _LOCAL.size : offset + _LOCAL.size + name_size]
    if len(raw) < name_size:
        return None, _cut(content)
    name = raw.decode("utf-8", "replace")
    shown = name if len(name) <= LONGEST_NAME else name[:LONGEST_NAME] + "…"
    if ".." in name.split("/") or name.startswith(("/", "\\")) or "\\" in name or name[1:2] == ":":
        return None, f"A file in the package is named {shown!r}: unpacked, it would lie outside of its folder."
    if not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        return None, f"The name {shown!r} in the header at byte {offset} is none that a package has."
    if method != _STORED:
        return None, f"The file '{name}' is compressed; the files of a package never are. It was packed anew by another program."
    if (version, flags, time, date, extra_size) != (_VERSION, _FLAGS, _TIME, _DATE, 0):
        return None, f"The header of '{name}' at byte {offset} was changed, or the package was packed anew by another program."
    if size != whole_size:
        return None, f"The header of '{name}' at byte {offset} tells two sizes, {size} and {whole_size} bytes."
    if offset + _LOCAL.size + name_size + size > len(content):
        return (
            None,
            f"The file '{name}' ends beyond the end of the package: the package was cut off, or the size in its header was changed.",
        )
    return _Entry(name, offset, size, crc), ""


def _cut(content: bytes) -> str:
    return f"The package ends at byte {len(content)} in the middle of a header: it was cut off."


def _differences(tail: bytes, expected: bytes, offset: int) -> list[str]:
    """What is wrong with everything behind the last file."""
    if tail == expected:
        return []
    if tail.startswith(expected):
        return [f"{len(tail) - len(expected)} bytes were added behind the end of the package."]
    if expected.startswith(tail):
        return [f"The package ends at byte {offset + len(tail)} within its table of contents: it was cut off."]
    first = next(index for index, (one, other) in enumerate(zip(tail, expected, strict=False)) if one != other)
    if first < 4:
        return [f"At byte {offset} neither a file nor the table of contents begins: what stood there was changed or removed."]
    return [f"The table of contents was changed, first at byte {offset + first}."]
