"""An orthophoto under a film: the ground around the camera read from the raster, the picture laid on it now and then, the pose corrected.

Telemetry errs slowly (a compass, a gimbal's horizon, a receiver), so a correction found for one picture holds for those of the next
seconds, ever more doubtful.
"""

from math import cos, radians
from pathlib import Path
from typing import Any

import numpy as np

from geo.primitives import GeoError, LocalFrame, LonLat
from vision import CameraView, Frame, GroundImage, Registration, Relief, moved_view, register

REGISTER_EVERY_S = 1.0
HOLD_S = 3.0
DRIFT_M, DRIFT_RAD = 0.15, 0.003  # one sigma of what a correction loses in a second
REACH_M, LEAST_REACH_M = 250.0, 40.0
MOST_PX = 2400  # a side of the patch that is read
OWN_SIGMA_PX = 1.0  # how well an orthophoto that says nothing of it lies where it says


class OrthophotoFile:
    """Raises: `GeoError` for a file that is no raster with a place, or has too few bands to be a picture."""

    def __init__(self, path: Path, sigma_m: float | None = None) -> None:
        import rasterio
        from rasterio.errors import RasterioError

        try:
            self._file: Any = rasterio.open(path)
        except RasterioError as error:
            raise GeoError(f"The orthophoto '{path}' cannot be read: {error}.", code="ortho", hint="Give a GeoTIFF.") from error
        if self._file.crs is None or self._file.count < 3:
            self._file.close()
            raise GeoError(
                f"'{path}' is no orthophoto: it has no place, or no three colours.", code="ortho", hint="Give a GeoTIFF of colours."
            )
        self._sigma_m = sigma_m

    def close(self) -> None:
        self._file.close()

    def around(self, place: LonLat, half_side_m: float, metres_a_px: float) -> GroundImage | None:
        """A square of ground with `place` in its middle; None where the orthophoto has none of it."""
        from rasterio.enums import Resampling
        from rasterio.transform import Affine
        from rasterio.vrt import WarpedVRT

        side_px = min(MOST_PX, round(2.0 * half_side_m / metres_a_px))
        metres_a_px = 2.0 * half_side_m / side_px
        local = f"+proj=aeqd +lat_0={place.lat_deg} +lon_0={place.lon_deg} +datum=WGS84 +units=m"
        transform = Affine(metres_a_px, 0.0, -half_side_m, 0.0, -metres_a_px, half_side_m)
        with WarpedVRT(
            self._file, crs=local, transform=transform, width=side_px, height=side_px, resampling=Resampling.bilinear, add_alpha=True
        ) as warped:
            bands = warped.read()
        known = bands[-1] > 0
        colours = np.moveaxis(_as_bytes(bands[:3])[::-1], 0, -1)
        image = np.where(known[..., None], np.maximum(colours, 1), 0).astype(np.uint8)
        if not known.any():
            return None
        own_px_m = max(abs(self._file.transform.a), abs(self._file.transform.e))
        if self._file.crs.is_geographic:
            own_px_m *= 111_320.0 * max(0.2, cos(radians(place.lat_deg)))
        sigma_m = OWN_SIGMA_PX * own_px_m if self._sigma_m is None else self._sigma_m
        return GroundImage(image, LocalFrame(place), (-half_side_m, half_side_m), metres_a_px, sigma_m)


def _as_bytes(bands: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    if bands.dtype == np.uint8:
        return bands
    low, high = np.percentile(bands, (1, 99))
    return np.asarray(np.clip((bands - low) / max(high - low, 1e-9) * 254.0 + 1.0, 0, 255), dtype=np.uint8)


class OrthophotoRefiner:
    """`refined` the view of each picture in order. `tried` and `found` count registrations; `last` is the newest."""

    def __init__(self, file: OrthophotoFile, relief: Relief | None = None) -> None:
        self._file, self._relief = file, relief
        self._ground: GroundImage | None = None
        self._reach_m = 0.0
        self._tried_s = float("-inf")
        self._found_s = float("-inf")
        self.last: Registration | None = None
        self.tried = self.found = 0

    def refined(self, frame: Frame, view: CameraView) -> CameraView:
        if frame.time_s - self._tried_s >= REGISTER_EVERY_S:
            self._tried_s = frame.time_s
            self.tried += 1
            ground = self._around(view)
            found = None if ground is None else register(frame, view, ground, self._relief)
            if found is not None:
                self.found += 1
                self.last, self._found_s = found, frame.time_s
                return found.view
        since_s = frame.time_s - self._found_s
        if self.last is None or self.last.view.spread is None or since_s > HOLD_S:
            return view
        spread = self.last.view.spread.copy()
        spread[:, 9] = np.array([DRIFT_M, DRIFT_M, DRIFT_M, DRIFT_RAD, DRIFT_RAD, DRIFT_RAD, 0.0, 0.0, 0.0]) * since_s
        return moved_view(view, self.last.moved, spread)

    def _around(self, view: CameraView) -> GroundImage | None:
        """The patch in hand while the camera is well inside it, else a new one."""
        pose, lens = view.pose, view.intrinsics
        reach_m = min(REACH_M, max(LEAST_REACH_M, 2.5 * pose.height_m))
        if self._ground is not None:
            off_m = np.hypot(*self._ground.local.offset_m(pose.position))
            if off_m < 0.3 * self._reach_m and 0.7 < reach_m / self._reach_m < 1.4:
                return self._ground
        self._reach_m = reach_m
        fine_m = pose.height_m / (lens.focal_px * 640.0 / lens.width_px)
        self._ground = self._file.around(pose.position, reach_m, max(fine_m, 0.02))
        return self._ground
