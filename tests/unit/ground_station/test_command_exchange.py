"""The command protocol: what is sent once, what is asked again, which answer counts."""

import pytest

from ground_station.mavlink import Address, CommandExchange, WireMessage, mavlink
from ground_station.mavlink.commands import command_long, request_message

OWN = Address(254, 190)
VEHICLE = Address(1, 1)


def ack(command: int, result: int, *, system: int = 1, to: Address = OWN, progress: int = 0) -> WireMessage:
    message = mavlink.MAVLink_command_ack_message(command, result, progress, 0, to.system_id, to.component_id)
    message._header.srcSystem, message._header.srcComponent = system, 1
    return message


def arm() -> WireMessage:
    return command_long(VEHICLE, mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1)


def test_a_state_changing_command_is_sent_once_and_silence_ends_it() -> None:
    exchange = CommandExchange(arm(), OWN)
    assert len(exchange.opening()) == 1
    assert exchange.on_silence() == []
    assert exchange.outcome is not None
    assert not exchange.outcome.answered
    assert exchange.outcome.result_name == "no answer"


def test_a_query_is_asked_three_times_with_growing_confirmation() -> None:
    exchange = CommandExchange.query(request_message(VEHICLE, 148), OWN)
    sent = [m.confirmation for m in exchange.opening()]
    while exchange.outcome is None:
        sent += [m.confirmation for m in exchange.on_silence()]
    assert sent == [0, 1, 2]


@pytest.mark.parametrize(
    "foreign",
    [
        ack(mavlink.MAV_CMD_NAV_TAKEOFF, 0),
        ack(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 0, system=2),
        ack(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 0, to=Address(255, 190)),
    ],
    ids=["another command", "another vehicle", "another station"],
)
def test_an_answer_that_is_not_ours_is_ignored(foreign: WireMessage) -> None:
    exchange = CommandExchange(arm(), OWN)
    exchange.opening()
    exchange.on_message(foreign)
    assert exchange.outcome is None
    exchange.on_message(ack(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 0, to=Address(0, 0)))
    assert exchange.outcome is not None
    assert exchange.outcome.accepted


def test_in_progress_waits_longer_and_a_final_answer_is_needed() -> None:
    exchange = CommandExchange(arm(), OWN)
    exchange.opening()
    short_s = exchange.timeout_s
    exchange.on_message(ack(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, mavlink.MAV_RESULT_IN_PROGRESS, progress=40))
    assert (exchange.outcome, exchange.progress) == (None, 0.4)
    assert exchange.timeout_s > short_s
    exchange.on_message(ack(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, mavlink.MAV_RESULT_IN_PROGRESS, progress=255))
    assert exchange.progress is None
    exchange.on_message(ack(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, mavlink.MAV_RESULT_DENIED))
    assert exchange.outcome is not None
    assert exchange.outcome.result_name == "denied"
    assert exchange.on_message(ack(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 0)) == []
    assert not exchange.outcome.accepted
