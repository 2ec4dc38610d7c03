"""What a station that was killed still knows of the missions it uploaded."""

from pathlib import Path

from geo.primitives import new_id
from ground_station.mavlink import Address
from ground_station.uploaded_missions import FILE, UploadedMissions
from ground_station.vehicles import UploadedMission, Vehicle


def vehicle(system_id: int = 1) -> Vehicle:
    return Vehicle(system_id, 1, Address(254, 190), lambda message: True, 3.5)


def test_a_mission_uploaded_before_the_station_was_killed_is_known_after_it(tmp_path: Path) -> None:
    before, after = vehicle(), vehicle()
    first = UploadedMissions(tmp_path)
    first.follow([before])
    before.uploaded = UploadedMission(new_id(), 7)
    first.follow([before])
    UploadedMissions(tmp_path).follow([after])
    assert after.uploaded == before.uploaded


def test_a_vehicle_that_now_carries_another_mission_is_not_given_the_old_one(tmp_path: Path) -> None:
    before, after = vehicle(), vehicle()
    first = UploadedMissions(tmp_path)
    first.follow([before])
    before.uploaded = UploadedMission(new_id(), 7)
    first.follow([before])
    after.estimate.mission_total = 4
    UploadedMissions(tmp_path).follow([after])
    assert after.uploaded is None


def test_a_damaged_file_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("{not json")
    station, flown = UploadedMissions(tmp_path), vehicle()
    station.follow([flown])
    flown.uploaded = UploadedMission(None, 3)
    station.follow([flown])
    again = vehicle()
    UploadedMissions(tmp_path).follow([again])
    assert again.uploaded == UploadedMission(None, 3)
