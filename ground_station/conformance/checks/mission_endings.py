"""Uploads that end before their end: aborted, cancelled, silent, disturbed. Source: MAVLink guide, "Mission Protocol"."""

import time

from ground_station.conformance.bench import ANSWER_S, Bench
from ground_station.conformance.check import CheckFailed, Deviates, check, require
from ground_station.conformance.dialect import mavlink
from ground_station.conformance.plans import (
    MISSION,
    REQUESTS,
    ack_message,
    count_message,
    is_plan_message,
    put,
    read,
    same_flight,
    waypoints,
)
from ground_station.conformance.uploads import asked_for, begin, give_up, result_name

PAGE = "services/mission.html"
UPLOAD, ERRORS, TIMEOUT, CANCEL = f"{PAGE}#uploading_mission", f"{PAGE}#errors", f"{PAGE}#timeout", f"{PAGE}#cancel"
GIVEN_UP_WITHIN_S = 30.0
MOST_ASKED_AFTER_CANCEL = 40


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
        await begin(bench, ear, new, 3)
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
        await give_up(bench)
        require(False, "60000 items were asked for")
    require(same_flight(bench, items, await read(bench)) is None, "the mission changed")
    return result_name(answer.type)


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
        await begin(bench, ear, waypoints(bench, 5), 2)
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
        await begin(bench, ear, items, 1)
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
        await begin(bench, ear, items, 2)
        bench.other.say(count_message(bench, 9, MISSION))
        refused = await ear.hear("MISSION_ACK", within_s=ANSWER_S, where=lambda m: m.target_system in (0, bench.other.system_id))
        for seq in range(2, len(items)):
            if seq > 2:
                await asked_for(bench, ear, seq)
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
