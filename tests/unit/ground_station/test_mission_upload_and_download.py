"""The mission protocol, message by message."""

import pytest

from ground_station.mavlink import Address, MissionDownload, MissionUpload, TransferResult, WireItem, WireMessage, mavlink
from ground_station.mavlink.transfers import RETRIES

OWN = Address(254, 190)
VEHICLE = Address(1, 1)
ITEMS = [WireItem(seq, 6, 16, (0, 0, 0, 0), 436505000 + seq, 511600000, 20.0) for seq in range(3)]


def heard(message: WireMessage, system: int = 1) -> WireMessage:
    message._header.srcSystem, message._header.srcComponent = system, 1
    return message


def request(seq: int, *, plain: bool = False, kind: int = 0) -> WireMessage:
    make = mavlink.MAVLink_mission_request_message if plain else mavlink.MAVLink_mission_request_int_message
    return heard(make(254, 190, seq, kind))


def ack(result: int, *, kind: int = 0, system: int = 1) -> WireMessage:
    return heard(mavlink.MAVLink_mission_ack_message(254, 190, result, kind), system)


def upload() -> MissionUpload:
    exchange = MissionUpload(ITEMS, VEHICLE, OWN)
    exchange.opening()
    return exchange


def test_upload_answers_both_kinds_of_request_with_item_int() -> None:
    exchange = upload()
    for plain in (True, False):
        (answer,) = exchange.on_message(request(1, plain=plain))
        assert (answer.get_type(), answer.seq, answer.x) == ("MISSION_ITEM_INT", 1, 436505001)


def test_upload_resends_an_item_asked_twice_and_follows_any_order() -> None:
    exchange = upload()
    assert [exchange.on_message(request(seq))[0].seq for seq in (0, 0, 2, 1, 0)] == [0, 0, 2, 1, 0]
    exchange.on_message(ack(mavlink.MAV_MISSION_ACCEPTED))
    assert exchange.outcome is not None
    assert exchange.outcome.result is TransferResult.ACCEPTED


def test_upload_does_not_believe_an_acceptance_before_everything_crossed() -> None:
    exchange = upload()
    exchange.on_message(request(0))
    exchange.on_message(ack(mavlink.MAV_MISSION_ACCEPTED))
    assert exchange.outcome is None


def test_upload_goes_on_after_invalid_sequence() -> None:
    exchange = upload()
    exchange.on_message(request(0))
    exchange.on_message(ack(mavlink.MAV_MISSION_INVALID_SEQUENCE))
    assert exchange.outcome is None


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (mavlink.MAV_MISSION_NO_SPACE, "no space"),
        (mavlink.MAV_MISSION_INVALID_PARAM5_X, "invalid param5 x"),
        (mavlink.MAV_MISSION_DENIED, "denied"),
    ],
)
def test_upload_refused_says_why_and_where(result: int, words: str) -> None:
    exchange = upload()
    exchange.on_message(request(0))
    exchange.on_message(request(1))
    exchange.on_message(ack(result))
    assert exchange.outcome is not None
    assert exchange.outcome.result is TransferResult.REFUSED
    assert exchange.outcome.detail == f"{words} at item 1"


def test_upload_to_a_silent_vehicle_gives_up_after_its_retries() -> None:
    exchange = upload()
    resent = 0
    while exchange.outcome is None:
        resent += len(exchange.on_silence())
    assert resent == RETRIES
    assert exchange.outcome.result is TransferResult.SILENT
    assert "0 of 3 items" in exchange.outcome.detail


def test_upload_whose_acknowledgement_is_lost_is_unconfirmed() -> None:
    exchange = upload()
    for seq in range(3):
        exchange.on_message(request(seq))
    while exchange.outcome is None:
        exchange.on_silence()
    assert exchange.outcome.result is TransferResult.UNCONFIRMED


def test_messages_of_another_store_vehicle_or_station_are_ignored() -> None:
    exchange = upload()
    other_station = heard(mavlink.MAVLink_mission_request_int_message(255, 190, 0, 0))
    for message in (request(0, kind=1), heard(request(0), system=2), other_station):
        assert exchange.on_message(message) == []
    exchange.on_message(ack(mavlink.MAV_MISSION_DENIED, kind=1))
    assert exchange.outcome is None


def test_cancelling_tells_the_vehicle_once() -> None:
    exchange = upload()
    (told,) = exchange.cancel()
    assert (told.get_type(), told.type) == ("MISSION_ACK", mavlink.MAV_MISSION_OPERATION_CANCELLED)
    assert exchange.cancel() == []


def test_an_empty_upload_is_accepted_without_items() -> None:
    exchange = MissionUpload([], VEHICLE, OWN)
    assert exchange.opening()[0].count == 0
    exchange.on_message(ack(mavlink.MAV_MISSION_ACCEPTED))
    assert exchange.outcome is not None
    assert exchange.outcome.result is TransferResult.ACCEPTED


def test_fence_and_rally_carry_their_type_everywhere() -> None:
    kind = mavlink.MAV_MISSION_TYPE_FENCE
    exchange = MissionUpload(ITEMS, VEHICLE, OWN, mission_type=kind)
    assert exchange.opening()[0].mission_type == kind
    assert exchange.on_message(request(0, kind=kind))[0].mission_type == kind
    assert MissionDownload(VEHICLE, OWN, mission_type=kind).opening()[0].mission_type == kind


def count(number: int) -> WireMessage:
    return heard(mavlink.MAVLink_mission_count_message(254, 190, number, 0))


def item(seq: int) -> WireMessage:
    return heard(ITEMS[seq].to_message(OWN, 0))


def test_download_asks_each_item_in_turn_and_closes() -> None:
    exchange = MissionDownload(VEHICLE, OWN)
    assert exchange.opening()[0].get_type() == "MISSION_REQUEST_LIST"
    assert exchange.on_message(count(3))[0].seq == 0
    assert exchange.on_message(item(0))[0].seq == 1
    assert exchange.on_message(item(0)) == []  # doubled
    assert exchange.on_message(item(2)) == []  # out of turn
    assert exchange.on_message(item(1))[0].seq == 2
    (closing,) = exchange.on_message(item(2))
    assert (closing.get_type(), closing.type) == ("MISSION_ACK", mavlink.MAV_MISSION_ACCEPTED)
    assert exchange.outcome is not None
    assert [i.x for i in exchange.outcome.items] == [i.x for i in ITEMS]


def test_download_asks_again_after_silence_and_fails_without_items() -> None:
    exchange = MissionDownload(VEHICLE, OWN)
    exchange.opening()
    exchange.on_message(count(3))
    exchange.on_message(item(0))
    asked = []
    while exchange.outcome is None:
        asked += [m.seq for m in exchange.on_silence() if m.get_type() == "MISSION_REQUEST_INT"]
    assert asked == [1] * RETRIES
    assert exchange.outcome.result is TransferResult.SILENT
    assert exchange.outcome.items == ()
    assert exchange.outcome.detail == "1 of 3 items came"


def test_download_of_an_empty_store_is_empty() -> None:
    exchange = MissionDownload(VEHICLE, OWN)
    exchange.opening()
    exchange.on_message(count(0))
    assert exchange.outcome is not None
    assert (exchange.outcome.result, exchange.outcome.items) == (TransferResult.ACCEPTED, ())
