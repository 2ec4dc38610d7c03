"""The clocks of a film and of its poses brought together by the film's own motion, before anything is placed."""

from dataclasses import replace

from geo.primitives import VisionError
from ground_station.camera_telemetry.poses import CameraPoses, TrackedPoses
from ground_station.video import DecodedImage, open_source
from vision import CameraView, Frame, OffsetSearch, TimeOffset

LOOKED_AT_S = 90.0  # of the film: several turns of a drone
PICTURES_A_SECOND = 6.0
KNOWN_WELL_S = 0.04  # a clock this good is not bettered by the motion
LEAST_REACH_S, MOST_REACH_S, REACH_SIGMAS = 3.0, 12.0, 10.0


def aligned(source: str, poses: CameraPoses) -> tuple[CameraPoses, TimeOffset | None]:
    """Poses on the film's clock, and how far they were off; as they were where the motion does not tell, or their clock is good already.

    Reads the beginning of the film. Raises: `VisionError` when it cannot be read, or does not say when it was taken.
    """
    if not isinstance(poses, TrackedPoses):
        return poses, None
    search, first = OffsetSearch(), None
    with open_source(source, frames_per_second=PICTURES_A_SECOND) as reader:
        if reader.info.live:
            return poses, None
        for image in reader.images():
            if first is None:
                first = replace(image, image=image.image[:1])
                clock = poses.clock(image)
                if clock is None:
                    raise VisionError(
                        "The film does not say when it was taken, so its pictures find no poses.",
                        code="vision.telemetry_clock",
                        hint="Give the instant of its first picture with --film-start.",
                    )
                if clock.sigma_s < KNOWN_WELL_S:
                    return poses, None
            if image.time_s > LOOKED_AT_S:
                break
            search.see(Frame(source, image.index, image.time_s, image.image))
        size_px = (reader.info.width_px, reader.info.height_px)
    found = None if first is None else _estimate(search, poses, first, size_px)
    return (poses, None) if found is None else (poses.moved(found.offset_s, found.sigma_s), found)


def _estimate(search: OffsetSearch, poses: TrackedPoses, first: DecodedImage, size_px: tuple[int, int]) -> TimeOffset | None:
    clock = poses.clock(first)
    if clock is None:
        return None

    def view_at(time_s: float) -> CameraView | None:
        return poses.view_at(clock.track, clock.at_s + time_s - first.time_s, size_px, clock.sigma_s)

    return search.estimate(view_at, reach_s=min(MOST_REACH_S, max(LEAST_REACH_S, REACH_SIGMAS * clock.sigma_s)))
