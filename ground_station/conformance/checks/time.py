"""Clocks: TIMESYNC, PING, SYSTEM_TIME. Source: MAVLink guide, "Time Synchronization" and "PING"."""

import time

import anyio

from ground_station.conformance.bench import ANSWER_S, Bench
from ground_station.conformance.check import Deviates, NotSupported, check, require
from ground_station.conformance.dialect import mavlink, payload_of

TIMESYNC, PING = "services/timesync.html", "services/ping.html"
SECOND_NS = 1_000_000_000
YEAR_2000_US = 946_684_800_000_000


async def _sync(bench: Bench, number: int) -> tuple[int, float]:
    """The vehicle's time in its answer, and the round trip in seconds."""
    began_s = time.monotonic()
    answer = await bench.ask(
        mavlink.MAVLink_timesync_message(0, number), "TIMESYNC", where=lambda m: m.ts1 == number and m.tc1 != 0, tries=2
    )
    bench.known["timesync"] = answer
    return answer.tc1, time.monotonic() - began_s


@check("time.timesync", "A TIMESYNC request (tc1 0) is answered with ts1 mirrored", f"{TIMESYNC}#sequences")
async def timesync(bench: Bench) -> str:
    trips = [(await _sync(bench, 7_000_000_001 + number))[1] for number in range(5)]
    return f"five of five, shortest round trip {min(trips) * 1000:.1f} ms"


@check(
    "time.timesync_target",
    "The TIMESYNC answer is addressed to who asked",
    f"{TIMESYNC}#sequences",
    px4="answers to everybody",
    ardupilot="answers to everybody",
)
async def timesync_target(bench: Bench) -> str:
    await _sync(bench, 7_100_000_001)
    answer = bench.known["timesync"]
    target = tuple(payload_of(answer).ljust(18, b"\0")[16:18])  # an extension the generated dialects lack
    if target != (bench.ours.system_id, bench.ours.component_id):
        raise Deviates(f"addressed to {target[0]}/{target[1]}")
    return f"addressed to {target[0]}/{target[1]}"


@check("time.timesync_clock", "The vehicle's TIMESYNC clock counts nanoseconds forwards", f"{TIMESYNC}#sequences")
async def timesync_clock(bench: Bench) -> str:
    first, _ = await _sync(bench, 7_200_000_001)
    began_s = time.monotonic()
    await anyio.sleep(1.0)
    second, _ = await _sync(bench, 7_200_000_002)
    passed_s = bench.vehicle_s(time.monotonic() - began_s)
    counted_s = (second - first) / SECOND_NS
    require(counted_s > 0, "it went backwards")
    require(abs(counted_s - passed_s) < 0.2 * passed_s + 0.2, f"{counted_s:.3f} s counted in {passed_s:.3f} s")
    return f"{counted_s:.3f} s counted in {passed_s:.3f} s"


@check("time.timesync_no_echo", "An answer of somebody else (tc1 not 0) is not answered", f"{TIMESYNC}#sequences")
async def timesync_no_echo(bench: Bench) -> str:
    reply = mavlink.MAVLink_timesync_message(5, 7_300_000_001)
    answer = await bench.ask_or_none(reply, "TIMESYNC", within_s=bench.silence_s, where=lambda m: m.ts1 == 7_300_000_001)
    require(answer is None, "it was answered")
    return "silent"


@check("time.ping", "A PING to everybody is answered to who asked, with its number", f"{PING}#ping-sequence")
async def ping(bench: Bench) -> str:
    number = 41_000_001
    question = mavlink.MAVLink_ping_message(123_456, number, 0, 0)
    answer = await bench.ask_or_none(question, "PING", where=lambda m: m.seq == number, tries=2, within_s=ANSWER_S / 2)
    if answer is None:
        raise NotSupported("PING is not answered")
    target = (answer.target_system, answer.target_component)
    require(target == (bench.ours.system_id, bench.ours.component_id), f"addressed to {target}")
    require(answer.time_usec == 123_456, f"time_usec {answer.time_usec}, not the one asked with")
    return f"answered to {target[0]}/{target[1]}"


@check("time.ping_answer", "An answer to a PING is not answered again", f"{PING}#ping-sequence")
async def ping_answer(bench: Bench) -> str:
    number = 42_000_001
    reply = mavlink.MAVLink_ping_message(123_456, number, bench.system_id, bench.component_id)
    answer = await bench.ask_or_none(reply, "PING", within_s=bench.silence_s, where=lambda m: m.seq == number)
    require(answer is None, "two such stations would ping for ever")
    return "silent"


@check("time.system_time", "SYSTEM_TIME tells boot time in step with the other messages", "messages/common.html#SYSTEM_TIME")
async def system_time(bench: Bench) -> str:
    first = await bench.request(mavlink.MAVLINK_MSG_ID_SYSTEM_TIME, "SYSTEM_TIME")
    attitude = await bench.request(mavlink.MAVLINK_MSG_ID_ATTITUDE, "ATTITUDE")
    second = await bench.request(mavlink.MAVLINK_MSG_ID_SYSTEM_TIME, "SYSTEM_TIME")
    require(first.time_boot_ms <= second.time_boot_ms, "boot time went backwards")
    apart_ms = attitude.time_boot_ms - first.time_boot_ms
    require(-1000 <= apart_ms <= 1000 + 1000 * bench.vehicle_s(ANSWER_S), f"ATTITUDE is {apart_ms} ms from SYSTEM_TIME")
    knows = second.time_unix_usec > YEAR_2000_US
    return f"up {second.time_boot_ms / 1000:.0f} s, {'knows the date' if knows else 'does not know the date yet'}"
