"""Missions with wrong content, and requests for what is not there. Source: MAVLink guide, "Mission Protocol"."""

from ground_station.conformance.bench import Bench
from ground_station.conformance.check import Deviates, check, require
from ground_station.conformance.dialect import mavlink
from ground_station.conformance.plans import MISSION, Item, ack_message, clear, count_message, is_plan_message, put, upload, waypoints
from ground_station.conformance.uploads import result_name

PAGE = "services/mission.html"
ERRORS = f"{PAGE}#errors"


@check("mission.no_space", "More items than fit are refused with NO_SPACE", ERRORS)
async def no_space(bench: Bench) -> str:
    answer = await bench.ask(count_message(bench, 60_000, MISSION), "MISSION_ACK", where=is_plan_message(bench, MISSION))
    require(answer.type == mavlink.MAV_MISSION_NO_SPACE, result_name(answer.type))
    return "60000 items: NO_SPACE (4)"


async def _refused(bench: Bench, bad: Item) -> int:
    """Upload with `bad` as the third item; the result it got. The rest of the upload is given up."""
    items = waypoints(bench, 4)
    items[2] = bad
    story = await upload(bench, items)
    bench.ours.say(ack_message(bench, mavlink.MAV_MISSION_OPERATION_CANCELLED, MISSION))
    require(story.ack is not None, "no MISSION_ACK")
    return int(story.ack or 0)


@check("mission.unsupported_command", "An item the vehicle cannot do is refused with UNSUPPORTED", ERRORS)
async def unsupported_command(bench: Bench) -> str:
    result = await _refused(bench, Item(60_004, *_place(bench), 20.0))
    require(result == mavlink.MAV_MISSION_UNSUPPORTED, result_name(result))
    return result_name(result)


@check("mission.unsupported_frame", "A frame the vehicle does not know is refused with UNSUPPORTED_FRAME", ERRORS)
async def unsupported_frame(bench: Bench) -> str:
    result = await _refused(bench, Item(mavlink.MAV_CMD_NAV_WAYPOINT, *_place(bench), 20.0, frame=mavlink.MAV_FRAME_BODY_FRD))
    require(result == mavlink.MAV_MISSION_UNSUPPORTED_FRAME, result_name(result))
    return result_name(result)


@check(
    "mission.invalid_latitude",
    "A latitude beyond the pole is refused with INVALID_PARAM5_X",
    ERRORS,
    px4="checks places only when the mission is judged as a whole",
)
async def invalid_latitude(bench: Bench) -> str:
    result = await _refused(bench, Item(mavlink.MAV_CMD_NAV_WAYPOINT, 910_000_000, _place(bench)[1], 20.0))
    if result != mavlink.MAV_MISSION_INVALID_PARAM5_X:
        raise Deviates(f"latitude 91°: {result_name(result)}")
    return result_name(result)


@check(
    "mission.invalid_longitude",
    "A longitude beyond 180° is refused with INVALID_PARAM6_Y",
    ERRORS,
    px4="checks places only when the mission is judged as a whole",
)
async def invalid_longitude(bench: Bench) -> str:
    result = await _refused(bench, Item(mavlink.MAV_CMD_NAV_WAYPOINT, _place(bench)[0], 1_810_000_000, 20.0))
    if result != mavlink.MAV_MISSION_INVALID_PARAM6_Y:
        raise Deviates(f"longitude 181°: {result_name(result)}")
    return result_name(result)


@check("mission.request_beyond", "Asking for an item that is not there is an error, not silence", ERRORS)
async def request_beyond(bench: Bench) -> str:
    await put(bench, waypoints(bench, 3))
    target = (bench.system_id, bench.component_id)
    await bench.ask(mavlink.MAVLink_mission_request_list_message(*target, MISSION), "MISSION_COUNT", tries=2, where=bench.to_us)
    question = mavlink.MAVLink_mission_request_int_message(*target, 500, MISSION)
    answer = await bench.ask(question, "MISSION_ACK", "MISSION_ITEM_INT", where=is_plan_message(bench, MISSION))
    require(answer.get_type() == "MISSION_ACK", "an item came")
    require(
        answer.type in (mavlink.MAV_MISSION_INVALID_SEQUENCE, mavlink.MAV_MISSION_ERROR, mavlink.MAV_MISSION_INVALID),
        result_name(answer.type),
    )
    await clear(bench, MISSION)
    return result_name(answer.type)


def _place(bench: Bench) -> tuple[int, int]:
    item = waypoints(bench, 2)[-1]
    return item.x, item.y
