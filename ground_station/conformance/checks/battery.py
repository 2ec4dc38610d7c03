"""Batteries. Source: MAVLink guide, "Battery Protocol"."""

from ground_station.conformance.bench import Bench
from ground_station.conformance.check import Deviates, NothingCame, NotSupported, check, require
from ground_station.conformance.dialect import mavlink

PAGE = "services/battery.html"
UNKNOWN_MV = 65535


@check(
    "battery.status",
    "BATTERY_STATUS comes for each battery, unknown cells as UINT16_MAX",
    f"{PAGE}#battery-components",
    ardupilot="accepts a request for what it has not got",
)
async def status(bench: Bench) -> str:
    try:
        await bench.request(mavlink.MAVLINK_MSG_ID_BATTERY_STATUS, "BATTERY_STATUS")
    except NothingCame as missing:
        raise Deviates(f"no battery is measured, but {missing}") from None
    await bench.set_interval(mavlink.MAVLINK_MSG_ID_BATTERY_STATUS, 500_000)
    messages, _ = await bench.collect("BATTERY_STATUS", 3.0)
    await bench.set_interval(mavlink.MAVLINK_MSG_ID_BATTERY_STATUS, 0)
    require(messages, "none in 3 s at 2 Hz")
    told = []
    for number in sorted({message.id for message in messages}):
        message = next(m for m in messages if m.id == number)
        cells = [mv for mv in message.voltages if mv != UNKNOWN_MV]
        require(cells and all(0 < mv < 65_000 for mv in cells), f"battery {number}: voltages {list(message.voltages)}")
        require(-1 <= message.battery_remaining <= 100, f"battery {number}: remaining {message.battery_remaining}")
        told.append(f"battery {number}: {sum(cells) / 1000:.1f} V, {message.battery_remaining} %")
    return "; ".join(told)


@check("battery.sys_status", "SYS_STATUS tells the voltage of the first battery", f"{PAGE}#a-note-on-sys-status")
async def sys_status(bench: Bench) -> str:
    try:
        battery = await bench.request(mavlink.MAVLINK_MSG_ID_BATTERY_STATUS, "BATTERY_STATUS")
    except NothingCame:
        raise NotSupported("no battery is measured") from None
    system = await bench.request(mavlink.MAVLINK_MSG_ID_SYS_STATUS, "SYS_STATUS")
    if system.voltage_battery in (0, UNKNOWN_MV):
        raise NotSupported("SYS_STATUS leaves the voltage open")
    total_mv = sum(mv for mv in battery.voltages if mv != UNKNOWN_MV)
    require(abs(system.voltage_battery - total_mv) <= 0.03 * total_mv + 50, f"{system.voltage_battery} mV, BATTERY_STATUS {total_mv} mV")
    return f"{system.voltage_battery / 1000:.2f} V"
