"""Mission transfers between this station and the simulated ArduPilot over links that lose, double and reorder."""

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from ground_station.control.transfer import first_difference
from ground_station.mavlink import MissionDownload, MissionUpload, TransferResult, VerifiedUpload, WireItem, mavlink
from ground_station.vehicles.autopilots import ArduPilot
from tests.support.virtual_flight import STATION, VEHICLE, VirtualFlight

AUTOPILOT = ArduPilot(mavlink.MAV_TYPE_QUADROTOR)
FRAME = mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT


def mission(count: int, shift: int = 0) -> list[WireItem]:
    """Home, then `count` waypoints in a row."""
    return [
        WireItem(seq, FRAME, mavlink.MAV_CMD_NAV_WAYPOINT, (0, 0, 0, 0), 436505000 + 100 * seq + shift, 511600000, 20.0 + seq)
        for seq in range(count + 1)
    ]


def on_board(flight: VirtualFlight) -> list[WireItem]:
    """The truth: what the simulated autopilot holds."""
    store = flight.copter.store
    return [
        WireItem(seq, item.frame, item.command, (item.param1, item.param2, item.param3, item.param4), item.x, item.y, item.z)
        for seq, item in enumerate(store[index] for index in range(len(store)))
    ]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    loss=st.sampled_from([0.0, 0.05, 0.2]),
    doubling=st.sampled_from([0.0, 0.1]),
    reordering=st.sampled_from([0.0, 0.05]),
    count=st.integers(1, 20),
    seed=st.integers(0, 10_000),
)
def test_upload_ends_equal_or_with_a_clear_failure(loss: float, doubling: float, reordering: float, count: int, seed: int) -> None:
    flight = VirtualFlight(loss=loss, doubling=doubling, reordering=reordering, seed=seed)
    flight.converse(MissionUpload(mission(3, shift=7), VEHICLE, STATION))  # its late doubles may get into what follows
    sent = mission(count)
    outcome = flight.converse(MissionUpload(sent, VEHICLE, STATION))
    assert outcome is not None, "an upload always ends"
    assert outcome.detail
    if outcome.result not in (TransferResult.ACCEPTED, TransferResult.UNCONFIRMED):
        return
    read = flight.converse(MissionDownload(VEHICLE, STATION))
    if read.result is TransferResult.ACCEPTED and first_difference(AUTOPILOT, sent, read.items) is None:
        assert first_difference(AUTOPILOT, sent, on_board(flight)) is None, "claimed on board, so it must be"


@pytest.mark.parametrize("loss", [0.0, 0.05, 0.2], ids=["no loss", "5 % loss", "20 % loss"])
def test_most_uploads_succeed_on_a_lossy_link(loss: float) -> None:
    outcomes = []
    for seed in range(20):
        flight = VirtualFlight(loss=loss, doubling=0.05, seed=seed)
        outcomes.append(flight.converse(MissionUpload(mission(20), VEHICLE, STATION)).result)
    good = sum(result in (TransferResult.ACCEPTED, TransferResult.UNCONFIRMED) for result in outcomes)
    assert good >= (20 if loss < 0.1 else 17), outcomes


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(loss=st.sampled_from([0.0, 0.05, 0.2]), count=st.integers(0, 20), seed=st.integers(0, 10_000))
def test_download_is_whole_or_fails(loss: float, count: int, seed: int) -> None:
    flight = VirtualFlight(seed=seed)
    sent = mission(count)
    assert flight.converse(MissionUpload(sent, VEHICLE, STATION)).result is TransferResult.ACCEPTED
    flight.up.loss = flight.down.loss = loss
    flight.up.doubling = flight.down.doubling = 0.1
    read = flight.converse(MissionDownload(VEHICLE, STATION))
    if read.result is TransferResult.ACCEPTED:
        assert first_difference(AUTOPILOT, sent, read.items) is None
    else:
        assert read.items == ()
        assert read.detail


def test_twenty_items_cross_a_link_that_loses_30_percent_each_way_100_of_100_times() -> None:
    failed = []
    for seed in range(100):
        flight = VirtualFlight(loss=0.3, seed=1000 + 2 * seed)
        sent = mission(20, shift=seed)
        upload = VerifiedUpload(sent, VEHICLE, STATION, lambda one, two: first_difference(AUTOPILOT, one, two))
        outcome = flight.converse(upload)
        if outcome is None or outcome.result is not TransferResult.ACCEPTED or first_difference(AUTOPILOT, sent, on_board(flight)):
            failed.append((seed, outcome and outcome.detail))
        assert flight.up.lost + flight.down.lost > 10, "the link really lost messages"
    assert not failed
