"""What stands and moves on the map of a scene."""

from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.scenes.model.parts import Colour, Heading, Part, Point


class Stop(Part):
    """`at_m` along the path: the actor's centre stands there for `for_s`, or until `until_s` of the scene."""

    at_m: float = Field(gt=0)
    for_s: float | None = Field(None, gt=0)
    until_s: float | None = Field(None, gt=0)

    @model_validator(mode="after")
    def _one_end(self) -> "Stop":
        if (self.for_s is None) == (self.until_s is None):
            raise ValueError("a stop lasts either 'for_s' or 'until_s'")
        return self


class Actor(Part):
    """Stands at `at`, or follows `path` from `start_s` on. It is there from `appears_s` to `gone_s`."""

    id: str
    at: Point | None = None
    heading_deg: Heading = 0.0
    path: list[Point] | None = Field(None, min_length=2)
    speed_mps: float = Field(0.0, ge=0, le=60)
    start_s: float = Field(0.0, ge=-600, description="Begins to move; before the scene when negative")
    rolling: bool = Field(True, description="At full speed at once; otherwise it gathers speed from standing")
    stops: list[Stop] = Field(default_factory=list)
    turn_radius_m: float = Field(6.0, gt=0, le=200)
    stays: bool = Field(False, description="Stands at the end of its path instead of leaving the scene there")
    appears_s: float = 0.0
    gone_s: float | None = None
    every_s: float | None = Field(None, gt=1, description="Comes again at the beginning of its path this often, for ever")

    @model_validator(mode="after")
    def _stands_or_moves(self) -> "Actor":
        if (self.at is None) == (self.path is None):
            raise ValueError(f"actor '{self.id}' needs either 'at' (standing) or 'path' (moving)")
        if self.path is not None and self.speed_mps == 0.0:
            raise ValueError(f"actor '{self.id}' on a path needs 'speed_mps' above 0")
        if self.every_s is not None and self.every_s * self.speed_mps < self._length_m():
            raise ValueError(f"actor '{self.id}' comes again after {self.every_s:g} s but is on its path for longer")
        return self

    def _length_m(self) -> float:
        return float(np.linalg.norm(np.diff(np.array(self.path or [(0.0, 0.0)]), axis=0), axis=1).sum())


class Car(Actor):
    kind: Literal["car"]
    model: Literal["sedan", "van", "bus", "truck"] = "sedan"
    colour: Colour = "#c9ccd1"
    plate: str | None = Field(None, pattern=r"^[0-9A-Z]+( [0-9A-Z]+){1,2}$", description="At both ends, its parts by blanks: 123 ABC 12")


class Person(Actor):
    kind: Literal["person"]
    colour: Colour = "#8a3b32"
    trousers: Colour = "#2c3440"


class Machine(Actor):
    kind: Literal["machine"]
    model: Literal["excavator", "loader", "dump_truck", "roller", "crane"]
    colour: Colour = "#e2a71c"
    working: bool = Field(True, description="Its upper part swings, its arm digs")


class Dump(Actor):
    """Rubbish tipped on the ground, `size_m` across."""

    kind: Literal["dump"]
    size_m: float = Field(6.0, gt=0.5, le=60)


class RoadDamage(Part):
    kind: Literal["damage"]
    id: str
    at: Point
    type: Literal["pothole", "longitudinal_crack", "transverse_crack", "alligator", "patch"]
    size_m: tuple[float, float] = Field((1.0, 1.0), description="Length along the heading, then width")
    heading_deg: Heading = 0.0


class Smoke(Actor):
    kind: Literal["smoke"]
    rate: float = Field(1.0, gt=0, le=5, description="How thick it is; 1 is a bonfire")


class Picture(Part):
    """A picture file lying flat on the ground, its centre at `at` and its top towards `heading_deg`; a relative path counts from the scene
    file. The height follows from the picture."""

    kind: Literal["picture"]
    id: str
    file: Path
    at: Point
    width_m: float = Field(gt=0, le=200)
    heading_deg: Heading = 0.0
    label: str = "object"
    crop_px: tuple[int, int, int, int] | None = Field(None, description="The part of it that is used: x0, y0, x1, y1")


AnyActor = Annotated[Car | Person | Machine | Dump | RoadDamage | Smoke | Picture, Field(discriminator="kind")]
