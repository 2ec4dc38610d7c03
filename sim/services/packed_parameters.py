"""ArduPilot's `@PARAM/param.pck`: all parameters in one short file.

Header: magic, parameters in the file, parameters in all, three little-endian 16-bit numbers. Then for each: type (low four bits; bit 4: a
default follows), shared-prefix length and rest length minus one, the rest of the name, the value, the default where it differs. Zero
bytes pad so that no value crosses a read block. Source: ArduPilot's AP_Filesystem_Param.cpp.
"""

import struct
from collections.abc import Iterable

from sim.parameters import INT8, INT16, INT32, Parameter

MAGIC = 0x671B
MAGIC_WITH_DEFAULTS = 0x671C
_TYPES = {INT8: (1, "<b"), INT16: (2, "<h"), INT32: (3, "<i")}
_FLOAT = (4, "<f")


def pack(parameters: Iterable[Parameter], read_bytes: int, *, defaults: dict[str, float] | None = None) -> bytes:
    """The file, for a reader of `read_bytes` at a time. With `defaults` those that differ from the value are included."""
    found = list(parameters)
    out = bytearray(struct.pack("<HHH", MAGIC if defaults is None else MAGIC_WITH_DEFAULTS, len(found), len(found)))
    last = ""
    for parameter in found:
        kind, layout = _TYPES.get(parameter.kind, _FLOAT)
        name = parameter.name
        shared = 0
        while shared < min(len(last), len(name) - 1) and last[shared] == name[shared]:
            shared += 1
        shared = min(shared, 15)
        rest = name[shared:].encode()
        value = _packed(layout, parameter.value)
        default = b"" if defaults is None else _packed(layout, defaults.get(name, parameter.value))
        flags = 1 if default and default != value else 0
        record = bytes([kind | flags << 4, shared | (len(rest) - 1) << 4]) + rest + value + (default if flags else b"")
        size = len(value)
        beyond = (len(out) + len(record)) % read_bytes
        if size > 1 and 0 < beyond < size:
            out.extend(bytes(size - beyond))
        out.extend(record)
        last = name
    return bytes(out)


def _packed(layout: str, value: float) -> bytes:
    return struct.pack(layout, value if layout == "<f" else int(value))
