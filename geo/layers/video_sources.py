"""Cameras: public-space ones, enforcement complexes, fixed sources and drones. A drone's camera has no place of its own."""

from geo.layers.layer import NAMES, Kind, Layer, Property

LAYER = Layer(
    id="video-sources",
    title="Video sources",
    relation="video_source",
    geometry="position",
    properties=(
        Property("id"),
        *NAMES,
        Property("category"),
        Property("enabled", Kind.BOOLEAN),
        Property("live", Kind.BOOLEAN, "url IS NOT NULL"),
        Property("heading_deg", Kind.NUMBER),
        Property("hfov_deg", Kind.NUMBER),
        Property("vehicle_id"),
        Property("camera_count", Kind.INTEGER),
        Property("calibrated", Kind.BOOLEAN, "calibration IS NOT NULL"),
        # Whether video arrives right now is told live by `status.source`, never by this table.
        Property("state", Kind.TEXT, "CASE WHEN NOT enabled THEN 'off' WHEN url IS NULL THEN 'not_connected' ELSE 'connected' END"),
    ),
)
