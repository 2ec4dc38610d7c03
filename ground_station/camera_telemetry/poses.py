"""From what files say of a camera to the view of each picture of a film: the clocks paired, heights found, what is missing told."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from math import atan, atan2, degrees, hypot, isnan
from pathlib import Path
from typing import Protocol

from geo.primitives import LocalFrame, VisionError
from geo.terrain import Heights
from ground_station.camera_telemetry.catalogue import own_telemetry, read_telemetry
from ground_station.camera_telemetry.photographs import reading_of_photograph
from ground_station.camera_telemetry.readings import FULL_FRAME_DIAGONAL_M, CameraReading, Telemetry
from ground_station.camera_telemetry.track import HeldAt, ReadingTrack
from ground_station.flight_data.photo_folder import SUFFIXES as PHOTOGRAPHS
from ground_station.video import DecodedImage, parse_address
from ground_station.watching.drone_camera import STAMPED_SIGMA_S, DroneCamera, Mount
from ground_station.watching.gimbal_track import GimbalTrack
from vision import CameraView

DATED_SIGMA_S = 1.0  # a film's own date is a whole second of a clock nobody checked
FOCAL_35MM_SIGMA = 0.05  # a film uses less of the sensor than a photograph, and does not say how much
COURSE_FROM_MPS, COURSE_SIGMA_DEG = 2.0, 25.0  # wind and pilots turn a nose away from where it flies
COURSE_OVER_S = 2.0  # of one place after another: neighbours may be rounded to the same
NO_GIMBALS = GimbalTrack()
NEVER = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class PosesRequest:
    """`file` None takes what the source itself brings. `film_start` is when its first picture was taken.

    Where nothing else tells how high the camera is above the ground: `ground_amsl_m` of level ground, else its own `height_m`.
    `nose_first`: where no heading is told, the direction of flight is taken.
    """

    file: Path | None = None
    vehicle: str | None = None
    mount: Mount = field(default_factory=Mount)
    hfov_deg: float | None = None
    film_start: datetime | None = None
    heights: Heights | None = None
    ground_amsl_m: float | None = None
    height_m: float | None = None
    nose_first: bool = False


class CameraPoses(Protocol):
    """The one door: the view of a picture, whatever told it."""

    @property
    def told(self) -> str:
        """What tells the poses, in words for a person."""
        ...

    def view(self, image: DecodedImage) -> CameraView | None:
        """None for a picture nothing is told about."""
        ...


def open_poses(source: str, request: PosesRequest) -> CameraPoses | None:
    """Poses of the pictures of a source; None for one that brings none itself when no file is named.

    Raises: `VisionError`, `FlightDataError` for a file that is not usable.
    """
    if request.file is not None:
        return TrackedPoses(read_telemetry(request.file, request.vehicle), request)
    address = parse_address(source)
    if address.kind == "folder":
        poses = PhotographPoses(request)
        return poses if poses.any_of(Path(source)) else None
    telemetry = own_telemetry(Path(source)) if address.kind == "file" else None
    return None if telemetry is None else TrackedPoses(telemetry, request)


class TrackedPoses:
    """Readings along the time of a film. Raises: `VisionError` naming what the file leaves open and how to give it."""

    def __init__(self, telemetry: Telemetry, request: PosesRequest) -> None:
        self._telemetry, self._request = telemetry, request
        by_picture, by_utc = (placeable(readings, request) for readings in (telemetry.by_picture, telemetry.by_utc))
        if not by_picture and not by_utc:
            raise _left_open(telemetry, request)
        self._by_picture, self._by_utc = ReadingTrack(by_picture, telemetry.home), ReadingTrack(by_utc, telemetry.home)
        self._offset_s = request.mount.time_offset_s
        self._offset_sigma_s = request.mount.sigma.time_s

    @property
    def told(self) -> str:
        count = len(self._telemetry.readings)
        return f"{count} poses by {self._telemetry.name}"

    def view(self, image: DecodedImage) -> CameraView | None:
        clock = self.clock(image)
        if clock is None:
            return None
        height_px, width_px = image.image.shape[:2]
        return self.view_at(clock.track, clock.at_s, (width_px, height_px), clock.sigma_s)

    def view_at(self, track: ReadingTrack, at_s: float, size_px: tuple[int, int], sigma_s: float) -> CameraView | None:
        held = track.at(at_s + self._offset_s)
        return None if held is None else view_of(held, size_px, self._request, self._offset_sigma_s or sigma_s)

    def moved(self, offset_s: float, sigma_s: float) -> "TrackedPoses":
        """The same, with pictures so much later still than was known before."""
        other = copy(self)
        other._offset_s, other._offset_sigma_s = self._offset_s + offset_s, sigma_s
        return other

    def clock(self, image: DecodedImage) -> "Clock | None":
        start = self._request.film_start
        if self._by_utc.span_s is not None and start is not None:
            return Clock(self._by_utc, start.timestamp() + image.time_s, DATED_SIGMA_S)
        if self._by_utc.span_s is not None and image.stamped and image.captured_at is not None:
            return Clock(self._by_utc, image.captured_at.timestamp(), STAMPED_SIGMA_S)
        if self._by_picture.span_s is not None:
            return Clock(self._by_picture, image.time_s, self._telemetry.picture_sigma_s)
        if self._by_utc.span_s is not None and image.captured_at is not None:
            return Clock(self._by_utc, image.captured_at.timestamp(), DATED_SIGMA_S)
        return None


@dataclass(frozen=True, slots=True)
class Clock:
    """The track a picture is to be looked up in, its instant there, and the doubt of that."""

    track: ReadingTrack
    at_s: float
    sigma_s: float


class PhotographPoses:
    """Each picture of a folder by its own EXIF and XMP."""

    told = "poses by EXIF and XMP of the pictures"

    def __init__(self, request: PosesRequest) -> None:
        self._request = request

    def any_of(self, folder: Path) -> bool:
        """Whether the first picture that has a place can be used."""
        for path in sorted(folder.iterdir()):
            reading = reading_of_photograph(path, 1) if path.suffix.lower() in PHOTOGRAPHS else None
            if reading is not None:
                return bool(placeable([reading], self._request))
        return False

    def view(self, image: DecodedImage) -> CameraView | None:
        if image.path is None:
            return None
        reading = reading_of_photograph(image.path, image.image.shape[1])
        usable = [] if reading is None else placeable([reading], self._request)
        held = ReadingTrack(usable, None).at(0.0)
        height_px, width_px = image.image.shape[:2]
        return None if held is None else view_of(held, (width_px, height_px), self._request, 0.0)


def view_of(held: HeldAt, size_px: tuple[int, int], request: PosesRequest, time_sigma_s: float) -> CameraView | None:
    lens = _lens(held.nearest, request, size_px)
    if lens is None:
        return None
    hfov_deg, focal_sigma = lens
    given, told = request.mount.sigma, held.nearest.position_sigma_m
    updated = {
        "time_s": time_sigma_s,
        "focal": given.focal if "focal" in given.model_fields_set else max(given.focal, focal_sigma),
        "position_m": told if told is not None and "position_m" not in given.model_fields_set else given.position_m,
    }
    if request.nose_first and held.nearest.camera_deg is None:
        updated["heading_deg"] = max(given.heading_deg, COURSE_SIGMA_DEG)
    mount = request.mount.model_copy(update={"sigma": given.model_copy(update=updated)})
    camera = DroneCamera(hfov_deg, mount, request.heights)
    # A file that tells how the camera looks is believed; else it hangs as the mount says.
    look = held.look or camera.look(NEVER, held.pose, NO_GIMBALS)
    return camera.view(held.pose, look, size_px, stamped=True)


def _lens(reading: CameraReading, request: PosesRequest, size_px: tuple[int, int]) -> tuple[float, float] | None:
    """Full horizontal field of view, and the doubt of it as a share of the focal length."""
    if request.hfov_deg is not None:
        return request.hfov_deg, 0.0
    if reading.hfov_deg is not None:
        return reading.hfov_deg, 0.0
    if reading.focal_35mm is None:
        return None
    focal_px = reading.focal_35mm / 1000.0 / FULL_FRAME_DIAGONAL_M * hypot(*size_px)
    return degrees(2.0 * atan(size_px[0] / 2.0 / focal_px)), FOCAL_35MM_SIGMA


def placeable(readings: Sequence[CameraReading], request: PosesRequest) -> list[CameraReading]:
    """Those that tell, with what was asked for, how high the camera is, where it looks and by which lens."""
    found = []
    for reading in readings:
        height_m = _height_m(reading, request)
        lens = request.hfov_deg is not None or reading.hfov_deg is not None or reading.focal_35mm is not None
        if height_m is not None and lens:
            found.append(replace(reading, height_m=height_m))
    if request.nose_first:
        found = _along_their_course(found)
    return [reading for reading in found if reading.camera_deg is not None or reading.vehicle_deg is not None]


def _height_m(reading: CameraReading, request: PosesRequest) -> float | None:
    if reading.height_m is not None:
        return reading.height_m
    if reading.amsl_m is None:
        return request.height_m
    if request.heights is not None:
        ground_m = float(request.heights.heights_amsl_m([reading.position.as_tuple()])[0])
        if not isnan(ground_m):
            return reading.amsl_m - ground_m
    return request.height_m if request.ground_amsl_m is None else reading.amsl_m - request.ground_amsl_m


def _along_their_course(readings: Sequence[CameraReading]) -> list[CameraReading]:
    """Headings by the way flown, for those without one; none where the vehicle hardly moves."""
    found = []
    for index, reading in enumerate(readings):
        if reading.camera_deg is None and reading.vehicle_deg is None:
            before = next((one for one in reversed(readings[:index]) if reading.at_s - one.at_s >= COURSE_OVER_S), readings[0])
            after = next((one for one in readings[index + 1 :] if one.at_s - reading.at_s >= COURSE_OVER_S), readings[-1])
            east, north = LocalFrame(before.position).offset_m(after.position)
            gap_s = after.at_s - before.at_s
            if gap_s > 0 and hypot(east, north) / gap_s >= COURSE_FROM_MPS:
                found.append(replace(reading, vehicle_deg=(degrees(atan2(east, north)) % 360.0, 0.0, 0.0)))
                continue
        found.append(reading)
    return found


def _left_open(telemetry: Telemetry, request: PosesRequest) -> VisionError:
    """What the file does not say that a place needs."""
    readings = telemetry.readings
    if request.hfov_deg is None and not any(one.hfov_deg or one.focal_35mm for one in readings):
        what, hint = "nothing of the lens", "Give its full horizontal angle with --hfov-deg."
    elif not any(_height_m(one, request) is not None for one in readings):
        above_sea = any(one.amsl_m is not None for one in readings)
        what = "no height above the ground" + ", only one above the sea" * above_sea
        hint = "Give an elevation model with --dem, or the level of flat ground with --ground-amsl-m."
        if not above_sea:
            hint = "Give the height of the camera with --height-m."
    else:
        what, hint = "no heading", "If the vehicle flew nose first, --nose-first takes the direction of flight, with 25 degrees of doubt."
    return VisionError(
        f"The poses by {telemetry.name} cannot place anything: the file says {what}.", code="vision.telemetry_open", hint=hint
    )
