"""An exchange and a peer joined by a lossy channel in simulated time; and small peers that answer as vehicles do."""

import random
import struct
from collections.abc import Callable
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from tests.support.lossy import LossyChannel

STATION, VEHICLE = (254, 190), (1, 1)
STEP_S = 0.01


def over_the_wire(message: Any, sender: tuple[int, int]) -> Any:
    """Packed and parsed, as it would arrive."""
    from ground_station.mavlink.decoding import decode_frame
    from ground_station.mavlink.framing import FrameSplitter

    frame = FrameSplitter().split(message.pack(mavlink.MAVLink(None, *sender)))[0]
    return decode_frame(frame)


def talk(exchange: Any, peer: Callable[[Any], list[Any]], *, loss: float = 0.0, seed: int = 1, at_most_s: float = 600.0) -> Any:
    """The exchange's outcome. Loss, doubles and reordering both ways."""
    shaky = 0.0 if loss == 0 else 0.05
    up, down = LossyChannel(loss, shaky, shaky, seed), LossyChannel(loss, shaky, shaky, seed + 1)
    now_s = silent_since_s = 0.0
    seen = exchange.activity

    def send(messages: list[Any]) -> None:
        for message in messages:
            up.put(over_the_wire(message, STATION), now_s)

    send(exchange.opening())
    while exchange.outcome is None and now_s < at_most_s:
        now_s += STEP_S
        for question in up.due(now_s):
            for answer in peer(question):
                down.put(over_the_wire(answer, VEHICLE), now_s)
        for answer in down.due(now_s):
            send(exchange.on_message(answer))
        if exchange.activity != seen:
            silent_since_s, seen = now_s, exchange.activity
        elif now_s - silent_since_s >= exchange.timeout_s:
            send(exchange.on_silence())
            silent_since_s = now_s
    return exchange.outcome


class ParameterPeer:
    """Answers PARAM_* from `values`: name -> (value, MAV_PARAM_TYPE), in PX4's or ArduPilot's encoding."""

    def __init__(self, values: dict[str, tuple[float, int]], *, bytewise: bool) -> None:
        self.values, self.bytewise = dict(values), bytewise
        self.lists_asked = 0

    def __call__(self, message: Any) -> list[Any]:
        names = sorted(self.values)
        kind = message.get_type()
        if kind == "PARAM_REQUEST_LIST":
            self.lists_asked += 1
            return [self._value(name, index) for index, name in enumerate(names)]
        if kind == "PARAM_REQUEST_READ" and message.param_index >= 0:
            return [self._value(names[message.param_index], message.param_index)]
        if message.param_id not in self.values:
            return []
        if kind == "PARAM_SET":
            raw = message._frame.payload[:4].ljust(4, b"\0")
            mav_type = self.values[message.param_id][1]
            value = message.param_value if mav_type == 9 or not self.bytewise else struct.unpack("<i" if mav_type == 6 else "<I", raw)[0]
            self.values[message.param_id] = (value if mav_type == 9 else int(value), mav_type)
        return [self._value(message.param_id, 65535)]

    def _value(self, name: str, index: int) -> Any:
        value, mav_type = self.values[name]
        message = mavlink.MAVLink_param_value_message(name.encode(), 0.0, mav_type, len(self.values), index)
        if mav_type == 9 or not self.bytewise:
            message.param_value = float(value)
            return message
        message.unpacker = struct.Struct("<4sHH16sB")
        message.param_value = struct.pack("<i" if mav_type == 6 else "<I", int(value))
        return message


class LogPeer:
    """Answers LOG_REQUEST_*; `sizes_known` false: the list says more than there is, as while a log is still written."""

    def __init__(self, logs: dict[int, bytes]) -> None:
        self.logs = logs

    def __call__(self, message: Any) -> list[Any]:
        kind = message.get_type()
        if kind == "LOG_REQUEST_LIST":
            if not self.logs:
                return [mavlink.MAVLink_log_entry_message(0, 0, 0, 0, 0)]
            wanted = [n for n in sorted(self.logs) if message.start <= n <= message.end]
            return [
                mavlink.MAVLink_log_entry_message(n, len(self.logs), max(self.logs), 1_700_000_000 + n, len(self.logs[n])) for n in wanted
            ]
        if kind != "LOG_REQUEST_DATA":
            return []
        data = self.logs[message.id]
        end = min(len(data), message.ofs + message.count)
        pieces = [(at, data[at : min(at + 90, end)]) for at in range(message.ofs, end, 90)] or [(message.ofs, b"")]
        return [mavlink.MAVLink_log_data_message(message.id, at, len(piece), list(piece.ljust(90, b"\0"))) for at, piece in pieces]


class FtpPeer:
    """A file server as in PX4 and ArduPilot: bursts, a repeated sequence number gets the same reply, size 0 for generated files."""

    def __init__(self, files: dict[str, bytes], *, knows_bursts: bool = True, knows_times: bool = False, burst_pieces: int = 40) -> None:
        self.files = dict(files)
        self._knows_bursts, self._knows_times, self._burst_pieces = knows_bursts, knows_times, burst_pieces
        self._open: str | None = None
        self._last: tuple[int, list[Any]] | None = None
        self.burst_requests = 0

    def __call__(self, message: Any) -> list[Any]:
        if message.get_type() != "FILE_TRANSFER_PROTOCOL":
            return []
        raw = bytes(message.payload)
        sequence, _, opcode, size, _, _, _, offset = struct.unpack_from("<HBBBBBBI", raw)
        if self._last is not None and self._last[0] == sequence:
            return self._last[1]
        replies = self._answer(sequence, opcode, size, offset, raw[12 : 12 + size])
        self._last = (sequence, replies)
        return replies

    def _answer(self, sequence: int, opcode: int, size: int, offset: int, data: bytes) -> list[Any]:
        def reply(ack: bool, body: bytes = b"", at: int = 0, ahead: int = 1, complete: bool = False) -> Any:
            head = struct.pack("<HBBBBBBI", (sequence + ahead) % 65536, 1, 128 if ack else 129, len(body), opcode, complete, 0, at)
            return mavlink.MAVLink_file_transfer_protocol_message(0, *STATION, list((head + body).ljust(251, b"\0")))

        path = data.rstrip(b"\0").decode("utf-8", "replace")
        content = self.files.get(self._open or "", b"")
        if opcode in (3, 16):
            if opcode == 16 and not self._knows_times:
                return [reply(False, b"\x07")]
            names = sorted(name for name in self.files if name.startswith(path))
            entries = [f"F{n.removeprefix(path).lstrip('/')}\t{len(self.files[n])}".encode() for n in names]
            if offset >= len(entries):
                return [reply(False, b"\x06")]
            body = b""
            for entry in entries[offset:]:
                if len(body) + len(entry) + 1 > 239:
                    break
                body += entry + b"\0"
            return [reply(True, body)]
        if opcode == 4:
            if path not in self.files:
                return [reply(False, b"\x0a")]
            self._open = path
            told = 1 << 20 if path.startswith("@") else len(self.files[path])
            return [reply(True, struct.pack("<I", told))]
        if opcode == 5:
            return [reply(False, b"\x06", offset) if offset >= len(content) else reply(True, content[offset : offset + size], offset)]
        if opcode == 15:
            self.burst_requests += 1
            if not self._knows_bursts:
                return [reply(False, b"\x07")]
            places = list(range(offset, len(content), 239))[: self._burst_pieces]
            at_end = not places or places[-1] + 239 >= len(content)
            pieces = [
                reply(True, content[at : at + 239], at, 1 + number, number == len(places) - 1 and not at_end)
                for number, at in enumerate(places)
            ]
            return [*pieces, reply(False, b"\x06", len(content), 1 + len(places), True)] if at_end else pieces
        if opcode == 6:
            self.files[path] = b""
            self._open = path
            return [reply(True)]
        if opcode == 7:
            self.files[self._open or ""] = content[:offset].ljust(offset, b"\0") + data + content[offset + len(data) :]
            return [reply(True, b"", offset)]
        if opcode == 14:
            from ground_station.mavlink.ftp_payload import file_crc32

            return [reply(True, struct.pack("<I", file_crc32(self.files[path])))] if path in self.files else [reply(False, b"\x0a")]
        return [reply(True)]


def noise(size: int, seed: int = 7) -> bytes:
    return random.Random(seed).randbytes(size)
