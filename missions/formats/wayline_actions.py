"""What camera-drone apps do at a stop, each action as the one item that stands for it, whichever of several commands a plan used."""

from missions.commands import Command, Frame
from missions.plan import MissionItem

# MAV_MOUNT_MODE_MAVLINK_TARGETING, parameter 7 of DO_MOUNT_CONTROL: angles are those of the item.
MOUNT_TARGETING = 2.0


def photo() -> MissionItem:
    """Parameters: all cameras, no interval, one picture."""
    return MissionItem(Command.IMAGE_START_CAPTURE, Frame.MISSION, (0.0, 0.0, 1.0, 0.0))


def record() -> MissionItem:
    return MissionItem(Command.VIDEO_START_CAPTURE, Frame.MISSION)


def stop_recording() -> MissionItem:
    return MissionItem(Command.VIDEO_STOP_CAPTURE, Frame.MISSION)


def gimbal(pitch_deg: float, roll_deg: float = 0.0) -> MissionItem:
    return MissionItem(Command.DO_MOUNT_CONTROL, Frame.MISSION, (pitch_deg, roll_deg, 0.0, 0.0), altitude_m=MOUNT_TARGETING)


def turn(heading_deg: float, direction: float = 0.0) -> MissionItem:
    """Direction: 1 clockwise, -1 counter-clockwise, 0 the shorter way."""
    return MissionItem(Command.CONDITION_YAW, Frame.MISSION, (heading_deg % 360.0, 0.0, direction, 0.0))


def wait(seconds: float) -> MissionItem:
    """The clock times -1 say: no fixed time of day."""
    return MissionItem(Command.DELAY, Frame.MISSION, (seconds, -1.0, -1.0, -1.0))


def zoom_to(focal_length_mm: float) -> MissionItem:
    """ZOOM_TYPE_FOCAL_LENGTH = 3."""
    return MissionItem(Command.SET_CAMERA_ZOOM, Frame.MISSION, (3.0, focal_length_mm, 0.0, 0.0))


def action_of(item: MissionItem) -> MissionItem | None:
    """The canonical item for what `item` does; None for what no such app can do."""
    first, second, third, _ = (value or 0.0 for value in item.params)
    if item.command == Command.IMAGE_START_CAPTURE and not second:
        return photo() if third == 1.0 else None
    if item.command == Command.DO_DIGICAM_CONTROL:
        return photo() if item.params_5_6[0] == 1.0 else None
    if item.command == Command.VIDEO_START_CAPTURE:
        return record()
    if item.command == Command.VIDEO_STOP_CAPTURE:
        return stop_recording()
    if item.command == Command.DO_MOUNT_CONTROL and item.altitude_m == MOUNT_TARGETING:
        return gimbal(first, second)
    if item.command == Command.DO_GIMBAL_MANAGER_PITCHYAW and item.params[0] is not None:
        return gimbal(first)
    if item.command == Command.CONDITION_YAW:
        return turn(first, max(-1.0, min(1.0, third))) if (item.params[3] or 0.0) == 0.0 else None
    if item.command == Command.DELAY:
        return wait(first) if first > 0.0 else None
    if item.command == Command.SET_CAMERA_ZOOM:
        return zoom_to(second) if first == 3.0 and second > 0.0 else None
    return None


def whole_circle(heading_deg: float) -> float:
    """0 to 360 degrees, north as 360: autopilots take 0 for "not given"."""
    return round(heading_deg % 360.0, 9) % 360.0 or 360.0
