"""The mission protocol spoken by hand: every step visible, nothing forgiven, except what a lossy link would need."""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isclose, isnan
from typing import Any

from ground_station.conformance.bench import ANSWER_S, Bench
from ground_station.conformance.check import CheckFailed
from ground_station.conformance.dialect import mavlink, name_of
from ground_station.conformance.speaker import Speaker

MISSION, FENCE, RALLY = 0, 1, 2
REQUESTS = ("MISSION_REQUEST_INT", "MISSION_REQUEST")
GLOBAL, RELATIVE, RELATIVE_INT = 0, 3, 6
_SAME_FRAME: dict[int, int] = {5: 0, 6: 3, 11: 10}  # the _INT spellings mean the same
PLACE_E7 = (436505000, 511600000)
ITEM_TRIES, ITEM_WAIT_S = 6, 1.5


@dataclass(frozen=True, slots=True)
class Item:
    """One plan item in wire units."""

    command: int
    x: int = 0
    y: int = 0
    z: float = 0.0
    frame: int = RELATIVE_INT
    params: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)

    def message(self, bench: Bench, seq: int, mission_type: int, *, current: int = 0) -> Any:
        return mavlink.MAVLink_mission_item_int_message(
            bench.system_id,
            bench.component_id,
            seq,
            self.frame,
            self.command,
            current,
            1,
            *self.params,
            self.x,
            self.y,
            self.z,
            mission_type,
        )

    def means_the_same(self, other: "Item") -> bool:
        """Equal for a pilot: coordinates exact to 1e-7 degrees, heights to a centimetre, frames by meaning."""
        return bool(
            self.command == other.command
            and _SAME_FRAME.get(self.frame, self.frame) == _SAME_FRAME.get(other.frame, other.frame)
            and (self.x, self.y) == (other.x, other.y)
            and isclose(self.z, other.z, abs_tol=0.011)
            and all(isclose(a, b, rel_tol=1e-5, abs_tol=0.011) for a, b in zip(self.params, other.params, strict=True))
        )


@dataclass(slots=True)
class Upload:
    """What was seen of one upload."""

    asked: list[tuple[str, int]] = field(default_factory=list)
    ack: int | None = None
    ack_message: Any = None
    seconds: float = 0.0
    repeated: bool = False  # something was said twice, so that answers to the second time may still be on their way

    @property
    def accepted(self) -> bool:
        return bool(self.ack == mavlink.MAV_MISSION_ACCEPTED)

    @property
    def result(self) -> str:
        return "no MISSION_ACK" if self.ack is None else name_of("MAV_MISSION_RESULT", self.ack)


def waypoints(bench: Bench, count: int, shift: int = 0) -> list[Item]:
    """Items for a mission: home first where the profile keeps it as item 0, then a row of waypoints near the vehicle's home."""
    lat, lon = bench.known.get("place_e7", PLACE_E7)

    def params(number: int) -> tuple[float, float, float, float]:
        """A hold for what can stop in the air, an acceptance radius for what cannot."""
        return (0.0, float(number % 3), 0.0, 0.0) if bench.winged else (float(number % 3), 0.0, 0.0, 0.0)

    row = [
        Item(mavlink.MAV_CMD_NAV_WAYPOINT, lat + 100 * number + shift, lon + 150 * number, 20.0 + number, params=params(number))
        for number in range(count)
    ]
    return [Item(mavlink.MAV_CMD_NAV_WAYPOINT, lat, lon, 0.0, GLOBAL), *row] if bench.home_is_item_0 else row


def count_message(bench: Bench, count: int, mission_type: int) -> Any:
    return mavlink.MAVLink_mission_count_message(bench.system_id, bench.component_id, count, mission_type)


def ack_message(bench: Bench, result: int, mission_type: int) -> Any:
    return mavlink.MAVLink_mission_ack_message(bench.system_id, bench.component_id, result, mission_type)


def is_plan_message(bench: Bench, mission_type: int, speaker: Speaker | None = None) -> Any:
    return lambda message: getattr(message, "mission_type", 0) == mission_type and bench.to_us(message, speaker)


async def upload(
    bench: Bench,
    items: Sequence[Item],
    mission_type: int = MISSION,
    *,
    speaker: Speaker | None = None,
    loss: float = 0.0,
    seed: int = 0,
) -> Upload:
    """Offer the items and answer what is asked, until a MISSION_ACK. `loss`: this share of messages is lost, each way."""
    story, began_s, chance = Upload(), time.monotonic(), random.Random(seed)
    voice = speaker or bench.ours

    def say(message: Any) -> None:
        if chance.random() >= loss:
            voice.say(message)

    with bench.listening() as ear:
        last = count_message(bench, len(items), mission_type)
        say(last)
        silences = 0
        while silences < ITEM_TRIES * (4 if loss else 1):
            heard = await ear.hear_or_none(
                *REQUESTS,
                "MISSION_ACK",
                within_s=max(0.3, bench.wall_s(ITEM_WAIT_S)) if loss else ITEM_WAIT_S,
                where=is_plan_message(bench, mission_type, speaker),
            )
            if heard is None:
                silences += 1
                story.repeated = True
                say(last)
                continue
            if chance.random() < loss:
                continue
            if heard.get_type() == "MISSION_ACK":
                if heard.type == mavlink.MAV_MISSION_ACCEPTED and len({seq for _, seq in story.asked}) < len(items):
                    continue  # a second acknowledgement of the upload before this one
                if (loss or story.repeated) and heard.type in (mavlink.MAV_MISSION_INVALID_SEQUENCE, mavlink.MAV_MISSION_ERROR):
                    if loss and len({seq for _, seq in story.asked}) == len(items):
                        break  # an item said twice after the end: reading back decides
                    continue
                story.ack, story.ack_message = heard.type, heard
                break
            silences = 0
            story.repeated = story.repeated or any(seq == heard.seq for _, seq in story.asked)
            story.asked.append((heard.get_type(), heard.seq))
            if heard.seq < len(items):
                last = items[heard.seq].message(bench, heard.seq, mission_type)
                say(last)
    story.seconds = bench.vehicle_s(time.monotonic() - began_s)
    return story


async def put(bench: Bench, items: Sequence[Item], mission_type: int = MISSION) -> Upload:
    """An upload that must succeed. Raises: `CheckFailed`."""
    story = await upload(bench, items, mission_type)
    if not story.accepted:
        raise CheckFailed(f"upload of {len(items)} items ended with {story.result} after {len(story.asked)} requests")
    return story


async def read(bench: Bench, mission_type: int = MISSION, *, loss: float = 0.0, seed: int = 0) -> list[Item]:
    """Download, closing it with an acknowledgement. Raises: `CheckFailed`."""
    chance = random.Random(seed)
    where = is_plan_message(bench, mission_type)

    async def ask(question: Any, *kinds: str, wanted: Any) -> Any:
        for _ in range(ITEM_TRIES * (4 if loss else 1)):
            with bench.listening() as ear:
                if chance.random() >= loss:
                    bench.ours.say(question)
                answer = await ear.hear_or_none(*kinds, within_s=ANSWER_S / 2 if not loss else 0.3, where=lambda m: where(m) and wanted(m))
                if answer is not None and chance.random() >= loss:
                    return answer
        raise CheckFailed(f"{question.get_type()} got no {' or '.join(kinds)} in {ITEM_TRIES} tries")

    target = (bench.system_id, bench.component_id)
    count = await ask(mavlink.MAVLink_mission_request_list_message(*target, mission_type), "MISSION_COUNT", wanted=lambda _: True)
    bench.known["last_count"] = count
    items = []
    for seq in range(count.count):
        message = await ask(
            mavlink.MAVLink_mission_request_int_message(*target, seq, mission_type),
            "MISSION_ITEM_INT",
            wanted=lambda m, seq=seq: m.seq == seq,
        )
        items.append(item_of(message))
    bench.ours.say(ack_message(bench, mavlink.MAV_MISSION_ACCEPTED, mission_type))
    return items


def _params(message: Any) -> tuple[float, float, float, float]:
    return message.param1, message.param2, message.param3, message.param4


def item_of(message: Any) -> Item:
    one, two, three, four = (0.0 if isnan(value) else float(value) for value in _params(message))
    params = (one, two, three, four)
    return Item(message.command, message.x, message.y, message.z, message.frame, params)


async def clear(bench: Bench, mission_type: int, *, within_s: float = ANSWER_S) -> int:
    """The MAV_MISSION_RESULT of MISSION_CLEAR_ALL."""
    question = mavlink.MAVLink_mission_clear_all_message(bench.system_id, bench.component_id, mission_type)
    answer = await bench.ask(
        question, "MISSION_ACK", within_s=within_s, tries=2, where=lambda m: bench.to_us(m) and m.mission_type in (mission_type, 0)
    )
    return int(answer.type)


def first_difference(bench: Bench, sent: Sequence[Item], back: Sequence[Item], *, from_item: int = 0) -> str | None:
    """In words, what a pilot would miss; None when the plans mean the same."""
    if len(sent) != len(back):
        return f"{len(sent)} items were sent, {len(back)} came back"
    for number, (one, two) in enumerate(zip(sent, back, strict=True)):
        if number >= from_item and not one.means_the_same(two):
            return f"item {number} was {one}, came back {two}"
    return None


def same_flight(bench: Bench, sent: Sequence[Item], back: Sequence[Item]) -> str | None:
    """Like `first_difference`, without item 0 where that is home and the vehicle's own."""
    return first_difference(bench, sent, back, from_item=1 if bench.home_is_item_0 else 0)
