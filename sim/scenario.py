"""A scene with its truth: what stands and moves on the simulated ground, in true places.

A scenario is a JSON file. Every section may be left out; what is left out is taken from the built-in scene near Aktau, except
`objects`, which replace the built-in ones as a whole. A picture lies flat on the ground, centred at `lonlat`, its top pointing to
`heading_deg`. A car stands at `lonlat` or drives along `path` at a steady speed and starts again at its beginning.
"""

import json
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from geo.primitives import LonLat, SettingsError

Degrees = Annotated[float, Field(ge=-180, le=180)]
Position = tuple[Degrees, Annotated[float, Field(ge=-90, le=90)]]
BUILT_IN = "mangystau"


class Part(BaseModel):
    """Unknown keys are refused, so that a misspelt one is not silently without effect."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Picture(Part):
    kind: Literal["picture"]
    file: Path = Field(description="Picture file; a relative path counts from the scenario file")
    lonlat: Position = Field(description="Centre of the picture on the ground")
    width_m: float = Field(gt=0, le=200, description="Width on the ground; the height follows from the picture")
    heading_deg: float = Field(0.0, ge=0, le=360, description="Where the top of the picture points")
    label: str = "object"
    crop_px: tuple[int, int, int, int] | None = Field(None, description="Part of the picture used: x0, y0, x1, y1")


class Car(Part):
    kind: Literal["car"]
    model: Literal["sedan", "van", "bus"] = "sedan"
    colour: str = Field("#c9ccd1", pattern=r"^#[0-9a-fA-F]{6}$")
    label: str = "car"
    lonlat: Position | None = None
    heading_deg: float = Field(0.0, ge=0, le=360)
    path: list[Position] | None = Field(None, min_length=2)
    speed_mps: float = Field(0.0, ge=0, le=60)
    start_m: float = Field(0.0, ge=0, description="How far along the path the car is at the simulated epoch")

    @model_validator(mode="after")
    def _stands_or_drives(self) -> "Car":
        if (self.lonlat is None) == (self.path is None):
            raise ValueError("a car needs either 'lonlat' (standing) or 'path' (driving)")
        if self.path is not None and self.speed_mps == 0.0:
            raise ValueError("a car on a path needs 'speed_mps' above 0")
        return self


class Road(Part):
    path: list[Position] = Field(min_length=2)
    width_m: float = Field(gt=0, le=60)
    lanes: int = Field(2, ge=1, le=8)
    surface: Literal["asphalt", "earth"] = "asphalt"
    centre: Literal["auto", "solid", "dashed", "none"] = Field("auto", description="Line between the directions")


class Building(Part):
    lonlat: Position
    size_m: tuple[float, float] = Field(description="Length along `heading_deg`, then width")
    heading_deg: float = Field(0.0, ge=0, le=360)
    height_m: float = Field(gt=0, le=300)
    colour: str = Field("#cdbfa5", pattern=r"^#[0-9a-fA-F]{6}$")


class Gate(Part):
    """The fixed camera on its pole: its true pose."""

    lonlat: Position
    height_m: float = Field(gt=0, le=100)
    heading_deg: float = Field(ge=0, le=360)
    pitch_deg: float = Field(ge=-90, le=0)
    hfov_deg: float = Field(gt=5, lt=150)
    image_size_px: tuple[int, int] = (960, 540)


class Scenario(Part):
    name: str
    objects: list[Annotated[Picture | Car, Field(discriminator="kind")]]
    roads: list[Road]
    buildings: list[Building]
    gate: Gate

    @cached_property
    def pictures(self) -> list[Picture]:
        return [thing for thing in self.objects if isinstance(thing, Picture)]

    @cached_property
    def cars(self) -> list[Car]:
        return [thing for thing in self.objects if isinstance(thing, Car)]

    @property
    def gate_place(self) -> LonLat:
        return LonLat(*self.gate.lonlat)


def built_in_scenario() -> Scenario:
    return Scenario.model_validate(_built_in_json())


def read_scenario(path: Path | None) -> Scenario:
    """The scenario of a file, or the built-in one for None.

    Raises: `SettingsError` naming the file and the first thing wrong with it, a picture file that does not exist included.
    """
    if path is None:
        return built_in_scenario()
    try:
        given = json.loads(path.read_text())
    except OSError as error:
        raise _unusable(path, f"cannot be read ({error.strerror or error})", "Check the path.") from error
    except ValueError as error:
        raise _unusable(path, f"is not JSON ({error})", "Correct the file; docs are in sim/README.md.") from error
    if not isinstance(given, dict):
        raise _unusable(path, f"holds a {type(given).__name__}, not an object", 'Start it with {"objects": [ … ]}.')
    try:
        scenario = Scenario.model_validate({**_built_in_json(), "name": path.stem, **given})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise _unusable(path, f"is wrong at {place}: {first['msg']}", "Correct the file; docs are in sim/README.md.") from error
    return scenario.model_copy(update={"objects": [_located(thing, path) for thing in scenario.objects]})


def _located(thing: Picture | Car, scenario_file: Path) -> Picture | Car:
    if not isinstance(thing, Picture):
        return thing
    file = thing.file if thing.file.is_absolute() else scenario_file.parent / thing.file
    if not file.is_file():
        raise _unusable(
            scenario_file, f"names picture '{thing.file}', which does not exist", "Relative paths count from the scenario file."
        )
    return thing.model_copy(update={"file": file})


def _built_in_json() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((files("sim") / "scenarios" / f"{BUILT_IN}.json").read_text())
    return loaded


def _unusable(path: Path, what: str, hint: str) -> SettingsError:
    return SettingsError(f"Scenario {path} {what}.", code="sim.scenario", hint=hint)
