"""Which mission commands there are and what kind each is: flown to, waited for, or carried out at once."""

from pymavlink.dialects.v20 import ardupilotmega as mavlink

JUMP_TAG = 600  # MAV_CMD_JUMP_TAG, younger than the generated dialect
DO_JUMP_TAG = 601
DO_RETURN_PATH_START = 188
DO_SET_ROI_LOCATION: int = mavlink.MAV_CMD_DO_SET_ROI_LOCATION

NAMES: dict[int, str] = {
    mavlink.MAV_CMD_NAV_WAYPOINT: "WP",
    mavlink.MAV_CMD_NAV_LOITER_UNLIM: "LoitUnlim",
    mavlink.MAV_CMD_NAV_LOITER_TURNS: "LoitTurns",
    mavlink.MAV_CMD_NAV_LOITER_TIME: "LoitTime",
    mavlink.MAV_CMD_NAV_RETURN_TO_LAUNCH: "RTL",
    mavlink.MAV_CMD_NAV_LAND: "Land",
    mavlink.MAV_CMD_NAV_TAKEOFF: "Takeoff",
    mavlink.MAV_CMD_NAV_CONTINUE_AND_CHANGE_ALT: "ContinueAndChangeAlt",
    mavlink.MAV_CMD_NAV_LOITER_TO_ALT: "LoitAltitude",
    mavlink.MAV_CMD_NAV_SPLINE_WAYPOINT: "SplineWP",
    mavlink.MAV_CMD_NAV_VTOL_TAKEOFF: "VTOLTakeoff",
    mavlink.MAV_CMD_NAV_VTOL_LAND: "VTOLLand",
    mavlink.MAV_CMD_NAV_DELAY: "Delay",
    mavlink.MAV_CMD_CONDITION_DELAY: "CondDelay",
    mavlink.MAV_CMD_CONDITION_DISTANCE: "CondDist",
    mavlink.MAV_CMD_CONDITION_YAW: "CondYaw",
    mavlink.MAV_CMD_DO_JUMP: "Jump",
    mavlink.MAV_CMD_DO_CHANGE_SPEED: "ChangeSpeed",
    mavlink.MAV_CMD_DO_SET_HOME: "SetHome",
    mavlink.MAV_CMD_DO_SET_RELAY: "SetRelay",
    mavlink.MAV_CMD_DO_REPEAT_RELAY: "RepeatRelay",
    mavlink.MAV_CMD_DO_SET_SERVO: "SetServo",
    mavlink.MAV_CMD_DO_REPEAT_SERVO: "RepeatServo",
    DO_RETURN_PATH_START: "ReturnPathStart",
    mavlink.MAV_CMD_DO_LAND_START: "LandStart",
    DO_SET_ROI_LOCATION: "SetROILocation",
    mavlink.MAV_CMD_DO_SET_ROI_NONE: "SetROINone",
    mavlink.MAV_CMD_DO_SET_ROI: "SetROI",
    mavlink.MAV_CMD_DO_DIGICAM_CONFIGURE: "DigiCamCfg",
    mavlink.MAV_CMD_DO_DIGICAM_CONTROL: "DigiCamCtrl",
    mavlink.MAV_CMD_DO_MOUNT_CONTROL: "MountControl",
    mavlink.MAV_CMD_DO_SET_CAM_TRIGG_DIST: "SetCamTrigDst",
    mavlink.MAV_CMD_DO_FENCE_ENABLE: "FenceEnable",
    mavlink.MAV_CMD_DO_GRIPPER: "Gripper",
    mavlink.MAV_CMD_DO_AUX_FUNCTION: "AuxFunction",
    mavlink.MAV_CMD_DO_VTOL_TRANSITION: "VTOLTransition",
    mavlink.MAV_CMD_SET_CAMERA_ZOOM: "SetCameraZoom",
    mavlink.MAV_CMD_SET_CAMERA_FOCUS: "SetCameraFocus",
    mavlink.MAV_CMD_IMAGE_START_CAPTURE: "ImageStartCapture",
    mavlink.MAV_CMD_IMAGE_STOP_CAPTURE: "ImageStopCapture",
    mavlink.MAV_CMD_VIDEO_START_CAPTURE: "VideoStartCapture",
    mavlink.MAV_CMD_VIDEO_STOP_CAPTURE: "VideoStopCapture",
    mavlink.MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW: "GimbalPitchYaw",
    JUMP_TAG: "Tag",
    DO_JUMP_TAG: "JumpToTag",
}
PLACED = frozenset(
    {
        mavlink.MAV_CMD_NAV_WAYPOINT,
        mavlink.MAV_CMD_NAV_LOITER_UNLIM,
        mavlink.MAV_CMD_NAV_LOITER_TURNS,
        mavlink.MAV_CMD_NAV_LOITER_TIME,
        mavlink.MAV_CMD_NAV_LAND,
        mavlink.MAV_CMD_NAV_TAKEOFF,
        mavlink.MAV_CMD_NAV_LOITER_TO_ALT,
        mavlink.MAV_CMD_NAV_SPLINE_WAYPOINT,
        mavlink.MAV_CMD_NAV_VTOL_TAKEOFF,
        mavlink.MAV_CMD_NAV_VTOL_LAND,
    }
)
NAVIGATION = PLACED | {
    mavlink.MAV_CMD_NAV_RETURN_TO_LAUNCH,
    mavlink.MAV_CMD_NAV_DELAY,
    mavlink.MAV_CMD_NAV_CONTINUE_AND_CHANGE_ALT,
}
CONDITIONS = frozenset({mavlink.MAV_CMD_CONDITION_DELAY, mavlink.MAV_CMD_CONDITION_DISTANCE, mavlink.MAV_CMD_CONDITION_YAW})
# Carried out by the camera or the gimbal.
ORDERED = frozenset(
    {
        mavlink.MAV_CMD_DO_MOUNT_CONTROL,
        mavlink.MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW,
        mavlink.MAV_CMD_SET_CAMERA_ZOOM,
        mavlink.MAV_CMD_SET_CAMERA_FOCUS,
        mavlink.MAV_CMD_VIDEO_START_CAPTURE,
        mavlink.MAV_CMD_VIDEO_STOP_CAPTURE,
        DO_SET_ROI_LOCATION,
        mavlink.MAV_CMD_DO_SET_ROI,
        mavlink.MAV_CMD_DO_SET_ROI_NONE,
    }
)
JUMPS = frozenset({mavlink.MAV_CMD_DO_JUMP, DO_JUMP_TAG})
# DO commands whose x, y and z are a place too.
PLACED_DO = frozenset(
    {
        mavlink.MAV_CMD_DO_SET_HOME,
        DO_SET_ROI_LOCATION,
        mavlink.MAV_CMD_DO_SET_ROI,
        mavlink.MAV_CMD_DO_LAND_START,
        DO_RETURN_PATH_START,
    }
)
IMMEDIATE = frozenset(NAMES) - NAVIGATION
TAKEOFFS = frozenset({mavlink.MAV_CMD_NAV_TAKEOFF, mavlink.MAV_CMD_NAV_VTOL_TAKEOFF})
LANDINGS = frozenset({mavlink.MAV_CMD_NAV_LAND, mavlink.MAV_CMD_NAV_VTOL_LAND})
# What PX4 1.15 takes into a mission (mavlink_mission.cpp, parse_mavlink_mission_item), of what is flown here: with a place in a
# global frame, and without one in MAV_FRAME_MISSION.
PX4_PLACED = frozenset(
    {
        mavlink.MAV_CMD_NAV_WAYPOINT,
        mavlink.MAV_CMD_NAV_LOITER_UNLIM,
        mavlink.MAV_CMD_NAV_LOITER_TIME,
        mavlink.MAV_CMD_NAV_LAND,
        mavlink.MAV_CMD_NAV_TAKEOFF,
        mavlink.MAV_CMD_NAV_LOITER_TO_ALT,
        mavlink.MAV_CMD_NAV_VTOL_TAKEOFF,
        mavlink.MAV_CMD_NAV_VTOL_LAND,
        mavlink.MAV_CMD_DO_SET_ROI,
        DO_SET_ROI_LOCATION,
    }
)
PX4_PLACELESS = frozenset(
    {
        mavlink.MAV_CMD_NAV_RETURN_TO_LAUNCH,
        mavlink.MAV_CMD_NAV_DELAY,
        mavlink.MAV_CMD_CONDITION_DELAY,
        mavlink.MAV_CMD_CONDITION_DISTANCE,
        mavlink.MAV_CMD_DO_JUMP,
        mavlink.MAV_CMD_DO_CHANGE_SPEED,
        mavlink.MAV_CMD_DO_SET_HOME,
        mavlink.MAV_CMD_DO_LAND_START,
        mavlink.MAV_CMD_DO_SET_ROI,
        mavlink.MAV_CMD_DO_SET_ROI_NONE,
        mavlink.MAV_CMD_DO_DIGICAM_CONTROL,
        mavlink.MAV_CMD_DO_MOUNT_CONTROL,
        mavlink.MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW,
        mavlink.MAV_CMD_DO_SET_CAM_TRIGG_DIST,
        mavlink.MAV_CMD_DO_GRIPPER,
        mavlink.MAV_CMD_DO_VTOL_TRANSITION,
        mavlink.MAV_CMD_SET_CAMERA_ZOOM,
        mavlink.MAV_CMD_SET_CAMERA_FOCUS,
        mavlink.MAV_CMD_IMAGE_START_CAPTURE,
        mavlink.MAV_CMD_IMAGE_STOP_CAPTURE,
        mavlink.MAV_CMD_VIDEO_START_CAPTURE,
        mavlink.MAV_CMD_VIDEO_STOP_CAPTURE,
    }
)
