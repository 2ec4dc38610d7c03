"""Message rates. Source: MAVLink guide, MAV_CMD_SET_MESSAGE_INTERVAL and "Requesting messages"."""

from ground_station.conformance.bench import ANSWER_S, QUERY_TRIES, Bench
from ground_station.conformance.check import NotSupported, check, require
from ground_station.conformance.checks.command import REFUSALS, result_name
from ground_station.conformance.dialect import mavlink

SET = "messages/common.html#MAV_CMD_SET_MESSAGE_INTERVAL"
GET = "messages/common.html#MAV_CMD_GET_MESSAGE_INTERVAL"
ATTITUDE = mavlink.MAVLINK_MSG_ID_ATTITUDE
LOOKED_AT_S = 3.0


async def _rate_hz(bench: Bench) -> float:
    """ATTITUDE messages per second of the vehicle's own clock."""
    messages, _ = await bench.collect("ATTITUDE", LOOKED_AT_S)
    if len(messages) < 2:
        return 0.0
    spent_ms = messages[-1].time_boot_ms - messages[0].time_boot_ms
    return 1000.0 * (len(messages) - 1) / spent_ms if spent_ms > 0 else 0.0


async def _set(bench: Bench, interval_us: float) -> None:
    result = await bench.set_interval(ATTITUDE, interval_us)
    require(result == mavlink.MAV_RESULT_ACCEPTED, f"SET_MESSAGE_INTERVAL {interval_us:g}: {result_name(result)}")


@check("interval.set", "SET_MESSAGE_INTERVAL brings the message at that rate", SET)
async def set_rate(bench: Bench) -> str:
    seen = []
    try:
        for hz in (10, 4):
            await _set(bench, 1e6 / hz)
            rate_hz = await _rate_hz(bench)
            require(0.7 * hz <= rate_hz <= 1.3 * hz, f"{hz} Hz asked, {rate_hz:.1f} Hz came")
            seen.append(f"{hz} Hz asked, {rate_hz:.1f} Hz came")
    finally:
        await _set(bench, 0)
    return "; ".join(seen)


@check("interval.off", "An interval of -1 switches the message off", SET)
async def off(bench: Bench) -> str:
    try:
        await _set(bench, 100_000)
        require(await _rate_hz(bench) > 0, "10 Hz asked, nothing came")
        await _set(bench, -1)
        await bench.collect("ATTITUDE", 0.5)  # what was already under way
        rest, _ = await bench.collect("ATTITUDE", 2.0)
        require(not rest, f"{len(rest)} messages in 2 s after it was switched off")
    finally:
        await _set(bench, 0)
    return "none in 2 s"


@check("interval.default", "An interval of 0 gives back the default rate", SET)
async def default(bench: Bench) -> str:
    await _set(bench, 0)
    before = await _interval_us(bench)
    await _set(bench, 333_000)
    await _set(bench, 0)
    after = await _interval_us(bench)
    require(before == after, f"{before} µs before, {after} µs after")
    return f"{after} µs"


async def _interval_us(bench: Bench, message_id: int = ATTITUDE) -> int:
    question = bench.command_long(mavlink.MAV_CMD_GET_MESSAGE_INTERVAL, message_id)
    answer = await bench.ask_or_none(
        question, "MESSAGE_INTERVAL", where=lambda m: m.message_id == message_id, within_s=ANSWER_S / 2, tries=QUERY_TRIES
    )
    if answer is None:
        raise NotSupported("GET_MESSAGE_INTERVAL brings no MESSAGE_INTERVAL")
    return int(answer.interval_us)


@check("interval.get", "GET_MESSAGE_INTERVAL tells the rate that was set", GET)
async def get(bench: Bench) -> str:
    try:
        await _set(bench, 250_000)
        told_us = await _interval_us(bench)
        require(abs(told_us - 250_000) <= 25_000, f"250000 µs set, {told_us} µs told")
    finally:
        await _set(bench, 0)
    return f"{told_us} µs"


@check("interval.unknown", "A rate for a message the vehicle has not is refused", SET)
async def unknown(bench: Bench) -> str:
    result = await bench.set_interval(65_432, 100_000)
    require(result in REFUSALS, result_name(result))
    return result_name(result)


@check("interval.other_link_rates", "A second station's REQUEST_MESSAGE does not change the rates", SET)
async def untouched(bench: Bench) -> str:
    try:
        await _set(bench, 200_000)
        question = bench.command_long(mavlink.MAV_CMD_REQUEST_MESSAGE, ATTITUDE)
        await bench.ack(question, speaker=bench.other, tries=2)
        rate_hz = await _rate_hz(bench)
        require(3.5 <= rate_hz <= 6.5, f"5 Hz was set, {rate_hz:.1f} Hz comes")
    finally:
        await _set(bench, 0)
    return f"{rate_hz:.1f} Hz of 5"
