"""What an ArduCopter does about a failsafe: the reactions by their names, and carrying one out. Source: ArduCopter's events."""

from typing import TYPE_CHECKING

from sim.flight_modes import Behaviour

if TYPE_CHECKING:
    from sim.autopilot import Autopilot

CRITICAL, WARNING = 2, 4  # severities of the texts
LAND_PAUSE_S = 4.0  # a failsafe that lands gives the pilot this long to take over
CONTINUE_LANDING = 8  # a bit of FS_OPTIONS

NONE, LAND, RETURN, SMART_OR_RETURN, SMART_OR_LAND, TERMINATE, SEQUENCE_OR_RETURN, BRAKE_OR_LAND = range(8)
_MODES = {
    LAND: ("LAND",),
    RETURN: ("RTL", "LAND"),
    SMART_OR_RETURN: ("SMART_RTL", "RTL", "LAND"),
    SMART_OR_LAND: ("SMART_RTL", "LAND"),
    SEQUENCE_OR_RETURN: ("AUTO_RTL", "RTL", "LAND"),
    BRAKE_OR_LAND: ("BRAKE", "LAND"),
}


def react(pilot: "Autopilot", action: int) -> None:
    """Carry out a reaction: on the ground the motors stop, in flight the first mode that is not refused is entered."""
    if not pilot.armed or action == NONE:
        return
    if pilot.view.on_ground or action == TERMINATE:
        pilot.disarm(force=True, why="failsafe")
        return
    for name in _MODES[action]:
        mode = pilot.mode_named(name)
        if mode is pilot.flight_mode:
            return
        if pilot.set_mode(mode.number):
            if mode.behaviour is Behaviour.LAND:
                pilot.helm.wait_before_landing(LAND_PAUSE_S)
            return
