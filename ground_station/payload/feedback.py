"""Photographs of a camera wired to the autopilot, told by CAMERA_FEEDBACK alone. Source: MAVLink `ardupilotmega`, AP_Camera.

A camera of protocol v2 tells of its photographs itself, and the autopilot that triggered it tells of the same ones once more.
"""

from datetime import UTC, datetime

from geo.primitives import LonLat
from ground_station.mavlink import WireMessage
from ground_station.payload.cameras import Photo

KIND = "CAMERA_FEEDBACK"
BELIEVED_AFTER = 5  # in a row, and the camera that could tell of them says nothing: another one takes them
_EARLIEST = datetime(2010, 1, 1, tzinfo=UTC)  # an autopilot without a fix counts from its start


class WiredCamera:
    """`waiting` holds what is told of once more if the vehicle's own camera tells of it; how many are not lost is at most that."""

    def __init__(self) -> None:
        self._waiting: list[Photo] = []
        self._believed = False
        self._last: tuple[int, int, int] | None = None

    def on_feedback(self, m: WireMessage, *, another_may_tell: bool) -> list[Photo]:
        """The photographs now known to be told by nobody else. `another_may_tell`: the vehicle has a camera with its own voice."""
        key = (int(m.cam_idx), int(m.img_idx), int(m.time_usec))
        if key == self._last:
            return []
        self._last = key
        self._waiting.append(_photo(m))
        self._believed = self._believed or len(self._waiting) >= BELIEVED_AFTER
        if another_may_tell and not self._believed:
            return []
        told, self._waiting = self._waiting, []
        return told

    def another_told(self) -> None:
        """A camera of protocol v2 has told of a photograph of its own."""
        self._waiting, self._believed = [], False


def _photo(m: WireMessage) -> Photo:
    placed = abs(m.lat) <= 900_000_000 and abs(m.lng) <= 1_800_000_000 and bool(m.lat or m.lng)
    at = datetime.fromtimestamp(m.time_usec / 1e6, UTC)
    return Photo(
        camera=m.get_srcComponent(),
        index=int(m.img_idx),
        at=at if at > _EARLIEST else None,
        position=LonLat(m.lng / 1e7, m.lat / 1e7) if placed else None,
        altitude_m=float(m.alt_msl) if placed else None,
        height_m=float(m.alt_rel) if placed else None,
        heading_deg=float(m.yaw) % 360.0,
        pitch_deg=None,  # of the airframe, not of the camera
        file="",
    )
