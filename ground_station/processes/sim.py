"""The `sim` process: the vehicles and cameras of a scene, on the same wires as real ones."""

import anyio

from ground_station.bus.connection import connect_bus
from ground_station.bus.heartbeat import announce
from ground_station.endpoints import nats_url
from ground_station.settings import Settings
from sim import DEFAULT_SCENE, World, WorldSettings, parse_address, parse_home, read_scene

DEFAULT_STATION_PORT = 14550


async def run(settings: Settings) -> None:
    """Simulate until cancelled. Raises a `SunqarError` for settings that cannot be simulated."""
    world = World(
        WorldSettings(
            read_scene(settings.sim.scenario or DEFAULT_SCENE),
            parse_address(_station_address(settings)),
            fleet=settings.sim.fleet,
            home=None if settings.sim.home is None else parse_home(settings.sim.home),
            rtsp_port=settings.sim.rtsp_port,
            dock_port=settings.sim.dock_port,
            fixed_camera_video=settings.sim.fixed_camera_video,
            truth=settings.sim.truth,
            speedup=settings.sim.speedup,
        )
    )
    async with connect_bus(nats_url(settings), name="sim") as client, anyio.create_task_group() as tasks:
        tasks.start_soon(announce, client, "sim", world.readiness)
        await world.run()


def _station_address(settings: Settings) -> str:
    """The loopback end of the station's first listening UDP link."""
    for link in settings.station.links:
        scheme, _, rest = link.replace("//", "").partition(":")
        port = rest.rpartition(":")[2]
        if scheme == "udpin" and port.isdigit():
            return f"udpout:127.0.0.1:{port}"
    return f"udpout:127.0.0.1:{DEFAULT_STATION_PORT}"
