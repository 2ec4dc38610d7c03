"""Every fault has its effect, only while it acts, and reaches the vehicle by each of its three ways."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from geo.primitives import SettingsError
from sim import FAULTS, Fleet, parse_address, parse_fault
from sim.airframes import BodyState, MotionCommand, WingCommand, airframe_of
from sim.battery import rest_voltage_v
from sim.faults import FAULT_PARAMETERS
from sim.modes import Mode
from sim.parameters import ParameterTable, Row
from sim.services.failure_injection import FailureInjection
from sim.services.service import Command
from sim.vector import ZERO, Vector
from tests.support.recorded_link import RecordedLink, Recorder
from tests.support.simulated_flight import AKTAU, Flight

HOLD = Vector(0, 0, 30)


def flying(*faults: str, **vehicle: Any) -> Flight:
    """A copter hovering at 30 m; faults are planned from 40 s on, when it has arrived."""
    flight = Flight(faults=[parse_fault(text) for text in faults], **vehicle)
    flight.take_off(30)
    assert flight.clock.boot_s < 40.0
    flight.run(40.0 - flight.clock.boot_s)
    return flight


def believed_off_m(flight: Flight) -> float:
    return flight.copter.body.readings.believed.position.minus(flight.position).level_length()


def test_a_gps_glitch_is_refused_then_believed_and_the_copter_flies_off() -> None:
    flight = flying("gps_glitch:north_m=60@40-70")
    flight.run(2.0)
    readings = flight.copter.body.readings
    assert readings.position_variance > 1.0
    assert believed_off_m(flight) < 5.0
    assert "GPS Glitch or Compass error" in flight.texts()
    assert flight.copter.autopilot.mode is Mode.GUIDED
    flight.run(11.0)
    assert believed_off_m(flight) > 40.0
    assert flight.position.level_length() > 8.0  # it corrects for an error that is not there
    flight.run(40.0)
    assert believed_off_m(flight) < 3.0


def test_without_satellites_the_place_drifts_and_is_lost_after_seven_seconds() -> None:
    flight = flying("gps_off@40-60")
    flight.run(2.0)
    readings = flight.copter.body.readings
    assert readings.gps.kind == 0
    assert readings.dead_reckoning
    flight.run(4.5)
    assert flight.copter.body.readings.ready
    flight.run(1.0)
    assert not flight.copter.body.readings.ready
    flight.run(14.0)
    assert flight.copter.body.readings.ready
    assert believed_off_m(flight) < 3.0


def test_a_stuck_receiver_leaves_the_copter_behind_until_it_flies_too_far() -> None:
    flight = flying("gps_stuck@40-60")
    flight.command_int(mavlink.MAV_CMD_DO_REPOSITION, Vector(100, 0, 30), -1, 1)
    flight.run(3.0)
    fixes = {(message.lat, message.lon) for message in flight.of("GPS_RAW_INT")[-4:]}
    assert len(fixes) == 1
    assert flight.copter.body.readings.gps.kind == 3
    flight.run(3.0)
    assert flight.copter.body.readings.position_variance > 1.0


def test_jamming_takes_the_fix_then_lets_the_place_walk() -> None:
    flight = flying("gps_jam@40")
    flight.step()
    flight.step()
    assert flight.copter.body.readings.gps.kind == 1
    flight.run(30.0)
    kinds = {message.fix_type for message in flight.of("GPS_RAW_INT")[-50:]}
    satellites = {message.satellites_visible for message in flight.of("GPS_RAW_INT")[-50:]}
    assert 1 in kinds
    assert len(satellites) >= 3


def test_a_copter_without_a_motor_falls_spinning() -> None:
    flight = flying("engine_fail@40")
    flight.run(6.0)
    assert flight.copter.truth.on_ground
    falling = [message for message in flight.of("ATTITUDE") if abs(message.yawspeed) > 3.0]
    assert falling


def test_a_plane_without_engine_glides() -> None:
    fault = parse_fault("engine_fail").build()
    frame = airframe_of("plane")
    state = BodyState(position=Vector(0, 0, 200), velocity=Vector(0, 15, 0), wing_share=1.0, on_ground=False)
    for _ in range(1000):
        state = frame.step(state, fault.at_motors(WingCommand(13.0, 3.0), state), ZERO, 0.02)
    assert state.throttle == 0.0
    assert -2.5 < state.velocity.up < -1.0


def test_a_burst_pushes_the_copter_and_passes() -> None:
    flight = flying("wind_burst:speed_mps=12,from_deg=270,rise_s=0.5@40-50")
    before = flight.position
    flight.run(2.0)
    assert flight.position.east - before.east > 0.3
    assert flight.copter.truth.airspeed_mps > 6.0
    flight.run(20.0)
    assert flight.copter.truth.airspeed_mps < 1.0


def test_a_bad_battery_is_nearly_empty_at_once() -> None:
    flight = flying("low_battery:charge_percent=18@40")
    flight.run(3.0)
    assert flight.copter.battery.charge == pytest.approx(0.18, abs=0.005)
    assert flight.copter.battery.voltage_v == pytest.approx(rest_voltage_v(0.18) - 0.2, abs=0.1)
    assert any(text.startswith("Battery 1 is low") for text in flight.texts())


@pytest.mark.parametrize(
    ("name", "healthy"),
    [("compass_freeze", "compass_healthy"), ("barometer_freeze", "barometer_healthy"), ("attitude_freeze", "attitude_healthy")],
)
def test_a_frozen_sensor_stands_still_and_is_reported(name: str, healthy: str) -> None:
    flight = flying(f"{name}@40-60")
    flight.run(1.0)
    first = flight.copter.body.readings
    assert not getattr(first, healthy)
    flight.command(mavlink.MAV_CMD_CONDITION_YAW, 90, 0, 0, 0)
    flight.command_int(mavlink.MAV_CMD_DO_REPOSITION, Vector(60, 0, 60), -1, 1)
    flight.run(10.0)
    later = flight.copter.body.readings
    frozen = {
        "compass_freeze": lambda r: r.believed.heading_deg,
        "barometer_freeze": lambda r: r.believed.position.up,
        "attitude_freeze": lambda r: (r.believed.roll_deg, r.believed.pitch_deg, r.believed.heading_deg),
    }[name]
    assert frozen(first) == frozen(later)
    flight.run(15.0)
    assert getattr(flight.copter.body.readings, healthy)


def test_a_climb_on_a_frozen_barometer_overshoots() -> None:
    flight = flying("barometer_freeze@40")
    flight.command_int(mavlink.MAV_CMD_DO_REPOSITION, Vector(0, 0, 35), -1, 1)
    flight.run(10.0)
    assert flight.position.up > 40.0
    assert flight.copter.body.readings.height_variance > 0.5


def test_radio_and_camera_say_that_they_are_gone() -> None:
    flight = flying("rc_loss@40-42", "camera_stall@41-43")
    flight.run(1.5)
    assert not flight.copter.body.readings.rc_connected
    assert not flight.copter.body.readings.camera_works
    assert flight.copter.faults.active == ["rc_loss", "camera_stall"]
    flight.run(2.0)
    assert flight.copter.body.readings.rc_connected
    assert flight.copter.body.readings.camera_works
    assert flight.copter.faults.active == []


# Links ---------------------------------------------------------------------------------------------------------------------------


def linked(*faults: str, seconds: float = 40.0, links: int = 1) -> list[RecordedLink]:
    recorder = Recorder()
    addresses = [parse_address(f"udpout:127.0.0.1:{9000 + index}") for index in range(links)]
    with Fleet(1, AKTAU, addresses, seed=3, faults=[parse_fault(text) for text in faults], open_link=recorder) as fleet:
        for step in range(round(seconds / 0.02)):
            for link in recorder.links:
                if step % 50 == 0:
                    link.command(1, mavlink.MAV_CMD_RUN_PREARM_CHECKS)
            fleet.step()
    return recorder.links


def test_loss_takes_its_share_and_leaves_gaps_in_the_sequence() -> None:
    whole, lossy = linked()[0], linked("link_loss:percent=30")[0]
    assert len(lossy.sent) / len(whole.sent) == pytest.approx(0.7, abs=0.05)
    sequence = [frame[4] for frame in lossy.sent if frame[6] == 1]
    gaps = sum((b - a) % 256 - 1 for a, b in pairwise(sequence))
    assert gaps == pytest.approx(0.3 * sum(frame[6] == 1 for frame in whole.sent), rel=0.25)


def test_loss_in_one_direction_leaves_the_other_whole() -> None:
    deaf = linked("link_loss:percent=100,direction=up")[0]
    acknowledged = [message for message in deaf.messages() if message.get_type() == "COMMAND_ACK"]
    assert not acknowledged
    assert len(deaf.sent) > 500


def test_delay_brings_frames_later_but_brings_them() -> None:
    late = linked("link_delay:delay_s=2,jitter_s=0.3,direction=down")[0]
    stamps = [message.time_boot_ms for message in late.messages() if message.get_type() == "ATTITUDE"]
    prompt = [message.time_boot_ms for message in linked()[0].messages() if message.get_type() == "ATTITUDE"]
    assert max(prompt) - max(stamps) == pytest.approx(2100, abs=250)
    assert stamps != sorted(stamps)  # jitter lets them overtake


def test_a_slow_link_carries_no_more_than_it_can() -> None:
    slow = linked("link_bandwidth:bits_per_s=4800")[0]
    assert sum(map(len, slow.sent)) * 10 <= 4800 * 40.0
    assert sum(map(len, slow.sent)) * 10 == pytest.approx(4800 * 40.0, rel=0.1)


def test_duplicates_are_the_same_bytes_again() -> None:
    twice = linked("link_duplicate:percent=25")[0]
    copies = len(twice.sent) - len(linked()[0].sent)
    assert copies / len(twice.sent) == pytest.approx(0.2, abs=0.05)


def test_redundant_links_carry_the_same_frames_and_fail_one_by_one() -> None:
    first, second = linked(links=2)
    assert first.sent == second.sent
    first, second = linked("link_loss:percent=100,link=2@20", links=2)
    assert len(second.sent) == pytest.approx(len(first.sent) / 2, rel=0.1)


# Words ---------------------------------------------------------------------------------------------------------------------------


def test_the_words_of_a_fault_are_read() -> None:
    spec = parse_fault("gps_glitch:north_m=80,east_m=-5,vehicle=2@30-45.5")
    assert (spec.name, spec.start_s, spec.end_s, spec.vehicle) == ("gps_glitch", 30.0, 45.5, 2)
    assert spec.parameters == {"north_m": 80.0, "east_m": -5.0}
    assert parse_fault("gps_off") == parse_fault("gps_off@0")


@pytest.mark.parametrize(
    "text",
    [
        "gps_glich",
        "gps_off:strength=3",
        "gps_glitch:north_m",
        "gps_glitch:north_m=far",
        "link_loss:direction=sideways",
        "link_loss:direction=3",
        "gps_off@9-4",
        "gps_off@1.2.3",
        "gps_off:vehicle=0",
        "gps_off:vehicle=me",
        "!",
    ],
)
def test_words_that_mean_nothing_are_refused_naming_them(text: str) -> None:
    with pytest.raises(SettingsError) as raised:
        parse_fault(text)
    assert text.split("@", maxsplit=1)[0].split(":", maxsplit=1)[0] in raised.value.one_line()


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_says_what_it_does_and_can_be_flown_with(name: str) -> None:
    assert FAULTS[name].summary
    flight = Flight(faults=[parse_fault(f"{name}@1-3")])
    assert flight.copter.faults.active == []


def test_a_fault_for_one_vehicle_leaves_the_others_alone() -> None:
    with Fleet(
        2, AKTAU, parse_address("udpout:127.0.0.1:9000"), seed=1, faults=[parse_fault("gps_off:vehicle=2")], open_link=Recorder()
    ) as fleet:
        for _ in range(200):
            fleet.step()
        assert [vehicle.body.readings.gps.kind for vehicle in fleet.vehicles] == [3, 0]


def test_a_running_vehicle_can_be_given_a_fault_and_relieved_of_it() -> None:
    flight = Flight()
    flight.copter.faults.add(parse_fault("gps_off"))
    flight.run(0.1)
    assert flight.copter.body.readings.gps.kind == 0
    flight.copter.faults.remove("gps_off")
    flight.run(0.5)
    assert flight.copter.body.readings.gps.kind == 3


# Parameters ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"SIM_RC_FAIL": 1}, "rc_loss"),
        ({"SIM_GPS1_ENABLE": 0}, "gps_off"),
        ({"SIM_GPS1_JAM": 1}, "gps_jam"),
        ({"SIM_GPS1_GLTCH_X": 0.001}, "gps_glitch"),
        ({"SIM_ENGINE_FAIL": 1, "SIM_ENGINE_MUL": 0}, "engine_fail"),
        ({"SIM_MAG1_FAIL": 1}, "compass_freeze"),
        ({"SIM_BARO_FREEZE": 1}, "barometer_freeze"),
        ({"SIM_GYR_FAIL_MSK": 1}, "attitude_freeze"),
        ({"SIM_UART_LOSS": 40}, "link_loss"),
        ({"SIM_BAUDLIMIT_EN": 1}, "link_bandwidth"),
    ],
)
def test_a_parameter_turns_its_fault_on_and_off(values: dict[str, float], fault: str) -> None:
    body = Flight().copter.body
    body.heed_parameters(FAULT_PARAMETERS.get, 5.0)
    body.heed_parameters({**FAULT_PARAMETERS, **values}.get, 6.0)
    body.step(MotionCommand(), 6.0, 0.02)
    assert body.faults.active == [fault]
    body.heed_parameters(FAULT_PARAMETERS.get, 7.0)
    body.step(MotionCommand(), 7.0, 0.02)
    assert body.faults.active == []


def test_wind_and_battery_voltage_follow_their_parameters() -> None:
    body = Flight().copter.body
    still = {"SIM_WIND_SPD": 0.0, "SIM_WIND_DIR": 180.0, "SIM_WIND_TURB": 0.0, "SIM_BATT_VOLTAGE": 25.0}
    body.heed_parameters(still.get, 5.0)
    assert body.wind.mean.speed_mps == 0.0
    assert body.battery.charge > 0.99
    body.heed_parameters({**still, "SIM_WIND_SPD": 7.0, "SIM_BATT_VOLTAGE": 6 * 3.742}.get, 6.0)
    assert (body.wind.mean.speed_mps, body.wind.mean.from_deg) == (7.0, 180.0)
    assert body.battery.charge > 0.99
    assert rest_voltage_v(body.battery.charge) + body.battery.offset_v == pytest.approx(6 * 3.742)


def test_a_station_fails_a_vehicle_by_setting_a_parameter() -> None:
    flight = flying()
    for name, value in (("SIM_ENGINE_MUL", 0.0), ("SIM_ENGINE_FAIL", 1.0)):
        flight.tell(mavlink.MAVLink_param_set_message(1, 1, name.encode(), value, mavlink.MAV_PARAM_TYPE_REAL32))
    flight.run(0.1)
    assert flight.copter.faults.active == ["engine_fail"]
    flight.run(6.0)
    assert flight.copter.truth.on_ground


def injecting(enabled: bool) -> tuple[Flight, FailureInjection]:
    """A vehicle whose firmware knows failure injection."""
    flight = Flight()
    table = ParameterTable([Row("SYS_FAILURE_EN", float(enabled), mavlink.MAV_PARAM_TYPE_INT32)])
    return flight, FailureInjection(replace(flight.copter.host, parameters=table))


def inject(service: FailureInjection, unit: int, kind: int) -> Any:
    number = mavlink.MAV_CMD_INJECT_FAILURE
    return service.commands[number](Command(number, (unit, kind, 0, 0, 0, 0, 0)))


def test_a_failure_injected_the_px4_way_changes_and_is_mended() -> None:
    flight, service = injecting(True)
    for kind, active in [
        (mavlink.FAILURE_TYPE_OFF, ["gps_off"]),
        (mavlink.FAILURE_TYPE_STUCK, ["gps_stuck"]),
        (mavlink.FAILURE_TYPE_OK, []),
    ]:
        assert inject(service, mavlink.FAILURE_UNIT_SENSOR_GPS, kind) == mavlink.MAV_RESULT_ACCEPTED
        flight.step()
        assert flight.copter.faults.active == active
    assert inject(service, mavlink.FAILURE_UNIT_SENSOR_GPS, mavlink.FAILURE_TYPE_SLOW) == mavlink.MAV_RESULT_UNSUPPORTED
    assert inject(service, mavlink.FAILURE_UNIT_SENSOR_VIO, mavlink.FAILURE_TYPE_OFF) == mavlink.MAV_RESULT_UNSUPPORTED


def test_failures_are_not_injected_until_they_are_enabled_nor_where_nobody_knows_them() -> None:
    _, service = injecting(False)
    assert inject(service, mavlink.FAILURE_UNIT_SYSTEM_MOTOR, mavlink.FAILURE_TYPE_OFF) == mavlink.MAV_RESULT_DENIED
    assert Flight().command(mavlink.MAV_CMD_INJECT_FAILURE, 4, 1) == mavlink.MAV_RESULT_UNSUPPORTED


@pytest.mark.parametrize(
    ("earlier", "value", "fault"), [("DISABLE", 1, "gps_off"), ("GLITCH_X", 0.001, "gps_glitch"), ("JAM", 1, "gps_jam")]
)
def test_earlier_names_of_satellite_faults_work(earlier: str, value: float, fault: str) -> None:
    flight = Flight()
    flight.copter.parameters.set(f"SIM_GPS_{earlier}", value)
    flight.run(0.1)
    assert flight.copter.faults.active == [fault]
    flight.copter.parameters.set(f"SIM_GPS_{earlier}", 0)
    flight.run(0.1)
    assert flight.copter.faults.active == []
