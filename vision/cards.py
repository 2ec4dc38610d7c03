"""Model cards: what a detector is for, what made it, under which terms, and how often it is wrong.

A card is a JSON file beside the model, `<model>.card.json`. It names the weights by their sha256, so that a card never speaks for others.
Source of the idea: Mitchell et al., "Model Cards for Model Reporting", 2019.
"""

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from geo.primitives import VisionError
from vision.inference.engine import weights_hash

SHIPPED = Path(__file__).parent / "models"
DEFAULT = SHIPPED / "vehicles_people.onnx"
KINDS = (".onnx", ".xml", ".pt")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TrainingData(_Part):
    """Pictures the weights were made from. `attribution` is the line their licence asks for."""

    name: str
    licence: str
    attribution: str
    address: str | None = None
    pictures: int | None = Field(None, ge=0)
    role: str = "labelled"


class Measured(_Part):
    """One figure with what it was measured on. Shares are 0..1; `image_size_px` is the longer side the detector was given.

    `map50` is None where only whole pictures are labelled: then `boxes` counts pictures that show the thing, and precision and recall
    speak of pictures.
    """

    on: str
    pictures: int = Field(ge=0)
    boxes: int = Field(ge=0)
    map50: float | None = Field(ge=0, le=1)
    map50_95: float | None = Field(None, ge=0, le=1)
    precision: float | None = Field(None, ge=0, le=1)
    recall: float | None = Field(None, ge=0, le=1)
    image_size_px: int | None = Field(None, gt=0)
    note: str = ""


class ModelCard(_Part):
    """`classes` maps the model's classes, in order of their numbers, to the words observations carry; null: never reported.

    `experimental` says it of the whole model, `experimental_classes` of some of its words: they are wrong too often to act on unchecked.
    """

    name: str
    purpose: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    licence: str
    experimental: bool = False
    experimental_classes: tuple[str, ...] = ()
    made: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    recipe: str | None = None
    classes: dict[str, str | None]
    data: tuple[TrainingData, ...]
    measured: tuple[Measured, ...]
    limits: tuple[str, ...]


def card_path(model: Path) -> Path:
    return model.with_suffix(".card.json")


def read_card(model: Path) -> ModelCard | None:
    """The card beside a model, None when there is none. Raises: `VisionError` when it cannot be read or belongs to other weights."""
    path = card_path(model)
    if not path.is_file():
        return None
    try:
        card = ModelCard.model_validate_json(path.read_text(encoding="utf-8"))
    except (ValidationError, UnicodeDecodeError) as error:
        first = error.errors()[0] if isinstance(error, ValidationError) else {"loc": (), "msg": str(error)}
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise VisionError(
            f"The model card '{path}' is wrong at '{where}': {first['msg']}.",
            code="vision.card",
            hint="Correct it, or remove it: a model works without a card.",
        ) from error
    if weights_hash(model) != f"sha256:{card.sha256}":
        raise VisionError(
            f"The model card '{path}' belongs to other weights than '{model.name}'.",
            code="vision.card_of_other_weights",
            hint="Measure the model again and write its card, or remove the card.",
        )
    return card


def write_card(model: Path, card: ModelCard) -> None:
    card_path(model).write_text(card.model_dump_json(indent=2) + "\n", encoding="utf-8")


def models_in(*folders: Path) -> Iterator[Path]:
    """Model files of folders, in order of name."""
    for folder in folders:
        if folder.is_dir():
            yield from sorted(path for path in folder.iterdir() if path.suffix in KINDS and not path.name.startswith("."))
