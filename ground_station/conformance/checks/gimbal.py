"""Gimbals. Source: MAVLink guide, "Gimbal Protocol v2"."""

from math import asin, degrees, isnan
from typing import Any

import anyio

from ground_station.conformance.bench import ANSWER_S, Bench
from ground_station.conformance.check import Deviates, NothingCame, NotSupported, check, require
from ground_station.conformance.checks.command import REFUSALS, result_name
from ground_station.conformance.dialect import mavlink
from ground_station.conformance.plans import PLACE_E7

PAGE = "services/gimbal_v2.html"
CONTROL, ANGLE = f"{PAGE}#starting-configuring-gimbal-control", f"{PAGE}#controlling-gimbal-angle-and-or-angular-rate-using-mavlink"
CONFIGURE, PITCHYAW = 1001, 1000
TURNED_WITHIN_S, CLOSE_DEG = 8.0, 3.0
STATUS_EVERY_S = 0.1


async def _manager(bench: Bench) -> Any:
    """GIMBAL_MANAGER_INFORMATION, from whichever component is the manager."""
    if "gimbal" not in bench.known:
        bench.known["gimbal"] = None
        candidates = [bench.component_id, *sorted(component for _, component in bench.ether.seen if component != bench.component_id)]
        for component in candidates:
            try:
                bench.known["gimbal"] = await bench.request(
                    mavlink.MAVLINK_MSG_ID_GIMBAL_MANAGER_INFORMATION, "GIMBAL_MANAGER_INFORMATION", component=component, tries=1
                )
                await bench.stream(mavlink.MAVLINK_MSG_ID_GIMBAL_DEVICE_ATTITUDE_STATUS, STATUS_EVERY_S)
                break
            except NothingCame as missing:
                bench.known["no_gimbal"] = missing
            except NotSupported:
                continue
    if bench.known["gimbal"] is None:
        raise NotSupported("no gimbal manager")
    return bench.known["gimbal"]


async def _status(bench: Bench) -> Any:
    manager = (await _manager(bench)).get_srcComponent()
    return await bench.request(mavlink.MAVLINK_MSG_ID_GIMBAL_MANAGER_STATUS, "GIMBAL_MANAGER_STATUS", component=manager)


async def _command(bench: Bench, command: int, *params: float, other: bool = False) -> int:
    manager = (await _manager(bench)).get_srcComponent()
    speaker = bench.other if other else bench.ours
    return int((await bench.ack(bench.command_long(command, *params, component=manager), speaker=speaker)).result)


async def _take(bench: Bench, system: int, component: int) -> int:
    return await _command(bench, CONFIGURE, system, component, -1, -1, 0, 0, 0)


async def _pitch_deg(bench: Bench) -> float:
    with bench.listening() as ear:
        message = await ear.hear("GIMBAL_DEVICE_ATTITUDE_STATUS", within_s=ANSWER_S)
    one, two, three, four = message.q
    return degrees(asin(max(-1.0, min(1.0, 2.0 * (one * three - four * two)))))


async def _turn(bench: Bench, pitch_deg: float, *, other: bool = False) -> int:
    return await _command(bench, PITCHYAW, pitch_deg, 0.0, float("nan"), float("nan"), 0, 0, 0, other=other)


async def _reaches(bench: Bench, pitch_deg: float) -> tuple[bool, float]:
    seen = float("nan")
    for _ in range(round(TURNED_WITHIN_S / 0.2)):
        seen = await _pitch_deg(bench)
        if abs(seen - pitch_deg) <= CLOSE_DEG:
            return True, seen
        await anyio.sleep(0.1)
    return False, seen


@check(
    "gimbal.information",
    "The gimbal manager gives its limits and the device it manages",
    f"{PAGE}#discovery-of-gimbal-manager",
    ardupilot="accepts a request for what it has not got",
)
async def information(bench: Bench) -> str:
    try:
        message = await _manager(bench)
    except NotSupported:
        if "no_gimbal" in bench.known:
            raise Deviates(f"no gimbal manager, but {bench.known['no_gimbal']}") from None
        raise
    require(message.pitch_min <= message.pitch_max, f"pitch {message.pitch_min} to {message.pitch_max}")
    require(message.gimbal_device_id > 0, "gimbal_device_id 0")
    return (
        f"component {message.get_srcComponent()}, device {message.gimbal_device_id}, "
        f"pitch {degrees(message.pitch_min):.0f}° to {degrees(message.pitch_max):.0f}°"
    )


@check("gimbal.status", "GIMBAL_MANAGER_STATUS tells who is in control", f"{PAGE}#gimbal-manager-status")
async def status(bench: Bench) -> str:
    message = await _status(bench)
    return f"in control: {message.primary_control_sysid}/{message.primary_control_compid}"


@check(
    "gimbal.attitude",
    "GIMBAL_DEVICE_ATTITUDE_STATUS comes several times a second, with a unit quaternion",
    f"{PAGE}#gimbal-device-broadcast-status-messages",
)
async def attitude(bench: Bench) -> str:
    await _manager(bench)
    with bench.listening() as ear:
        await ear.hear_or_none("nothing", within_s=bench.wall_s(3.0))
        messages = ear.all("GIMBAL_DEVICE_ATTITUDE_STATUS")
    require(len(messages) >= 3, f"{len(messages)} in 3 s")
    norm = sum(part * part for part in messages[-1].q)
    require(abs(norm - 1.0) < 0.01, f"|q|² is {norm:.3f}")
    return f"{len(messages) / 3:.0f} a second"


@check("gimbal.take_control", "Control is taken by DO_GIMBAL_MANAGER_CONFIGURE and shown", CONTROL)
async def take_control(bench: Bench) -> str:
    result = await _take(bench, bench.ours.system_id, bench.ours.component_id)
    require(result == mavlink.MAV_RESULT_ACCEPTED, result_name(result))
    message = await _status(bench)
    holder = (message.primary_control_sysid, message.primary_control_compid)
    require(holder == (bench.ours.system_id, bench.ours.component_id), f"in control: {holder}")
    return f"in control: {holder[0]}/{holder[1]}"


@check("gimbal.pitch", "The one in control turns it, and the device's attitude follows", ANGLE)
async def pitch(bench: Bench) -> str:
    await _take(bench, bench.ours.system_id, bench.ours.component_id)
    told = []
    for angle in (-30.0, -60.0):
        result = await _turn(bench, angle)
        require(result == mavlink.MAV_RESULT_ACCEPTED, result_name(result))
        there, seen = await _reaches(bench, angle)
        require(there, f"{angle:g}° asked, {seen:.1f}° reached")
        told.append(f"{seen:.1f}° of {angle:g}°")
    return ", ".join(told)


@check(
    "gimbal.not_in_control",
    "A station that is not in control does not turn it",
    CONTROL,
    ardupilot="obeys commands of every station",
)
async def not_in_control(bench: Bench) -> str:
    await _take(bench, bench.ours.system_id, bench.ours.component_id)
    await _turn(bench, -40.0)
    await _reaches(bench, -40.0)
    result = await _turn(bench, -10.0, other=True)
    there, seen = await _reaches(bench, -10.0) if result == mavlink.MAV_RESULT_ACCEPTED else (False, await _pitch_deg(bench))
    if there:
        raise Deviates(f"another station turned it to {seen:.1f}°")
    return f"{result_name(result)}, it stays at {seen:.1f}°"


@check("gimbal.nan", "NaN leaves an axis as it is", ANGLE)
async def nan(bench: Bench) -> str:
    await _take(bench, bench.ours.system_id, bench.ours.component_id)
    await _turn(bench, -35.0)
    await _reaches(bench, -35.0)
    await _command(bench, PITCHYAW, float("nan"), 10.0, float("nan"), float("nan"), 0, 0, 0)
    there, seen = await _reaches(bench, -35.0)
    require(there and not isnan(seen), f"pitch went from -35° to {seen:.1f}°")
    return f"pitch stays at {seen:.1f}°"


@check("gimbal.roi", "DO_SET_ROI_LOCATION points it at a place, DO_SET_ROI_NONE ends that", f"{PAGE}#roi-initiated-from-ground-station")
async def roi(bench: Bench) -> str:
    await _manager(bench)
    lat, lon = bench.known.get("place_e7", PLACE_E7)
    question = bench.command_int(
        mavlink.MAV_CMD_DO_SET_ROI_LOCATION, mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT, 0, x=lat + 5000, y=lon + 5000, z=0.0
    )
    result = (await bench.ack(question)).result
    if result in REFUSALS:
        raise NotSupported(f"ROI_LOCATION: {result_name(result)}")
    ended = (await bench.ack(bench.command_long(mavlink.MAV_CMD_DO_SET_ROI_NONE))).result
    require(ended == mavlink.MAV_RESULT_ACCEPTED, f"ROI_NONE: {result_name(ended)}")
    return f"ROI_LOCATION {result_name(result)}, ROI_NONE {result_name(ended)}"


@check("gimbal.release", "Control is given back", CONTROL)
async def release(bench: Bench) -> str:
    await _take(bench, bench.ours.system_id, bench.ours.component_id)
    result = await _take(bench, -3, -3)
    require(result == mavlink.MAV_RESULT_ACCEPTED, result_name(result))
    message = await _status(bench)
    require(message.primary_control_sysid != bench.ours.system_id, "this station is still in control")
    return f"in control: {message.primary_control_sysid}/{message.primary_control_compid}"
