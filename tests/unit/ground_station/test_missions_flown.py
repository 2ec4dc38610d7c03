"""A mission is followed from here to its verdict, which stays until it is flown anew."""

from typing import Any

from geo.primitives import LonLat, new_id
from ground_station.mavlink import Address, mavlink
from ground_station.missions_flown import MissionsFlown
from ground_station.vehicles import UploadedMission, Vehicle
from ground_station.vehicles.autopilots import ArduPilot

IN_MISSION = {"mode": "AUTO", "flying": True, "armed": True, "mission_state": "active", "mission_current": 2}
LANDED = {"flying": False, "armed": False}


class Flight:
    """One look a second at a vehicle that carries a mission of four items."""

    def __init__(self, endless_at: LonLat | None = None) -> None:
        self.vehicle = Vehicle(1, 1, Address(254, 190), lambda message: True, 3.5)
        self.vehicle.on_alive(mavlink.MAVLink_heartbeat_message(2, 3, 81, 0, 3, 3), 0.0)
        self.vehicle.estimate.autopilot = ArduPilot(mavlink.MAV_TYPE_QUADROTOR)
        self.vehicle.estimate.on_new_mission(4)
        self.vehicle.uploaded = UploadedMission(new_id(), 4, endless_at)
        self._missions, self._now_s = MissionsFlown(), 0.0

    def pass_by(self, seconds: int = 2, **changes: Any) -> str:
        for name, value in changes.items():
            setattr(self.vehicle.estimate, name, value)
        for _ in range(seconds):
            self._now_s += 1.0
            self._missions.look([self.vehicle], self._now_s)
        progress = self.vehicle.mission_progress()
        assert progress is not None
        return progress.state


def test_a_mission_broken_off_has_failed_with_its_reason() -> None:
    flight = Flight()
    assert flight.pass_by(**IN_MISSION) == "active"
    assert flight.pass_by(mode="RTL") == "active"
    assert flight.pass_by(**LANDED) == "failed"
    progress = flight.vehicle.mission_progress()
    assert progress is not None
    assert progress.reason == "landed after the mode changed to RTL at item 2 of 4"


def test_what_failed_is_forgotten_when_it_is_flown_again() -> None:
    flight = Flight()
    flight.pass_by(**IN_MISSION)
    assert flight.pass_by(mode="RTL", **LANDED) == "failed"
    assert flight.pass_by(armed=True) == "failed"
    assert flight.pass_by(**IN_MISSION) == "active"


def test_a_mission_of_an_autopilot_that_tells_no_progress_is_complete_when_it_has_landed_at_its_end() -> None:
    flight = Flight()
    flight.pass_by(**(IN_MISSION | {"mission_state": "unknown"}))
    assert flight.pass_by(mission_current=4) == "unknown"
    assert flight.pass_by(**LANDED) == "complete"


def test_another_mission_on_board_has_not_failed() -> None:
    flight = Flight()
    flight.pass_by(**IN_MISSION)
    assert flight.pass_by(mode="RTL", **LANDED) == "failed"
    flight.vehicle.uploaded = UploadedMission(new_id(), 4)
    assert flight.pass_by(mission_state="not_started") == "not_started"


def test_a_mission_that_ends_by_staying_is_complete_when_the_vehicle_stays_there() -> None:
    place = LonLat(51.16, 43.65)
    flight = Flight(endless_at=place)
    flight.pass_by(lon_deg=51.17, lat_deg=43.65, **IN_MISSION)
    assert flight.pass_by(20, mission_current=4) == "active"
    assert flight.pass_by(20, lon_deg=place.lon_deg, lat_deg=place.lat_deg) == "complete"
