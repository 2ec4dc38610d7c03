"""Flight logs by LOG_REQUEST_*: the list, and one log in windows whose missing pieces are asked for again.

The older of two ways (the other is FTP) and the one every ArduPilot knows. Source: MAVLink common, LOG_* messages.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ground_station.mavlink.dialect import WireMessage, mavlink
from ground_station.mavlink.exchange import Address
from ground_station.mavlink.ftp import FtpOutcome, FtpResult

PIECE_BYTES = 90
WINDOW_BYTES = 512 * PIECE_BYTES  # asked for at once; about two seconds of a fast radio
LIST_TIMEOUT_S = 2.0
DATA_TIMEOUT_S = 0.5
RETRIES = 20  # ten seconds without a single piece
GAPS_AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class LogEntry:
    """`started_unix_s` is 0 when the vehicle had no clock."""

    number: int
    size_bytes: int
    started_unix_s: int


class _LogExchange:
    kinds = frozenset({"LOG_ENTRY", "LOG_DATA"})

    def __init__(self, target: Address) -> None:
        self._target = target
        self._retries_left = RETRIES
        self.activity = 0

    def _from_it(self, message: WireMessage, kind: str) -> bool:
        sender = (message.get_srcSystem(), message.get_srcComponent())
        return message.get_type() == kind and sender == (self._target.system_id, self._target.component_id)


class LogList(_LogExchange):
    """Every log on board."""

    timeout_s = LIST_TIMEOUT_S

    def __init__(self, target: Address) -> None:
        super().__init__(target)
        self._found: dict[int, LogEntry] = {}
        self._expected: int | None = None
        self._last = 0
        self.outcome: FtpOutcome[tuple[LogEntry, ...]] | None = None

    def opening(self) -> list[WireMessage]:
        return [self._request(0, 0xFFFF)]

    def _request(self, first: int, last: int) -> WireMessage:
        message: WireMessage = mavlink.MAVLink_log_request_list_message(self._target.system_id, self._target.component_id, first, last)
        return message

    def on_message(self, message: WireMessage) -> list[WireMessage]:
        if self.outcome is not None or not self._from_it(message, "LOG_ENTRY"):
            return []
        self.activity += 1
        self._retries_left = RETRIES
        self._expected, self._last = int(message.num_logs), int(message.last_log_num)
        if message.size or message.id or self._expected:
            self._found[int(message.id)] = LogEntry(int(message.id), int(message.size), int(message.time_utc))
        if not self._expected or len(self._found) >= self._expected:
            self._end(FtpResult.DONE, f"{self._expected} logs")
        return []

    def on_silence(self) -> list[WireMessage]:
        if self.outcome is not None:
            return []
        if self._retries_left == 0:
            if self._expected is None:
                self._end(FtpResult.SILENT, "no list of logs came")
            else:
                self._end(FtpResult.SILENT, f"{len(self._found)} of {self._expected} logs were listed")
            return []
        self._retries_left -= 1
        if self._expected is None:
            return self.opening()
        # Numbers run up to the last one; PX4 counts from 0 and ArduPilot from 1.
        first = max(0, self._last - self._expected + 1)
        missing = [number for number in range(first, self._last + 1) if number not in self._found]
        return [self._request(number, number) for number in missing[:10]] or self.opening()

    def cancel(self) -> list[WireMessage]:
        if self.outcome is None:
            self._end(FtpResult.CANCELLED, "cancelled by this station")
        return []

    def _end(self, result: FtpResult, detail: str) -> None:
        entries = tuple(self._found[number] for number in sorted(self._found))
        self.outcome = FtpOutcome(result, detail, entries if result is FtpResult.DONE else None)


class LogData(_LogExchange):
    """One log from `start` on, handed to `write` in order. The outcome's value is its length in bytes."""

    timeout_s = DATA_TIMEOUT_S

    def __init__(self, target: Address, entry: LogEntry, write: Callable[[bytes], None], *, start: int = 0) -> None:
        super().__init__(target)
        self._number, self.size, self._write = entry.number, entry.size_bytes, write
        self.done = start
        self._early: dict[int, bytes] = {}
        self._window_end = start
        self._asked_again = 0  # bytes of gaps under way
        self.outcome: FtpOutcome[int] | None = None

    def opening(self) -> list[WireMessage]:
        if self.done >= self.size:
            return self._finished()
        return self._next_window()

    def _request(self, offset: int, count: int) -> WireMessage:
        message: WireMessage = mavlink.MAVLink_log_request_data_message(
            self._target.system_id, self._target.component_id, self._number, offset, count
        )
        return message

    def _next_window(self) -> list[WireMessage]:
        self._asked_again = 0
        count = min(WINDOW_BYTES, self.size - self.done)
        self._window_end = self.done + count
        return [self._request(self.done, count)]

    def on_message(self, message: WireMessage) -> list[WireMessage]:
        if self.outcome is not None or not self._from_it(message, "LOG_DATA") or message.id != self._number:
            return []
        offset, data = int(message.ofs), bytes(message.data[: message.count])
        if not data:
            if offset == self.done and not self._early:  # shorter than the list said
                return self._finished()
            return []
        if offset + len(data) <= self.done or offset in self._early:
            return []
        self.activity += 1
        self._retries_left = RETRIES
        self._early[offset] = data
        while (piece := self._first_in_reach()) is not None:
            self._write(piece)
            self.done += len(piece)
        if self.done >= self.size:
            return self._finished()
        if self.done >= self._window_end:
            return self._next_window()
        if self._asked_again > 0:
            self._asked_again -= len(data)
            return self._ask_gaps() if self._asked_again <= 0 else []
        return []

    def _first_in_reach(self) -> bytes | None:
        offset = min(self._early, default=None)
        if offset is None or offset > self.done:
            return None
        return self._early.pop(offset)[self.done - offset :]

    def on_silence(self) -> list[WireMessage]:
        if self.outcome is not None:
            return []
        if self._retries_left == 0:
            self.outcome = FtpOutcome(FtpResult.SILENT, f"{self.done} of {self.size} bytes came")
            return [self._closing()]
        self._retries_left -= 1
        return self._ask_gaps()

    def _ask_gaps(self) -> list[WireMessage]:
        """The first few missing stretches of this window."""
        gaps, at = [], self.done
        for offset in [*sorted(self._early), self._window_end]:
            if offset > at:
                gaps.append((at, offset - at))
            at = max(at, offset + len(self._early.get(offset, b"")))
        gaps = gaps[:GAPS_AT_ONCE]
        self._asked_again = sum(count for _, count in gaps)
        return [self._request(at, count) for at, count in gaps]

    def _finished(self) -> list[WireMessage]:
        self.outcome = FtpOutcome(FtpResult.DONE, f"{self.done} bytes", self.done)
        return [self._closing()]

    def _closing(self) -> WireMessage:
        message: WireMessage = mavlink.MAVLink_log_request_end_message(self._target.system_id, self._target.component_id)
        return message

    def cancel(self) -> list[WireMessage]:
        if self.outcome is not None:
            return []
        self.outcome = FtpOutcome(FtpResult.CANCELLED, "cancelled by this station")
        return [self._closing()]
