"""Missions on bad links: what is lost, comes twice or out of turn. Source: MAVLink guide, "Mission Protocol"."""

import time

from ground_station.conformance.bench import ANSWER_S, Bench
from ground_station.conformance.check import Deviates, check, require
from ground_station.conformance.dialect import mavlink
from ground_station.conformance.plans import MISSION, REQUESTS, count_message, is_plan_message, put, read, same_flight, upload, waypoints
from ground_station.conformance.uploads import asked_for, begin, give_up, result_name

PAGE = "services/mission.html"
UPLOAD, TIMEOUT = f"{PAGE}#uploading_mission", f"{PAGE}#timeout"
ASKED_AGAIN_WITHIN_S = 6.0
LOSS, LOSSY_ITEMS, LOSSY_UPLOADS = 0.3, 20, 5


@check("mission.lost_item", "An item that was lost is asked for again", TIMEOUT)
async def lost_item(bench: Bench) -> str:
    items = waypoints(bench, 4)
    with bench.listening() as ear:
        await begin(bench, ear, items, 2)
        began_s = time.monotonic()
        await asked_for(bench, ear, 2, bench.wall_s(ASKED_AGAIN_WITHIN_S) + 0.5)
        waited_s = bench.vehicle_s(time.monotonic() - began_s)
    await give_up(bench)
    return f"after {waited_s:.2f} s"


@check("mission.lossy_link", f"{LOSSY_ITEMS} items cross a link that loses {LOSS:.0%} each way", TIMEOUT)
async def lossy_link(bench: Bench) -> str:
    items = waypoints(bench, LOSSY_ITEMS)
    for attempt in range(LOSSY_UPLOADS):
        story = await upload(bench, items, loss=LOSS, seed=20 + attempt)
        # The closing acknowledgement may be among what is lost: what is on board counts.
        if same_flight(bench, items, await read(bench, loss=LOSS, seed=attempt)) is None:
            return f"equal after {len(story.asked)} requests in {story.seconds:.1f} s, upload {attempt + 1}"
        await give_up(bench)
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
        await begin(bench, ear, items, 1)
        bench.ours.say(items[4].message(bench, 4, MISSION))
        heard = await ear.hear(
            *REQUESTS, "MISSION_ACK", within_s=bench.wall_s(ASKED_AGAIN_WITHIN_S) + 0.5, where=is_plan_message(bench, MISSION)
        )
        first = heard.get_type()
        if first == "MISSION_ACK":
            require(heard.type == mavlink.MAV_MISSION_INVALID_SEQUENCE, result_name(heard.type))
            first = f"MISSION_ACK {result_name(heard.type)}"
            await asked_for(bench, ear, 1, bench.wall_s(ASKED_AGAIN_WITHIN_S) + 0.5)
        for seq in range(1, len(items)):
            if seq > 1:
                await asked_for(bench, ear, seq)
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
            await asked_for(bench, ear, seq, bench.wall_s(ASKED_AGAIN_WITHIN_S) + 0.5)
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
        await asked_for(bench, ear, 0)
        bench.ours.say(count_message(bench, len(items), MISSION))
        await asked_for(bench, ear, 0)
    await give_up(bench)
    return "item 0 again"
