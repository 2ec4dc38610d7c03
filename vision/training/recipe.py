"""What a training run is: a TOML file that, with the pictures and the seed, gives the same run again.

```toml
seed = 7                      # of samples, of their order and of everything torch draws
network = "yolo11n.yaml"      # shape of the network, by ultralytics' name
classes = "coco"              # or a list of names
crop_px = 320                 # side of a training sample
batch = 8                     # labelled samples a step
steps = 4000
learning_rate = 5e-4          # at its highest
last_rate = 0.01              # share of it a cosine falls to at the last step; 1 keeps it, for runs that may be stopped at any step
average_over = 1000           # steps the running average of the weights reaches back; the average is what is kept
warmup_steps = 100
bfloat16 = false              # quicker where the processor has it, a little less exact
frozen_layers = 11            # the first layers, whose weights stay (11: the backbone of YOLO11)

[[set]]                       # labelled pictures, YOLO text files beside them
folder = "aerial"             # under --data
share = 1.0                   # of the labelled samples
include = ["MOS*", "DJI*"]
exclude = ["DJI-00760-*"]
names = ["car", "truck", "bus", "minibus", "cyclist"]
ignore = ["person"]           # classes of the network the set does not label: no loss there
longest_px = [14, 90]         # a box's longer side after scaling, least and most
from_above = true             # every rotation by 90 degrees is as likely
labels = "yolo"               # or "voc" (Pascal XML), or "mask" (grey pictures; names are then grey values, "30")
label_folder = "labels"       # under --data, where the labels do not lie beside the pictures
things = "road damage"        # also drawn onto the samples, see vision/training/drawn
by_direction = "crack"        # boxes of this name become "longitudinal …" when taller than wide in the sample, else "transverse …"
[set.meaning]                 # their class to ours
minibus = "car"

[[drawn]]                     # things drawn onto unlabelled pictures, for what no open picture shows
folder = "cc0"
things = "road damage"        # what is drawn, see vision/training/drawn; or
cutouts = "machines"          # a folder of pictures without background, as `sunqar sim cutouts` makes them
silent = ["vehicle"]          # classes of them that are laid, too, and not to be found
share = 0.5
sheets = true                 # the pictures are contact sheets of ambientCG textures
region = [0.0, 0.5, 1.0, 0.9] # which part of each picture is ground: left, top, right, bottom, in shares
scale = [0.5, 2.0]

[[teacher]]                   # unlabelled pictures on which the network must go on saying what it said at the start
folder = "street"
share = 1.0
scale = [0.4, 1.0]
```
"""

import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from geo.primitives import VisionError
from vision.inference.coco import COCO_NAMES
from vision.inference.detector import class_name

Range = Annotated[tuple[float, float], Field(description="least and most")]
Things = Literal["road damage", "plates", "waste"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LabelledSet(_Part):
    folder: str
    share: float = Field(default=1.0, gt=0)
    include: tuple[str, ...] = ("*",)
    exclude: tuple[str, ...] = ()
    names: tuple[str, ...]
    meaning: dict[str, str] = {}
    ignore: tuple[str, ...] = ()
    longest_px: Range = (14.0, 90.0)
    from_above: bool = False
    labels: Literal["yolo", "voc", "mask"] = "yolo"
    label_folder: str | None = None
    by_direction: str | None = None
    things: Things | None = None


class DrawnSet(_Part):
    folder: str
    things: Things | None = None
    cutouts: str | None = None
    silent: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    share: float = Field(default=1.0, gt=0)
    include: tuple[str, ...] = ("*",)
    exclude: tuple[str, ...] = ()
    sheets: bool = False
    region: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    scale: Range = (0.5, 2.0)

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.things is None) == (self.cutouts is None):
            raise ValueError("give either things or cutouts")
        return self


class TeacherSet(_Part):
    folder: str
    share: float = Field(default=1.0, gt=0)
    include: tuple[str, ...] = ("*",)
    exclude: tuple[str, ...] = ()
    scale: Range = (0.4, 1.0)


class Recipe(_Part):
    seed: int = 0
    network: str = "yolo11n.yaml"
    classes: tuple[str, ...] | str = "coco"
    crop_px: int = Field(default=320, multiple_of=32, gt=0)
    batch: int = Field(default=8, gt=0)
    teacher_batch: int = Field(default=4, gt=0)
    teacher_weight: float = Field(default=1.0, ge=0)
    steps: int = Field(default=4000, gt=0)
    warmup_steps: int = Field(default=100, ge=0)
    learning_rate: float = Field(default=5e-4, gt=0)
    last_rate: float = Field(default=0.01, ge=0, le=1)
    average_over: int = Field(default=1000, gt=0)
    bfloat16: bool = False
    weight_decay: float = Field(default=5e-4, ge=0)
    frozen_layers: int = Field(default=11, ge=0)
    set: tuple[LabelledSet, ...] = ()
    drawn: tuple[DrawnSet, ...] = ()
    teacher: tuple[TeacherSet, ...] = ()

    @model_validator(mode="after")
    def _some_pictures(self) -> Self:
        if not self.set and not self.drawn:
            raise ValueError("it names neither a [[set]] nor a [[drawn]] one")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """Classes of the network, by number."""
        return COCO_NAMES if isinstance(self.classes, str) else tuple(class_name(name) for name in self.classes)


def read_recipe(path: Path) -> Recipe:
    """Raises: `VisionError` naming the file and the entry that is wrong."""
    try:
        return Recipe.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise VisionError(f"There is no recipe '{path}'.", code="vision.recipe_missing", hint="Give the path of a .toml file.") from error
    except tomllib.TOMLDecodeError as error:
        raise VisionError(f"The recipe '{path}' is no TOML: {error}.", code="vision.recipe", hint="Correct the line named.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise VisionError(
            f"The recipe '{path}' is wrong at '{where}': {first['msg']}.",
            code="vision.recipe",
            hint="See vision/training/recipe.py for what each entry means.",
        ) from error
