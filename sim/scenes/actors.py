"""Actors at an instant: where they are and what they look like. A function of time alone, so that picture and truth cannot drift apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sim.scenes.dumps import dump_shape
from sim.scenes.machines import PHASES, machine_shape
from sim.scenes.model import Car, Dump, Machine, Person, Picture, RoadDamage, Scene, Smoke
from sim.scenes.motion import Moment, Motion
from sim.scenes.shapes import STEPS, Shape, person_shape, vehicle_shape

CYCLE_S = 14.0  # a machine digs, swings, tips and swings back
STRIDE_M = 1.5
DEPTHLESS_M = 0.02
NO_HEIGHTS: Mapping[str, float] = MappingProxyType({})
LABELS = {"sedan": "car", "van": "car", "bus": "bus", "truck": "truck"}


@dataclass(frozen=True, slots=True)
class Present:
    """An actor at an instant. `size_m`: length, width, height of its box. Damage, pictures and smoke have no shape of their own."""

    actor_id: str
    label: str
    moment: Moment
    size_m: tuple[float, float, float]
    shape: Shape | None = None
    plate: str | None = None


class Cast:
    """Everybody of a scene."""

    def __init__(self, scene: Scene, heights_m: Mapping[str, float] = NO_HEIGHTS) -> None:
        """`heights_m`: of pictures, from their lower to their upper edge on the ground; one that is not there is taken for a square."""
        self._flat = [
            Present(one.id, one.type, Moment(*one.at, one.heading_deg, 0.0), (*one.size_m, DEPTHLESS_M))
            for one in scene.actors
            if isinstance(one, RoadDamage)
        ] + [
            Present(
                one.id, one.label, Moment(*one.at, one.heading_deg, 0.0), (heights_m.get(one.id, one.width_m), one.width_m, DEPTHLESS_M)
            )
            for one in scene.actors
            if isinstance(one, Picture)
        ]
        self._movers = [(one, Motion(one)) for one in scene.actors if not isinstance(one, RoadDamage | Picture)]
        self._seed = scene.seed
        self.smokes = [one for one in scene.actors if isinstance(one, Smoke)]

    @property
    def motions(self) -> dict[str, Motion]:
        return {actor.id: motion for actor, motion in self._movers}

    def at(self, at_s: float) -> list[Present]:
        """Who is there at this second of the scene, standing things included."""
        present = self._flat.copy()
        for index, (actor, motion) in enumerate(self._movers):
            moment = motion.at(at_s)
            if moment is None:
                continue
            shape = self._shape(actor, motion, moment, at_s, index)
            label = _label(actor)
            size = (4.0, 4.0, 6.0) if shape is None else shape.size_m
            plate = actor.plate if isinstance(actor, Car) else None
            present.append(Present(actor.id, label, moment, size, shape, plate))
        return present

    def _shape(self, actor: object, motion: Motion, moment: Moment, at_s: float, index: int) -> Shape | None:
        match actor:
            case Car(model=model, colour=colour):
                return vehicle_shape(model, colour)
            case Person(colour=colour, trousers=trousers, speed_mps=speed):
                walking = moment.speed_mps > 0.1
                step = int(at_s * max(speed, 0.3) / STRIDE_M * STEPS + index * 3) % STEPS if walking else 0
                return person_shape(colour, trousers, step, walking)
            case Machine(model=model, colour=colour, working=working):
                phase = int(((at_s / CYCLE_S + index * 0.37) % 1.0) * PHASES) if working else 0
                return machine_shape(model, colour, phase)
            case Dump(size_m=size_m):
                return dump_shape(size_m, self._seed + index)
        return None


def _label(actor: object) -> str:
    match actor:
        case Car(model=model):
            return LABELS[model]
        case Machine(model=model):
            return model
        case Person():
            return "person"
        case Dump():
            return "dump"
    return "smoke"
