"""Texts and sensors. Source: common.xml's STATUSTEXT and SYS_STATUS."""

from ground_station.conformance.bench import Bench
from ground_station.conformance.check import Skipped, check, require
from ground_station.conformance.checks.command import result_name
from ground_station.conformance.dialect import mavlink
from ground_station.conformance.plans import MISSION, clear, put, waypoints

STATUSTEXT, SYS_STATUS = "messages/common.html#STATUSTEXT", "messages/common.html#SYS_STATUS"


def _text(message: object) -> str:
    raw = getattr(message, "text", "")
    return (raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)).rstrip("\0")


@check("status.text", "STATUSTEXT tells what happened, with a severity that is one", STATUSTEXT)
async def text(bench: Bench) -> str:
    with bench.listening() as ear:
        await put(bench, waypoints(bench, 2))
        await bench.ack(bench.command_long(mavlink.MAV_CMD_RUN_PREARM_CHECKS), tries=2)
        await clear(bench, MISSION)
        await ear.hear_or_none("nothing", within_s=bench.silence_s)
        heard = ear.all("STATUSTEXT")
    if not heard:
        raise Skipped("nothing to say was found: an upload and RUN_PREARM_CHECKS brought no text")
    for message in heard:
        require(message.severity in mavlink.enums["MAV_SEVERITY"], f"severity {message.severity}")
        require(_text(message).isprintable(), f"unprintable text {_text(message)!r}")
    return f"{len(heard)} texts, for example '{_text(heard[0])[:50]}'"


@check("status.text_chunks", "Pieces of a long text carry one id and count up from 0", STATUSTEXT)
async def text_chunks(bench: Bench) -> str:
    with bench.listening() as ear:
        await bench.ack(bench.command_long(mavlink.MAV_CMD_RUN_PREARM_CHECKS), tries=2)
        await put(bench, waypoints(bench, 2))
        await ear.hear_or_none("nothing", within_s=2 * bench.silence_s)
        pieces = [(m.id, m.chunk_seq) for m in ear.all("STATUSTEXT") if getattr(m, "id", 0)]
    await clear(bench, MISSION)
    if not pieces:
        raise Skipped("no text longer than 50 letters came")
    by_id: dict[int, list[int]] = {}
    for number, part in pieces:
        by_id.setdefault(number, []).append(part)
    wrong = {number: parts for number, parts in by_id.items() if parts != list(range(len(parts)))}
    require(not wrong, f"{wrong}")
    return f"{len(by_id)} long texts in {len(pieces)} pieces"


@check("status.prearm", "RUN_PREARM_CHECKS is accepted, and SYS_STATUS shows the result", SYS_STATUS)
async def prearm(bench: Bench) -> str:
    answer = await bench.ack(bench.command_long(mavlink.MAV_CMD_RUN_PREARM_CHECKS), tries=2)
    status = await bench.request(mavlink.MAVLINK_MSG_ID_SYS_STATUS, "SYS_STATUS")
    bit = mavlink.MAV_SYS_STATUS_PREARM_CHECK
    shown = bool(status.onboard_control_sensors_present & bit)
    require(answer.result == mavlink.MAV_RESULT_ACCEPTED or shown, f"{result_name(answer.result)}, and no PREARM_CHECK bit")
    healthy = bool(status.onboard_control_sensors_health & bit)
    return f"{result_name(answer.result)}, " + (f"pre-arm {'good' if healthy else 'not good'}" if shown else "no pre-arm bit")


@check("status.sensors", "A sensor that is enabled or healthy is present", SYS_STATUS)
async def sensors(bench: Bench) -> str:
    status = await bench.request(mavlink.MAVLINK_MSG_ID_SYS_STATUS, "SYS_STATUS")
    stray = status.onboard_control_sensors_enabled & ~status.onboard_control_sensors_present
    require(stray == 0, f"enabled but not present: {stray:#x}")
    return f"{status.onboard_control_sensors_present.bit_count()} present, {status.onboard_control_sensors_enabled.bit_count()} enabled"
