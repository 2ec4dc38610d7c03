"""Geofences. Source: MAVLink guide, "Mission Protocol", and common.xml's MAV_CMD_NAV_FENCE_*."""

from ground_station.conformance.bench import Bench
from ground_station.conformance.check import Deviates, NotSupported, check, require
from ground_station.conformance.checks.mission import ACK_ID_AT
from ground_station.conformance.dialect import extension_u32, mavlink
from ground_station.conformance.plans import (
    FENCE,
    MISSION,
    PLACE_E7,
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
TYPES, ERRORS = f"{PAGE}#mission_types", f"{PAGE}#errors"
INCLUSION, EXCLUSION, CIRCLE_IN, CIRCLE_OUT = 5001, 5002, 5003, 5004
_CORNERS = ((-9000, -9000), (-9000, 9000), (9000, 9000), (9000, -9000))


def polygon(bench: Bench, *, command: int = INCLUSION, vertices: int = 4, said: int | None = None, scale: float = 1.0) -> list[Item]:
    """A polygon around the vehicle, so that it would be inside; `said` is the vertex count each item tells."""
    lat, lon = bench.known.get("place_e7", PLACE_E7)
    told = float(vertices if said is None else said)
    corners = [_CORNERS[number % 4] for number in range(vertices)]
    return [
        Item(command, lat + round(scale * north), lon + round(scale * east), 0.0, mavlink.MAV_FRAME_GLOBAL, (told, 0, 0, 0))
        for north, east in corners
    ]


def circle(bench: Bench, command: int, radius_m: float, north_e7: int = 0) -> Item:
    lat, lon = bench.known.get("place_e7", PLACE_E7)
    return Item(command, lat + north_e7, lon, 0.0, mavlink.MAV_FRAME_GLOBAL, (radius_m, 0, 0, 0))


def _fence(bench: Bench) -> list[Item]:
    return [*polygon(bench), circle(bench, CIRCLE_IN, 900.0), circle(bench, CIRCLE_OUT, 20.0, north_e7=6000)]


async def _supported(bench: Bench) -> None:
    if not await bench.capabilities() & mavlink.MAV_PROTOCOL_CAPABILITY_MISSION_FENCE:
        raise NotSupported("MISSION_FENCE is not among the capabilities")


@check("fence.round_trip", "Polygons and circles are uploaded and read back the same", TYPES)
async def round_trip(bench: Bench) -> str:
    await _supported(bench)
    items = _fence(bench)
    await put(bench, items, FENCE)
    difference = first_difference(bench, items, await read(bench, FENCE))
    require(difference is None, difference or "")
    return f"{len(items)} items equal"


@check("fence.exclusion_polygon", "An exclusion polygon crosses beside an inclusion polygon", TYPES)
async def exclusion_polygon(bench: Bench) -> str:
    await _supported(bench)
    outside = [Item(i.command, i.x + 30000, i.y, i.z, i.frame, i.params) for i in polygon(bench, command=EXCLUSION, scale=0.2)]
    items = [*polygon(bench, scale=9.0), *outside]
    await put(bench, items, FENCE)
    difference = first_difference(bench, items, await read(bench, FENCE))
    require(difference is None, difference or "")
    return f"{len(items)} vertices equal"


async def _refused(bench: Bench, bad: list[Item]) -> tuple[str, bool]:
    """The result of a bad fence, and whether the good one before it is still there."""
    await _supported(bench)
    good = polygon(bench)
    await put(bench, good, FENCE)
    story = await upload(bench, bad, FENCE)
    bench.ours.say(mavlink.MAVLink_mission_ack_message(bench.system_id, bench.component_id, mavlink.MAV_MISSION_OPERATION_CANCELLED, FENCE))
    require(story.ack is not None, "no MISSION_ACK")
    require(not story.accepted, "it was accepted")
    return story.result, first_difference(bench, good, await read(bench, FENCE)) is None


_NOT_ATOMIC = "a refused fence is not always rolled back"


@check(
    "fence.mixed_counts",
    "Vertices that tell different counts are refused, and the old fence stays",
    ERRORS,
    ardupilot=_NOT_ATOMIC,
    px4="checks counts only when the fence is loaded",
)
async def mixed_counts(bench: Bench) -> str:
    bad = [*polygon(bench, said=4)[:2], *polygon(bench, said=3)[2:]]
    result, kept = await _refused_or_deviates(bench, bad)
    if not kept:
        raise Deviates(f"{result}, but the old fence is gone")
    return f"{result}, old fence kept"


async def _refused_or_deviates(bench: Bench, bad: list[Item]) -> tuple[str, bool]:
    await _supported(bench)
    good = polygon(bench)
    await put(bench, good, FENCE)
    story = await upload(bench, bad, FENCE)
    if story.accepted:
        raise Deviates("it was accepted")
    require(story.ack is not None, "no MISSION_ACK")
    return story.result, first_difference(bench, good, await read(bench, FENCE)) is None


@check("fence.two_vertices", "A polygon of two vertices is refused", ERRORS, ardupilot=_NOT_ATOMIC)
async def two_vertices(bench: Bench) -> str:
    result, kept = await _refused(bench, polygon(bench, vertices=2))
    if not kept:
        raise Deviates(f"{result}, but the old fence is gone")
    return f"{result}, old fence kept"


@check(
    "fence.incomplete",
    "A polygon with fewer vertices than it tells is refused",
    ERRORS,
    ardupilot=_NOT_ATOMIC,
    px4="checks counts only when the fence is loaded",
)
async def incomplete(bench: Bench) -> str:
    result, kept = await _refused_or_deviates(bench, polygon(bench, vertices=3, said=5))
    if not kept:
        raise Deviates(f"{result}, but the old fence is gone")
    return f"{result}, old fence kept"


@check("fence.waypoint", "A waypoint is no part of a fence and is refused", ERRORS)
async def waypoint(bench: Bench) -> str:
    await _supported(bench)
    bad = [*polygon(bench), waypoints(bench, 1)[-1]]
    story = await upload(bench, bad, FENCE)
    bench.ours.say(mavlink.MAVLink_mission_ack_message(bench.system_id, bench.component_id, mavlink.MAV_MISSION_OPERATION_CANCELLED, FENCE))
    require(not story.accepted and story.ack is not None, story.result)
    return story.result


@check("fence.clear", "A fence is cleared, and the mission stays", f"{PAGE}#clear_mission")
async def cleared(bench: Bench) -> str:
    await _supported(bench)
    mission = waypoints(bench, 3)
    await put(bench, mission)
    await put(bench, polygon(bench), FENCE)
    require(await clear(bench, FENCE) == mavlink.MAV_MISSION_ACCEPTED, "the clearing was refused")
    require(not await read(bench, FENCE), "items are left")
    require(same_flight(bench, mission, await read(bench)) is None, "the mission changed")
    await clear(bench, MISSION)
    return "0 items left, mission unchanged"


@check("fence.plan_id", "A fence has an id of its own, and another fence another", f"{PAGE}#detecting-plan-changes")
async def plan_id(bench: Bench) -> str:
    await _supported(bench)
    ids = [extension_u32((await put(bench, polygon(bench, scale=scale), FENCE)).ack_message, ACK_ID_AT) for scale in (1.0, 1.5)]
    await clear(bench, FENCE)
    if ids[0] == 0:
        raise NotSupported("opaque_id is 0")
    require(ids[0] != ids[1], "two fences have one id")
    return " and ".join(f"{number:#010x}" for number in ids)
