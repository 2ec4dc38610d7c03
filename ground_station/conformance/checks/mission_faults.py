"""Missions on bad links, from careless stations, and with wrong content. Source: MAVLink guide, "Mission Protocol"."""

import time
from typing import Any

from ground_station.conformance.bench import ANSWER_S, Bench
from ground_station.conformance.check import CheckFailed, Deviates, check, require
from ground_station.conformance.dialect import mavlink, name_of
from ground_station.conformance.plans import (
    MISSION,
    REQUESTS,
    Item,
    ack_message,
    clear,
    count_message,
    is_plan_message,
    put,
    read,
    same_flight,
    upload,
    waypoints,
)
from ground_station.conformance.speaker import Ear

PAGE = "services/mission.html"
UPLOAD, ERRORS, TIMEOUT, CANCEL = f"{PAGE}#uploading_mission", f"{PAGE}#errors", f"{PAGE}#timeout", f"{PAGE}#cancel"
ASKED_AGAIN_WITHIN_S, GIVEN_UP_WITHIN_S = 6.0, 30.0
MOST_ASKED_AFTER_CANCEL = 40
LOSS, LOSSY_ITEMS, LOSSY_UPLOADS = 0.3, 20, 5


def result_name(result: int) -> str:
    return name_of("MAV_MISSION_RESULT", result)


async def _asked(bench: Bench, ear: Ear, seq: int, within_s: float = ANSWER_S) -> Any:
    where = is_plan_message(bench, MISSION)
    return await ear.hear(*REQUESTS, within_s=within_s, where=lambda m: where(m) and m.seq == seq)


async def _begin(bench: Bench, ear: Ear, items: list[Item], given: int) -> None:
    """Open an upload and give the first `given` items; the next one has then been asked for."""
    bench.ours.say(count_message(bench, len(items), MISSION))
    for seq in range(given + 1):
        await _asked(bench, ear, seq)
        if seq < given:
            bench.ours.say(items[seq].message(bench, seq, MISSION))


async def _give_up(bench: Bench) -> None:
    """Leave no half-done upload behind: cancel it, and see the vehicle idle again by a whole upload."""
    bench.ours.say(ack_message(bench, mavlink.MAV_MISSION_OPERATION_CANCELLED, MISSION))
    await put(bench, waypoints(bench, 2))


@check("mission.lost_item", "An item that was lost is asked for again", TIMEOUT)
async def lost_item(bench: Bench) -> str:
    items = waypoints(bench, 4)
    with bench.listening() as ear:
        await _begin(bench, ear, items, 2)
        began_s = time.monotonic()
        await _asked(bench, ear, 2, bench.wall_s(ASKED_AGAIN_WITHIN_S) + 0.5)
        waited_s = bench.vehicle_s(time.monotonic() - began_s)
    await _give_up(bench)
    return f"after {waited_s:.2f} s"


@check("mission.lossy_link", f"{LOSSY_ITEMS} items cross a link that loses {LOSS:.0%} each way", TIMEOUT)
async def lossy_link(bench: Bench) -> str:
    items = waypoints(bench, LOSSY_ITEMS)
    for attempt in range(LOSSY_UPLOADS):
        story = await upload(bench, items, loss=LOSS, seed=20 + attempt)
        # The closing acknowledgement may be among what is lost: what is on board counts.
        if same_flight(bench, items, await read(bench, loss=LOSS, seed=attempt)) is None:
            return f"equal after {len(story.asked)} requests in {story.seconds:.1f} s, upload {attempt + 1}"
        await _give_up(bench)
    difference = same_flight(bench, items, await read(bench))
    require(difference is None, f"{LOSSY_UPLOADS} uploads, the last ended with {story.result}; {difference}")
    return "equal"


@check(
    "mission.lost_ack",
    "The last item said again after the end is acknowledged again, not stored twice",
    TIMEOUT,
    ardupilot="answers ERROR to an item after the end",
)
async def lost_ack(bench: Bench) -> str:
    items = waypoints(bench, 3)
    story = await put(bench, items)
    if story.repeated:  # a slow link: what the vehicle says to an item that came twice is not the answer waited for here
        with bench.listening() as ear:
            await ear.hear_or_none("nothing", within_s=ANSWER_S)
    last = len(items) - 1
    answer = await bench.ask_or_none(
        items[last].message(bench, last, MISSION), "MISSION_ACK", within_s=ANSWER_S, where=is_plan_message(bench, MISSION)
    )
    require(same_flight(bench, items, await read(bench)) is None, "the mission changed")
    if answer is None or answer.type != mavlink.MAV_MISSION_ACCEPTED:
        raise Deviates("mission unchanged, " + ("no answer" if answer is None else result_name(answer.type)))
    return "acknowledged again, mission unchanged"


@check("mission.wrong_order", "An item out of turn is dropped and the expected one asked for", UPLOAD)
async def wrong_order(bench: Bench) -> str:
    items = waypoints(bench, 5)
    with bench.listening() as ear:
        await _begin(bench, ear, items, 1)
        bench.ours.say(items[4].message(bench, 4, MISSION))
        heard = await ear.hear(
            *REQUESTS, "MISSION_ACK", within_s=bench.wall_s(ASKED_AGAIN_WITHIN_S) + 0.5, where=is_plan_message(bench, MISSION)
        )
        first = heard.get_type()
        if first == "MISSION_ACK":
            require(heard.type == mavlink.MAV_MISSION_INVALID_SEQUENCE, result_name(heard.type))
            first = f"MISSION_ACK {result_name(heard.type)}"
            await _asked(bench, ear, 1, bench.wall_s(ASKED_AGAIN_WITHIN_S) + 0.5)
        for seq in range(1, len(items)):
            if seq > 1:
                await _asked(bench, ear, seq)
            bench.ours.say(items[seq].message(bench, seq, MISSION))
        done = await ear.hear("MISSION_ACK", within_s=ANSWER_S, where=is_plan_message(bench, MISSION))
        require(done.type == mavlink.MAV_MISSION_ACCEPTED, f"the upload then ended with {result_name(done.type)}")
    require(same_flight(bench, items, await read(bench)) is None, "the wrong item was stored")
    return f"{first}, then carried on to the end"


@check("mission.repeated_item", "An item said twice is stored once", UPLOAD)
async def repeated_item(bench: Bench) -> str:
    items = waypoints(bench, 5)
    with bench.listening() as ear:
        bench.ours.say(count_message(bench, len(items), MISSION))
        for seq in range(len(items)):
            await _asked(bench, ear, seq, bench.wall_s(ASKED_AGAIN_WITHIN_S) + 0.5)
            message = items[seq].message(bench, seq, MISSION)
            bench.ours.say(message, message) if seq < len(items) - 1 else bench.ours.say(message)
        done = await ear.hear(
            "MISSION_ACK",
            within_s=ANSWER_S,
            where=lambda m: is_plan_message(bench, MISSION)(m) and m.type != mavlink.MAV_MISSION_INVALID_SEQUENCE,
        )
        require(done.type == mavlink.MAV_MISSION_ACCEPTED, result_name(done.type))
    difference = same_flight(bench, items, await read(bench))
    require(difference is None, difference or "")
    return f"{len(items)} items, each once"


@check("mission.repeated_count", "A MISSION_COUNT said again before the first item asks for item 0 again", TIMEOUT)
async def repeated_count(bench: Bench) -> str:
    items = waypoints(bench, 3)
    with bench.listening() as ear:
        bench.ours.say(count_message(bench, len(items), MISSION))
        await _asked(bench, ear, 0)
        bench.ours.say(count_message(bench, len(items), MISSION))
        await _asked(bench, ear, 0)
    await _give_up(bench)
    return "item 0 again"


@check(
    "mission.atomic",
    "The old mission stays until the new one is whole",
    UPLOAD,
    ardupilot="overwrites item by item: an aborted upload leaves a mixture",
)
async def atomic(bench: Bench) -> str:
    old, new = waypoints(bench, 6), waypoints(bench, 4, shift=5000)
    await put(bench, old)
    with bench.listening() as ear:
        await _begin(bench, ear, new, 3)
    await _cancelled(bench)
    difference = same_flight(bench, old, await read(bench))
    if difference is not None:
        raise Deviates(f"after an aborted upload: {difference[:90]}")
    return "unchanged after an aborted upload"


@check("mission.refused_keeps_old", "An upload refused at its first word changes nothing", ERRORS)
async def refused_keeps_old(bench: Bench) -> str:
    items = waypoints(bench, 3)
    await put(bench, items)
    answer = await bench.ask(count_message(bench, 60_000, MISSION), "MISSION_ACK", *REQUESTS, where=is_plan_message(bench, MISSION))
    if answer.get_type() != "MISSION_ACK":
        await _give_up(bench)
        require(False, "60000 items were asked for")
    require(same_flight(bench, items, await read(bench)) is None, "the mission changed")
    return result_name(answer.type)


@check("mission.no_space", "More items than fit are refused with NO_SPACE", ERRORS)
async def no_space(bench: Bench) -> str:
    answer = await bench.ask(count_message(bench, 60_000, MISSION), "MISSION_ACK", where=is_plan_message(bench, MISSION))
    require(answer.type == mavlink.MAV_MISSION_NO_SPACE, result_name(answer.type))
    return "60000 items: NO_SPACE (4)"


async def _cancelled(bench: Bench) -> int:
    """Cancel the open upload and hear it out; how many items were asked for after that."""
    asked = 0
    with bench.listening() as ear:
        bench.ours.say(ack_message(bench, mavlink.MAV_MISSION_OPERATION_CANCELLED, MISSION))
        await ear.hear_or_none("nothing", within_s=0.2)
        ear.skip()
        while asked < MOST_ASKED_AFTER_CANCEL:
            again = await ear.hear_or_none(
                *REQUESTS, "MISSION_ACK", within_s=bench.wall_s(3.0) + 0.3, where=is_plan_message(bench, MISSION)
            )
            if again is None or again.get_type() == "MISSION_ACK":
                return asked
            asked += 1
    raise CheckFailed(f"still asking after {asked} requests")


@check(
    "mission.cancel_upload",
    "An upload is cancelled by MISSION_ACK OPERATION_CANCELLED: nothing more is asked for",
    CANCEL,
    ardupilot="asks on until its own time-out",
)
async def cancel_upload(bench: Bench) -> str:
    with bench.listening() as ear:
        await _begin(bench, ear, waypoints(bench, 5), 2)
    asked = await _cancelled(bench)
    await put(bench, waypoints(bench, 2))
    if asked:
        raise Deviates(f"{asked} requests after the end, then given up; the next upload works")
    return "silent for 3 s, and the next upload works"


@check("mission.cancel_download", "A download is cancelled the same way, and the next one works", CANCEL)
async def cancel_download(bench: Bench) -> str:
    items = waypoints(bench, 4)
    await put(bench, items)
    target = (bench.system_id, bench.component_id)
    await bench.ask(mavlink.MAVLink_mission_request_list_message(*target, MISSION), "MISSION_COUNT", tries=2, where=bench.to_us)
    await bench.ask(mavlink.MAVLink_mission_request_int_message(*target, 0, MISSION), "MISSION_ITEM_INT", tries=2, where=bench.to_us)
    bench.ours.say(ack_message(bench, mavlink.MAV_MISSION_OPERATION_CANCELLED, MISSION))
    require(same_flight(bench, items, await read(bench)) is None, "the next download differs")
    return "the next download is whole"


@check("mission.silent_uploader", "A station that falls silent is asked again, then given up", TIMEOUT)
async def silent_uploader(bench: Bench) -> str:
    items = waypoints(bench, 4)
    with bench.listening() as ear:
        await _begin(bench, ear, items, 1)
        began_s = time.monotonic()
        again = 0
        while True:
            heard = await ear.hear_or_none(
                *REQUESTS, "MISSION_ACK", within_s=bench.wall_s(GIVEN_UP_WITHIN_S / 3) + 0.5, where=is_plan_message(bench, MISSION)
            )
            spent_s = bench.vehicle_s(time.monotonic() - began_s)
            if heard is None or heard.get_type() == "MISSION_ACK":
                break
            again += 1
            require(spent_s < GIVEN_UP_WITHIN_S, f"still asking after {spent_s:.0f} s")
    how = "silently" if heard is None else f"with {result_name(heard.type)} after {spent_s:.1f} s"
    require(again >= 1, f"given up {how} without asking again")
    await put(bench, items)
    return f"asked {again} times more, given up {how}"


@check(
    "mission.second_uploader",
    "A second station during an upload is DENIED, and the first is unharmed",
    ERRORS,
    px4="answers ERROR to the second station",
)
async def second_uploader(bench: Bench) -> str:
    items = waypoints(bench, 4)
    with bench.listening() as ear:
        await _begin(bench, ear, items, 2)
        bench.other.say(count_message(bench, 9, MISSION))
        refused = await ear.hear("MISSION_ACK", within_s=ANSWER_S, where=lambda m: m.target_system in (0, bench.other.system_id))
        for seq in range(2, len(items)):
            if seq > 2:
                await _asked(bench, ear, seq)
            bench.ours.say(items[seq].message(bench, seq, MISSION))
        done = await ear.hear("MISSION_ACK", within_s=ANSWER_S, where=lambda m: m.target_system == bench.ours.system_id)
    require(done.type == mavlink.MAV_MISSION_ACCEPTED, f"the first upload ended with {result_name(done.type)}")
    require(same_flight(bench, items, await read(bench)) is None, "the first upload was harmed")
    require(refused.type != mavlink.MAV_MISSION_ACCEPTED, "the second was accepted")
    if refused.type != mavlink.MAV_MISSION_DENIED:
        raise Deviates(f"second: {result_name(refused.type)}; the first upload ended well")
    return "second DENIED (14), the first ended well"


@check("mission.stray_item", "An item outside any upload is refused and changes nothing", ERRORS)
async def stray_item(bench: Bench) -> str:
    items = waypoints(bench, 3)
    await put(bench, items)
    answer = await bench.ask_or_none(
        waypoints(bench, 3, shift=9000)[1].message(bench, 1, MISSION),
        "MISSION_ACK",
        within_s=bench.silence_s,
        where=is_plan_message(bench, MISSION),
    )
    require(same_flight(bench, items, await read(bench)) is None, "the mission changed")
    return "no answer" if answer is None else result_name(answer.type)


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
