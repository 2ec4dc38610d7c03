"""The same seed sends the same bytes: whatever the pace of the machine, in every process."""

import os
import subprocess
import sys
from itertools import islice, repeat

import pytest
from hypothesis import given, settings, strategies as st
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim import Fleet, MeanWind, parse_address, parse_fault
from sim.clock import Pace
from sim.firmware import FIRMWARES
from tests.support.recorded_link import Recorder
from tests.support.simulated_flight import AKTAU, Flight

STEPS = 2500
FAULTS = (
    "wind_burst:speed_mps=6@20-26",
    "gps_jam@24-32",
    "link_loss:percent=10,direction=down@5-40",
    "link_delay:delay_s=0.2,jitter_s=0.2,direction=down@12-30",
    "barometer_freeze:vehicle=2@15-18",
    "low_battery:charge_percent=60,vehicle=1@10",
)


def flown_digest(seed: int = 7, due: "list[int] | None" = None) -> str:
    """Two copters under wind and faults, one on a mission, the other taken up by hand; stepped in batches of the sizes in `due`."""
    recorder = Recorder()
    with Fleet(
        2,
        AKTAU,
        parse_address("udpout:127.0.0.1:9000"),
        seed=seed,
        wind=MeanWind(6.0, 300.0),
        faults=[parse_fault(text) for text in FAULTS],
        open_link=recorder,
    ) as fleet:
        mission, by_hand = recorder.links
        items = Flight(ready=False).square_mission(30.0, 15.0)
        done = 0
        for batch in due or [1] * STEPS:
            for _ in range(min(batch, STEPS - done)):
                done += 1
                match done:
                    case 10:
                        mission.tell(mavlink.MAVLink_mission_count_message(1, 1, len(items), 0))
                    case 300:
                        mission.command(1, mavlink.MAV_CMD_DO_SET_MODE, 1, 4)
                        by_hand.command(2, mavlink.MAV_CMD_DO_SET_MODE, 1, 4)
                    case 310:
                        mission.command(1, mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1)
                        by_hand.command(2, mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1)
                    case 320:
                        mission.command(1, mavlink.MAV_CMD_MISSION_START)
                        by_hand.command(2, mavlink.MAV_CMD_NAV_TAKEOFF, 0, 0, 0, 0, 0, 0, 20)
                    case number if 20 <= number < 20 + len(items):
                        mission.tell(items[number - 20])
                fleet.step()
        assert all(not vehicle.truth.on_ground for vehicle in fleet.vehicles)
    return recorder.digest()


def batches(speedup: float, lateness_s: list[float]) -> list[int]:
    """How many steps a machine that comes back after these times would make at once."""
    pace, now_s = Pace(speedup, 0.0), 0.0
    sizes: list[int] = []
    for late_s in islice((late_s for again in repeat(lateness_s) for late_s in again), 100_000):
        now_s += late_s
        sizes.append(pace.due(now_s))
        if sum(sizes) >= STEPS:
            break
    return sizes


REFERENCE = flown_digest()


@settings(max_examples=4, deadline=None)
@given(speedup=st.floats(0.5, 20.0), lateness_s=st.lists(st.floats(0.005, 1.5), min_size=1, max_size=5))
def test_the_bytes_do_not_depend_on_the_pace(speedup: float, lateness_s: list[float]) -> None:
    assert flown_digest(due=batches(speedup, lateness_s)) == REFERENCE


def test_another_seed_is_another_flight() -> None:
    assert flown_digest(seed=8) != REFERENCE


def booted_digest(autopilot: str, vehicle_type: str) -> str:
    """Ten seconds of one vehicle that is asked to arm."""
    recorder = Recorder()
    with Fleet(
        1,
        AKTAU,
        parse_address("udpout:127.0.0.1:9000"),
        autopilot=autopilot,
        vehicle_type=vehicle_type,
        seed=3,
        wind=MeanWind(5.0, 90.0),
        open_link=recorder,
    ) as fleet:
        for step in range(500):
            if step == 400:
                recorder.links[0].command(1, mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1)
            fleet.step()
    return recorder.digest()


@pytest.mark.parametrize(("autopilot", "vehicle_type"), sorted(FIRMWARES))
def test_every_profile_is_repeatable(autopilot: str, vehicle_type: str) -> None:
    assert booted_digest(autopilot, vehicle_type) == booted_digest(autopilot, vehicle_type)


def test_another_process_sends_the_same_bytes() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "from tests.property.sim.test_repeatable import REFERENCE; print(REFERENCE)"],
        env={**os.environ, "PYTHONHASHSEED": "99", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert told.stdout.strip() == REFERENCE
