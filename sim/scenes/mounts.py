"""The cameras of a scene as a live world serves them: where, of which vehicle, and what a station must know to use their pictures.

Loads neither OpenCV nor FFmpeg: the station's supervisor asks for this, too.
"""

from dataclasses import dataclass
from typing import Any

from geo.primitives import LocalFrame, LonLat
from sim.scenes.export import calibration
from sim.scenes.model import DroneCamera, FixedCamera, Scene


@dataclass(frozen=True, slots=True)
class LiveCamera:
    """`mount` is its path on the RTSP server. `titles`: names by language, as far as the scene gives them. `calibration` is a source's:
    surveyed points of a fixed camera, `mount` of one under a vehicle; empty when there is nothing to say."""

    source_id: str
    mount: str
    part: FixedCamera | DroneCamera
    titles: dict[str, str]
    calibration: dict[str, Any]
    system_id: int | None = None
    place: LonLat | None = None


def live_cameras(scene: Scene, *, vehicles_fly: bool = True) -> list[LiveCamera]:
    """Those of vehicles first. A vehicle's first camera is `/mav-N` and source `mav-N-camera`, further ones add their name."""
    frame = LocalFrame(LonLat(*scene.origin))
    names = [one.name for one in scene.vehicles]
    seen: set[str] = set()
    found = []
    for part in scene.cameras:
        titles: dict[str, str] = {str(language): title for language, title in part.title.items()}
        if isinstance(part, DroneCamera) and vehicles_fly:
            system_id = names.index(part.vehicle) + 1
            vehicle = f"mav-{system_id}"
            further = f"-{part.name}" if vehicle in seen else ""
            seen.add(vehicle)
            mount = {} if part.pitch_deg == -90.0 else {"mount": {"pitch_deg": part.pitch_deg}}
            found.append(LiveCamera(f"{vehicle}{further or '-camera'}", f"/{vehicle}{further}", part, titles, mount, system_id))
    for part in scene.cameras:
        titles = {str(language): title for language, title in part.title.items()}
        if isinstance(part, FixedCamera):
            known = calibration(scene, part)
            found.append(LiveCamera(part.name, f"/{part.name}", part, titles, known, place=frame.place(*part.at)))
    return found
