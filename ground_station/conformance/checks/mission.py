"""Missions when everything goes well, and what the vehicle tells of its mission. Source: MAVLink guide, "Mission Protocol"."""

from ground_station.conformance.bench import ANSWER_S, Bench
from ground_station.conformance.check import CheckFailed, Deviates, NotSupported, check, require
from ground_station.conformance.checks.command import REFUSALS, result_name
from ground_station.conformance.dialect import extension_u32, mavlink
from ground_station.conformance.plans import (
    FENCE,
    MISSION,
    RALLY,
    RELATIVE_INT,
    Item,
    clear,
    first_difference,
    put,
    read,
    same_flight,
    upload,
    waypoints,
)

PAGE = "services/mission.html"
UPLOAD, DOWNLOAD = f"{PAGE}#uploading_mission", f"{PAGE}#download_mission"
ALL = mavlink.MAV_MISSION_TYPE_ALL
# Where opaque ids stand in the payloads: extensions newer than the generated dialects.
ACK_ID_AT, COUNT_ID_AT, CURRENT_MISSION_ID_AT = 4, 5, 6
LARGE = 100


@check("mission.upload", "An upload is asked for item by item and accepted", UPLOAD)
async def uploaded(bench: Bench) -> str:
    items = waypoints(bench, 6)
    story = await put(bench, items)
    wanted = list(range(len(items)))
    asked = sorted({seq for _, seq in story.asked})
    require(asked == wanted, f"items asked for: {asked}")
    return f"{len(items)} items in {story.seconds:.2f} s"


@check("mission.request_order", "Items are asked for in order, from 0, each once on a good link", UPLOAD)
async def request_order(bench: Bench) -> str:
    items = waypoints(bench, 6)
    asked = [seq for _, seq in (await put(bench, items)).asked]
    require(asked == sorted(asked), f"asked in the order {asked}")
    return f"{asked[0]} to {asked[-1]}, {len(asked)} requests"


@check(
    "mission.request_int",
    "Items are asked for with MISSION_REQUEST_INT",
    f"{PAGE}#command_message_type",
    ardupilot="asks with the deprecated MISSION_REQUEST and expects MISSION_ITEM_INT",
)
async def request_int(bench: Bench) -> str:
    story = await put(bench, waypoints(bench, 3))
    kinds = {kind for kind, _ in story.asked}
    if kinds != {"MISSION_REQUEST_INT"}:
        raise Deviates(f"asks with {' and '.join(sorted(kinds))}")
    return f"{len(story.asked)} of {len(story.asked)}"


@check("mission.read_back", "What was uploaded is read back and means the same", DOWNLOAD)
async def read_back(bench: Bench) -> str:
    items = waypoints(bench, 8)
    await put(bench, items)
    difference = same_flight(bench, items, await read(bench))
    require(difference is None, difference or "")
    return f"{len(items)} items equal"


@check("mission.item_0", "Item 0 is the first item uploaded", UPLOAD, ardupilot="item 0 is home: whatever is uploaded there is replaced")
async def item_0(bench: Bench) -> str:
    items = waypoints(bench, 3)
    first = Item(mavlink.MAV_CMD_NAV_WAYPOINT, items[0].x + 4321, items[0].y + 4321, 33.0)
    sent = [first, *items[1:]]
    await put(bench, sent)
    difference = first_difference(bench, sent[:1], (await read(bench))[:1])
    if difference is not None:
        raise Deviates(difference)
    return "read back as sent"


@check(
    "mission.frames",
    "A frame is read back as it was sent",
    DOWNLOAD,
    ardupilot="rewrites frames: 6→3, 5→0, 11→10",
    px4="may give the other spelling of a global frame",
)
async def frames(bench: Bench) -> str:
    items = waypoints(bench, 3)
    for frame in (RELATIVE_INT, mavlink.MAV_FRAME_GLOBAL_INT):
        items = [Item(i.command, i.x, i.y, i.z, frame, i.params) for i in items]
        await put(bench, items)
        back = await read(bench)
        changed = {(one.frame, two.frame) for one, two in zip(items[1:], back[1:], strict=False) if one.frame != two.frame}
        require(same_flight(bench, items, back) is None, f"frame {frame} does not mean the same any more")
        if changed:
            raise Deviates("sent→read back: " + ", ".join(f"{one}→{two}" for one, two in sorted(changed)))
    return "5 and 6 as sent"


@check("mission.download_repeat", "The same item is given again when it is asked for again", f"{PAGE}#timeout")
async def download_repeat(bench: Bench) -> str:
    items = waypoints(bench, 3)
    await put(bench, items)
    target = (bench.system_id, bench.component_id)
    await bench.ask(mavlink.MAVLink_mission_request_list_message(*target, MISSION), "MISSION_COUNT", tries=2, where=bench.to_us)
    seen = []
    for seq in (0, 0, 1, 1, 1):
        question = mavlink.MAVLink_mission_request_int_message(*target, seq, MISSION)
        answer = await bench.ask(question, "MISSION_ITEM_INT", where=lambda m, s=seq: m.seq == s and bench.to_us(m), tries=2)
        seen.append((answer.seq, answer.x, answer.y))
    bench.ours.say(mavlink.MAVLink_mission_ack_message(*target, mavlink.MAV_MISSION_ACCEPTED, MISSION))
    require(seen[0] == seen[1] and seen[2] == seen[3] == seen[4], f"{seen}")
    return "twice and three times, the same"


@check(
    "mission.plain_request",
    "A deprecated MISSION_REQUEST is answered with the exact MISSION_ITEM_INT",
    f"{PAGE}#command_message_type",
    ardupilot="answers with the float MISSION_ITEM",
    px4="answers with the float MISSION_ITEM",
)
async def plain_request(bench: Bench) -> str:
    await put(bench, waypoints(bench, 3))
    target = (bench.system_id, bench.component_id)
    await bench.ask(mavlink.MAVLink_mission_request_list_message(*target, MISSION), "MISSION_COUNT", tries=2, where=bench.to_us)
    kinds = []
    for seq in (0, 1):
        question = mavlink.MAVLink_mission_request_message(*target, seq, MISSION)
        answer = await bench.ask(question, "MISSION_ITEM_INT", "MISSION_ITEM", where=lambda m, s=seq: m.seq == s, tries=2)
        kinds.append(answer.get_type())
    bench.ours.say(mavlink.MAVLink_mission_ack_message(*target, mavlink.MAV_MISSION_ACCEPTED, MISSION))
    if kinds[1] != "MISSION_ITEM_INT":
        raise Deviates(f"answers with {kinds[1]}")
    return "MISSION_ITEM_INT"


@check("mission.target", "Mission answers name the station that asked", UPLOAD)
async def target(bench: Bench) -> str:
    items = waypoints(bench, 2)
    story = await upload(bench, items, speaker=bench.other)
    require(story.accepted, story.result)
    told = (story.ack_message.target_system, story.ack_message.target_component)
    require(told == (bench.other.system_id, bench.other.component_id), f"the acknowledgement went to {told}")
    return f"{told[0]}/{told[1]}"


@check("mission.empty", "An upload of 0 items clears the mission", UPLOAD)
async def empty(bench: Bench) -> str:
    await put(bench, waypoints(bench, 3))
    story = await upload(bench, [])
    require(story.accepted, story.result)
    left = await read(bench)
    require(not left, f"{len(left)} items are left")
    return "accepted, 0 items left"


@check("mission.clear", "MISSION_CLEAR_ALL is acknowledged and leaves no item", f"{PAGE}#clear_mission")
async def cleared(bench: Bench) -> str:
    await put(bench, waypoints(bench, 3))
    result = await clear(bench, MISSION)
    require(result == mavlink.MAV_MISSION_ACCEPTED, f"result {result}")
    left = await read(bench)
    require(not left, f"{len(left)} items are left")
    return "0 items left"


@check(
    "mission.clear_all_types",
    "MISSION_CLEAR_ALL with type ALL is acknowledged",
    f"{PAGE}#clear_mission",
    ardupilot="clears each type by itself only",
)
async def clear_all_types(bench: Bench) -> str:
    await put(bench, waypoints(bench, 3))
    result = await clear(bench, ALL)
    if result == mavlink.MAV_MISSION_UNSUPPORTED:
        require(bool(await read(bench)), "UNSUPPORTED, but the mission is gone")
        raise Deviates("UNSUPPORTED (3), the mission stays")
    require(result == mavlink.MAV_MISSION_ACCEPTED, f"result {result}")
    require(not await read(bench), "the mission is still there")
    return "the mission is gone"


@check("mission.independent", "Mission, fence and rally points are three stores: clearing one leaves the others", f"{PAGE}#mission_types")
async def independent(bench: Bench) -> str:
    items = waypoints(bench, 3)
    await put(bench, items)
    for mission_type in (FENCE, RALLY):
        await clear(bench, mission_type)
        require(same_flight(bench, items, await read(bench)) is None, f"clearing type {mission_type} changed the mission")
    return "fence and rally cleared, mission unchanged"


@check("mission.large", f"A mission of {LARGE} items crosses whole", UPLOAD)
async def large(bench: Bench) -> str:
    items = waypoints(bench, LARGE)
    story = await put(bench, items)
    difference = same_flight(bench, items, await read(bench))
    await clear(bench, MISSION)
    require(difference is None, difference or "")
    return f"{len(items)} items up in {story.seconds:.1f} s, read back equal"


@check("mission.current", "MISSION_CURRENT comes once a second with total and state", f"{PAGE}#monitor_progress")
async def current(bench: Bench) -> str:
    items = waypoints(bench, 4)
    await put(bench, items)
    await bench.set_interval(mavlink.MAVLINK_MSG_ID_MISSION_CURRENT, 1_000_000)
    messages, _ = await bench.collect("MISSION_CURRENT", 4.0)
    await bench.set_interval(mavlink.MAVLINK_MSG_ID_MISSION_CURRENT, 0)
    require(2 <= len(messages) <= 8, f"{len(messages)} in 4 s")
    last = messages[-1]
    expected = len(items) - (1 if bench.home_is_item_0 else 0)
    require(last.total == expected, f"total {last.total}, {expected} items are there to fly")
    require(last.mission_state in mavlink.enums["MISSION_STATE"], f"mission_state {last.mission_state}")
    return f"{len(messages)} in 4 s, item {last.seq} of {last.total}, state {last.mission_state}"


@check("mission.set_current", "DO_SET_MISSION_CURRENT is answered by MISSION_CURRENT with the new item", f"{PAGE}#current_mission_item")
async def set_current(bench: Bench) -> str:
    await put(bench, waypoints(bench, 5))
    question = bench.command_long(mavlink.MAV_CMD_DO_SET_MISSION_CURRENT, 3)
    with bench.listening() as ear:
        answer = await bench.ack(question, tries=2)
        if answer.result == mavlink.MAV_RESULT_UNSUPPORTED:
            raise NotSupported(result_name(answer.result))
        require(answer.result == mavlink.MAV_RESULT_ACCEPTED, result_name(answer.result))
        await ear.hear("MISSION_CURRENT", within_s=ANSWER_S, where=lambda m: m.seq == 3)
    return "item 3"


@check("mission.set_current_legacy", "MISSION_SET_CURRENT still works", f"{PAGE}#current_mission_item")
async def set_current_legacy(bench: Bench) -> str:
    await put(bench, waypoints(bench, 5))
    question = mavlink.MAVLink_mission_set_current_message(bench.system_id, bench.component_id, 2)
    await bench.ask(question, "MISSION_CURRENT", where=lambda m: m.seq == 2, tries=2)
    return "item 2"


@check("mission.set_current_beyond", "An item that is not there cannot become the current one", f"{PAGE}#current_mission_item")
async def set_current_beyond(bench: Bench) -> str:
    await put(bench, waypoints(bench, 3))
    answer = await bench.ack(bench.command_long(mavlink.MAV_CMD_DO_SET_MISSION_CURRENT, 77))
    require(answer.result in REFUSALS, result_name(answer.result))
    message = await bench.request(mavlink.MAVLINK_MSG_ID_MISSION_CURRENT, "MISSION_CURRENT")
    require(message.seq < 77, f"MISSION_CURRENT says {message.seq}")
    return result_name(answer.result)


@check(
    "mission.plan_id",
    "A plan has an id: the same in MISSION_ACK, MISSION_COUNT and MISSION_CURRENT, another for another plan",
    f"{PAGE}#detecting-plan-changes",
)
async def plan_id(bench: Bench) -> str:
    ids = []
    for shift in (0, 777):
        story = await put(bench, waypoints(bench, 3, shift))
        acknowledged = extension_u32(story.ack_message, ACK_ID_AT)
        if acknowledged == 0:
            raise NotSupported("opaque_id is 0")
        await read(bench)
        counted = extension_u32(bench.known["last_count"], COUNT_ID_AT)
        require(counted == acknowledged, f"MISSION_ACK says {acknowledged}, MISSION_COUNT {counted}")
        told = await bench.request(mavlink.MAVLINK_MSG_ID_MISSION_CURRENT, "MISSION_CURRENT")
        require(extension_u32(told, CURRENT_MISSION_ID_AT) == acknowledged, "MISSION_CURRENT.mission_id differs")
        ids.append(acknowledged)
    require(ids[0] != ids[1], "two plans have one id")
    return " and ".join(f"{number:#010x}" for number in ids)


@check("mission.partial", "MISSION_WRITE_PARTIAL_LIST changes only its items", "messages/common.html#MISSION_WRITE_PARTIAL_LIST")
async def partial(bench: Bench) -> str:
    items = waypoints(bench, 6)
    await put(bench, items)
    changed = [*items[:2], *(Item(i.command, i.x + 999, i.y, i.z, i.frame, i.params) for i in items[2:4]), *items[4:]]
    start = mavlink.MAVLink_mission_write_partial_list_message(bench.system_id, bench.component_id, 2, 3, MISSION)
    with bench.listening() as ear:
        bench.ours.say(start)
        while True:
            heard = await ear.hear_or_none(
                "MISSION_REQUEST_INT", "MISSION_REQUEST", "MISSION_ACK", within_s=2 * bench.silence_s, where=bench.to_us
            )
            if heard is None:
                raise NotSupported("MISSION_WRITE_PARTIAL_LIST is not answered")
            if heard.get_type() == "MISSION_ACK":
                break
            if not 2 <= heard.seq <= 3:
                raise CheckFailed(f"item {heard.seq} was asked for, 2 to 3 were offered")
            bench.ours.say(changed[heard.seq].message(bench, heard.seq, MISSION))
    if heard.type == mavlink.MAV_MISSION_UNSUPPORTED:
        raise NotSupported("MISSION_UNSUPPORTED")
    require(heard.type == mavlink.MAV_MISSION_ACCEPTED, f"ended with {heard.type}")
    difference = same_flight(bench, changed, await read(bench))
    require(difference is None, difference or "")
    return "items 2 and 3 changed, the others as before"
