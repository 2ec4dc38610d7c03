"""Standard modes. Source: MAVLink guide, "Standard Modes Protocol"."""

from ground_station.conformance.bench import Bench
from ground_station.conformance.check import check, require
from ground_station.conformance.dialect import mavlink

PAGE = "services/standard_modes.html"
MOST_MODES = 100


@check("modes.available", "AVAILABLE_MODES lists every mode, numbered from 1 to their count", f"{PAGE}#getting-all-available-modes")
async def available(bench: Bench) -> str:
    first = await bench.request(mavlink.MAVLINK_MSG_ID_AVAILABLE_MODES, "AVAILABLE_MODES", index=1)
    total = first.number_modes
    require(0 < total <= MOST_MODES, f"number_modes {total}")
    modes = {}
    for index in range(1, total + 1):
        mode = await bench.request(mavlink.MAVLINK_MSG_ID_AVAILABLE_MODES, "AVAILABLE_MODES", index=index)
        require(mode.mode_index == index, f"mode {index} was asked for, {mode.mode_index} came")
        modes[mode.custom_mode] = mode
    require(len(modes) == total, f"{total} modes, {len(modes)} custom modes")
    require(bench.heartbeat.custom_mode in modes, f"the mode of HEARTBEAT, {bench.heartbeat.custom_mode}, is not among them")
    bench.known["modes"] = modes
    standard = sum(mode.standard_mode != 0 for mode in modes.values())
    return f"{total} modes, {standard} of them standard ones"


@check("modes.current", "CURRENT_MODE is the mode of HEARTBEAT", f"{PAGE}#getting-current-active-mode")
async def current(bench: Bench) -> str:
    message = await bench.request(mavlink.MAVLINK_MSG_ID_CURRENT_MODE, "CURRENT_MODE")
    require(message.custom_mode == bench.heartbeat.custom_mode, f"{message.custom_mode}, HEARTBEAT says {bench.heartbeat.custom_mode}")
    return f"custom_mode {message.custom_mode}, standard mode {message.standard_mode}"
