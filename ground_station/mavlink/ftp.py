"""FTP, the client's half: list, checksum, remove, write. Reading is in `ftp_read`.

The client leads: one request at a time, the same request with the same sequence number again when no answer comes; a server answers a
repeated number with the same reply. Timeouts grow with each attempt, since a radio that is busy is not a vehicle that is gone.
"""

from dataclasses import dataclass
from enum import StrEnum
from random import randrange
from typing import Generic, TypeVar

from ground_station.mavlink.dialect import WireMessage
from ground_station.mavlink.exchange import Address
from ground_station.mavlink.ftp_payload import DATA_BYTES, Fault, FtpPayload, Opcode

FIRST_TIMEOUT_S = 0.25  # the protocol's 50 ms is for a cable; a radio's round trip is four times that
LONGEST_TIMEOUT_S = 2.0
RETRIES = 8  # about ten seconds in all
T = TypeVar("T")


class FtpResult(StrEnum):
    DONE = "done"
    REFUSED = "refused"
    SILENT = "silent"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class FtpOutcome(Generic[T]):
    """`fault` is the code of the NAK that refused it."""

    result: FtpResult
    detail: str
    value: T | None = None
    fault: int | None = None


@dataclass(frozen=True, slots=True)
class FtpEntry:
    """`size_bytes` is None for folders. `modified_unix_s` only from servers that list times."""

    name: str
    is_folder: bool
    size_bytes: int | None = None
    modified_unix_s: int | None = None


class FtpExchange(Generic[T]):
    """One request under way, repeated until answered; `_answered` says what comes next."""

    kinds = frozenset({"FILE_TRANSFER_PROTOCOL"})

    def __init__(self, target: Address, own: Address) -> None:
        self._target, self._own = target, own
        # Begins anywhere: a server remembers the last number it answered and takes the same one for a repetition.
        self._sequence = randrange(65536)
        self._request: FtpPayload | None = None
        self._retries_left = RETRIES
        self._session: int | None = None
        self.activity = 0
        self.outcome: FtpOutcome[T] | None = None

    @property
    def timeout_s(self) -> float:
        return min(FIRST_TIMEOUT_S * float(2 ** (RETRIES - self._retries_left)), LONGEST_TIMEOUT_S)

    def opening(self) -> list[WireMessage]:
        raise AssertionError("each exchange opens in its own way")

    def _ask(self, opcode: Opcode, *, data: bytes = b"", offset: int = 0, size: int = 0) -> list[WireMessage]:
        self._sequence = (self._sequence + 1) % 65536
        self._request = FtpPayload(self._sequence, opcode, self._session or 0, size, 0, False, offset, data)
        self._retries_left = RETRIES
        return [self._request.to_message(self._target)]

    def _heard(self, message: WireMessage) -> FtpPayload | None:
        """The answer to what was asked last; anything else is None."""
        reply = self._reply_of(message)
        request = self._request
        if reply is None or request is None or reply.request != request.opcode:
            return None
        return reply if reply.sequence == (request.sequence + 1) % 65536 else None

    def _reply_of(self, message: WireMessage) -> FtpPayload | None:
        if self.outcome is not None or message.get_type() != "FILE_TRANSFER_PROTOCOL":
            return None
        if (message.get_srcSystem(), message.get_srcComponent()) != (self._target.system_id, self._target.component_id):
            return None
        if message.target_system not in (0, self._own.system_id) or message.target_component not in (0, self._own.component_id):
            return None
        reply = FtpPayload.from_message(message)
        return reply if reply.opcode in (Opcode.ACK, Opcode.NAK) else None

    def on_message(self, message: WireMessage) -> list[WireMessage]:
        reply = self._heard(message)
        if reply is None:
            return []
        self.activity += 1
        self._sequence = reply.sequence
        self._retries_left = RETRIES
        return self._answered(reply)

    def _answered(self, reply: FtpPayload) -> list[WireMessage]:
        raise AssertionError("each exchange goes on in its own way")

    def on_silence(self) -> list[WireMessage]:
        if self.outcome is not None or self._request is None:
            return []
        if self._retries_left == 0:
            self._end(FtpResult.SILENT, f"no answer, asked {RETRIES + 1} times")
            return self._close()
        self._retries_left -= 1
        return [self._request.to_message(self._target)]

    def cancel(self) -> list[WireMessage]:
        if self.outcome is not None:
            return []
        self._end(FtpResult.CANCELLED, "cancelled by this station")
        return self._close()

    def _close(self) -> list[WireMessage]:
        """Give the session back; its answer is not waited for."""
        if self._session is None:
            return []
        closing = FtpPayload((self._sequence + 1) % 65536, Opcode.TERMINATE_SESSION, self._session)
        self._session = None
        return [closing.to_message(self._target)]

    def _refused(self, reply: FtpPayload) -> list[WireMessage]:
        self._end(FtpResult.REFUSED, reply.fault_words, fault=reply.fault)
        return self._close()

    def _end(self, result: FtpResult, detail: str, value: T | None = None, fault: int | None = None) -> None:
        self.outcome = FtpOutcome(result, detail, value, fault)


class FtpList(FtpExchange[tuple[FtpEntry, ...]]):
    """A folder, in as many pieces as it takes. Times are asked for first; servers that do not know that say so."""

    def __init__(self, target: Address, own: Address, path: str) -> None:
        super().__init__(target, own)
        self._path = path.encode()
        self._opcode = Opcode.LIST_DIRECTORY_WITH_TIME
        self._entries: list[FtpEntry] = []
        self._seen = 0  # entries given by the server, skipped ones included

    def opening(self) -> list[WireMessage]:
        return self._ask(self._opcode, data=self._path, offset=self._seen)

    def _answered(self, reply: FtpPayload) -> list[WireMessage]:
        if reply.opcode == Opcode.NAK:
            if reply.fault == Fault.EOF:
                self._end(FtpResult.DONE, f"{len(self._entries)} entries", tuple(self._entries))
                return []
            if self._opcode is Opcode.LIST_DIRECTORY_WITH_TIME and not self._seen:
                self._opcode = Opcode.LIST_DIRECTORY  # also where a server answers FAIL to what it does not know
                return self.opening()
            return self._refused(reply)
        texts = [part for part in reply.data.split(b"\0") if part]
        if not texts:
            self._end(FtpResult.DONE, f"{len(self._entries)} entries", tuple(self._entries))
            return []
        self._seen += len(texts)
        self._entries += [entry for text in texts if (entry := _entry(text.decode("utf-8", "replace"))) is not None]
        return self.opening()


def _entry(text: str) -> FtpEntry | None:
    """'Fname<TAB>size[<TAB>time]', 'Dname', 'S' for one the server skipped."""
    kind, fields = text[:1], text[1:].split("\t")
    name = "".join(c for c in fields[0] if c.isprintable())
    if kind not in ("F", "D") or name in ("", ".", ".."):
        return None
    numbers = [int(field) if field.isdigit() else None for field in fields[1:3]] + [None, None]
    return FtpEntry(name, kind == "D", None if kind == "D" else numbers[0], numbers[1] or None)


class FtpSimple(FtpExchange[bytes]):
    """One request, one answer: checksum, remove, make or remove a folder, forget all sessions."""

    def __init__(self, target: Address, own: Address, opcode: Opcode, path: str = "") -> None:
        super().__init__(target, own)
        self._opcode, self._path = opcode, path

    @property
    def timeout_s(self) -> float:
        # A checksum is taken over the whole file before the vehicle answers.
        return LONGEST_TIMEOUT_S if self._opcode is Opcode.CALC_FILE_CRC32 else super().timeout_s

    def opening(self) -> list[WireMessage]:
        return self._ask(self._opcode, data=self._path.encode())

    def _answered(self, reply: FtpPayload) -> list[WireMessage]:
        if reply.opcode == Opcode.NAK:
            return self._refused(reply)
        self._end(FtpResult.DONE, "done", reply.data)
        return []


class FtpWrite(FtpExchange[int]):
    """Create a file and write it, one acknowledged piece after the other."""

    def __init__(self, target: Address, own: Address, path: str, data: bytes) -> None:
        super().__init__(target, own)
        self._path, self._data = path.encode(), data
        self.written = 0

    def opening(self) -> list[WireMessage]:
        return self._ask(Opcode.CREATE_FILE, data=self._path)

    def _answered(self, reply: FtpPayload) -> list[WireMessage]:
        if reply.opcode == Opcode.NAK:
            return self._refused(reply)
        if reply.request == Opcode.TERMINATE_SESSION:
            self._session = None
            self._end(FtpResult.DONE, f"{len(self._data)} bytes written", len(self._data))
            return []
        if reply.request == Opcode.CREATE_FILE:
            self._session = reply.session
        elif self._request is not None:
            self.written = self._request.offset + len(self._request.data)
        if self.written >= len(self._data):
            return self._ask(Opcode.TERMINATE_SESSION)
        return self._ask(Opcode.WRITE_FILE, data=self._data[self.written : self.written + DATA_BYTES], offset=self.written)
