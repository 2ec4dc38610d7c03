"""How an autopilot family speaks: the facts in which ArduPilot and PX4 differ on the wire, as values. No service asks for a name.

Sources: ArduPilot's GCS_MAVLink and MissionItemProtocol, PX4's mavlink_mission.h, mavlink_parameters and the MAVLink service pages.
"""

from collections.abc import Callable
from dataclasses import dataclass

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.mission_store import StoredItem, px4_refusal, refusal
from sim.services.ftp_server import ARDUPILOT_FTP, PX4_FTP, FtpManners

_BOTH = (
    mavlink.MAV_PROTOCOL_CAPABILITY_MISSION_INT
    | mavlink.MAV_PROTOCOL_CAPABILITY_COMMAND_INT
    | mavlink.MAV_PROTOCOL_CAPABILITY_FTP
    | mavlink.MAV_PROTOCOL_CAPABILITY_SET_ATTITUDE_TARGET
    | mavlink.MAV_PROTOCOL_CAPABILITY_SET_POSITION_TARGET_LOCAL_NED
    | mavlink.MAV_PROTOCOL_CAPABILITY_SET_POSITION_TARGET_GLOBAL_INT
    | mavlink.MAV_PROTOCOL_CAPABILITY_MISSION_FENCE
    | mavlink.MAV_PROTOCOL_CAPABILITY_MISSION_RALLY
    | mavlink.MAV_PROTOCOL_CAPABILITY_MAVLINK2
)


@dataclass(frozen=True, slots=True)
class WireHabits:
    """`upload_timeout_s` and `ask_again_s`: when a silent station is given up, and how often a missing item is asked for."""

    answers_other_components: bool  # a message for a component that is not on board is answered by the autopilot all the same
    asks_with_int: bool  # uploads are asked for with MISSION_REQUEST_INT; otherwise with the deprecated MISSION_REQUEST
    atomic_upload: bool  # the old plan stays until the new one is whole, and a refused item ends the transfer
    home_is_item_zero: bool
    refuses_item: Callable[[StoredItem], int]  # MAV_MISSION_RESULT of a mission item
    rewrites_items: bool  # frames and floats come back as the vehicle keeps them, not as they were sent
    clears_all_types: bool  # MISSION_CLEAR_ALL with type ALL; otherwise each type is cleared by itself
    heeds_cancel: bool  # a station's MISSION_ACK ends its upload; otherwise it is asked on until the time-out
    answers_ping: bool
    timesync_to_asker: bool  # the answer is addressed; otherwise it is everybody's
    tells_plan_ids: bool  # opaque ids of the three plans, for stations that look for changes
    upload_timeout_s: float
    ask_again_s: float
    parameters_bytewise: bool
    tells_events: bool
    passes_camera_commands: bool  # an autopilot asked to take pictures or to zoom passes it on to the camera
    tells_current_mode: bool
    gimbal_obeys_all: bool  # commands move the gimbal whoever has taken control
    zeros_need_time_zero: bool  # a signing key of zeros ends signing only with time 0; otherwise it is a key like another
    ftp: FtpManners
    logs_need_disarm: bool
    log_folder: str
    log_suffix: str
    capabilities: int


ARDUPILOT = WireHabits(
    answers_other_components=True,
    asks_with_int=False,
    atomic_upload=False,
    home_is_item_zero=True,
    refuses_item=refusal,
    rewrites_items=True,
    clears_all_types=False,
    heeds_cancel=False,
    answers_ping=False,
    timesync_to_asker=False,
    tells_plan_ids=False,
    upload_timeout_s=8.0,
    ask_again_s=1.0,
    parameters_bytewise=False,
    tells_events=False,
    passes_camera_commands=True,
    tells_current_mode=False,
    gimbal_obeys_all=True,
    zeros_need_time_zero=True,
    ftp=ARDUPILOT_FTP,
    logs_need_disarm=True,
    log_folder="/APM/LOGS",
    log_suffix=".BIN",
    capabilities=_BOTH
    | mavlink.MAV_PROTOCOL_CAPABILITY_TERRAIN
    | mavlink.MAV_PROTOCOL_CAPABILITY_MISSION_FLOAT
    | mavlink.MAV_PROTOCOL_CAPABILITY_PARAM_FLOAT
    | mavlink.MAV_PROTOCOL_CAPABILITY_COMPASS_CALIBRATION
    | mavlink.MAV_PROTOCOL_CAPABILITY_FLIGHT_TERMINATION,
)
PX4 = WireHabits(
    answers_other_components=False,
    asks_with_int=True,
    atomic_upload=True,
    home_is_item_zero=False,
    refuses_item=px4_refusal,
    rewrites_items=False,
    clears_all_types=True,
    heeds_cancel=True,
    answers_ping=True,
    timesync_to_asker=True,
    tells_plan_ids=True,
    upload_timeout_s=5.0,
    ask_again_s=0.5,
    parameters_bytewise=True,
    tells_events=True,
    passes_camera_commands=False,
    tells_current_mode=True,
    gimbal_obeys_all=False,
    zeros_need_time_zero=False,
    ftp=PX4_FTP,
    logs_need_disarm=False,
    log_folder="/fs/microsd/log",
    log_suffix=".ulg",
    capabilities=_BOTH | mavlink.MAV_PROTOCOL_CAPABILITY_MISSION_FLOAT | mavlink.MAV_PROTOCOL_CAPABILITY_PARAM_ENCODE_BYTEWISE,
)
_BY_NAME = {"ardupilot": ARDUPILOT, "px4": PX4}


def habits_of(autopilot: str) -> WireHabits:
    """Habits of an autopilot family by the name it has on the command line."""
    return _BY_NAME[autopilot]
