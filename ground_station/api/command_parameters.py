"""What each command may carry, checked at the door, and the sentence a pilot confirms."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ground_station.api.errors import BadRequest, field_path
from ground_station.messages import CommandName

HIGHEST_ALTITUDE_M = 1000.0  # above home; a typing error of a zero is caught here, the vehicle's own fence stays in force


class Parameters(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NoParameters(Parameters):
    pass


class TakeoffParameters(Parameters):
    altitude_m: float = Field(gt=0, le=HIGHEST_ALTITUDE_M, description="Above home")


class GotoParameters(Parameters):
    lon_deg: float = Field(ge=-180, le=180)
    lat_deg: float = Field(ge=-90, le=90)
    altitude_m: float = Field(gt=0, le=HIGHEST_ALTITUDE_M, description="Above home")


class ModeParameters(Parameters):
    mode: str = Field(min_length=1, max_length=32, pattern=r"^[A-Za-z0-9_. ]+$")


class CalibrateParameters(Parameters):
    sensor: Literal["gyroscope", "compass", "barometer", "accelerometer"]


class MissionParameters(Parameters):
    mission_id: UUID


class SkipParameters(Parameters):
    item: int = Field(ge=1, le=65_535, description="Counted from 1; home is not an item")


class SpeedParameters(Parameters):
    speed_mps: float = Field(gt=0, le=60)


class ChangeParameters(MissionParameters):
    item: int = Field(ge=1, le=65_535, description="The one of the changed mission to go on with")


@dataclass(frozen=True, slots=True)
class CommandForm:
    parameters: type[Parameters]
    summary: Callable[[str, Any], str]


FORMS: dict[CommandName, CommandForm] = {
    CommandName.ARM: CommandForm(NoParameters, lambda vehicle, _: f"Arm {vehicle}: its motors may start."),
    CommandName.DISARM: CommandForm(NoParameters, lambda vehicle, _: f"Disarm {vehicle}: its motors stop."),
    CommandName.TAKEOFF: CommandForm(TakeoffParameters, lambda vehicle, p: f"{vehicle} takes off to {p.altitude_m:g} m above home."),
    CommandName.GOTO: CommandForm(
        GotoParameters, lambda vehicle, p: f"{vehicle} flies to {p.lat_deg:.6f}, {p.lon_deg:.6f} at {p.altitude_m:g} m above home."
    ),
    CommandName.HOLD: CommandForm(NoParameters, lambda vehicle, _: f"{vehicle} holds its position."),
    CommandName.RTL: CommandForm(NoParameters, lambda vehicle, _: f"{vehicle} returns to launch."),
    CommandName.LAND: CommandForm(NoParameters, lambda vehicle, _: f"{vehicle} lands where it is."),
    CommandName.SET_MODE: CommandForm(ModeParameters, lambda vehicle, p: f"{vehicle} changes to mode {p.mode}."),
    CommandName.UPLOAD_MISSION: CommandForm(MissionParameters, lambda vehicle, p: f"{vehicle} receives mission {p.mission_id}."),
    CommandName.CALIBRATE: CommandForm(CalibrateParameters, lambda vehicle, p: f"{vehicle} calibrates its {p.sensor}; keep it as it asks."),
    CommandName.START_MISSION: CommandForm(NoParameters, lambda vehicle, _: f"{vehicle} arms if needed and flies the mission it carries."),
    CommandName.PAUSE_MISSION: CommandForm(NoParameters, lambda vehicle, _: f"{vehicle} stops and holds; its mission waits."),
    CommandName.RESUME_MISSION: CommandForm(NoParameters, lambda vehicle, _: f"{vehicle} goes on with its mission where it was paused."),
    CommandName.SKIP_TO_ITEM: CommandForm(SkipParameters, lambda vehicle, p: f"{vehicle} continues its mission with item {p.item}."),
    CommandName.CHANGE_SPEED: CommandForm(SpeedParameters, lambda vehicle, p: f"{vehicle} flies the rest at {p.speed_mps:g} m/s."),
    CommandName.RESHOOT: CommandForm(
        GotoParameters,
        lambda vehicle, p: f"{vehicle} photographs {p.lat_deg:.6f}, {p.lon_deg:.6f} from {p.altitude_m:g} m and goes on with its mission.",
    ),
    CommandName.CHANGE_MISSION: CommandForm(
        ChangeParameters, lambda vehicle, p: f"{vehicle} holds, takes the changed mission {p.mission_id} and goes on with item {p.item}."
    ),
}


def checked_parameters(command: CommandName, given: dict[str, Any]) -> Parameters:
    """Raises `BadRequest` naming the first wrong parameter and its value."""
    try:
        return FORMS[command].parameters.model_validate(given)
    except ValidationError as error:
        fault = error.errors()[0]
        name = field_path(("parameters", *fault["loc"]))
        raise BadRequest(
            f"Parameter '{name}' of '{command}' is not usable: {fault['msg']} (given: {fault.get('input')!r:.60}).",
            code="command_parameters",
            hint=f"'{command}' takes: {', '.join(FORMS[command].parameters.model_fields) or 'no parameters'}.",
        ) from error
