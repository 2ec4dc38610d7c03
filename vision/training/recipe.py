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
[set.meaning]                 # their class to ours
minibus = "car"

[[teacher]]                   # unlabelled pictures on which the network must go on saying what it said at the start
folder = "street"
share = 1.0
scale = [0.4, 1.0]
```
"""

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from geo.primitives import VisionError
from vision.inference.coco import COCO_NAMES
from vision.inference.detector import class_name

Range = Annotated[tuple[float, float], Field(description="least and most")]


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
    set: tuple[LabelledSet, ...]
    teacher: tuple[TeacherSet, ...] = ()

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
