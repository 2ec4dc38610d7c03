"""Logs a vehicle writes while it flies, read by the autopilots' own tools."""

from pathlib import Path
from typing import Any

import pytest
from pymavlink import DFReader
from pymavlink.dialects.v20 import ardupilotmega as mavlink
from pyulog import ULog

from sim.flight_logs.recorders import ULogRecorder, nav_state
from sim.modes import Mode
from sim.notices import ItemReached, PhotoTaken, Text
from sim.vector import Vector
from tests.support.simulated_flight import Flight


@pytest.fixture(scope="module")
def flown() -> Flight:
    flight = Flight()
    flight.upload(flight.square_mission())
    flight.take_off(15)
    flight.command(mavlink.MAV_CMD_MISSION_START)
    flight.until(lambda: not flight.copter.autopilot.armed, 200)
    flight.run(0.1)
    return flight


def entries(flight: Flight) -> list[Any]:
    return flight.tell(mavlink.MAVLink_log_request_list_message(1, 1, 0, 0xFFFF))


def download(flight: Flight, number: int, size: int) -> bytes:
    data = bytearray(size)
    flight.sent.clear()
    flight.tell(mavlink.MAVLink_log_request_data_message(1, 1, number, 0, 0xFFFFFFFF))
    flight.run(size / 90 / 30 * 0.02 + 0.2)
    for part in flight.of("LOG_DATA"):
        data[part.ofs : part.ofs + part.count] = bytes(part.data[: part.count])
    return bytes(data)


def test_a_vehicle_that_never_flew_has_no_logs() -> None:
    [entry] = entries(Flight())
    assert (entry.num_logs, entry.size) == (0, 0)


def test_a_flight_is_one_log_that_pymavlink_reads(flown: Flight, tmp_path: Path) -> None:
    [entry] = entries(flown)
    assert (entry.id, entry.num_logs, entry.last_log_num) == (1, 1, 1)
    path = tmp_path / "1.bin"
    path.write_bytes(download(flown, 1, entry.size))
    log = DFReader.DFReader_binary(str(path), False)
    messages: dict[str, list[Any]] = {}
    while (found := log.recv_msg()) is not None:
        messages.setdefault(found.get_type(), []).append(found)
    log.close()
    assert {"FMT", "PARM", "GPS", "ATT", "POS", "MODE", "BAT", "MSG", "EV", "CMD", "CAM", "ARM", "ORGN"} <= set(messages)
    assert [mode.ModeNum for mode in messages["MODE"]][:2] == [Mode.GUIDED, Mode.AUTO]
    highest = max(found.RelHomeAlt for found in messages["POS"])
    assert highest == pytest.approx(30, abs=1)
    assert messages["POS"][0].Lat == pytest.approx(43.6505, abs=1e-5)
    assert messages["GPS"][0]._timestamp == pytest.approx(flown.clock.started_unix_ms / 1000 + messages["GPS"][0].TimeUS / 1e6, abs=1)
    assert len(messages["CMD"]) == 9


def test_the_log_is_a_file_too_and_can_be_erased(flown: Flight) -> None:
    files = flown.copter.files
    assert [entry.name for entry in files.entries("/APM/LOGS")] == ["00000001.BIN", "LASTLOG.TXT"]
    assert [entry.name for entry in files.entries("@MAV_LOG")] == ["00000001.BIN", "LASTLOG.TXT"]
    flown.tell(mavlink.MAVLink_log_erase_message(1, 1))
    assert entries(flown)[0].num_logs == 0


def test_the_same_seed_writes_the_same_log() -> None:
    def log() -> bytes:
        flight = Flight(seed=5)
        flight.take_off(5)
        flight.command(mavlink.MAV_CMD_NAV_LAND)
        flight.until(lambda: not flight.copter.autopilot.armed, 60)
        return flight.copter.files.read("/APM/LOGS/00000001.BIN")(239)

    assert log() == log()


def test_a_ulog_is_read_by_pyulog(tmp_path: Path) -> None:
    flight = Flight()
    flight.take_off(10)
    recorder = ULogRecorder(flight.copter.host, "v1.15.4")
    for _ in range(20):
        flight.run(0.2)
        recorder.sample()
    recorder.notice(Text("Takeoff detected"))
    recorder.notice(ItemReached(2))
    recorder.notice(PhotoTaken(1, Vector(1, 2, 10)))
    path = tmp_path / "flight.ulg"
    path.write_bytes(recorder.data)
    log = ULog(str(path))
    topics = {found.name: found.data for found in log.data_list}
    assert len(topics["vehicle_global_position"]["timestamp"]) == 20
    assert topics["vehicle_global_position"]["lat"][0] == pytest.approx(43.6505, abs=1e-5)
    assert topics["mission_result"]["seq_reached"][0] == 2
    assert log.msg_info_dict["sys_name"] == "PX4"
    assert [text.message for text in log.logged_messages] == ["Takeoff detected"]
    assert len(log.initial_parameters) == len(flight.copter.parameters)


@pytest.mark.parametrize(("custom_mode", "state"), [(4 << 16 | 4 << 24, 3), (4 << 16 | 5 << 24, 5), (3 << 16, 2)])
def test_px4_modes_have_their_navigation_state(custom_mode: int, state: int) -> None:
    assert nav_state(custom_mode) == state
