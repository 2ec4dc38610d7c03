"""Rally points. Source: MAVLink guide, "Mission Protocol", and common.xml's MAV_CMD_NAV_RALLY_POINT."""

from ground_station.conformance.bench import Bench
from ground_station.conformance.check import NotSupported, check, require
from ground_station.conformance.dialect import mavlink
from ground_station.conformance.plans import PLACE_E7, RALLY, Item, clear, first_difference, put, read, upload, waypoints

PAGE = "services/mission.html"
RALLY_POINT = 5100


def points(bench: Bench, count: int) -> list[Item]:
    lat, lon = bench.known.get("place_e7", PLACE_E7)
    return [
        Item(RALLY_POINT, lat + 700 * (number + 1), lon - 500 * number, 25.0 + number, mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT)
        for number in range(count)
    ]


async def _supported(bench: Bench) -> None:
    if not await bench.capabilities() & mavlink.MAV_PROTOCOL_CAPABILITY_MISSION_RALLY:
        raise NotSupported("MISSION_RALLY is not among the capabilities")


@check("rally.round_trip", "Rally points are uploaded and read back the same", f"{PAGE}#mission_types")
async def round_trip(bench: Bench) -> str:
    await _supported(bench)
    items = points(bench, 3)
    await put(bench, items, RALLY)
    difference = first_difference(bench, items, await read(bench, RALLY))
    require(difference is None, difference or "")
    return f"{len(items)} points equal"


@check("rally.wrong_command", "A waypoint is no rally point and is refused", f"{PAGE}#errors")
async def wrong_command(bench: Bench) -> str:
    await _supported(bench)
    story = await upload(bench, [points(bench, 1)[0], waypoints(bench, 1)[-1]], RALLY)
    bench.ours.say(mavlink.MAVLink_mission_ack_message(bench.system_id, bench.component_id, mavlink.MAV_MISSION_OPERATION_CANCELLED, RALLY))
    require(not story.accepted and story.ack is not None, story.result)
    return story.result


@check("rally.clear", "Rally points are cleared", f"{PAGE}#clear_mission")
async def cleared(bench: Bench) -> str:
    await _supported(bench)
    await put(bench, points(bench, 2), RALLY)
    require(await clear(bench, RALLY) == mavlink.MAV_MISSION_ACCEPTED, "the clearing was refused")
    require(not await read(bench, RALLY), "points are left")
    return "0 points left"
