"""Parameters of commands, as they arrive in a request. Unknown or missing ones are refused by name."""

from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from geo.primitives import VehicleError

HIGHEST_M = 10_000.0  # a typing error in metres or feet; the legal limit is the plan's business
FARTHEST_M = 100_000.0  # swapped or forgotten coordinates land much farther away than this


class Parameters(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class NoParameters(Parameters):
    """The command needs none."""


class TakeoffParameters(Parameters):
    altitude_m: float = Field(gt=0, le=HIGHEST_M, description="Above home")


class GotoParameters(Parameters):
    lon_deg: float = Field(ge=-180, le=180)
    lat_deg: float = Field(ge=-90, le=90)
    altitude_m: float = Field(gt=0, le=HIGHEST_M, description="Above home")


class ModeParameters(Parameters):
    mode: str = Field(min_length=1, max_length=32)


class CalibrateParameters(Parameters):
    sensor: Literal["gyroscope", "compass", "barometer", "accelerometer"]


class UploadParameters(Parameters):
    mission_id: UUID | None = None
    items: list[dict[str, Any]] = Field(min_length=1, max_length=10_000)


class SkipParameters(Parameters):
    item: int = Field(ge=1, le=65_535, description="Counted from 1; home is not an item")


class SpeedParameters(Parameters):
    speed_mps: float = Field(gt=0, le=60)


class ReshootParameters(GotoParameters):
    """Where a photograph is missing."""


class ChangeParameters(UploadParameters):
    """The mission as changed, and the item of it to go on with."""

    item: int = Field(ge=1, le=65_535)


def read_parameters(kind: type[Parameters], command: str, values: dict[str, Any]) -> Parameters:
    """Raises: `VehicleError` naming the first parameter that is wrong and its value."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        wanted = ", ".join(kind.model_fields) or "none"
        raise VehicleError(
            f"Parameter '{name}' of {command} is not usable: {first['msg']}.",
            code="command.parameters",
            hint=f"Parameters of {command}: {wanted}.",
        ) from error
