"""A scene made ready for cameras: its painted ground, what stands on it, and who is there at an instant."""

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.primitives import LocalFrame, LonLat
from sim.ground import Ground, paint_ground
from sim.painter import Placed
from sim.scenario import Road
from sim.scenes.actors import Cast, Present
from sim.scenes.marks import draw_marks, draw_soil
from sim.scenes.model import DroneCamera, FixedCamera, Scene
from sim.scenes.painting import PlacedShape
from sim.scenes.shapes import marker_shape, signal_shape, solid_shape
from sim.scenes.weather import light_of, lit
from sim.solids import building, colour_of

NEAR_HALF_M, NEAR_M_PER_PX = 120.0, 0.05
FAR_HALF_M, FAR_M_PER_PX = 900.0, 0.6
MARKER_EVERY_M = 25.0
OBLIQUE_DEG = -60.0  # a camera that looks flatter than this may see far


@dataclass(frozen=True, slots=True)
class Detail:
    """How finely the ground is painted. Tests use a coarse one."""

    near_half_m: float = NEAR_HALF_M
    near_m_per_px: float = NEAR_M_PER_PX
    far_half_m: float = FAR_HALF_M
    far_m_per_px: float = FAR_M_PER_PX


class Stage:
    """Building it paints the ground: a few seconds."""

    def __init__(self, scene: Scene, detail: Detail | None = None) -> None:
        detail = detail or Detail()
        self.scene = scene
        self.frame = LocalFrame(LonLat(*scene.origin))
        self.light = light_of(scene.weather)
        self.cast = Cast(scene)
        solids = [(one, building(*one.size_m, one.height_m, colour_of(one.colour))) for one in scene.map.buildings]
        placed = [Placed(solid, one.at[0], one.at[1], one.heading_deg) for one, solid in solids]
        self.buildings = [PlacedShape(solid_shape(solid), one.at[0], one.at[1], one.heading_deg) for one, solid in solids]
        self.markers = [
            PlacedShape(marker_shape(), float(e), float(n), 0.0) for route in scene.map.fibre for e, n in _every(np.array(route))
        ]
        roads = [
            Road.model_validate(
                {**road.model_dump(), "path": [tuple(lonlat) for lonlat in self.frame.to_lonlat_deg(np.array(road.path)).tolist()]}
            )
            for road in scene.map.roads
        ]

        def painted(half_m: float, metres_per_px: float, random: np.random.Generator) -> Ground:
            return paint_ground(
                self.frame,
                half_m,
                metres_per_px,
                roads,
                placed,
                scene.seed,
                below_roads=lambda canvas: draw_soil(canvas, scene, random),
                above_roads=lambda canvas: draw_marks(canvas, scene, random),
                finish=lambda image: lit(image, self.light),
                shadows=self.light.shadow > 0.2,
            )

        half_m = max(detail.near_half_m, _flown_half_m(scene))
        self.near = painted(half_m, max(detail.near_m_per_px, half_m / 4_000.0), np.random.default_rng(scene.seed))
        self.far: Ground | None = None
        if any(isinstance(one, FixedCamera) or one.pitch_deg > OBLIQUE_DEG for one in scene.cameras):
            self.far = painted(detail.far_half_m, detail.far_m_per_px, np.random.default_rng(scene.seed))

    def shapes_at(self, at_s: float) -> list[tuple[Present, PlacedShape]]:
        """The actors with a shape of their own."""
        return [
            (one, PlacedShape(one.shape, one.moment.east_m, one.moment.north_m, one.moment.heading_deg))
            for one in self.cast.at(at_s)
            if one.shape is not None
        ]

    def signals_at(self, at_s: float) -> list[PlacedShape]:
        return [PlacedShape(signal_shape(one.state(at_s)), one.at[0], one.at[1], one.heading_deg) for one in self.scene.map.signals]


def _flown_half_m(scene: Scene) -> float:
    """The ground a drone flies over, with what its camera sees beside it."""
    flown = [vehicle for vehicle in scene.vehicles if any(isinstance(c, DroneCamera) and c.vehicle == vehicle.name for c in scene.cameras)]
    reach = [max(abs(leg.east_m), abs(leg.north_m)) + (leg.altitude_m or one.altitude_m) for one in flown for leg in one.legs]
    return min(400.0, max(reach, default=0.0))


def _every(route: NDArray[np.float64]) -> NDArray[np.float64]:
    """Places of the marker posts along a route, its ends and turns included."""
    points = [route[0]]
    for start, end in itertools.pairwise(route):
        count = max(1, round(float(np.linalg.norm(end - start)) / MARKER_EVERY_M))
        points.extend(start + (end - start) * share for share in np.linspace(0.0, 1.0, count + 1)[1:])
    return np.array(points)
