"""One mission item as a manoeuvre, or as something done at once."""

from math import isnan
from typing import TYPE_CHECKING

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.local_place import TERRAIN_FRAMES
from sim.maneuvers import FOREVER_S, Maneuver, View
from sim.mission_commands import ORDERED, PLACED
from sim.mission_store import StoredItem
from sim.notices import Ordered, Text
from sim.terrain_following import OverTerrain, above_ground
from sim.vector import Vector

if TYPE_CHECKING:
    from sim.mission_run import MissionRun

CLIMB_OR_LEVEL, ASCENT, DESCENT = 0, 2, 3  # speed types of DO_CHANGE_SPEED beside 0 and 1, which both mean level flight


def maneuver_for(run: "MissionRun", item: StoredItem, after: StoredItem | None, start: Vector | None, view: View) -> Maneuver:
    """How a navigation item is flown. `start` is the end of the leg before it, `after` the navigation item behind it."""
    piloting, places = run.piloting, run.places
    target = places.of_item(item, view.position)
    beyond = places.of_item(after, target) if after is not None and after.command in PLACED else None
    match item.command:
        case mavlink.MAV_CMD_NAV_TAKEOFF | mavlink.MAV_CMD_NAV_VTOL_TAKEOFF:
            height_m = max(1.0, places.height_m(item.z, item.frame))
            goes_on_by_wing = item.command == mavlink.MAV_CMD_NAV_VTOL_TAKEOFF or run.takeoff_is_by_wing
            return piloting.take_off(height_m, target if goes_on_by_wing and after is not None else None)
        case mavlink.MAV_CMD_NAV_LAND | mavlink.MAV_CMD_NAV_VTOL_LAND:
            return piloting.land(Vector(target.east, target.north, places.ground_up_m(target)), view.position)
        case mavlink.MAV_CMD_NAV_RETURN_TO_LAUNCH:
            return piloting.return_home(run.home)
        case mavlink.MAV_CMD_NAV_DELAY:
            return piloting.fly_to(view.position, hold_s=item.param1, heading_deg=view.heading_deg, radius_m=1e9)
        case mavlink.MAV_CMD_NAV_LOITER_TURNS:
            return piloting.circle(
                target, item.param3 or run.piloting.speeds.tuning.circle_radius_m, turns=max(1.0, item.param1), after=beyond
            )
        case mavlink.MAV_CMD_NAV_LOITER_UNLIM:
            return piloting.loiter(target, item.param3, None, start)
        case mavlink.MAV_CMD_NAV_LOITER_TIME:
            return piloting.loiter(target, item.param3, max(0.0, item.param1), start, beyond)
        case mavlink.MAV_CMD_NAV_LOITER_TO_ALT:
            return piloting.loiter(target, item.param2, 0.0, start, beyond)
        case mavlink.MAV_CMD_NAV_CONTINUE_AND_CHANGE_ALT:
            return piloting.change_height(target.up, view.position)
    flows = after is not None and after.command in (mavlink.MAV_CMD_NAV_WAYPOINT, mavlink.MAV_CMD_NAV_SPLINE_WAYPOINT)
    hold_s = min(FOREVER_S, max(0.0, item.param1))
    start = start or view.position
    beyond = beyond if flows else None
    if run.heading_within_deg is not None and not isnan(item.param4):
        return piloting.fly_to(
            target, start=start, after=beyond, hold_s=hold_s, heading_deg=item.param4 % 360.0, within_deg=run.heading_within_deg
        )
    if item.frame not in TERRAIN_FRAMES:
        return piloting.fly_to(target, start=start, after=beyond, hold_s=hold_s, acceptance_m=max(0.0, item.param2))
    ground = places.mapped_up_m
    start, target = above_ground(start, ground), above_ground(target, ground)
    leg = piloting.fly_to(target, start=start, after=beyond, hold_s=hold_s, acceptance_m=max(0.0, item.param2))
    return OverTerrain(leg, ground)


def carry_out(run: "MissionRun", item: StoredItem, view: View) -> None:
    """A DO command, or a turn."""
    speeds, trigger = run.piloting.speeds, run.trigger
    if item.command in ORDERED:
        values = (item.param1, item.param2, item.param3, item.param4, float(item.x), float(item.y), item.z)
        run.announce(Ordered(item.command, values, (item.x, item.y, item.frame)))
    match item.command:
        case mavlink.MAV_CMD_DO_CHANGE_SPEED if item.param2 > 0.0:
            if item.param1 == ASCENT:
                speeds.up_mps = item.param2
            elif item.param1 == DESCENT:
                speeds.down_mps = item.param2
            else:
                speeds.level_mps = item.param2
        case mavlink.MAV_CMD_DO_SET_CAM_TRIGG_DIST:
            trigger.by_distance(item.param1, at_once=item.param3 == 1.0)
        case mavlink.MAV_CMD_IMAGE_START_CAPTURE:
            trigger.by_time(item.param2, int(item.param3))
        case mavlink.MAV_CMD_IMAGE_STOP_CAPTURE:
            trigger.stop_timed()
        case mavlink.MAV_CMD_DO_DIGICAM_CONTROL if item.param1 == 0.0:
            trigger.by_time(1.0, 1)
        case mavlink.MAV_CMD_CONDITION_YAW if (leg := run.leg) is not None:
            relative = item.param4 == 1.0
            turn = item.param1 * (-1.0 if relative and item.param3 < 0 else 1.0)
            leg.heading_deg = ((view.heading_deg if relative else 0.0) + turn) % 360.0
        case mavlink.MAV_CMD_DO_SET_ROI | mavlink.MAV_CMD_DO_SET_ROI_LOCATION:
            nowhere = item.x == 0 and item.y == 0 and item.z == 0.0
            run.roi = None if nowhere else run.places.of_item(item, view.position)
        case mavlink.MAV_CMD_DO_SET_ROI_NONE:
            run.roi = None
        case mavlink.MAV_CMD_DO_FENCE_ENABLE:
            run.fence_wanted = int(item.param1)
        case mavlink.MAV_CMD_DO_SET_HOME:
            run.home_wanted = view.position if item.param1 == 1.0 else run.places.of_item(item, view.position)
        case mavlink.MAV_CMD_DO_VTOL_TRANSITION:
            run.piloting.hover(item.param1 == mavlink.MAV_VTOL_STATE_MC)
        case mavlink.MAV_CMD_DO_SET_SERVO:
            run.announce(Text(f"SetServo {item.param1:.0f} {item.param2:.0f}"))
        case mavlink.MAV_CMD_DO_GRIPPER:
            run.announce(Text("Gripper Load Released" if item.param2 == 0.0 else "Gripper Load Grabbed"))
