"""FTP, reading a file: bursts for speed, single reads for what a burst lost, from any place in the file on.

A server may not know a generated file's size, so the end is where it says so, or the size it gave when the file was opened.
"""

from collections.abc import Callable

from ground_station.mavlink.dialect import WireMessage
from ground_station.mavlink.exchange import Address
from ground_station.mavlink.ftp import RETRIES, FtpExchange, FtpResult
from ground_station.mavlink.ftp_payload import DATA_BYTES, Fault, FtpPayload, Opcode

SMALL_GAP_BYTES = 4 * DATA_BYTES  # smaller ones are read singly; a burst would send all that follows again


class FtpRead(FtpExchange[int]):
    """Hands the file on in order, piece by piece, to `write`. The outcome's value is the file's length in bytes.

    `start`: what is here already; reading goes on from there.
    """

    def __init__(self, target: Address, own: Address, path: str, write: Callable[[bytes], None], *, start: int = 0) -> None:
        super().__init__(target, own)
        self._path, self._write = path.encode(), write
        self._early: dict[int, bytes] = {}  # pieces ahead of the first gap, by offset
        self._bursts = True  # until a server says that it does not know them
        self.done = start
        self.size: int | None = None

    def opening(self) -> list[WireMessage]:
        return self._ask(Opcode.OPEN_FILE_RO, data=self._path)

    def on_message(self, message: WireMessage) -> list[WireMessage]:
        reply = self._reply_of(message)
        request = self._request
        if reply is None or request is None:
            return []
        if reply.request not in (Opcode.BURST_READ_FILE, Opcode.READ_FILE) or reply.session != self._session:
            return super().on_message(message)
        if reply.opcode == Opcode.ACK:
            self._take(reply.offset, reply.data)
        ahead = (reply.sequence - request.sequence) % 65536
        is_answer = reply.request == request.opcode and (ahead == 1 if request.opcode == Opcode.READ_FILE else 0 < ahead < 32768)
        if not is_answer:
            return []  # the tail of a burst that was given up: its data counts, its end does not
        self.activity += 1
        self._sequence = reply.sequence
        if reply.opcode == Opcode.NAK:
            return self._piece_refused(reply)
        self._retries_left = RETRIES
        if self._whole() or reply.request == Opcode.READ_FILE or reply.burst_complete:
            return self._next()
        return []

    def _answered(self, reply: FtpPayload) -> list[WireMessage]:
        if reply.opcode == Opcode.NAK:
            return self._refused(reply)
        if reply.request == Opcode.TERMINATE_SESSION:
            self._session = None
            self._end(FtpResult.DONE, f"{self.done} bytes", self.done)
            return []
        self._session = reply.session
        self.size = int.from_bytes(reply.data[:4], "little") if len(reply.data) >= 4 else None
        return self._next()

    def _piece_refused(self, reply: FtpPayload) -> list[WireMessage]:
        if reply.fault == Fault.EOF:
            if reply.request == Opcode.READ_FILE and not self._early:
                return self._ask(Opcode.TERMINATE_SESSION)  # nothing lies beyond what is here
            # The end mark of a burst may be a late one of an earlier burst; a single read from here has the last word.
            return self._ask(Opcode.READ_FILE, offset=self.done, size=DATA_BYTES)
        if reply.fault == Fault.UNKNOWN_COMMAND and reply.request == Opcode.BURST_READ_FILE:
            self._bursts = False
            return self._next()
        return self._refused(reply)

    def _take(self, offset: int, data: bytes) -> None:
        if offset > self.done:
            if len(data) > len(self._early.get(offset, b"")):
                self._early[offset] = data
            return
        if offset + len(data) > self.done:
            self._hand_on(data[self.done - offset :])
        while self._early:
            first = min(self._early)
            if first > self.done:
                break
            piece = self._early.pop(first)
            if first + len(piece) > self.done:
                self._hand_on(piece[self.done - first :])

    def _hand_on(self, data: bytes) -> None:
        self._write(data)
        self.done += len(data)

    def _whole(self) -> bool:
        return self.size is not None and self.done >= self.size

    def _next(self) -> list[WireMessage]:
        if self._whole():
            return self._ask(Opcode.TERMINATE_SESSION)
        gap = min(self._early) - self.done if self._early else None
        if not self._bursts or (gap is not None and gap <= SMALL_GAP_BYTES):
            return self._ask(Opcode.READ_FILE, offset=self.done, size=min(DATA_BYTES, gap or DATA_BYTES))
        return self._ask(Opcode.BURST_READ_FILE, offset=self.done, size=DATA_BYTES)

    def on_silence(self) -> list[WireMessage]:
        """A burst that fell silent has ended for us, whatever it was going to send: on from the first gap."""
        request = self._request
        burst_over = request is not None and request.opcode == Opcode.BURST_READ_FILE and (self.done > request.offset or self._early)
        if self.outcome is not None or not burst_over or self._retries_left == 0:
            return super().on_silence()
        left = self._retries_left
        messages = self._next()
        self._retries_left = left - 1
        return messages
