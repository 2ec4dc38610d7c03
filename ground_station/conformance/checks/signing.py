"""Signed packets. Only with --allow-signing: a key is set over this link and taken away again.

Source: MAVLink guide, "Message Signing".
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any

import anyio

from ground_station.conformance.bench import ANSWER_S, Bench
from ground_station.conformance.check import CheckFailed, Deviates, Needs, NotSupported, check, require
from ground_station.conformance.checks.time import YEAR_2000_US
from ground_station.conformance.dialect import mavlink
from ground_station.conformance.frames import SIGNED, Frame

PAGE = "guide/message_signing.html"
ACCEPT, UNSIGNED, STAMP = f"{PAGE}#accept_signed_packets", f"{PAGE}#accepting_unsigned_packets", f"{PAGE}#timestamp"
KEY, WRONG_KEY = bytes(range(1, 33)), bytes(range(101, 133))
MINUTE_STAMPS = 60 * 100_000
_FIRST_PORT = "trusts its first port and takes everything there"
_numbers = iter(range(8_000_001, 9_000_001))


def _question(bench: Bench) -> tuple[Frame, int]:
    number = next(_numbers)
    return bench.ours.frame(mavlink.MAVLink_timesync_message(0, number)), number


async def _answer(bench: Bench, data: bytes, number: int, within_s: float) -> Any | None:
    with bench.listening() as ear:
        bench.ours.send(data)
        return await ear.hear_or_none("TIMESYNC", within_s=within_s, where=lambda m: m.ts1 == number and m.tc1 != 0)


def _setup(bench: Bench, key: bytes) -> Any:
    """Zeros with any other time than 0 are a key like another to ArduPilot: everybody knows it, and nobody has it set."""
    stamp = bench.ours.stamp_now() if any(key) else 0
    return mavlink.MAVLink_setup_signing_message(bench.system_id, bench.component_id, list(key), stamp)


async def _signed_answer(bench: Bench, *, tries: int = 3) -> Any:
    for _ in range(tries):
        frame, number = _question(bench)
        answer = await _answer(bench, bench.ours.signed(frame), number, ANSWER_S / 2)
        if answer is not None:
            return answer
    raise CheckFailed("a correctly signed frame is not answered")


@asynccontextmanager
async def _with_key(bench: Bench) -> AsyncIterator[None]:
    """Signing on for the time of one check, and off again whatever happens. Raises: `NotSupported` when it stays off."""
    clock = await bench.request(mavlink.MAVLINK_MSG_ID_SYSTEM_TIME, "SYSTEM_TIME")
    if clock.time_unix_usec > YEAR_2000_US:
        bench.ours.follow_clock(clock.time_unix_usec / 1e6, bench.clock_rate)
    bench.ours.say(_setup(bench, KEY))
    bench.ours.key = KEY
    try:
        await anyio.sleep(0.2)
        answer = await _signed_answer(bench)
        if not bytes(answer.get_msgbuf())[2] & SIGNED:
            raise NotSupported("SETUP_SIGNING does nothing: answers stay unsigned")
        yield
    finally:
        for _ in range(3):
            bench.ours.say(_setup(bench, bytes(32)))
            await anyio.sleep(0.1)
        bench.ours.key = None
        bench.other.key = None


async def _refused(bench: Bench, data: bytes, number: int, what: str) -> str:
    answer = await _answer(bench, data, number, bench.silence_s)
    await _signed_answer(bench)
    if answer is not None:
        raise Deviates(f"{what} was answered")
    return "refused, and the next correct frame answered"


@check("signing.accepted", "With a key set, signed frames are taken and answered signed", ACCEPT, needs=Needs.SIGNING)
async def accepted(bench: Bench) -> str:
    async with _with_key(bench):
        answer = await _signed_answer(bench)
        require(bytes(answer.get_msgbuf())[2] & SIGNED, "the answer is not signed")
    return "signed question, signed answer"


@check("signing.own_stamp", "The vehicle's own time stamps grow with every frame", STAMP, needs=Needs.SIGNING)
async def own_stamp(bench: Bench) -> str:
    async with _with_key(bench):
        with bench.listening() as ear:
            await ear.hear_or_none("nothing", within_s=bench.silence_s)
            frames = [bytes(m.get_msgbuf()) for _, m in ear.heard if bench.from_autopilot(m)]
    signed = [frame for frame in frames if frame[2] & SIGNED]
    require(len(signed) == len(frames), f"{len(frames) - len(signed)} of {len(frames)} frames are not signed")
    stamps: dict[int, list[int]] = {}
    for frame in signed:
        stamps.setdefault(frame[-13], []).append(int.from_bytes(frame[-12:-6], "little"))
    for link, values in stamps.items():
        require(all(a < b for a, b in pairwise(values)), f"link {link}: time stamps do not grow")
    return f"{len(signed)} frames"


@check("signing.unsigned", "An unsigned frame is refused", UNSIGNED, needs=Needs.SIGNING, ardupilot=_FIRST_PORT)
async def unsigned(bench: Bench) -> str:
    async with _with_key(bench):
        frame, number = _question(bench)
        return await _refused(bench, frame.to_bytes(), number, "an unsigned frame")


@check("signing.unsigned_command", "An unsigned command is refused", UNSIGNED, needs=Needs.SIGNING, ardupilot=_FIRST_PORT)
async def unsigned_command(bench: Bench) -> str:
    async with _with_key(bench):
        question = bench.command_long(mavlink.MAV_CMD_REQUEST_MESSAGE, mavlink.MAVLINK_MSG_ID_AUTOPILOT_VERSION)
        with bench.listening() as ear:
            bench.ours.send(bench.ours.frame(question).to_bytes())
            answer = await ear.hear_or_none("COMMAND_ACK", within_s=bench.silence_s, where=bench.is_ack(question.command))
        await _signed_answer(bench)
        if answer is not None:
            raise Deviates("an unsigned command was acknowledged")
    return "no acknowledgement"


@check("signing.wrong_key", "A frame signed with another key is refused", ACCEPT, needs=Needs.SIGNING, ardupilot=_FIRST_PORT)
async def wrong_key(bench: Bench) -> str:
    async with _with_key(bench):
        frame, number = _question(bench)
        return await _refused(bench, bench.ours.signed(frame, key=WRONG_KEY), number, "a frame with another key")


@check("signing.replay", "A signed frame sent a second time is refused", STAMP, needs=Needs.SIGNING, ardupilot=_FIRST_PORT)
async def replay(bench: Bench) -> str:
    async with _with_key(bench):
        frame, number = _question(bench)
        data = bench.ours.signed(frame)
        require(await _answer(bench, data, number, ANSWER_S) is not None, "it was not answered the first time")
        return await _refused(bench, data, number, "a replayed frame")


@check(
    "signing.older",
    "A time stamp that is not newer than the last one of its stream is refused",
    STAMP,
    needs=Needs.SIGNING,
    ardupilot=_FIRST_PORT,
)
async def older(bench: Bench) -> str:
    async with _with_key(bench):
        frame, number = _question(bench)
        data = bench.ours.signed(frame, stamp=bench.ours.stamp_now() - MINUTE_STAMPS // 6)
        return await _refused(bench, data, number, "an older time stamp")


@check("signing.stale_stream", "A new stream more than a minute behind is refused", STAMP, needs=Needs.SIGNING, ardupilot=_FIRST_PORT)
async def stale_stream(bench: Bench) -> str:
    async with _with_key(bench):
        frame, number = _question(bench)
        data = bench.ours.signed(frame, stamp=bench.ours.stamp_now() - 5 * MINUTE_STAMPS, link_id=99)
        return await _refused(bench, data, number, "a new stream five minutes behind")


@check("signing.radio_status", "RADIO_STATUS passes unsigned and disturbs nothing", UNSIGNED, needs=Needs.SIGNING)
async def radio_status(bench: Bench) -> str:
    async with _with_key(bench):
        bench.ours.send(bench.ours.frame(mavlink.MAVLink_radio_status_message(200, 200, 90, 10, 10, 0, 0)).to_bytes())
        await _signed_answer(bench)
    return "the link goes on"


@check("signing.off", "A key of zeros, of time 0, ends signing", f"{PAGE}#secret_key", needs=Needs.SIGNING)
async def off(bench: Bench) -> str:
    async with _with_key(bench):
        pass
    for _ in range(3):
        frame, number = _question(bench)
        answer = await _answer(bench, frame.to_bytes(), number, ANSWER_S / 2)
        if answer is not None:
            require(not bytes(answer.get_msgbuf())[2] & SIGNED, "answers are still signed")
            return "unsigned question, unsigned answer"
    raise CheckFailed("unsigned frames are not answered any more")
