"""A fixed camera as a request to the api describes it: at the gate, calibrated by its corners."""

from typing import Any

CORNERS = [(0, 0), (640, 0), (640, 360), (0, 360)]
CALIBRATION = {
    "image_size_px": [640, 360],
    "points": [{"px": [u, v], "lonlat": [51.16 + u * 1e-6, 43.65 - v * 1e-6]} for u, v in CORNERS],
    "date": "2026-05-01",
}
CAMERA: dict[str, Any] = {
    "name_kk": "Қақпа",
    "name_ru": "Ворота",
    "name_en": "Gate",
    "url": "rtsp://operator:secret@192.0.2.7/stream",
    "position": [51.16, 43.65],
    "heading_deg": 90.0,
    "calibration": CALIBRATION,
}
