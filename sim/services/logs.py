"""Flight logs: one a flight, from arming to disarming; listed, read and erased by the log messages, and served by FTP.

Source: MAVLink log messages (LOG_REQUEST_LIST, LOG_REQUEST_DATA, LOG_REQUEST_END, LOG_ERASE). ArduPilot numbers logs from 1, PX4 from 0.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.flight_logs.recorders import DataFlashRecorder, Recorder, ULogRecorder
from sim.notices import Notice
from sim.services.host import Host
from sim.services.service import Service

SAMPLE_EVERY_S = 0.2
DATA_BYTES = 90
PER_STEP = 30  # LOG_DATA messages: 135 kB a simulated second
MOST_LOGS = 50
MOST_LOG_BYTES = 16 * 1024 * 1024


@dataclass(slots=True)
class _Log:
    path: str
    data: bytearray
    began_unix_s: int


@dataclass(slots=True)
class _Reading:
    number: int
    offset: int
    left: int


class Logs(Service):
    handles = frozenset({"LOG_REQUEST_LIST", "LOG_REQUEST_DATA", "LOG_REQUEST_END", "LOG_ERASE"})

    def __init__(self, host: Host) -> None:
        self._host = host
        self._first = 0 if host.habits.log_suffix == ".ulg" else 1
        self._logs: list[_Log] = []
        self._recorder: Recorder | None = None
        self._sampled_s = 0.0
        self._reading: _Reading | None = None
        self._written = 0
        self._said_disarm = False

    def on_time(self, now_s: float) -> list[Any]:
        armed = self._host.autopilot.armed
        if armed and self._recorder is None:
            self._begin()
        elif not armed and self._recorder is not None:
            self._recorder.close()
            self._recorder = None
        recorder = self._recorder
        if recorder is not None and now_s - self._sampled_s >= SAMPLE_EVERY_S - 1e-9 and len(recorder.data) < MOST_LOG_BYTES:
            self._sampled_s = now_s
            recorder.sample()
        return self._next_data() if self._reading is not None else []

    def on_notice(self, notice: Notice, now_s: float) -> list[Any]:
        if self._recorder is not None:
            self._recorder.notice(notice)
        return []

    def on_message(self, wire: Any, now_s: float) -> list[Any]:
        if self._host.habits.logs_need_disarm and self._host.autopilot.armed:
            if not self._said_disarm:
                self._host.say("Disarm for log download", mavlink.MAV_SEVERITY_ERROR)
            self._said_disarm = True
            return []
        self._said_disarm = False
        match wire.get_type():
            case "LOG_REQUEST_LIST":
                self._reading = None
                return self._entries(wire.start, wire.end)
            case "LOG_REQUEST_DATA":
                return self._request(wire)
            case "LOG_REQUEST_END":
                self._reading = None
            case "LOG_ERASE":
                self._erase()
        return []

    def _begin(self) -> None:
        host = self._host
        self._written += 1
        began = datetime.fromtimestamp(host.clock.unix_us / 1e6, UTC)
        if host.habits.log_suffix == ".ulg":
            self._recorder = ULogRecorder(host, host.firmware_text)
            path = f"{host.habits.log_folder}/{began:%Y-%m-%d}/{began:%H_%M_%S}.ulg"
        else:
            self._recorder = DataFlashRecorder(host, host.firmware_text)
            path = f"{host.habits.log_folder}/{self._written:08d}.BIN"
            host.files.store(f"{host.habits.log_folder}/LASTLOG.TXT", bytearray(f"{self._written}\r\n".encode()))
        self._logs.append(_Log(path, self._recorder.data, int(began.timestamp())))
        host.files.store(path, self._recorder.data)
        if len(self._logs) > MOST_LOGS:
            host.files.forget(self._logs.pop(0).path)

    def _entries(self, first: int, last: int) -> list[Any]:
        count = len(self._logs)
        newest = count - 1 + self._first if count else 0
        if not count:
            return [mavlink.MAVLink_log_entry_message(0, 0, 0, 0, 0)]
        return [
            mavlink.MAVLink_log_entry_message(number, count, newest, log.began_unix_s, len(log.data))
            for number, log in enumerate(self._logs, self._first)
            if first <= number <= last
        ]

    def _request(self, wire: Any) -> list[Any]:
        index = wire.id - self._first
        if not 0 <= index < len(self._logs):
            return []
        if wire.ofs >= len(self._logs[index].data):
            return [mavlink.MAVLink_log_data_message(wire.id, wire.ofs, 0, [0] * DATA_BYTES)]
        self._reading = _Reading(wire.id, wire.ofs, wire.count)
        return []

    def _next_data(self) -> list[Any]:
        reading, out = self._reading, list[Any]()
        while reading is not None and len(out) < PER_STEP:
            data = self._logs[reading.number - self._first].data
            part = bytes(data[reading.offset : reading.offset + min(DATA_BYTES, reading.left)])
            out.append(mavlink.MAVLink_log_data_message(reading.number, reading.offset, len(part), list(part.ljust(DATA_BYTES, b"\0"))))
            reading.offset += len(part)
            reading.left -= len(part)
            if len(part) < DATA_BYTES or reading.left <= 0:
                self._reading = reading = None
        return out

    def _erase(self) -> None:
        """Everything but a log that is being written."""
        self._reading = None
        current = self._recorder.data if self._recorder is not None else None
        for log in self._logs:
            if log.data is not current:
                self._host.files.forget(log.path)
        self._logs = [log for log in self._logs if log.data is current]
