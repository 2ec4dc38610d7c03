"""ArduPilot's packed parameters: `@PARAM/param.pck`, all of them as one small file over FTP.

Header: magic, number in the file, total number (u16 each). Each entry: type in 4 bits and flags in 4, then how much of the name is
that of the entry before (4 bits) and the length of the rest less one (4 bits), the rest of the name, the value, the default if it
differs. Zero bytes between entries are padding. Source: AP_Filesystem_Param.
"""

import struct

from geo.primitives import VehicleError
from ground_station.mavlink.parameter_values import Parameter

PACK_FILE = "@PARAM/param.pck?withdefaults=1"
_MAGIC, _MAGIC_WITH_DEFAULTS = 0x671B, 0x671C
_HAS_DEFAULT = 1
# AP_PARAM_INT8, INT16, INT32, FLOAT -> struct, MAV_PARAM_TYPE
_TYPES = {1: ("<b", 2), 2: ("<h", 4), 3: ("<i", 6), 4: ("<f", 9)}


def read_pack(data: bytes) -> list[Parameter]:
    """Every parameter of the file, exact integers included. Raises: `VehicleError` for a broken or cut file."""
    if len(data) < 6:
        raise _broken("it is shorter than its header")
    magic, count, _total = struct.unpack_from("<HHH", data)
    if magic not in (_MAGIC, _MAGIC_WITH_DEFAULTS):
        raise _broken(f"it begins with 0x{magic:04x}")
    parameters: list[Parameter] = []
    at, name = 6, b""
    try:
        while True:
            while at < len(data) and data[at] == 0:
                at += 1
            if at >= len(data):
                break
            first, second = data[at], data[at + 1]
            at += 2
            kind, flags = first & 0x0F, first >> 4
            common, rest = second & 0x0F, (second >> 4) + 1
            name = name[:common] + data[at : at + rest]
            at += rest
            layout, mav_type = _TYPES[kind]
            size = struct.calcsize(layout)
            (value,) = struct.unpack_from(layout, data, at)
            at += size
            default = value if magic == _MAGIC_WITH_DEFAULTS else None
            if flags & _HAS_DEFAULT:
                (default,) = struct.unpack_from(layout, data, at)
                at += size
            parameters.append(Parameter(name.decode("ascii"), value, mav_type, default))
    except (struct.error, IndexError, KeyError, UnicodeDecodeError) as error:
        raise _broken(f"entry {len(parameters) + 1} is not readable") from error
    if len(parameters) != count:
        raise _broken(f"it holds {len(parameters)} parameters and says {count}")
    return parameters


def _broken(what: str) -> VehicleError:
    return VehicleError(f"The packed parameter file is broken: {what}.", code="parameter.pack", hint="The plain list is asked for instead.")
