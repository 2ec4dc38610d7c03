"""MAVSDK's own client as a station, and a mission in its words."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from mavsdk.asyncio import Configuration, Mavsdk
from mavsdk.asyncio.plugins.mission_raw import MissionItem
from mavsdk.component_type import ComponentType

LAT, LON = 43.6505, 51.16
WAYPOINT, RETURN, TAKEOFF = 16, 20, 22
GLOBAL, NO_PLACE, RELATIVE_INT = 0, 2, 6


def item(seq: int, command: int, *, north_deg: float = 0.0, east_deg: float = 0.0, up_m: float = 15.0, frame: int = RELATIVE_INT) -> Any:
    place = (0, 0) if command == RETURN else (round((LAT + north_deg) * 1e7), round((LON + east_deg) * 1e7))
    return MissionItem(seq=seq, frame=frame, command=command, current=int(seq == 0), autocontinue=1, x=place[0], y=place[1], z=up_m)


def mavsdk_mission(autopilot: str) -> list[Any]:
    """Up, two legs, home. ArduPilot's item 0 is home, as its users know; PX4 takes a command without a place in no other frame."""
    home = [(WAYPOINT, {"up_m": 0.0, "frame": GLOBAL})] if autopilot == "ardupilot" else []
    flight = [
        (TAKEOFF, {}),
        (WAYPOINT, {"north_deg": 0.0004}),
        (WAYPOINT, {"north_deg": 0.0004, "east_deg": 0.0005}),
        (RETURN, {"up_m": 0.0, "frame": NO_PLACE}),
    ]
    return [item(seq, command, **place) for seq, (command, place) in enumerate([*home, *flight])]  # type: ignore[arg-type]


@asynccontextmanager
async def mavsdk_system(port: int) -> AsyncIterator[Any]:
    configuration = Configuration.create_with_component_type(ComponentType.GROUND_STATION)
    async with Mavsdk(configuration) as mavsdk:
        await mavsdk.add_any_connection(f"udpin://127.0.0.1:{port}")
        system = await mavsdk.first_autopilot(timeout_s=20.0)
        assert system is not None, "MAVSDK found no autopilot"
        yield system
