"""Frames: checksums, flags, truncation, what must be dropped and what must not. Source: MAVLink guide, "Packet Serialization"."""

import random
from dataclasses import replace
from itertools import count
from typing import Any

from ground_station.conformance.bench import ANSWER_S, Bench
from ground_station.conformance.check import CheckFailed, check, require
from ground_station.conformance.dialect import mavlink
from ground_station.conformance.frames import MAGIC_V2, Frame

PAGE = "guide/serialization.html"
UNKNOWN_MESSAGE_ID = 15_999_001
_numbers = count(1_000_001)


def _question(bench: Bench) -> tuple[Frame, int]:
    """A frame any vehicle answers, and the number its answer will carry."""
    number = next(_numbers)
    return bench.ours.frame(mavlink.MAVLink_timesync_message(0, number)), number


async def _answered(bench: Bench, data: bytes, number: int, within_s: float) -> bool:
    with bench.listening() as ear:
        bench.ours.send(data)
        answer = await ear.hear_or_none("TIMESYNC", within_s=within_s, where=lambda m: m.ts1 == number and m.tc1 != 0)
    return answer is not None


async def _good_frame_is_answered(bench: Bench) -> None:
    for _ in range(3):
        frame, number = _question(bench)
        if await _answered(bench, frame.to_bytes(), number, ANSWER_S):
            return
    raise CheckFailed("a correct TIMESYNC is not answered either, so nothing can be told")


async def _dropped(bench: Bench, data: bytes, number: int, what: str) -> str:
    require(not await _answered(bench, data, number, bench.silence_s), f"{what} was obeyed")
    await _good_frame_is_answered(bench)
    return "dropped, and the next frame answered"


@check("framing.version", "The vehicle speaks MAVLink 2", f"{PAGE}#mavlink2_packet_format")
async def version(bench: Bench) -> str:
    with bench.listening() as ear:
        beat = await ear.hear("HEARTBEAT", within_s=ANSWER_S, where=bench.from_autopilot)
    magic = bytes(beat.get_msgbuf())[0]
    require(magic == MAGIC_V2, f"frames start with {magic:#x}")
    return "frames start with 0xFD"


@check("framing.checksum", "A frame with a wrong checksum is dropped", f"{PAGE}#checksum")
async def checksum(bench: Bench) -> str:
    frame, number = _question(bench)
    return await _dropped(bench, frame.to_bytes(checksum_off_by=1), number, "a frame with a wrong checksum")


@check("framing.crc_extra", "A frame of another definition (wrong CRC_EXTRA) is dropped", f"{PAGE}#crc_extra")
async def crc_extra(bench: Bench) -> str:
    frame, number = _question(bench)
    return await _dropped(bench, replace(frame, crc_extra=(frame.crc_extra + 1) % 256).to_bytes(), number, "a wrong CRC_EXTRA")


@check("framing.incompat_flag", "A frame with an unknown incompatibility flag is dropped", f"{PAGE}#incompat_flags")
async def incompat_flag(bench: Bench) -> str:
    frame, number = _question(bench)
    return await _dropped(bench, replace(frame, incompat=0x40).to_bytes(), number, "an unknown incompatibility flag")


@check("framing.compat_flag", "A frame with an unknown compatibility flag is taken", f"{PAGE}#compat_flags")
async def compat_flag(bench: Bench) -> str:
    frame, number = _question(bench)
    require(await _answered(bench, replace(frame, compat=0x80).to_bytes(), number, ANSWER_S), "it was not answered")
    return "answered"


@check("framing.truncated", "A payload without its trailing zeros is restored", f"{PAGE}#payload_truncation")
async def truncated(bench: Bench) -> str:
    frame, number = _question(bench)
    short = frame.truncated()
    require(await _answered(bench, short.to_bytes(), number, ANSWER_S), f"{len(short.payload)} bytes of 16 were not answered")
    return f"{len(short.payload)} bytes of payload instead of 16"


@check("framing.untruncated", "A payload with all its trailing zeros is taken too", f"{PAGE}#payload_truncation")
async def untruncated(bench: Bench) -> str:
    frame, number = _question(bench)
    full = frame.padded(18)
    require(await _answered(bench, full.to_bytes(), number, ANSWER_S), "18 bytes were not answered")
    return "18 bytes, zeros and all"


@check("framing.own_truncation", "The vehicle cuts the trailing zeros of what it sends", f"{PAGE}#payload_truncation")
async def own_truncation(bench: Bench) -> str:
    with bench.listening() as ear:
        await ear.hear("HEARTBEAT", within_s=ANSWER_S)
        await ear.hear_or_none("nothing", within_s=bench.silence_s)
        frames = [bytes(message.get_msgbuf()) for _, message in ear.heard]
    loose = [frame for frame in frames if frame[1] > 1 and frame[9 + frame[1]] == 0]
    require(not loose, f"{len(loose)} of {len(frames)} payloads end in a zero")
    return f"{len(frames)} frames"


@check("framing.unknown_message", "An unknown message is passed over", f"{PAGE}#packet_format")
async def unknown_message(bench: Bench) -> str:
    frame, number = _question(bench)
    stranger = replace(frame, message_id=UNKNOWN_MESSAGE_ID, crc_extra=77)
    require(await _answered(bench, stranger.to_bytes() + frame.to_bytes(), number, ANSWER_S), "the frame behind it was lost")
    return "the known frame behind it is answered"


@check("framing.garbage", "Random bytes between frames do not deafen the vehicle", f"{PAGE}#packet_format")
async def garbage(bench: Bench) -> str:
    noise = random.Random(20150101)
    for _ in range(40):
        bench.ours.send(noise.randbytes(50))
    await _good_frame_is_answered(bench)
    return "answers after 2,000 random bytes"


@check("framing.mavlink1", "A MAVLink 1 frame is understood too", "guide/mavlink_version.html#version_handshaking")
async def mavlink1(bench: Bench) -> str:
    frame, number = _question(bench)
    require(await _answered(bench, frame.padded(16).to_bytes_v1(), number, ANSWER_S), "it was not answered")
    return "answered"


@check("framing.other_system", "What is meant for another system is not obeyed", "guide/routing.html#routing-detail")
async def other_system(bench: Bench) -> str:
    stranger = bench.system_id % 250 + 1
    wanted: Any = mavlink.MAVLink_command_long_message(
        stranger, 1, mavlink.MAV_CMD_REQUEST_MESSAGE, 0, mavlink.MAVLINK_MSG_ID_AUTOPILOT_VERSION, 0, 0, 0, 0, 0, 0
    )
    answer = await bench.ask_or_none(wanted, "COMMAND_ACK", "AUTOPILOT_VERSION", within_s=bench.silence_s)
    require(answer is None, f"system {stranger} was asked and this vehicle answered {answer and answer.get_type()}")
    return f"silent when system {stranger} is asked"
