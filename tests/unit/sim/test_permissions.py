"""What else stands against arming: a remote identification without an operator, an authoriser who has not said yes."""

from typing import Any

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.modes import Mode
from tests.support.simulated_flight import Flight
from tests.unit.sim.test_vehicle_services import ask

ARM, START, REQUEST = mavlink.MAV_CMD_COMPONENT_ARM_DISARM, mavlink.MAV_CMD_MISSION_START, mavlink.MAV_CMD_ARM_AUTHORIZATION_REQUEST
ACCEPTED, TEMPORARILY_REJECTED, DENIED, FAILED = 0, 1, 2, 4
NO_MAC = [0] * 20
AUTHORISER = (10, 190)


def with_parameters(flight: Flight, **values: float) -> Flight:
    for name, value in values.items():
        flight.copter.parameters.force(name, value)
    flight.run(2.1)
    return flight


def operator(flight: Flight, lat: int = 436_500_000, lon: int = 511_600_000) -> None:
    flight.tell(mavlink.MAVLink_open_drone_id_system_message(1, 236, NO_MAC, 1, 1, lat, lon, 1, 0, -1000, -1000, 0, 0, 12.0, 1))


def answer(flight: Flight, result: int, reason: int = 0, extra: int = 0, station: tuple[int, int] = AUTHORISER) -> None:
    flight.tell(mavlink.MAVLink_command_ack_message(REQUEST, result, reason, extra, 1, 0), station)


def acks(flight: Flight, number: int) -> list[int]:
    return [message.result for message in flight.of("COMMAND_ACK") if message.command == number]


def asked(flight: Flight) -> list[Any]:
    return [message for message in flight.of("COMMAND_LONG") if message.command == REQUEST]


# Remote identification ------------------------------------------------------------------------------------------------------------


def test_without_a_transmitter_nothing_is_identified() -> None:
    flight = Flight()
    assert not [message for message in flight.sent if message.get_type().startswith("OPEN_DRONE_ID")]


@pytest.mark.parametrize(("autopilot", "switch"), [("ardupilot", "DID_ENABLE"), ("px4", "COM_ARM_ODID")])
def test_a_transmitter_says_who_where_and_whose(autopilot: str, switch: str) -> None:
    flight = with_parameters(Flight(autopilot=autopilot), **{switch: 1})
    assert flight.of("OPEN_DRONE_ID_SYSTEM") == []
    assert flight.of("OPEN_DRONE_ID_ARM_STATUS")[-1].error == "operator location must be set"
    operator(flight)
    flight.tell(mavlink.MAVLink_open_drone_id_operator_id_message(1, 236, NO_MAC, 0, b"KAZ-OP-0001"))
    flight.tell(mavlink.MAVLink_open_drone_id_self_id_message(1, 236, NO_MAC, 0, b"fibre survey"))
    flight.tell(mavlink.MAVLink_open_drone_id_system_update_message(1, 236, 436_510_000, 511_600_000, 12.0, 2))
    flight.sent.clear()
    flight.run(2.2)
    said = {message.get_type() for message in flight.sent if message.get_srcComponent() == 236}
    kinds = ("BASIC_ID", "LOCATION", "SYSTEM", "OPERATOR_ID", "SELF_ID", "ARM_STATUS")
    assert said == {"HEARTBEAT", *(f"OPEN_DRONE_ID_{kind}" for kind in kinds)}
    assert len(flight.of("OPEN_DRONE_ID_LOCATION")) >= 4
    assert flight.of("OPEN_DRONE_ID_SYSTEM")[-1].operator_latitude == 436_510_000
    assert flight.of("OPEN_DRONE_ID_OPERATOR_ID")[-1].operator_id == "KAZ-OP-0001"
    assert flight.of("OPEN_DRONE_ID_BASIC_ID")[-1].id_type == 1
    assert flight.of("OPEN_DRONE_ID_ARM_STATUS")[-1].status == 0


@pytest.mark.parametrize(
    ("autopilot", "values", "refused"),
    [
        ("ardupilot", {"DID_ENABLE": 1, "DID_OPTIONS": 0}, None),
        ("ardupilot", {"DID_ENABLE": 1, "DID_OPTIONS": 1}, FAILED),
        ("px4", {"COM_ARM_ODID": 1}, None),
        ("px4", {"COM_ARM_ODID": 2}, TEMPORARILY_REJECTED),
    ],
)
def test_arming_needs_an_operators_place_when_the_parameter_says_so(autopilot: str, values: dict[str, float], refused: int | None) -> None:
    flight = with_parameters(Flight(autopilot=autopilot), **values)
    if autopilot == "ardupilot":
        flight.command(mavlink.MAV_CMD_DO_SET_MODE, 1, Mode.GUIDED)
    if refused is None:
        assert flight.command(ARM, 1) == ACCEPTED
        return
    assert flight.command(ARM, 1) == refused
    operator(flight)
    flight.step()
    assert flight.command(ARM, 1) == ACCEPTED
    flight.command(ARM, 0)
    flight.run(4)  # the operator's place is too old by now
    assert flight.command(ARM, 1) == refused


def test_a_vehicle_in_the_air_says_so() -> None:
    flight = with_parameters(Flight(), DID_ENABLE=1)
    flight.take_off(20)
    flight.run(1)
    where = flight.of("OPEN_DRONE_ID_LOCATION")[-1]
    assert where.status == mavlink.MAV_ODID_STATUS_AIRBORNE
    assert where.height == pytest.approx(20, abs=2)


# Arm authorisation ----------------------------------------------------------------------------------------------------------------


def px4(**values: float) -> Flight:
    return with_parameters(Flight(autopilot="px4"), COM_ARM_AUTH_REQ=1, **values)


def test_px4_waits_for_the_authoriser_before_it_answers() -> None:
    flight = px4()
    [request] = ask(flight, ARM, 1)
    assert (request.get_type(), request.command, request.target_system, request.param1) == ("COMMAND_LONG", REQUEST, 10, 1.0)
    answer(flight, ACCEPTED, extra=30, station=(11, 190))  # somebody else's word is none
    flight.run(0.2)
    assert acks(flight, ARM) == []
    answer(flight, ACCEPTED, extra=30)
    flight.run(0.1)
    assert acks(flight, ARM) == [ACCEPTED]
    assert flight.copter.autopilot.armed


def test_px4_tells_why_it_was_refused() -> None:
    flight = px4()
    ask(flight, ARM, 1)
    answer(flight, TEMPORARILY_REJECTED, mavlink.MAV_ARM_AUTH_DENIED_REASON_AIRSPACE_IN_USE)
    flight.run(0.1)
    assert acks(flight, ARM) == [TEMPORARILY_REJECTED]
    assert "Arm auth: Denied because airspace is in use" in flight.texts()


def test_px4_gives_a_silent_authoriser_up() -> None:
    flight = px4()
    ask(flight, ARM, 1)
    flight.run(1.2)
    assert acks(flight, ARM) == [TEMPORARILY_REJECTED]
    assert "Arm auth: No response from authorizer" in flight.texts()


def test_px4_arms_at_the_second_word_while_the_permission_holds() -> None:
    flight = px4(COM_ARM_AUTH_MET=1)
    ack, request = ask(flight, ARM, 1)
    assert (ack.result, request.command) == (TEMPORARILY_REJECTED, REQUEST)
    answer(flight, ACCEPTED, extra=3)
    assert flight.command(ARM, 1) == ACCEPTED
    flight.command(ARM, 0)
    flight.run(4)
    assert ask(flight, ARM, 1)[0].result == TEMPORARILY_REJECTED


def test_force_and_disarming_ask_nobody() -> None:
    flight = px4()
    assert flight.command(ARM, 1, 21196) == ACCEPTED
    assert flight.command(ARM, 0) == ACCEPTED


def test_a_script_on_an_ardupilot_asks_until_it_may() -> None:
    flight = with_parameters(Flight(), AUTH_ENABLE=1, AUTH_SYSID=10)
    flight.command(mavlink.MAV_CMD_DO_SET_MODE, 1, Mode.GUIDED)
    assert len(asked(flight)) == 1
    assert flight.command(ARM, 1) == FAILED
    answer(flight, DENIED, mavlink.MAV_ARM_AUTH_DENIED_REASON_BAD_WEATHER)
    flight.run(5)
    assert len(asked(flight)) == 2
    assert flight.command(ARM, 1) == FAILED
    flight.step()
    assert {"Arm: Waiting for auxiliary authorisation", "Arm: Denied because of bad weather"} <= set(flight.texts())
    answer(flight, ACCEPTED, extra=20)
    flight.step()
    assert flight.command(ARM, 1) == ACCEPTED
