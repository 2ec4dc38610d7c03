"""An upload taken apart: opened, given so many items, left. Source: MAVLink guide, "Mission Protocol"."""

from typing import Any

from ground_station.conformance.bench import ANSWER_S, Bench
from ground_station.conformance.dialect import mavlink, name_of
from ground_station.conformance.plans import MISSION, REQUESTS, Item, ack_message, count_message, is_plan_message, put, waypoints
from ground_station.conformance.speaker import Ear


def result_name(result: int) -> str:
    return name_of("MAV_MISSION_RESULT", result)


async def asked_for(bench: Bench, ear: Ear, seq: int, within_s: float = ANSWER_S) -> Any:
    where = is_plan_message(bench, MISSION)
    return await ear.hear(*REQUESTS, within_s=within_s, where=lambda m: where(m) and m.seq == seq)


async def begin(bench: Bench, ear: Ear, items: list[Item], given: int) -> None:
    """Open an upload and give the first `given` items; the next one has then been asked for."""
    bench.ours.say(count_message(bench, len(items), MISSION))
    for seq in range(given + 1):
        await asked_for(bench, ear, seq)
        if seq < given:
            bench.ours.say(items[seq].message(bench, seq, MISSION))


async def give_up(bench: Bench) -> None:
    """Leave no half-done upload behind: cancel it, and see the vehicle idle again by a whole upload."""
    bench.ours.say(ack_message(bench, mavlink.MAV_MISSION_OPERATION_CANCELLED, MISSION))
    await put(bench, waypoints(bench, 2))
