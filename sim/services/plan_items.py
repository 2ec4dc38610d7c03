"""Plan items as they arrive: which numbers a vehicle can store, and what it keeps of a MISSION_ITEM or MISSION_ITEM_INT."""

from math import isfinite, isinf, isnan
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.mission_store import StoredItem

_MAY_BE_NAN = {
    mavlink.MAV_CMD_NAV_WAYPOINT: (4,),
    mavlink.MAV_CMD_NAV_LOITER_UNLIM: (4,),
    mavlink.MAV_CMD_NAV_LAND: (4,),
    mavlink.MAV_CMD_NAV_TAKEOFF: (4,),
    mavlink.MAV_CMD_NAV_VTOL_TAKEOFF: (4,),
    mavlink.MAV_CMD_NAV_VTOL_LAND: (3, 4),
}


def unusable_number(wire: Any) -> int:
    """INVALID_PARAM1 to 7 for a number ArduPilot cannot store; 0 when all are usable."""
    allowed = _MAY_BE_NAN.get(wire.command, ())
    for number, value in enumerate((wire.param1, wire.param2, wire.param3, wire.param4), 1):
        if isinf(value) or (isnan(value) and number not in allowed):
            return int(mavlink.MAV_MISSION_INVALID_PARAM1) + number - 1
    for result, value in (
        (mavlink.MAV_MISSION_INVALID_PARAM5_X, wire.x),
        (mavlink.MAV_MISSION_INVALID_PARAM6_Y, wire.y),
        (mavlink.MAV_MISSION_INVALID_PARAM7, wire.z),
    ):
        if not isfinite(value):
            return int(result)
    return 0


def stored_item(wire: Any, *, keep_nan: bool) -> StoredItem:
    """A MISSION_ITEM_INT or MISSION_ITEM as it is kept; NaN ("the vehicle decides") becomes 0 where it cannot be kept."""
    scale = 1.0 if wire.get_type() == "MISSION_ITEM_INT" else 1e7
    numbers = [0.0 if isnan(value) and not keep_nan else float(value) for value in (wire.param1, wire.param2, wire.param3, wire.param4)]
    return StoredItem(
        command=wire.command,
        frame=wire.frame,
        param1=numbers[0],
        param2=numbers[1],
        param3=numbers[2],
        param4=numbers[3],
        x=0 if isnan(wire.x) else round(wire.x * scale),
        y=0 if isnan(wire.y) else round(wire.y * scale),
        z=0.0 if isnan(wire.z) else float(wire.z),
        autocontinue=wire.autocontinue,
    )
