"""ArduCopter's flight modes that the simulated copter knows, with their wire numbers."""

from enum import IntEnum


class Mode(IntEnum):
    """`custom_mode` of HEARTBEAT."""

    STABILIZE = 0
    ALT_HOLD = 2
    AUTO = 3
    GUIDED = 4
    LOITER = 5
    RTL = 6
    LAND = 9
    BRAKE = 17


ARMABLE = frozenset({Mode.STABILIZE, Mode.ALT_HOLD, Mode.GUIDED, Mode.LOITER})
NEEDS_POSITION = frozenset({Mode.AUTO, Mode.GUIDED, Mode.LOITER, Mode.RTL, Mode.BRAKE})


def mode_of(number: int) -> Mode | None:
    try:
        return Mode(number)
    except ValueError:
        return None
