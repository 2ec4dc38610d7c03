"""The cameras of the simulated scene as video sources of the station."""

from dataclasses import replace

from geo.core import VideoSource, VideoSourceStore, open_database
from ground_station.settings import SimSettings
from sim import DEFAULT_SCENE, LiveCamera, live_cameras, read_scene


async def add_cameras(settings: SimSettings, database_url: str) -> None:
    """Write the cameras of the scene that is simulated; those of another one, from an earlier run, are switched off."""
    cameras = live_cameras(read_scene(settings.scenario or DEFAULT_SCENE), vehicles_fly=settings.fleet > 0)
    base_url = f"rtsp://127.0.0.1:{settings.rtsp_port}"
    sources = live_sources(cameras, base_url, filmed=settings.fixed_camera_video is not None)
    served = {source.source_id for source in sources}
    async with open_database(database_url, max_connections=1) as database:
        store = VideoSourceStore(database)
        gone = [one for one in await store.live() if one.source_id not in served and (one.url or "").startswith(f"{base_url}/")]
        await store.upsert_many([*sources, *(replace(one, enabled=False) for one in gone)])


def live_sources(cameras: list[LiveCamera], rtsp_base_url: str, *, filmed: bool) -> list[VideoSource]:
    """One row a camera. `filmed`: the first fixed camera shows a film, of which nobody knows what lies where."""
    base = rtsp_base_url.rstrip("/")
    first_fixed = next((one.source_id for one in cameras if one.system_id is None), None)
    rows = []
    for one in cameras:
        calibration = {} if filmed and one.source_id == first_fixed else one.calibration
        titles = {**_titles(one), **one.titles}
        rows.append(
            VideoSource(
                one.source_id,
                "fixed" if one.system_id is None else "drone",
                titles["kk"],
                titles["ru"],
                titles["en"],
                url=f"{base}{one.mount}",
                position=one.place,
                heading_deg=getattr(one.part, "heading_deg", None),
                hfov_deg=one.part.hfov_deg,
                calibration=calibration or None,
                vehicle_id=None if one.system_id is None else f"mav-{one.system_id}",
            )
        )
    return rows


def _titles(camera: LiveCamera) -> dict[str, str]:
    number, name = camera.system_id, camera.part.name
    if number is None:
        return {"kk": f"«{name}» камерасы", "ru": f"Камера «{name}»", "en": f"Camera {name}"}
    return {"kk": f"{number}-ші дрон камерасы", "ru": f"Камера дрона {number}", "en": f"Drone {number} camera"}
