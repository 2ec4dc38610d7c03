"""A flight trial: a vehicle, a flight, what fails when, and what must be seen then; on our simulator and on a real SITL alike.

Distances are metres east and north of home, heights above home; times are seconds of the vehicle's own clock, so that a speed-up changes
nothing. What must be seen is counted from the moment of the fault.
"""

from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from geo.primitives import SettingsError


class Part(BaseModel):
    """Unknown keys are refused, so that a misspelt one is not silently without effect."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Leg(Part):
    east_m: float = Field(ge=-20_000, le=20_000)
    north_m: float = Field(ge=-20_000, le=20_000)
    altitude_m: float | None = Field(None, gt=0, le=2_000, description="Above home; the trial's altitude when left out")


class TrialFault(Part):
    """`at_leg`: when the vehicle is on its way to that leg (from 1); `after_s`: this much later. `settings` go to the fault."""

    name: str
    at_leg: int = Field(1, ge=1)
    after_s: float = Field(0.0, ge=0, le=600)
    settings: dict[str, float] = Field(default_factory=dict)


class ModeSeen(Part):
    expect: Literal["mode"]
    mode: str | list[str] = Field(description="One of these modes, by the autopilot's names")
    within_s: float = Field(gt=0, le=600)


class TextSeen(Part):
    expect: Literal["text"]
    contains: str = Field(min_length=2, description="Part of a text of the vehicle, case aside")
    within_s: float = Field(gt=0, le=600)


class Landed(Part):
    expect: Literal["landed"]
    within_s: float = Field(gt=0, le=3_600)
    from_home_m: float | None = Field(None, gt=0, description="No farther from home than this")


class StaysInMode(Part):
    """Nothing happens: the vehicle goes on in this mode for `for_s`."""

    expect: Literal["stays"]
    mode: str
    for_s: float = Field(gt=0, le=600)


class Flown(Part):
    """The mission is flown to its end."""

    expect: Literal["flown"]
    within_s: float = Field(gt=0, le=3_600)


Expectation = Annotated[ModeSeen | TextSeen | Landed | StaysInMode | Flown, Field(discriminator="expect")]


class Trial(Part):
    name: str = ""
    summary: str = Field(min_length=10)
    autopilot: Literal["ardupilot", "px4"] = "ardupilot"
    vehicle_type: Literal["copter", "plane", "vtol"] = "copter"
    home: tuple[Annotated[float, Field(ge=-180, le=180)], Annotated[float, Field(ge=-90, le=90)]] = (51.16, 43.6505)
    wind: str = Field("0,0", description="MPS,DEG")
    parameters: dict[str, float] = Field(default_factory=dict, description="Set before take-off")
    altitude_m: float = Field(30.0, gt=0, le=2_000)
    speed_mps: float | None = Field(None, gt=0, le=40)
    legs: list[Leg] = Field(min_length=1)
    returns: bool = Field(True, description="The mission ends with a return to launch")
    faults: list[TrialFault] = Field(default_factory=list)
    expectations: list[Expectation] = Field(min_length=1)


def shipped_trials() -> list[str]:
    """Names of the trials that come with the program."""
    return sorted(entry.name.removesuffix(".yaml") for entry in (files("sim") / "trials").iterdir() if entry.name.endswith(".yaml"))


def read_trial(source: str) -> Trial:
    """A shipped trial by name, or a YAML file by path. Raises: `SettingsError` naming the file and the first thing wrong with it."""
    if source in shipped_trials():
        text, name = (files("sim") / "trials" / f"{source}.yaml").read_text(), source
    else:
        path = Path(source)
        try:
            text, name = path.read_text(), path.stem
        except OSError as error:
            known = ", ".join(shipped_trials())
            raise SettingsError(
                f"Trial '{source}' cannot be read ({error.strerror}).", code="sim.trial", hint=f"Shipped: {known}."
            ) from error
    try:
        given = yaml.safe_load(text)
        if not isinstance(given, dict):
            raise SettingsError(f"Trial '{source}' holds a {type(given).__name__}, not keys with values.", code="sim.trial")
        return Trial.model_validate({"name": name, **given})
    except yaml.YAMLError as error:
        raise SettingsError(f"Trial '{source}' is not YAML: {error}", code="sim.trial", hint="Correct the file.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise SettingsError(f"Trial '{source}' is wrong at {place}: {first['msg']}", code="sim.trial", hint="See sim/README.md.") from error
