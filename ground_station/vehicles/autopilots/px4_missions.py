"""What PX4 takes into a mission, and how a plan is worded for it.

Source: `parse_mavlink_mission_item` of mavlink_mission.cpp and `mission_block.cpp`, PX4 1.15. It goes by the frame first: places are
above the sea or above home, never above terrain, and everything else comes in MAV_FRAME_MISSION. It has no CONDITION_YAW: the heading
of a leg is the fourth parameter of the waypoint at its end, and the vehicle waits there until it has turned. Items keep their numbers, so
that progress, skipping and approval mean the same on every vehicle.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from geo.primitives import LonLat
from missions import TAKEOFFS, Command, Frame, MissionItem, command_name

_ABOVE_HOME_OR_SEA = frozenset({Frame.GLOBAL, Frame.GLOBAL_INT, Frame.GLOBAL_RELATIVE_ALT, Frame.GLOBAL_RELATIVE_ALT_INT})
_PLACED = frozenset(
    {
        Command.WAYPOINT,
        Command.LOITER_UNLIM,
        Command.LOITER_TIME,
        Command.LAND,
        Command.TAKEOFF,
        Command.LOITER_TO_ALT,
        Command.VTOL_TAKEOFF,
        Command.VTOL_LAND,
        Command.DO_SET_ROI_LOCATION,
        Command.DO_SET_ROI,
        400,  # COMPONENT_ARM_DISARM
        4501,  # CONDITION_GATE
    }
)
_PLACELESS = frozenset(
    {
        Command.RETURN_TO_LAUNCH,
        Command.DELAY,
        112,  # CONDITION_DELAY
        114,  # CONDITION_DISTANCE
        Command.DO_JUMP,
        Command.DO_CHANGE_SPEED,
        179,  # DO_SET_HOME
        Command.DO_LAND_START,
        196,  # DO_SET_ROI_WPNEXT_OFFSET
        Command.DO_SET_ROI_NONE,
        200,  # DO_CONTROL_VIDEO
        Command.DO_SET_ROI,
        Command.DO_DIGICAM_CONTROL,
        204,  # DO_MOUNT_CONFIGURE
        Command.DO_MOUNT_CONTROL,
        Command.DO_SET_CAM_TRIGG_DIST,
        211,  # DO_GRIPPER
        Command.DO_SET_CAM_TRIGG_INTERVAL,
        260,  # OBLIQUE_SURVEY
        187,  # DO_SET_ACTUATOR
        530,  # SET_CAMERA_MODE
        Command.SET_CAMERA_ZOOM,
        532,  # SET_CAMERA_FOCUS
        Command.DO_GIMBAL_MANAGER_PITCHYAW,
        1001,  # DO_GIMBAL_MANAGER_CONFIGURE
        Command.IMAGE_START_CAPTURE,
        Command.IMAGE_STOP_CAPTURE,
        2003,  # DO_TRIGGER_CONTROL
        Command.VIDEO_START_CAPTURE,
        Command.VIDEO_STOP_CAPTURE,
        3000,  # DO_VTOL_TRANSITION
    }
)
_RELATIVE = 1.0


def in_own_words(items: Sequence[MissionItem], home: LonLat | None) -> list[MissionItem]:
    """Turns become headings of the waypoints they turn on the way to; their own place in the list repeats the speed in force.

    A take-off without a place is one at home: PX4 would read the place 0, 0 and refuse a first waypoint that far away.
    """
    worded: list[MissionItem] = []
    heading_deg: float | None = None
    speed = MissionItem(Command.DO_CHANGE_SPEED, Frame.MISSION, (1.0, -1.0, -1.0, 0.0))
    for item in items:
        if item.command == Command.DO_CHANGE_SPEED:
            speed = replace(item, frame=Frame.MISSION)
        if item.command == Command.CONDITION_YAW and item.params[3] != _RELATIVE:
            heading_deg = item.params[0]
            worded.append(speed)
        elif item.command == Command.WAYPOINT:
            open_heading = item.params[3] is None
            worded.append(replace(item, params=(*item.params[:3], heading_deg)) if open_heading and heading_deg is not None else item)
            heading_deg = None
        elif item.command in TAKEOFFS and item.position is None and home is not None:
            worded.append(replace(item, position=home))
        elif item.command == Command.DO_LAND_START:
            # PX4 takes the landing behind it for the place.
            worded.append(replace(item, frame=Frame.MISSION, position=None, altitude_m=0.0))
        elif item.position is None and item.command in _PLACELESS and item.frame != Frame.MISSION:
            worded.append(replace(item, frame=Frame.MISSION))
        else:
            worded.append(item)
    return worded


def not_flown(items: Sequence[MissionItem]) -> Iterator[str]:
    """Of items in PX4's own words, what it would refuse."""
    for number, item in enumerate(items, start=1):
        name = command_name(item.command)
        if item.command == Command.CONDITION_YAW:
            yield f"item {number} turns by an angle (CONDITION_YAW); PX4 turns to headings at waypoints. Give the heading itself"
        elif item.frame == Frame.MISSION and item.command not in _PLACELESS:
            yield f"item {number} is {name}, which PX4 does not have in missions. Leave it out or fly it with ArduPilot"
        elif item.frame != Frame.MISSION and item.command not in _PLACED:
            yield f"item {number} is {name} at a place, which PX4 does not have in missions. Leave it out or fly it with ArduPilot"
        elif item.frame != Frame.MISSION and item.frame not in _ABOVE_HOME_OR_SEA:
            yield f"item {number} is at a height above terrain, which PX4 does not know. Plan heights above home that follow the ground"
