"""The one word for what any file says of a camera at an instant. What a file does not say is None, never 0."""

from dataclasses import dataclass

from geo.primitives import LonLat

FULL_FRAME_DIAGONAL_M = 0.04327  # of 36 x 24 mm: what "35 mm equivalent" focal lengths are of


@dataclass(frozen=True, slots=True)
class CameraReading:
    """`at_s` counts on the clock of its `Telemetry`. Angles in degrees; triples are heading, pitch, roll as in `geo.primitives.camera`.

    `height_m` is above the ground seen: above home, or above the middle of the picture. `amsl_m` is above the sea.
    `vehicle_deg` is how the carrier flies, `camera_deg` how the camera looks. `focal_35mm` is the focal length a full-frame camera would
    need, in millimetres.
    """

    at_s: float
    position: LonLat
    height_m: float | None = None
    amsl_m: float | None = None
    vehicle_deg: tuple[float, float, float] | None = None
    camera_deg: tuple[float, float, float] | None = None
    hfov_deg: float | None = None
    focal_35mm: float | None = None
    position_sigma_m: float | None = None


@dataclass(frozen=True, slots=True)
class Telemetry:
    """What one file says of one camera, in order of time.

    `by_picture` counts seconds from the first picture of the film, `by_utc` Unix seconds; a file may know both. `picture_sigma_s` is the
    doubt of the first of these clocks.
    """

    name: str
    by_picture: tuple[CameraReading, ...] = ()
    by_utc: tuple[CameraReading, ...] = ()
    home: LonLat | None = None
    picture_sigma_s: float = 0.1

    @property
    def readings(self) -> tuple[CameraReading, ...]:
        return self.by_picture or self.by_utc
