"""A scene as the scene file `vision run --scene` reads: calibration of one fixed camera, lanes, lines and areas in WGS84."""

from typing import Any

import numpy as np

from geo.primitives import LocalFrame, LonLat
from sim.scenes.model import FixedCamera, Scene
from sim.scenes.poses import fixed_camera

ROW_SHARES = (0.0, 0.15, 0.4, 0.7, 1.0)  # of the picture's rows that show ground, from the farthest down
COLUMN_SHARES = (0.08, 0.35, 0.65, 0.92)
LOWEST_ROW = 0.92
FARTHEST_POINT_M, FARTHEST_TIMES = 90.0, 3.0
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
    features += [feature(one.kind, one.id, ring(one.polygon), legal_order=one.legal_order, applies_to=one.applies_to) for one in of.areas]
    features += [
        feature("turn_edge", one.id, {"type": "LineString", "coordinates": lonlat(one.line)}, heading_deg=one.heading_deg)
        for one in of.turn_edges
    ]
    lines = {one.id: one.line for one in of.turn_edges}
    features += [
        feature(
            "forbidden_turn",
            one.id,
            {"type": "LineString", "coordinates": lonlat([np.mean(lines[one.entry], axis=0), np.mean(lines[one.exit], axis=0)])},
            entry=one.entry,
            exit=one.exit,
            legal_order=one.legal_order,
        )
        for one in of.forbidden_turns
    ]
    features += [
        feature("rail_crossing", one.id, ring(one.polygon), signal=one.signal, legal_order=one.legal_order) for one in of.rail_crossings
    ]
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

    def ground_at(u: float, v: float) -> tuple[float, float, float]:
        """East, north and distance from the camera's foot; a ray that meets no ground ends infinitely far away."""
        ray = np.append(camera.straightened(np.array([[u, v]]))[0], 1.0) @ camera.world_to_camera()[:, :3]
        if ray[2] > -1e-3:
            return np.inf, np.inf, np.inf
        reach = camera.height_m / -ray[2]
        east, north = float(ray[0]) * reach, float(ray[1]) * reach
        return camera.east_m + east, camera.north_m + north, float(np.hypot(east, north))

    # A camera high up sees no near ground at all: what is far for it begins farther away.
    middle, bottom = camera.width_px / 2.0, LOWEST_ROW * camera.height_px
    farthest_m = max(FARTHEST_POINT_M, FARTHEST_TIMES * ground_at(middle, bottom)[2])
    top = next(v for v in np.arange(0.0, bottom, 2.0) if ground_at(middle, v)[2] < farthest_m)
    points = []
    for v in top + (bottom - top) * np.array(ROW_SHARES):
        for u in camera.width_px * np.array(COLUMN_SHARES):
            east, north, away_m = ground_at(float(u), float(v))
            if away_m > 1.5 * farthest_m:
                continue
            place = frame.place(east, north)
            points.append({"px": [round(float(u), 2), round(float(v), 2)], "lonlat": [round(place.lon_deg, 9), round(place.lat_deg, 9)]})
    return {"image_size_px": list(part.size_px), "points": points, "survey_sigma_m": 0.03, "date": CALIBRATED_ON}
