"""A scene made ready for cameras: its painted ground, what stands on it, and who is there at an instant."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

from geo.primitives import LocalFrame, LonLat
from sim.scenes.actors import Cast, Present
from sim.scenes.ground import Ground, paint_ground
from sim.scenes.lamps import add_pools, light_at
from sim.scenes.marks import draw_marks, draw_soil
from sim.scenes.model import Building, DroneCamera, FixedCamera, Picture, Scene
from sim.scenes.painting import PlacedShape
from sim.scenes.pictures import load_picture
from sim.scenes.shapes import Shape, marker_shape, signal_shape, solid_shape, street_lamp_shape
from sim.scenes.solids import building, colour_of
from sim.scenes.weather import Image, light_of, lit

NEAR_HALF_M, NEAR_M_PER_PX = 120.0, 0.05
FAR_HALF_M, FAR_M_PER_PX = 900.0, 0.6
MARKER_EVERY_M = 25.0
OBLIQUE_DEG = -60.0  # a camera that looks flatter than this may see far
AHEAD_M = 70.0  # the finely painted square of a fixed camera lies ahead of it
PILOTED_HALF_M, PILOTED_M_PER_PX = 400.0, 0.16  # nobody knows where a pilot flies


@dataclass(frozen=True, slots=True)
class Detail:
    """How finely the ground is painted. Tests use a coarse one."""

    near_half_m: float = NEAR_HALF_M
    near_m_per_px: float = NEAR_M_PER_PX
    far_half_m: float = FAR_HALF_M
    far_m_per_px: float = FAR_M_PER_PX


class Stage:
    """Building it paints the ground: about a second."""

    def __init__(self, scene: Scene, detail: Detail | None = None, camera: FixedCamera | DroneCamera | None = None) -> None:
        """With a `camera` the ground is painted for that one alone. Raises `SettingsError` for a picture that cannot be read."""
        detail = detail or Detail()
        cameras = scene.cameras if camera is None else [camera]
        self.scene = scene
        self.frame = LocalFrame(LonLat(*scene.origin))
        self.light = light_of(scene.weather)
        flat = {one.id: load_picture(one, self.light) for one in scene.actors if isinstance(one, Picture)}
        self.pictures = list(flat.values())
        self.cast = Cast(scene, {name: one.height_m for name, one in flat.items()})
        self.buildings = [PlacedShape(_block(one, evening=self.light.lamps), *one.at, one.heading_deg) for one in scene.map.buildings]
        self.markers = [
            PlacedShape(marker_shape(), float(e), float(n), 0.0) for route in scene.map.fibre for e, n in _every(np.array(route))
        ]
        self.markers += [PlacedShape(street_lamp_shape(self.light.lamps), *place, 0.0) for place in scene.map.street_lamps]
        self._lamps = np.array(scene.map.street_lamps if self.light.lamps else [], dtype=np.float64).reshape(-1, 2)

        def painted(half_m: float, metres_per_px: float, centre_m: tuple[float, float]) -> Ground:
            random = np.random.default_rng(scene.seed)

            def finish(image: Image) -> Image:
                dark = lit(image, self.light)
                corner = np.array([centre_m[0] - half_m, centre_m[1] + half_m])
                add_pools(dark, image, (self._lamps - corner) * (1.0, -1.0) / metres_per_px, metres_per_px)
                return dark

            return paint_ground(
                half_m,
                metres_per_px,
                scene.map.roads,
                scene.map.buildings,
                scene.seed,
                centre_m=centre_m,
                below_roads=lambda canvas: draw_soil(canvas, scene, random),
                above_roads=lambda canvas: draw_marks(canvas, scene, random),
                finish=finish,
                shadows=self.light.shadow > 0.2,
            )

        flown_half_m, finest_m = _flown(scene, cameras)
        half_m = max(detail.near_half_m, flown_half_m)
        self.near = painted(half_m, max(detail.near_m_per_px, finest_m), (0.0, 0.0) if camera is None else _centre_m(camera))
        self.far: Ground | None = None
        if any(isinstance(one, FixedCamera) or one.pitch_deg > OBLIQUE_DEG or _piloted(scene, one) for one in cameras):
            self.far = painted(detail.far_half_m, detail.far_m_per_px, (0.0, 0.0))

    def forget_ground(self) -> None:
        """Give back the memory of the ground; a camera that stands still has painted its own by then."""
        self.near = Ground((), self.near.metres_per_px, self.near.half_m)
        self.far = None

    def shapes_at(self, at_s: float) -> list[tuple[Present, PlacedShape]]:
        """The actors with a shape of their own."""
        found = []
        for one in self.cast.at(at_s):
            if one.shape is not None:
                east, north = one.moment.east_m, one.moment.north_m
                lamp = light_at(self._lamps, east, north)
                found.append((one, PlacedShape(one.shape, east, north, one.moment.heading_deg, lamp, one.plate)))
        return found

    def signals_at(self, at_s: float) -> list[PlacedShape]:
        return [PlacedShape(signal_shape(one.state(at_s)), one.at[0], one.at[1], one.heading_deg) for one in self.scene.map.signals]


def _block(of: Building, *, evening: bool) -> Shape:
    return solid_shape(building(*of.size_m, of.height_m, colour_of(of.colour), evening=evening))


def _centre_m(camera: FixedCamera | DroneCamera) -> tuple[float, float]:
    if isinstance(camera, DroneCamera):
        return 0.0, 0.0
    heading = radians(camera.heading_deg)
    return camera.at[0] + AHEAD_M * sin(heading), camera.at[1] + AHEAD_M * cos(heading)


def _piloted(scene: Scene, camera: FixedCamera | DroneCamera) -> bool:
    return any(isinstance(camera, DroneCamera) and one.name == camera.vehicle and not one.legs for one in scene.vehicles)


def _flown(scene: Scene, cameras: Sequence[FixedCamera | DroneCamera]) -> tuple[float, float]:
    """Half the side of the ground that drones fly over, with what their cameras see beside it, and its finest metres per pixel."""
    if any(_piloted(scene, one) for one in cameras):
        return PILOTED_HALF_M, PILOTED_M_PER_PX
    flown = [vehicle for vehicle in scene.vehicles if any(isinstance(c, DroneCamera) and c.vehicle == vehicle.name for c in cameras)]
    reach = [max(abs(leg.east_m), abs(leg.north_m)) + (leg.altitude_m or one.altitude_m) for one in flown for leg in one.legs]
    half_m = min(400.0, max(reach, default=0.0))
    return half_m, half_m / 4_000.0


def _every(route: NDArray[np.float64]) -> NDArray[np.float64]:
    """Places of the marker posts along a route, its ends and turns included."""
    points = [route[0]]
    for start, end in itertools.pairwise(route):
        count = max(1, round(float(np.linalg.norm(end - start)) / MARKER_EVERY_M))
        points.extend(start + (end - start) * share for share in np.linspace(0.0, 1.0, count + 1)[1:])
    return np.array(points)
