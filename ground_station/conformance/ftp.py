"""File transfer spoken by hand: one operation and its reply at a time. Source: MAVLink guide, "File Transfer Protocol"."""

import struct
from dataclasses import dataclass
from itertools import count
from typing import Any

from ground_station.conformance.bench import ANSWER_S, Bench
from ground_station.conformance.check import CheckFailed, NotSupported, Skipped, require
from ground_station.conformance.dialect import mavlink

_HEADER = struct.Struct("<HBBBBBxI")
DATA_BYTES, PAYLOAD_BYTES = 239, 251
TERMINATE, RESET, LIST, OPEN_RO, READ, CREATE, WRITE, REMOVE, CRC32, BURST = 1, 2, 3, 4, 5, 6, 7, 8, 14, 15
NO_SUCH_OP = 99
ACK, NAK = 128, 129
EOF, UNKNOWN_COMMAND, INVALID_SESSION = 6, 7, 4
TRIES = 5
READ_AT_MOST = 40 * DATA_BYTES
CONTENT = bytes(number * 7 % 251 for number in range(600))
FOLDERS = ("/", "/APM", "/fs/microsd", "/APM/LOGS", "/fs/microsd/log", "@SYS", "@PARAM", "/etc")
_FILES = ("@PARAM/param.pck", "@SYS/uarts.txt", "@SYS/threads.txt", "/etc/extras.json.xz", "/fs/microsd/dataman")
WRITABLE = ("/APM/conformance.tmp", "/fs/microsd/conformance.tmp", "/conformance.tmp")
sequences = count(100, 2)


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


def operation(bench: Bench, sequence: int, op: int, session: int, offset: int, data: bytes, size: int | None) -> Any:
    packed = _HEADER.pack(sequence % 65536, session, op, len(data) if size is None else size, 0, 0, offset) + data
    return mavlink.MAVLink_file_transfer_protocol_message(0, bench.system_id, bench.component_id, list(packed.ljust(PAYLOAD_BYTES, b"\0")))


def reply_of(message: Any) -> Reply:
    payload = bytes(message.payload)
    sequence, session, op, size, asked_op, complete, offset = _HEADER.unpack_from(payload)
    return Reply(sequence, session, op, size, asked_op, bool(complete), offset, payload[_HEADER.size : _HEADER.size + size])


async def do(
    bench: Bench, op: int, *, session: int = 0, offset: int = 0, data: bytes = b"", size: int | None = None, sequence: int | None = None
) -> Reply:
    """One operation and its reply, said again with the same number while nothing comes. Raises: `NotSupported` on silence."""
    number = next(sequences) if sequence is None else sequence
    question = operation(bench, number, op, session, offset, data, size)
    answer = await bench.ask_or_none(
        question,
        "FILE_TRANSFER_PROTOCOL",
        where=lambda m: bench.to_us(m) and reply_of(m).asked_op == op and reply_of(m).sequence == (number + 1) % 65536,
        within_s=ANSWER_S / 3,
        tries=TRIES,
    )
    if answer is None:
        if "ftp" not in bench.known:
            raise NotSupported("FILE_TRANSFER_PROTOCOL is not answered")
        raise CheckFailed(f"operation {op} was not answered")
    bench.known["ftp"] = True
    return reply_of(answer)


async def listed(bench: Bench, path: str) -> list[str] | None:
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


async def opened_file(bench: Bench) -> tuple[str, int, int]:
    """A readable file that is not empty: path, session, size. Looked for once."""
    await do(bench, RESET)
    candidates = [bench.known["ftp_file"]] if "ftp_file" in bench.known else [*_FILES, *(await listed_files(bench))]
    for path in candidates:
        reply = await do(bench, OPEN_RO, data=path.encode())
        if reply.op == ACK:
            size = int.from_bytes(reply.data[:4], "little")
            if size > 0:
                bench.known["ftp_file"] = path
                return path, reply.session, size
            await do(bench, TERMINATE, session=reply.session)
    # A vehicle without logs may have nothing to read: then something is put there, which `ftp.write` removes.
    for path in WRITABLE:
        created = await do(bench, CREATE, data=path.encode())
        if created.op == ACK:
            await written(bench, created.session)
            opened = await do(bench, OPEN_RO, data=path.encode())
            bench.known["ftp_file"] = path
            return path, opened.session, len(CONTENT)
    raise Skipped("no file to read was found")


async def written(bench: Bench, session: int) -> None:
    for offset in range(0, len(CONTENT), DATA_BYTES):
        reply = await do(bench, WRITE, session=session, offset=offset, data=CONTENT[offset : offset + DATA_BYTES])
        require(reply.op == ACK, f"writing at {offset}: NAK {reply.error}")
    await do(bench, TERMINATE, session=session)


async def listed_files(bench: Bench) -> list[str]:
    files = []
    for folder in FOLDERS:
        for entry in await listed(bench, folder) or []:
            if entry.startswith("F"):
                files.append(f"{folder.rstrip('/')}/{entry[1:].partition(chr(9))[0]}")
    return files


async def read_piecewise(bench: Bench, session: int, until: int) -> bytes:
    content = b""
    while len(content) < until:
        reply = await do(bench, READ, session=session, offset=len(content), size=min(DATA_BYTES, until - len(content)))
        if reply.op == NAK:
            require(reply.error == EOF, f"reading at {len(content)}: NAK {reply.error}")
            break
        require(reply.offset == len(content), f"asked at {len(content)}, answered at {reply.offset}")
        content += reply.data
    return content
