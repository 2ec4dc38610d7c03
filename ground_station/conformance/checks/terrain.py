"""Terrain. Source: MAVLink guide, "Terrain Protocol"."""

from ground_station.conformance.bench import Bench
from ground_station.conformance.check import NotSupported, check, require
from ground_station.conformance.dialect import mavlink
from ground_station.conformance.plans import PLACE_E7

PAGE = "services/terrain.html"
ASKED_EVERY_S = 1.0


@check("terrain.check", "TERRAIN_CHECK is answered with TERRAIN_REPORT of that place", f"{PAGE}#gcs-terrain-tile-check")
async def report(bench: Bench) -> str:
    lat, lon = bench.known.get("place_e7", PLACE_E7)
    answer = await bench.ask_or_none(
        mavlink.MAVLink_terrain_check_message(lat, lon),
        "TERRAIN_REPORT",
        where=lambda m: (m.lat, m.lon) == (lat, lon),
        tries=2,
        within_s=1.5,
    )
    if answer is None:
        # The guide lets a vehicle without data for the place stay silent.
        raise NotSupported("no answer for this place")
    require(answer.spacing == 0 or answer.pending + answer.loaded >= 0, "pending and loaded make no sense")
    return f"spacing {answer.spacing} m, {answer.loaded} loaded, {answer.pending} pending"


@check(
    "terrain.request",
    "TERRAIN_REQUEST asks for 4×4 blocks of a grid of 8×7 by its south-west corner",
    f"{PAGE}#autopilot-terrain-map-request",
)
async def request(bench: Bench) -> str:
    await bench.stream(mavlink.MAVLINK_MSG_ID_TERRAIN_REQUEST, ASKED_EVERY_S)
    with bench.listening() as ear:
        message = await ear.hear_or_none("TERRAIN_REQUEST", within_s=bench.wall_s(8.0) + 0.5)
    if message is None:
        raise NotSupported("nothing is asked for")
    require(message.mask >> 56 == 0, f"mask {message.mask:#x} has bits beyond 8×7 blocks")
    require(message.grid_spacing > 0, f"grid_spacing {message.grid_spacing}")
    answered = _block(message)
    with bench.listening() as ear:
        bench.ours.say(answered)
        await ear.hear_or_none("nothing", within_s=0.3)
    return f"grid of {message.grid_spacing} m, {message.mask.bit_count()} blocks wanted"


def _block(asked: object) -> object:
    """The first block asked for, flat at 0 m, with the grid's place echoed exactly."""
    mask = int(getattr(asked, "mask", 0))
    bit = (mask & -mask).bit_length() - 1 if mask else 0
    lat, lon, spacing = (getattr(asked, name) for name in ("lat", "lon", "grid_spacing"))
    return mavlink.MAVLink_terrain_data_message(lat, lon, spacing, bit, [0] * 16)
