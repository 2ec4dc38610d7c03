"""The MAVLink command and frame numbers a plan uses. Numbers and names are those of MAV_CMD and MAV_FRAME (common.xml)."""

from enum import IntEnum


class Frame(IntEnum):
    """MAV_FRAME: what latitude, longitude and altitude of an item are measured in."""

    GLOBAL = 0
    LOCAL_NED = 1
    MISSION = 2
    GLOBAL_RELATIVE_ALT = 3
    GLOBAL_INT = 5
    GLOBAL_RELATIVE_ALT_INT = 6
    GLOBAL_TERRAIN_ALT = 10
    GLOBAL_TERRAIN_ALT_INT = 11


# The _INT frames mean the same surface; autopilots give the plain one back, and ArduPilot rewrites 6 to 3, 5 to 0, 11 to 10.
GLOBAL_FRAMES = frozenset({0, 3, 5, 6, 10, 11})
AMSL_FRAMES = frozenset({Frame.GLOBAL, Frame.GLOBAL_INT})
TERRAIN_FRAMES = frozenset({Frame.GLOBAL_TERRAIN_ALT, Frame.GLOBAL_TERRAIN_ALT_INT})


class Command(IntEnum):
    """MAV_CMD numbers named in this room."""

    WAYPOINT = 16
    LOITER_UNLIM = 17
    LOITER_TURNS = 18
    LOITER_TIME = 19
    RETURN_TO_LAUNCH = 20
    LAND = 21
    TAKEOFF = 22
    LOITER_TO_ALT = 31
    SPLINE_WAYPOINT = 82
    VTOL_TAKEOFF = 84
    VTOL_LAND = 85
    DELAY = 93
    CONDITION_YAW = 115
    DO_JUMP = 177
    DO_CHANGE_SPEED = 178
    DO_LAND_START = 189
    DO_SET_ROI_LOCATION = 195
    DO_SET_ROI_NONE = 197
    DO_SET_ROI = 201
    DO_DIGICAM_CONTROL = 203
    DO_MOUNT_CONTROL = 205
    DO_SET_CAM_TRIGG_DIST = 206
    DO_SET_CAM_TRIGG_INTERVAL = 214
    SET_CAMERA_ZOOM = 531
    DO_GIMBAL_MANAGER_PITCHYAW = 1000
    IMAGE_START_CAPTURE = 2000
    IMAGE_STOP_CAPTURE = 2001
    VIDEO_START_CAPTURE = 2500
    VIDEO_STOP_CAPTURE = 2501
    FENCE_RETURN_POINT = 5000
    FENCE_POLYGON_INCLUSION = 5001
    FENCE_POLYGON_EXCLUSION = 5002
    FENCE_CIRCLE_INCLUSION = 5003
    FENCE_CIRCLE_EXCLUSION = 5004
    RALLY_POINT = 5100


# Commands whose parameters 5 and 6 are a place (hasLocation="true" in common.xml and ardupilotmega.xml).
# All others may put any number there: 6 of DO_MOUNT_CONTROL or 5 of DO_DIGICAM_CONTROL is not a latitude.
COMMANDS_WITH_PLACE = frozenset(
    {16, 17, 18, 19, 21, 22, 23, 24, 25, 31, 34, 35, 36, 80, 81, 82, 84, 85, 94, 179, 188, 189, 192, 195, 201, 252, 4001, 4501}
    | {5000, 5001, 5002, 5003, 5004, 5100, 30001, 31000, 31001, 31002, 31003, 31004, 31005, 31006, 31007, 31008, 31009, 43003}
)

# Commands that fly the vehicle to their place, in order; the others are done on the way.
NAVIGATION_WITH_PLACE = frozenset({16, 17, 18, 19, 21, 22, 31, 36, 82, 84, 85, 94})

TAKEOFFS = frozenset({Command.TAKEOFF, Command.VTOL_TAKEOFF})
LANDINGS = frozenset({Command.LAND, Command.VTOL_LAND})


def command_name(number: int) -> str:
    """Readable name of a MAV_CMD, the number itself when this room has no name for it.

    >>> command_name(206), command_name(530)
    ('DO_SET_CAM_TRIGG_DIST', 'MAV_CMD 530')
    """
    try:
        return Command(number).name
    except ValueError:
        return f"MAV_CMD {number}"


def is_place(command: int, frame: int) -> bool:
    """True when parameters 5 and 6 of such an item are latitude and longitude."""
    return command in COMMANDS_WITH_PLACE and frame in GLOBAL_FRAMES
