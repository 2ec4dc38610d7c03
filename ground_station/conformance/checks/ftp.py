"""Files. Source: MAVLink guide, "File Transfer Protocol"."""

import struct
import zlib
from dataclasses import dataclass
from itertools import count
from typing import Any

from ground_station.conformance.bench import ANSWER_S, Bench
from ground_station.conformance.check import CheckFailed, Deviates, NotSupported, Skipped, check, require
from ground_station.conformance.checks.param import named
from ground_station.conformance.dialect import mavlink

PAGE = "services/ftp.html"
_HEADER = struct.Struct("<HBBBBBxI")
DATA_BYTES, PAYLOAD_BYTES = 239, 251
TERMINATE, RESET, LIST, OPEN_RO, READ, CREATE, WRITE, REMOVE, CRC32, BURST = 1, 2, 3, 4, 5, 6, 7, 8, 14, 15
NO_SUCH_OP = 99
ACK, NAK = 128, 129
EOF, UNKNOWN_COMMAND, INVALID_SESSION = 6, 7, 4
TRIES = 5
READ_AT_MOST = 40 * DATA_BYTES
CONTENT = bytes(number * 7 % 251 for number in range(600))
_FOLDERS = ("/", "/APM", "/fs/microsd", "/APM/LOGS", "/fs/microsd/log", "@SYS", "@PARAM", "/etc")
_FILES = ("@PARAM/param.pck", "@SYS/uarts.txt", "@SYS/threads.txt", "/etc/extras.json.xz", "/fs/microsd/dataman")
_WRITABLE = ("/APM/conformance.tmp", "/fs/microsd/conformance.tmp", "/conformance.tmp")
_sequences = count(100, 2)


@dataclass(frozen=True, slots=True)
class Reply:
    sequence: int
    session: int
    op: int
    size: int
    asked_op: int
    complete: bool
    offset: int
    data: bytes

    @property
    def error(self) -> int:
        return self.data[0] if self.op == NAK and self.data else 0


def _message(bench: Bench, sequence: int, op: int, session: int, offset: int, data: bytes, size: int | None) -> Any:
    packed = _HEADER.pack(sequence % 65536, session, op, len(data) if size is None else size, 0, 0, offset) + data
    return mavlink.MAVLink_file_transfer_protocol_message(0, bench.system_id, bench.component_id, list(packed.ljust(PAYLOAD_BYTES, b"\0")))


def _reply(message: Any) -> Reply:
    payload = bytes(message.payload)
    sequence, session, op, size, asked_op, complete, offset = _HEADER.unpack_from(payload)
    return Reply(sequence, session, op, size, asked_op, bool(complete), offset, payload[_HEADER.size : _HEADER.size + size])


async def do(
    bench: Bench, op: int, *, session: int = 0, offset: int = 0, data: bytes = b"", size: int | None = None, sequence: int | None = None
) -> Reply:
    """One operation and its reply, said again with the same number while nothing comes. Raises: `NotSupported` on silence."""
    number = next(_sequences) if sequence is None else sequence
    question = _message(bench, number, op, session, offset, data, size)
    answer = await bench.ask_or_none(
        question,
        "FILE_TRANSFER_PROTOCOL",
        where=lambda m: bench.to_us(m) and _reply(m).asked_op == op and _reply(m).sequence == (number + 1) % 65536,
        within_s=ANSWER_S / 3,
        tries=TRIES,
    )
    if answer is None:
        if "ftp" not in bench.known:
            raise NotSupported("FILE_TRANSFER_PROTOCOL is not answered")
        raise CheckFailed(f"operation {op} was not answered")
    bench.known["ftp"] = True
    return _reply(answer)


async def _listing(bench: Bench, path: str) -> list[str] | None:
    """Entries as they stand in the reply: 'Dname' or 'Fname\\tsize'. None when there is no such folder."""
    entries: list[str] = []
    while True:
        reply = await do(bench, LIST, offset=len(entries), data=path.encode())
        if reply.op == NAK:
            return entries if reply.error == EOF else None
        new = [entry.decode("utf-8", "replace") for entry in reply.data.rstrip(b"\0").split(b"\0")]
        if not new:
            return entries
        entries += new


async def _opened(bench: Bench) -> tuple[str, int, int]:
    """A readable file that is not empty: path, session, size. Looked for once."""
    await do(bench, RESET)
    candidates = [bench.known["ftp_file"]] if "ftp_file" in bench.known else [*_FILES, *(await _listed_files(bench))]
    for path in candidates:
        reply = await do(bench, OPEN_RO, data=path.encode())
        if reply.op == ACK:
            size = int.from_bytes(reply.data[:4], "little")
            if size > 0:
                bench.known["ftp_file"] = path
                return path, reply.session, size
            await do(bench, TERMINATE, session=reply.session)
    # A vehicle without logs may have nothing to read: then something is put there, which `ftp.write` removes.
    for path in _WRITABLE:
        created = await do(bench, CREATE, data=path.encode())
        if created.op == ACK:
            await _write(bench, created.session)
            opened = await do(bench, OPEN_RO, data=path.encode())
            bench.known["ftp_file"] = path
            return path, opened.session, len(CONTENT)
    raise Skipped("no file to read was found")


async def _write(bench: Bench, session: int) -> None:
    for offset in range(0, len(CONTENT), DATA_BYTES):
        reply = await do(bench, WRITE, session=session, offset=offset, data=CONTENT[offset : offset + DATA_BYTES])
        require(reply.op == ACK, f"writing at {offset}: NAK {reply.error}")
    await do(bench, TERMINATE, session=session)


async def _listed_files(bench: Bench) -> list[str]:
    files = []
    for folder in _FOLDERS:
        for entry in await _listing(bench, folder) or []:
            if entry.startswith("F"):
                files.append(f"{folder.rstrip('/')}/{entry[1:].partition(chr(9))[0]}")
    return files


async def _read(bench: Bench, session: int, until: int) -> bytes:
    content = b""
    while len(content) < until:
        reply = await do(bench, READ, session=session, offset=len(content), size=min(DATA_BYTES, until - len(content)))
        if reply.op == NAK:
            require(reply.error == EOF, f"reading at {len(content)}: NAK {reply.error}")
            break
        require(reply.offset == len(content), f"asked at {len(content)}, answered at {reply.offset}")
        content += reply.data
    return content


@check("ftp.list", "A folder is listed, and its end is a NAK with EOF", f"{PAGE}#list_directory")
async def listing(bench: Bench) -> str:
    for folder in _FOLDERS:
        entries = await _listing(bench, folder)
        if entries:
            bad = [entry for entry in entries if entry[:1] not in "DFS"]
            require(not bad, f"entries {bad[:3]}")
            return f"{folder}: {len(entries)} entries"
    raise Skipped("no folder with entries was found")


@check("ftp.read", "A file is opened with its size and read piece by piece", f"{PAGE}#reading-a-file-readfile")
async def read_file(bench: Bench) -> str:
    path, session, size = await _opened(bench)
    content = await _read(bench, session, min(size, READ_AT_MOST))
    await do(bench, TERMINATE, session=session)
    require(len(content) == min(size, READ_AT_MOST), f"{len(content)} bytes of {size}")
    return f"{path}: {len(content)} of {size} bytes"


@check("ftp.eof", "Reading past the end is a NAK with EOF", f"{PAGE}#error_codes")
async def eof(bench: Bench) -> str:
    _, session, size = await _opened(bench)
    reply = await do(bench, READ, session=session, offset=size + 1000, size=DATA_BYTES)
    await do(bench, TERMINATE, session=session)
    require(reply.op == NAK and reply.error == EOF, f"operation {reply.op}, error {reply.error}")
    return "NAK EOF"


@check("ftp.burst", "A burst brings the same bytes as reading, and says when it is complete", f"{PAGE}#reading-a-file-burstreadfile")
async def burst(bench: Bench) -> str:
    path, session, size = await _opened(bench)
    wanted = min(size, READ_AT_MOST)
    reference = await _read(bench, session, wanted)
    pieces: dict[int, bytes] = {}
    with bench.listening() as ear:
        bench.ours.say(_message(bench, next(_sequences), BURST, session, 0, b"", DATA_BYTES))
        while True:
            heard = await ear.hear_or_none(
                "FILE_TRANSFER_PROTOCOL", within_s=ANSWER_S, where=lambda m: bench.to_us(m) and _reply(m).asked_op == BURST
            )
            if heard is None:
                break
            reply = _reply(heard)
            if reply.op == NAK:
                require(reply.error in (EOF, UNKNOWN_COMMAND), f"NAK {reply.error}")
                if reply.error == UNKNOWN_COMMAND:
                    raise NotSupported("BurstReadFile is unknown")
                break
            pieces[reply.offset] = reply.data
            if reply.complete or reply.offset + len(reply.data) >= wanted:
                break
    await do(bench, TERMINATE, session=session)
    require(pieces, "the burst brought nothing")
    wrong = [offset for offset, data in pieces.items() if reference[offset : offset + len(data)] != data[: max(0, wanted - offset)]]
    require(not wrong, f"{path}: other bytes at {wrong[:3]}")
    return f"{path}: {len(pieces)} pieces, {sum(map(len, pieces.values()))} bytes equal"


@check("ftp.repeated", "A repeated sequence number gets the same reply again", f"{PAGE}#timeouts")
async def repeated(bench: Bench) -> str:
    _, session, _ = await _opened(bench)
    number = next(_sequences)
    first = await do(bench, READ, session=session, offset=0, size=20, sequence=number)
    again = await do(bench, READ, session=session, offset=0, size=20, sequence=number)
    await do(bench, TERMINATE, session=session)
    require(first == again, "the second reply differs")
    return f"{first.size} bytes, twice"


@check("ftp.repeated_open", "A repeated OpenFileRO opens no second session", f"{PAGE}#timeouts")
async def repeated_open(bench: Bench) -> str:
    path, session, _ = await _opened(bench)
    await do(bench, TERMINATE, session=session)
    number = next(_sequences)
    sessions = {(await do(bench, OPEN_RO, data=path.encode(), sequence=number)).session for _ in range(3)}
    await do(bench, RESET)
    require(len(sessions) == 1, f"sessions {sorted(sessions)}")
    return "said three times, one session"


@check("ftp.sessions", "Closed sessions can be used again", f"{PAGE}#opcodes")
async def sessions(bench: Bench) -> str:
    path, session, _ = await _opened(bench)
    await do(bench, TERMINATE, session=session)
    for number in range(20):
        reply = await do(bench, OPEN_RO, data=path.encode())
        require(reply.op == ACK, f"opening number {number + 1}: NAK {reply.error}")
        await do(bench, TERMINATE, session=reply.session)
    return "opened and closed 20 times"


@check("ftp.reset", "ResetSessions closes every session", f"{PAGE}#opcodes")
async def reset(bench: Bench) -> str:
    _, session, _ = await _opened(bench)
    require((await do(bench, RESET)).op == ACK, "ResetSessions was refused")
    reply = await do(bench, READ, session=session, offset=0, size=10)
    require(reply.op == NAK, "the session is still open")
    return f"reading then is NAK {reply.error}"


@check(
    "ftp.no_session",
    "Reading in a session that is not open is refused",
    f"{PAGE}#error_codes",
    ardupilot="says FileNotFound",
    px4="says InvalidSession or Fail",
)
async def no_session(bench: Bench) -> str:
    await do(bench, RESET)
    reply = await do(bench, READ, session=0, offset=0, size=10)
    require(reply.op == NAK, "it was answered with data")
    if reply.error != INVALID_SESSION:
        raise Deviates(f"NAK {reply.error}, not InvalidSession (4)")
    return "NAK InvalidSession (4)"


@check("ftp.not_found", "Opening a file that is not there is a NAK that says so", f"{PAGE}#error_codes")
async def not_found(bench: Bench) -> str:
    reply = await do(bench, OPEN_RO, data=b"/no/such/file.txt")
    require(reply.op == NAK, "it was opened")
    fits = reply.error == 10 or (reply.error == 2 and len(reply.data) == 2)
    require(fits, f"NAK {reply.error}")
    return "FileNotFound (10)" if reply.error == 10 else f"FailErrno, {reply.data[1]}"


@check("ftp.unknown_op", "An unknown operation is a NAK with UnknownCommand", f"{PAGE}#error_codes", ardupilot="says Fail")
async def unknown_op(bench: Bench) -> str:
    await do(bench, RESET)
    reply = await do(bench, NO_SUCH_OP)
    require(reply.op == NAK, "it was acknowledged")
    if reply.error != UNKNOWN_COMMAND:
        raise Deviates(f"NAK {reply.error}")
    return "NAK UnknownCommand (7)"


@check("ftp.two_stations", "Two stations read at the same time and each gets its own bytes", f"{PAGE}#opcodes")
async def two_stations(bench: Bench) -> str:
    path, session, size = await _opened(bench)
    wanted = min(size, 60)
    mine = await _read(bench, session, wanted)
    question = _message(bench, 7001, OPEN_RO, 0, 0, path.encode(), None)
    answer = await bench.ask_or_none(
        question,
        "FILE_TRANSFER_PROTOCOL",
        where=lambda m: bench.to_us(m, bench.other) and _reply(m).sequence == 7002,
        within_s=bench.silence_s,
        tries=2,
        speaker=bench.other,
    )
    if answer is None or _reply(answer).op == NAK:
        await do(bench, RESET)
        raise NotSupported("one station at a time")
    again = await _read(bench, session, wanted)
    bench.other.say(_message(bench, 7003, TERMINATE, _reply(answer).session, 0, b"", None))
    await do(bench, TERMINATE, session=session)
    require(mine == again, "the first station's session was disturbed")
    return f"{wanted} bytes, undisturbed"


@check("ftp.write", "A file is created, written, read back equal, and removed", f"{PAGE}#uploading-a-file")
async def write(bench: Bench) -> str:
    content = CONTENT
    await do(bench, RESET)
    for path in _WRITABLE:
        created = await do(bench, CREATE, data=path.encode())
        if created.op == ACK:
            break
    else:
        raise NotSupported("no place to write was found")
    try:
        await _write(bench, created.session)
        opened = await do(bench, OPEN_RO, data=path.encode())
        require(opened.op == ACK, f"opening what was written: NAK {opened.error}")
        back = await _read(bench, opened.session, len(content))
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
