"""Every format against what is known of real files, and what each reader does with files that are not right."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from pymavlink import mavutil

from ground_station.flight_data import FlightDataError, FlightRecord, read_flights

START_S = 1_700_000_000.0


@dataclass(frozen=True)
class Truth:
    """What is known of a file. `height_m` is the lowest and highest point above home."""

    file: str
    autopilot: str
    vehicle_type: str
    firmware: str | None
    duration_s: float
    positions: int
    height_m: tuple[float, float] | None
    near: tuple[float, float] | None  # longitude, latitude of the first position
    armed: tuple[bool, ...] = ()
    modes: tuple[str, ...] = ()
    dropped: int = 0
    dated: bool = True


SITL = (149.1652, -35.3633)
TRUTHS = [
    Truth(
        *("tlog/uavlogviewer_vtol.tlog", "ardupilot", "plane", "3.10.0", 207.6, 807, (-2.7, 63.4), (149.16494, -35.36299), (True, False)),
        modes=("QLOITER", "CIRCLE", "GUIDED", "QLAND"),
        dropped=3,
    ),
    Truth(
        *(
            "tlog/martin_drone.tlog",
            "ardupilot",
            "copter",
            "4.3.0",
            182.25,
            658,
            (0, 0),
            SITL,
            (False, True, False),
            ("STABILIZE", "GUIDED"),
        ),
        dropped=7,
    ),
    Truth("tlog/skapila_joystick.tlog", "ardupilot", "copter", None, 36.4, 98, (0, 0), SITL, (False,), ("STABILIZE",), dropped=30),
    Truth(
        "dataflash/pymavlink_test.BIN",
        "ardupilot",
        "plane",
        "3.8.2-dev",
        1.0,
        23,
        (-0.3, -0.25),
        (149.1653, -35.36263),
        (True,),
        ("MANUAL",),
    ),
    Truth("dataflash/martin_d8.BIN", "ardupilot", "copter", "4.3.0-dev", 24.8, 249, (0, 0), SITL, (True, False), ("GUIDED",)),
    Truth("dataflash/skapila_fc3.BIN", "ardupilot", "copter", "4.7.0-dev", 4.9, 49, (0, 0.2), SITL, (), ("STABILIZE",)),
    Truth(
        "dataflash/skapila_rc9_hop.BIN", "ardupilot", "copter", "4.7.0-dev", 52.0, 418, (0, 8.7), SITL, (True, False, True), ("STABILIZE",)
    ),
    Truth("ulog/sample_px4_events.ulg", "px4", "copter", "1.15.0", 31.1, 109, (-0.5, 2.1), (8.54559, 47.39774), (False, True, False)),
    Truth("ulog/sample_log_small.ulg", "px4", "vtol", "1.11.2", 6.5, 32, None, (10.40822, 63.41706), (True, False), dropped=1),
    Truth("ulog/sample_appended_multiple.ulg", "px4", "copter", "1.6.0", 9.8, 0, None, None, (False,), dated=False),
    Truth("dji-srt/air2s.srt", "dji", "copter", None, 0.53, 17, None, (2.234156, 41.424724)),
    Truth("dji-srt/mavic_mini.SRT", "dji", "copter", None, 116.0, 117, (200.5, 201.0), (-121.7458, 48.0771), dated=False),
    Truth("dji-srt/mavic_pro.SRT", "dji", "copter", None, 468.0, 468, (-1.7, 118.7), (149.0251, -20.2533)),
    Truth("dji-srt/mavic_2_style.SRT", "dji", "copter", None, 468.0, 468, None, (149.0251, -20.2533)),
    Truth("dji-srt/old_format.SRT", "dji", "copter", None, 468.0, 468, (-1.7, 118.7), (149.0251, -20.2533)),
    Truth("dji-srt/p4_rtk.SRT", "dji", "copter", None, 54.0, 55, (85.5, 86.1), (-58.851745, -34.237922), dated=False),
    Truth("dji-srt/broken_incomplete.SRT", "dji", "copter", None, 18.0, 19, (7.7, 20.3), (-58.4563, -34.7383), dropped=1),
]


def one(path: Path) -> FlightRecord:
    (record,) = read_flights(path, fallback_start_s=START_S)
    return record


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda truth: truth.file)
def test_a_log_reads_as_what_is_known_of_it(shared_data: Path, truth: Truth) -> None:
    record = one(shared_data / "flight-logs" / truth.file)
    assert (record.autopilot, record.vehicle_type, record.firmware) == (truth.autopilot, truth.vehicle_type, truth.firmware)
    assert record.duration_s == pytest.approx(truth.duration_s, abs=0.1)
    assert record.positions_read == truth.positions
    assert record.dated is truth.dated
    assert truth.dated or record.started_s == pytest.approx(START_S, abs=0.1)
    heights = [point.altitude_above_home_m for point in record.points if point.altitude_above_home_m is not None]
    assert (min(heights), max(heights)) == pytest.approx(truth.height_m, abs=0.1) if truth.height_m else not heights
    if truth.near is not None:
        assert record.points[0].position.as_tuple() == pytest.approx(truth.near, abs=1e-4)
    assert tuple(change.armed for change in record.arming) == truth.armed
    if truth.modes:
        assert tuple(change.mode for change in record.modes) == truth.modes
    assert sum(dropped.count for dropped in record.dropped) == truth.dropped
    times_s = [point.at_s for point in record.points]
    assert times_s == sorted(times_s)
    assert all(abs(point.position.lat_deg) > 1 for point in record.points), "no position at 0, 0"


def test_a_tlog_gives_the_reached_items_of_its_mission_and_its_texts(shared_data: Path) -> None:
    record = one(shared_data / "flight-logs/tlog/uavlogviewer_vtol.tlog")
    log, texts = mavutil.mavlink_connection(str(shared_data / "flight-logs/tlog/uavlogviewer_vtol.tlog")), []
    while (message := log.recv_match(type=["STATUSTEXT"])) is not None:
        texts.append(message.text)
    assert [text.text for text in record.texts] == texts
    log.close()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.tlog", b"", "is empty"),
        ("noise.tlog", bytes(range(256)) * 40, "no heartbeat of a vehicle"),
        ("text.bin", b"This is a letter.\n" * 20, "does not begin as a DataFlash log"),
        ("text.ulg", b"This is a letter.\n" * 20, "does not begin as a ULog"),
        ("cut.ulg", b"ULog\x01\x12\x35\x01" + bytes(4), "cannot be read as a ULog"),
        ("film.srt", b"1\n00:00:01,000 --> 00:00:02,000\nGood morning.\n\n", "no subtitle with a place"),
        ("empty.SRT", b"", "is empty"),
        ("flight.gpx", b"<gpx/>", "not a flight log by its name"),
    ],
)
def test_what_is_no_flight_log_is_refused_in_one_line(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FlightDataError, match=says) as refused:
        read_flights(tmp_path / name)
    assert name in refused.value.message
    assert "\n" not in refused.value.one_line()


def test_a_missing_file_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(FlightDataError, match="nowhere"):
        read_flights(tmp_path / "nowhere.tlog")


def test_a_tlog_torn_at_its_end_and_damaged_inside_is_read_around_the_damage(tmp_path: Path, shared_data: Path) -> None:
    source = shared_data / "flight-logs/tlog/martin_drone.tlog"
    data = bytearray(source.read_bytes())
    data[400_000:400_200] = bytes(200)
    damaged = tmp_path / "damaged.tlog"
    damaged.write_bytes(data[:-7])
    whole, record = one(source), one(damaged)
    reasons = {dropped.reason: dropped.count for dropped in record.dropped}
    assert 200 <= reasons["bytes that are no frame"] <= 1000
    assert 0 < reasons["bytes of a frame torn at the end"] < 300
    assert whole.positions_read - 5 <= record.positions_read <= whole.positions_read


@pytest.mark.parametrize("share", [0.02, 0.3, 0.77, 0.999])
def test_a_dataflash_log_cut_anywhere_is_read_as_far_as_it_goes(tmp_path: Path, shared_data: Path, share: float) -> None:
    source = (shared_data / "flight-logs/dataflash/pymavlink_test.BIN").read_bytes()
    (tmp_path / "cut.bin").write_bytes(source[: int(len(source) * share)])
    assert one(tmp_path / "cut.bin").positions_read <= 23


def test_reading_tells_its_progress(tmp_path: Path, shared_data: Path) -> None:
    shutil.copy(shared_data / "flight-logs/tlog/uavlogviewer_vtol.tlog", tmp_path / "a.tlog")
    told: list[float] = []
    read_flights(tmp_path / "a.tlog", progress=told.append)
    assert told
    assert all(0 <= share <= 1 for share in told)
