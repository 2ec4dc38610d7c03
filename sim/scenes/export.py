"""A scene as the scene file `vision run --scene` reads: calibration of one fixed camera, lanes, lines and areas in WGS84."""

from typing import Any

import numpy as np

from geo.primitives import LocalFrame, LonLat
from sim.scenes.model import FixedCamera, Scene
from sim.scenes.poses import fixed_camera

POINT_STEPS = (0.08, 0.35, 0.65, 0.92)
FARTHEST_POINT_M = 90.0
CALIBRATED_ON = "2026-01-01"


def scene_file(scene: Scene, camera: FixedCamera | None) -> dict[str, Any]:
    """GeoJSON FeatureCollection; `calibration` is left out for a camera that moves: its pose is in the video."""
    frame = LocalFrame(LonLat(*scene.origin))

    def lonlat(points: Any) -> list[list[float]]:
        return [[round(float(lon), 8), round(float(lat), 8)] for lon, lat in frame.to_lonlat_deg(np.array(points, dtype=np.float64))]

    def ring(points: Any) -> dict[str, Any]:
        places = lonlat(points)
        return {"type": "Polygon", "coordinates": [[*places, places[0]]]}

    def feature(kind: str, name: str, geometry: dict[str, Any], **properties: Any) -> dict[str, Any]:
        given = {key: value for key, value in properties.items() if value is not None}
        return {"type": "Feature", "geometry": geometry, "properties": {"kind": kind, "id": name, **given}}

    of = scene.map
    features = [
        feature(
            "lane", one.id, ring(one.polygon), heading_deg=one.heading_deg, speed_limit_kmh=one.speed_limit_kmh, legal_order=one.legal_order
        )
        for one in of.lanes
    ]
    features += [
        feature(
            "stop_line",
            one.id,
            {"type": "LineString", "coordinates": lonlat(one.line)},
            heading_deg=one.heading_deg,
            signal=one.signal,
            legal_order=one.legal_order,
        )
        for one in of.stop_lines
    ]
    for signal in of.signals:
        schedule = {"green_s": signal.green_s, "yellow_s": signal.yellow_s, "red_s": signal.red_s, "offset_s": signal.offset_s}
        features.append(feature("signal", signal.id, {"type": "Point", "coordinates": lonlat([signal.at])[0]}, schedule=schedule))
    features += [
        feature("solid_line", one.id, {"type": "LineString", "coordinates": lonlat(one.path)}, legal_order=one.legal_order)
        for one in of.solid_lines
    ]
    features += [feature(one.kind, one.id, ring(one.polygon), legal_order=one.legal_order) for one in of.areas]
    collection: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if camera is not None:
        collection["calibration"] = calibration(scene, camera)
    return collection


def calibration(scene: Scene, part: FixedCamera) -> dict[str, Any]:
    """Ground points a surveyor would measure: pixels spread over the part of the picture that shows near ground, and their true places.

    Pixels are those of the picture, distortion included: the plane fitted to them carries what distortion leaves over.
    """
    camera = fixed_camera(part)
    frame = LocalFrame(LonLat(*scene.origin))
    points = []
    for v_share in (*POINT_STEPS, 0.5):
        for u_share in POINT_STEPS:
            pixel = np.array([[u_share * camera.width_px, v_share * camera.height_px]])
            ray = np.append(camera.straightened(pixel)[0], 1.0) @ camera.world_to_camera()[:, :3]
            if ray[2] > -1e-3:
                continue
            reach = camera.height_m / -ray[2]
            east, north = camera.east_m + ray[0] * reach, camera.north_m + ray[1] * reach
            if np.hypot(east - camera.east_m, north - camera.north_m) > FARTHEST_POINT_M:
                continue
            place = frame.place(float(east), float(north))
            seen = [round(float(value), 2) for value in pixel[0]]
            points.append({"px": seen, "lonlat": [round(place.lon_deg, 9), round(place.lat_deg, 9)]})
    return {"image_size_px": list(part.size_px), "points": points, "survey_sigma_m": 0.03, "date": CALIBRATED_ON}
