"""A flight: arming, take-off, a mission with its progress, and home. Only with --allow-motion; copters only.

Source: MAVLink guide, "Command Protocol" and "Mission Protocol".
"""

from typing import Any

from ground_station.conformance.bench import Bench
from ground_station.conformance.check import CheckFailed, Needs, Skipped, check, require
from ground_station.conformance.checks.command import REFUSALS, result_name
from ground_station.conformance.dialect import mavlink
from ground_station.conformance.plans import MISSION, Item, clear, put

MISSION_PAGE, COMMAND_PAGE = "services/mission.html", "services/command.html"
HEIGHT_M, LEG_E7 = 10.0, 1800  # 20 m
READY_WITHIN_S, HOME_WITHIN_S = 90.0, 120.0
_COPTERS = (mavlink.MAV_TYPE_QUADROTOR, mavlink.MAV_TYPE_HEXAROTOR, mavlink.MAV_TYPE_OCTOROTOR, mavlink.MAV_TYPE_TRICOPTER)
ARM = mavlink.MAV_CMD_COMPONENT_ARM_DISARM


async def _place(bench: Bench) -> Any:
    return await bench.request(mavlink.MAVLINK_MSG_ID_GLOBAL_POSITION_INT, "GLOBAL_POSITION_INT")


async def _mode(bench: Bench, main: int, sub: int = 0) -> None:
    question = bench.command_long(mavlink.MAV_CMD_DO_SET_MODE, mavlink.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED, main, sub)
    answer = await bench.ack(question)
    if answer.result != mavlink.MAV_RESULT_ACCEPTED:
        raise CheckFailed(f"mode {main}/{sub}: {result_name(answer.result)}")


def _px4(bench: Bench) -> bool:
    return bool(bench.heartbeat.autopilot == mavlink.MAV_AUTOPILOT_PX4)


async def _arm(bench: Bench) -> None:
    """Arm as soon as the vehicle lets itself be armed; a cold start takes a while."""
    if bench.heartbeat.type not in _COPTERS:
        raise Skipped("the flight is written for copters")
    reason = ""
    for _ in range(round(READY_WITHIN_S)):
        guided, hold = (4, 0), (4, 3)  # ArduPilot's GUIDED, PX4's AUTO_LOITER: modes that wait on the ground
        await bench.ack(bench.command_long(mavlink.MAV_CMD_DO_SET_MODE, 1, *(guided if bench.home_is_item_0 else hold)))
        with bench.listening() as ear:
            answer = await bench.ack(bench.command_long(ARM, 1))
            if answer.result == mavlink.MAV_RESULT_ACCEPTED:
                await bench.wait_until("the armed bit", lambda: bench.armed, 5.0)
                return
            text = await ear.hear_or_none("STATUSTEXT", within_s=1.0)
            reason = f"{result_name(answer.result)} {getattr(text, 'text', '')}"
    raise Skipped(f"it does not arm: {reason}")


async def _return(bench: Bench) -> None:
    await (_mode(bench, 4, 5) if _px4(bench) else _mode(bench, 6))
    await bench.wait_until("disarmed after the return", lambda: not bench.armed, HOME_WITHIN_S)


@check(
    "flight.arm", "Arming shows in HEARTBEAT, and disarming on the ground too", f"{COMMAND_PAGE}#command-long-sequence", needs=Needs.MOTION
)
async def arm(bench: Bench) -> str:
    await _arm(bench)
    answer = await bench.ack(bench.command_long(ARM, 0))
    require(answer.result == mavlink.MAV_RESULT_ACCEPTED, result_name(answer.result))
    await bench.wait_until("disarmed", lambda: not bench.armed, 5.0)
    return "armed, disarmed"


@check(
    "flight.mission",
    "A mission is flown: MISSION_CURRENT and MISSION_ITEM_REACHED follow it, disarming in the air is refused, RTL brings it home",
    f"{MISSION_PAGE}#monitor_progress",
    needs=Needs.MOTION,
)
async def mission(bench: Bench) -> str:
    home = await _place(bench)
    frame = mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT
    legs = [
        Item(mavlink.MAV_CMD_NAV_TAKEOFF, home.lat, home.lon, HEIGHT_M, frame),
        Item(mavlink.MAV_CMD_NAV_WAYPOINT, home.lat + LEG_E7, home.lon, HEIGHT_M, frame),
        Item(mavlink.MAV_CMD_NAV_WAYPOINT, home.lat + LEG_E7, home.lon + LEG_E7, HEIGHT_M, frame),
    ]
    first = Item(mavlink.MAV_CMD_NAV_WAYPOINT, home.lat, home.lon, 0.0, mavlink.MAV_FRAME_GLOBAL)
    items = [first, *legs] if bench.home_is_item_0 else legs
    await put(bench, items)
    await _arm(bench)
    last = len(items) - 1
    with bench.listening() as ear:
        await (_mode(bench, 4, 4) if _px4(bench) else _mode(bench, 3))
        started = await bench.ack(bench.command_long(mavlink.MAV_CMD_MISSION_START))
        require(started.result not in REFUSALS or _px4(bench), f"MISSION_START: {result_name(started.result)}")
        await ear.hear("MISSION_ITEM_REACHED", within_s=60.0, where=lambda m: m.seq >= last - 1)
        refused = await bench.ack(bench.command_long(ARM, 0))
        require(refused.result in REFUSALS and bench.armed, f"disarming in the air: {result_name(refused.result)}")
        await ear.hear("MISSION_ITEM_REACHED", within_s=60.0, where=lambda m: m.seq >= last)
        reached = sorted({message.seq for message in ear.all("MISSION_ITEM_REACHED")})
        current = [message.seq for message in ear.all("MISSION_CURRENT")]
    require(current == sorted(current), f"MISSION_CURRENT went {current}")
    await _return(bench)
    landed = await _place(bench)
    away_m = max(abs(landed.lat - home.lat), abs(landed.lon - home.lon)) * 0.0111
    require(away_m < 3.0, f"landed {away_m:.1f} m from where it took off")
    await clear(bench, MISSION)
    return f"reached {reached}, landed {away_m:.1f} m from home"
