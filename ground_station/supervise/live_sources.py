"""The cameras of the simulated scene as video sources of the station."""

from geo.core import VideoSource
from sim import LiveCamera


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
