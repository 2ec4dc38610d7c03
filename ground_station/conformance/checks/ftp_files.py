"""Files: writing one, and the packed parameters. Source: MAVLink guide, "File Transfer Protocol"."""

import struct
import zlib

from ground_station.conformance.bench import Bench
from ground_station.conformance.check import NotSupported, Skipped, check, require
from ground_station.conformance.checks.param import named
from ground_station.conformance.ftp import (
    ACK,
    CONTENT,
    CRC32,
    CREATE,
    DATA_BYTES,
    NAK,
    OPEN_RO,
    READ,
    REMOVE,
    RESET,
    TERMINATE,
    WRITABLE,
    do,
    read_piecewise,
    written,
)

PAGE = "services/ftp.html"


@check("ftp.write", "A file is created, written, read back equal, and removed", f"{PAGE}#uploading-a-file")
async def write(bench: Bench) -> str:
    content = CONTENT
    await do(bench, RESET)
    for path in WRITABLE:
        created = await do(bench, CREATE, data=path.encode())
        if created.op == ACK:
            break
    else:
        raise NotSupported("no place to write was found")
    try:
        await written(bench, created.session)
        opened = await do(bench, OPEN_RO, data=path.encode())
        require(opened.op == ACK, f"opening what was written: NAK {opened.error}")
        back = await read_piecewise(bench, opened.session, len(content))
        await do(bench, TERMINATE, session=opened.session)
        require(back == content, f"{len(back)} bytes came back, not the {len(content)} written")
        told = await do(bench, CRC32, data=path.encode())
    finally:
        removed = await do(bench, REMOVE, data=path.encode())
    require(removed.op == ACK, f"removing: NAK {removed.error}")
    bench.known["ftp_crc32"] = (content, told)
    return f"{path}: {len(content)} bytes"


@check("ftp.crc32", "CalcFileCRC32 gives the CRC32 of the content", f"{PAGE}#crc32-implementation")
async def crc32(bench: Bench) -> str:
    if "ftp_crc32" not in bench.known:
        raise Skipped("no file could be written to know its content")
    content, told = bench.known["ftp_crc32"]
    if told.op == NAK:
        raise NotSupported(f"NAK {told.error}")
    # MAVLink's CRC32 starts at 0 and is not inverted at the end.
    expected = zlib.crc32(content, 0xFFFFFFFF) ^ 0xFFFFFFFF
    given = int.from_bytes(told.data[:4], "little")
    require(given == expected, f"{given:#010x}, {expected:#010x} expected")
    return f"{given:#010x}"


@check(
    "ftp.param_pack",
    "The packed file @PARAM/param.pck holds the same values as the parameter list",
    f"{PAGE}#virtual-directory-entries-directory-alias",
)
async def param_pack(bench: Bench) -> str:
    await do(bench, RESET)
    opened = await do(bench, OPEN_RO, data=b"@PARAM/param.pck")
    if opened.op == NAK:
        raise NotSupported(f"NAK {opened.error}")
    content = b""
    size = int.from_bytes(opened.data[:4], "little")
    while len(content) < size:
        reply = await do(bench, READ, session=opened.session, offset=len(content), size=DATA_BYTES)
        if reply.op == NAK or not reply.data:
            break
        content += reply.data
    await do(bench, TERMINATE, session=opened.session)
    values = unpacked(content)
    table = await named(bench)
    different = [
        name for name, value in values.items() if name in table and abs(table[name].param_value - value) > 1e-4 * max(1, abs(value))
    ]
    changing = [name for name in different if not name.startswith(("STAT_", "SIM_", "BARO"))]
    require(len(values) >= len(table) * 0.95, f"{len(values)} in the file, {len(table)} in the list")
    require(not changing, f"{changing[:3]} differ")
    return f"{len(values)} parameters in {len(content)} bytes"


_PACKED = {1: "<b", 2: "<h", 3: "<i", 4: "<f"}


def unpacked(content: bytes) -> dict[str, float]:
    """Names and values of a packed parameter file. Source: ArduPilot, AP_Filesystem_Param.cpp.

    Raises: `CheckFailed` when it is not one.
    """
    require(len(content) >= 6 and int.from_bytes(content[:2], "little") in (0x671B, 0x671C), "not a packed parameter file")
    values: dict[str, float] = {}
    at, name = 6, ""
    while at < len(content):
        if content[at] == 0:
            at += 1
            continue
        kind = content[at] & 0x0F
        shared, more = content[at + 1] & 0x0F, (content[at + 1] >> 4) + 1
        name = name[:shared] + content[at + 2 : at + 2 + more].decode("ascii", "replace")
        at += 2 + more
        require(kind in _PACKED, f"type {kind} at byte {at}")
        values[name] = float(struct.unpack_from(_PACKED[kind], content, at)[0])
        at += struct.calcsize(_PACKED[kind])
    return values
