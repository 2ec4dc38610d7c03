"""Flight modes by name, with the numbers that HEARTBEAT's `custom_mode` carries for each firmware."""

from enum import IntEnum


class Mode(IntEnum):
    """ArduCopter's modes."""

    STABILIZE = 0
    ACRO = 1
    ALT_HOLD = 2
    AUTO = 3
    GUIDED = 4
    LOITER = 5
    RTL = 6
    CIRCLE = 7
    LAND = 9
    DRIFT = 11
    SPORT = 13
    POSHOLD = 16
    BRAKE = 17
    GUIDED_NOGPS = 20
    SMART_RTL = 21
    AUTO_RTL = 27


class PlaneMode(IntEnum):
    """ArduPlane's modes."""

    MANUAL = 0
    CIRCLE = 1
    STABILIZE = 2
    TRAINING = 3
    ACRO = 4
    FBWA = 5
    FBWB = 6
    CRUISE = 7
    AUTO = 10
    RTL = 11
    LOITER = 12
    TAKEOFF = 13
    GUIDED = 15
    QSTABILIZE = 17
    QHOVER = 18
    QLOITER = 19
    QLAND = 20
    QRTL = 21


def px4_custom_mode(main: int, sub: int = 0) -> int:
    """PX4 packs a main and a sub mode: bits 16 to 23 and 24 to 31."""
    return (main << 16) | (sub << 24)


class Px4Mode(IntEnum):
    """PX4's modes: main mode, and for AUTO (4) and POSCTL (3) the sub mode."""

    MANUAL = px4_custom_mode(1)
    ALTCTL = px4_custom_mode(2)
    POSCTL = px4_custom_mode(3)
    TAKEOFF = px4_custom_mode(4, 2)
    LOITER = px4_custom_mode(4, 3)
    MISSION = px4_custom_mode(4, 4)
    RTL = px4_custom_mode(4, 5)
    LAND = px4_custom_mode(4, 6)
    FOLLOW_ME = px4_custom_mode(4, 8)
    PRECLAND = px4_custom_mode(4, 9)
    VTOL_TAKEOFF = px4_custom_mode(4, 10)
    ACRO = px4_custom_mode(5)
    OFFBOARD = px4_custom_mode(6)
    STABILIZED = px4_custom_mode(7)
    DESCEND = px4_custom_mode(11)
    ORBIT = px4_custom_mode(3, 1)
