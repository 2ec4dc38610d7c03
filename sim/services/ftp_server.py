"""MAVLink FTP server: sessions, listing, reading (also in bursts), writing, and folders.

A repeated sequence number gets the same reply and does nothing twice; a session nobody used for a while is closed, at once or for the
next one; the end of a file is a NAK. Bursts leave at a link's pace, by the simulated clock.
Sources: MAVLink FTP protocol; ArduPilot's GCS_FTP.cpp; PX4's mavlink_ftp.cpp.
"""

import struct
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sim.services.files import FileError, FileFault, Files, Generator
from sim.services.ftp_frames import DATA_BYTES, Address, Op, Request, crc32, read_request, reply_to

BURST_MESSAGES = 500
BURST_PER_STEP = 20  # 240 kB a simulated second


@dataclass(frozen=True, slots=True)
class FtpManners:
    """What servers differ in. `asks_who`: a session is its station's own; otherwise whoever names its number has it.

    A session idle for `idle_s` ends by itself with `closes_idle`; without, it goes on until somebody else wants its place.
    """

    most_sessions: int
    idle_s: float
    closes_idle: bool
    asks_who: bool
    truncates: bool
    no_session: FileFault
    other_session: FileFault
    all_taken: FileFault
    unknown: FileFault


ARDUPILOT_FTP = FtpManners(
    most_sessions=1,
    idle_s=3.0,
    closes_idle=False,
    asks_who=False,
    truncates=False,
    no_session=FileFault.NOT_FOUND,
    other_session=FileFault.INVALID_SESSION,
    all_taken=FileFault.FAIL,
    unknown=FileFault.FAIL,
)
PX4_FTP = FtpManners(
    most_sessions=1,
    idle_s=10.0,
    closes_idle=True,
    asks_who=False,
    truncates=True,
    no_session=FileFault.INVALID_SESSION,
    other_session=FileFault.INVALID_SESSION,
    all_taken=FileFault.NO_SESSIONS,
    unknown=FileFault.UNKNOWN_COMMAND,
)
CAMERA_FTP = FtpManners(
    most_sessions=8,
    idle_s=10.0,
    closes_idle=True,
    asks_who=True,
    truncates=True,
    no_session=FileFault.INVALID_SESSION,
    other_session=FileFault.INVALID_SESSION,
    all_taken=FileFault.NO_SESSIONS,
    unknown=FileFault.UNKNOWN_COMMAND,
)
_OPENING = (Op.OPEN_FILE_RO, Op.OPEN_FILE_WO, Op.CREATE_FILE)
Key = tuple[Address, int]
ANYBODY: Address = (0, 0)


@dataclass(slots=True)
class _Session:
    path: str
    source: Generator | None  # None: open for writing
    used_s: float
    contents: bytes | None = None

    def part(self, offset: int, size: int) -> bytes:
        if self.source is None:
            raise FileError(FileFault.FAIL)
        if self.contents is None:
            self.contents = self.source(size)
        if offset >= len(self.contents):
            raise FileError(FileFault.END_OF_FILE)
        return self.contents[offset : offset + size]


@dataclass(slots=True)
class _Burst:
    request: Request
    session: _Session
    offset: int
    sequence: int
    left: int


class FtpServer:
    """Requests in, replies out."""

    def __init__(self, files: Files, manners: FtpManners) -> None:
        self._files = files
        self._manners = manners
        self._sessions: dict[Key, _Session] = {}
        self._bursts: deque[_Burst] = deque()
        self._last: dict[Address, tuple[Request, list[bytes]]] = {}
        self._now_s = 0.0
        self._table: dict[int, Callable[[Request], bytes]] = {
            Op.NONE: lambda _: b"",
            Op.TERMINATE_SESSION: self._terminate,
            Op.RESET_SESSIONS: self._reset,
            Op.LIST_DIRECTORY: self._list,
            Op.OPEN_FILE_RO: self._open,
            Op.READ_FILE: lambda r: self._session(r).part(r.offset, r.read_bytes),
            Op.CREATE_FILE: lambda r: self._open_writing(r, self._files.create),
            Op.OPEN_FILE_WO: lambda r: self._open_writing(r, self._files.open_for_writing),
            Op.WRITE_FILE: self._write,
            Op.REMOVE_FILE: lambda r: self._done(self._files.remove, r.path),
            Op.CREATE_DIRECTORY: lambda r: self._done(self._files.make_folder, r.path),
            Op.REMOVE_DIRECTORY: lambda r: self._done(self._files.remove_folder, r.path),
            Op.RENAME: self._rename,
            Op.CALC_FILE_CRC32: lambda r: struct.pack("<I", crc32(self._files.read(r.path)(DATA_BYTES))),
        }
        if manners.truncates:
            self._table[Op.TRUNCATE_FILE] = lambda r: self._done(self._files.truncate, r.path, r.offset)

    def on_payload(self, payload: bytes, sender: Address, now_s: float) -> list[bytes]:
        """Reply payloads to one request payload; a burst's follow from `on_time`."""
        self._now_s = now_s
        request = read_request(payload, sender)
        known = self._last.get(sender)
        if known is not None and known[0] == request and request.op != Op.BURST_READ_FILE:
            return known[1]
        if request.op in (Op.ACK, Op.NAK):
            return []
        replies = self._answer(request)
        self._last[sender] = (request, replies)
        return replies

    def on_time(self, now_s: float) -> list[tuple[Address, bytes]]:
        """What bursts send now, and sessions that fell asleep."""
        self._now_s = now_s
        out: list[tuple[Address, bytes]] = []
        if self._bursts:
            burst = self._bursts.popleft()
            out = [(burst.request.sender, reply) for reply in self._burst_part(burst)]
            if burst.left > 0:
                self._bursts.append(burst)
        if self._sessions and self._manners.closes_idle:
            self._close_idle()
        return out

    def _close_idle(self, spared: Key | None = None) -> None:
        for key, session in list(self._sessions.items()):
            if key != spared and self._now_s - session.used_s > self._manners.idle_s:
                self._close(key)

    def _answer(self, request: Request) -> list[bytes]:
        try:
            if request.size > DATA_BYTES:
                raise FileError(FileFault.INVALID_DATA_SIZE)
            self._close_idle(spared=None if request.op in _OPENING else self._key(request))
            if request.op == Op.BURST_READ_FILE:
                session = self._session(request)
                session.part(request.offset, request.read_bytes)
                self._bursts = deque(burst for burst in self._bursts if burst.session is not session)
                self._bursts.append(_Burst(request, session, request.offset, request.sequence + 1, BURST_MESSAGES))
                return []
            handle = self._table.get(request.op)
            if handle is None:
                raise FileError(self._manners.unknown)
            return [reply_to(request, Op.ACK, handle(request))]
        except FileError as error:
            return [reply_to(request, Op.NAK, bytes([error.fault]))]

    def _burst_part(self, burst: _Burst) -> list[bytes]:
        out: list[bytes] = []
        size = burst.request.read_bytes
        burst.session.used_s = self._now_s
        while burst.left > 0 and len(out) < BURST_PER_STEP:
            try:
                data = burst.session.part(burst.offset, size)
            except FileError as error:
                burst.left = 0
                out.append(reply_to(burst.request, Op.NAK, bytes([error.fault]), sequence=burst.sequence, offset=burst.offset))
                break
            burst.left -= 1
            complete = burst.left == 0 or len(data) < size
            out.append(reply_to(burst.request, Op.ACK, data, sequence=burst.sequence, offset=burst.offset, burst_complete=burst.left == 0))
            burst.offset += len(data)
            burst.sequence = (burst.sequence + 1) & 0xFFFF
            if complete and burst.left:
                continue  # the last, short part is followed by the NAK that says end of file
        return out

    def _key(self, request: Request) -> Key:
        return (request.sender if self._manners.asks_who else ANYBODY, request.session)

    def _session(self, request: Request) -> _Session:
        session = self._sessions.get(self._key(request))
        if session is None:
            raise FileError(self._manners.other_session if self._sessions else self._manners.no_session)
        session.used_s = self._now_s
        return session

    def _begin(self, request: Request, session: _Session) -> None:
        key = self._key(request)
        if key in self._sessions or len(self._sessions) >= self._manners.most_sessions:
            raise FileError(self._manners.all_taken)
        self._sessions[key] = session

    def _open(self, request: Request) -> bytes:
        source = self._files.read(request.path)
        self._begin(request, _Session(request.path, source, self._now_s))
        return struct.pack("<I", len(source(DATA_BYTES)))

    def _open_writing(self, request: Request, opening: Callable[[str], str]) -> bytes:
        if len(self._sessions) >= self._manners.most_sessions:
            raise FileError(self._manners.all_taken)
        self._begin(request, _Session(opening(request.path), None, self._now_s))
        return b""

    def _write(self, request: Request) -> bytes:
        session = self._session(request)
        if session.source is not None:
            raise FileError(FileFault.FAIL)
        self._files.write(session.path, request.offset, request.data)
        return b""

    def _terminate(self, request: Request) -> bytes:
        self._close(self._key(request))
        return b""

    def _reset(self, request: Request) -> bytes:
        owner = self._key(request)[0]
        for key in [key for key in self._sessions if key[0] == owner]:
            self._close(key)
        return b""

    def _close(self, key: Key) -> None:
        session = self._sessions.pop(key, None)
        if session is None:
            return
        self._bursts = deque(burst for burst in self._bursts if burst.session is not session)
        if session.source is None:
            self._files.written(session.path)

    def _list(self, request: Request) -> bytes:
        entries = self._files.entries(request.path)[request.offset :]
        if not entries:
            raise FileError(FileFault.END_OF_FILE)
        text = b""
        for entry in entries:
            line = (f"D{entry.name}" if entry.size is None else f"F{entry.name}\t{entry.size}").encode() + b"\0"
            if len(text) + len(line) > DATA_BYTES:
                break
            text += line
        return text

    def _rename(self, request: Request) -> bytes:
        names = request.data.split(b"\0")
        if len(names) < 2 or not names[1]:
            raise FileError(FileFault.INVALID_DATA_SIZE)
        self._files.rename(names[0].decode("utf-8", "replace"), names[1].decode("utf-8", "replace"))
        return b""

    @staticmethod
    def _done(action: Callable[..., None], *values: Any) -> bytes:
        action(*values)
        return b""
