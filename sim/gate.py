"""The fixed camera of a scenario: its true pose, and a calibration a surveyor could have made of it."""

from math import cos, radians, sin
from typing import Any

from geo.primitives import LocalFrame
from sim.projection import Camera
from sim.scenario import Gate, Scenario

# Where the calibration points lie: metres ahead of the camera along its heading, metres to the right.
_POINTS_M = ((13.0, -5.0), (13.0, 5.0), (22.0, -9.0), (22.0, 9.0), (38.0, -10.0), (38.0, 10.0), (70.0, -12.0), (70.0, 12.0))


def gate_camera(gate: Gate) -> Camera:
    """The camera in a local frame whose origin is the foot of its pole."""
    width, height = gate.image_size_px
    return Camera(0.0, 0.0, gate.height_m, gate.heading_deg, gate.pitch_deg, gate.hfov_deg, width, height)


def gate_calibration(scenario: Scenario) -> dict[str, Any]:
    """`calibration` of a scene file: picture size and ground points seen at known places, and the true pose beside it."""
    gate = scenario.gate
    camera = gate_camera(gate)
    frame = LocalFrame(scenario.gate_place)
    ahead, right = _axes(gate.heading_deg)
    points = []
    for distance_m, side_m in _POINTS_M:
        east = ahead[0] * distance_m + right[0] * side_m
        north = ahead[1] * distance_m + right[1] * side_m
        pixel = camera.pixel_of(east, north)
        if pixel is None or not (0 <= pixel[0] <= camera.width_px and 0 <= pixel[1] <= camera.height_px):
            continue
        place = frame.place(east, north)
        points.append({"px": [round(pixel[0], 2), round(pixel[1], 2)], "lonlat": [round(place.lon_deg, 8), round(place.lat_deg, 8)]})
    return {
        "image_size_px": list(gate.image_size_px),
        "points": points,
        "pose": {
            "lonlat": list(gate.lonlat),
            "height_m": gate.height_m,
            "heading_deg": gate.heading_deg,
            "pitch_deg": gate.pitch_deg,
            "hfov_deg": gate.hfov_deg,
        },
    }


def _axes(heading_deg: float) -> tuple[tuple[float, float], tuple[float, float]]:
    heading = radians(heading_deg)
    return (sin(heading), cos(heading)), (cos(heading), -sin(heading))
