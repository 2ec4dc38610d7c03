"""Command name -> how it is done. To add a command: its function, one line here."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass

from ground_station.control import arming, calibration, guided, mission, mission_flow, mission_places
from ground_station.control.parameters import (
    CalibrateParameters,
    ChangeParameters,
    GotoParameters,
    ModeParameters,
    NoParameters,
    Parameters,
    ReshootParameters,
    SkipParameters,
    SpeedParameters,
    TakeoffParameters,
    UploadParameters,
)
from ground_station.control.run import CommandRun, Step
from ground_station.messages import CommandName


@dataclass(frozen=True, slots=True)
class CommandKind:
    """`moves`: supersedes what the vehicle was told before. `cancellable`: can be ended half-way without moving anything."""

    parameters: type[Parameters]
    carry_out: Callable[[CommandRun, Parameters], AsyncGenerator[Step]]
    moves: bool = True
    cancellable: bool = False


COMMANDS: dict[CommandName, CommandKind] = {
    CommandName.ARM: CommandKind(NoParameters, arming.arm),
    CommandName.DISARM: CommandKind(NoParameters, arming.disarm),
    CommandName.TAKEOFF: CommandKind(TakeoffParameters, guided.takeoff),
    CommandName.GOTO: CommandKind(GotoParameters, guided.goto),
    CommandName.HOLD: CommandKind(NoParameters, guided.hold),
    CommandName.RTL: CommandKind(NoParameters, guided.return_to_launch),
    CommandName.LAND: CommandKind(NoParameters, guided.land),
    CommandName.SET_MODE: CommandKind(ModeParameters, guided.set_mode),
    CommandName.UPLOAD_MISSION: CommandKind(UploadParameters, mission.upload, moves=False, cancellable=True),
    CommandName.CALIBRATE: CommandKind(CalibrateParameters, calibration.calibrate, moves=False, cancellable=True),
    CommandName.START_MISSION: CommandKind(NoParameters, mission.start),
    CommandName.PAUSE_MISSION: CommandKind(NoParameters, mission_flow.pause),
    CommandName.RESUME_MISSION: CommandKind(NoParameters, mission_flow.resume),
    CommandName.SKIP_TO_ITEM: CommandKind(SkipParameters, mission_flow.skip),
    CommandName.CHANGE_SPEED: CommandKind(SpeedParameters, mission_flow.change_speed),
    CommandName.RESHOOT: CommandKind(ReshootParameters, mission_places.reshoot),
    CommandName.CHANGE_MISSION: CommandKind(ChangeParameters, mission_places.change),
}
