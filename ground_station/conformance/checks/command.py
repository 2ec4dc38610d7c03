"""Commands and their acknowledgements. Source: MAVLink guide, "Command Protocol"."""

from ground_station.conformance.bench import ANSWER_S, Bench
from ground_station.conformance.check import CheckFailed, Deviates, NotSupported, check, require
from ground_station.conformance.dialect import mavlink, name_of
from ground_station.conformance.plans import PLACE_E7

PAGE = "services/command.html"
UNKNOWN_COMMAND = 60_003
NO_SUCH_COMPONENT = 77
CANCELLED = 6  # MAV_RESULT_CANCELLED, younger than the generated dialects
REFUSALS = (mavlink.MAV_RESULT_DENIED, mavlink.MAV_RESULT_FAILED, mavlink.MAV_RESULT_UNSUPPORTED, mavlink.MAV_RESULT_TEMPORARILY_REJECTED)


def result_name(result: int) -> str:
    return name_of("MAV_RESULT", result)


@check("command.acknowledged", "A COMMAND_LONG is acknowledged", f"{PAGE}#command-long-sequence")
async def acknowledged(bench: Bench) -> str:
    answer = await bench.ack(bench.command_long(mavlink.MAV_CMD_REQUEST_MESSAGE, mavlink.MAVLINK_MSG_ID_AUTOPILOT_VERSION))
    require(answer.result == mavlink.MAV_RESULT_ACCEPTED, result_name(answer.result))
    return result_name(answer.result)


@check("command.int_carrier", "A COMMAND_INT is acknowledged", f"{PAGE}#command-int-sequence")
async def int_carrier(bench: Bench) -> str:
    question = bench.command_int(mavlink.MAV_CMD_REQUEST_MESSAGE, mavlink.MAV_FRAME_GLOBAL, mavlink.MAVLINK_MSG_ID_AUTOPILOT_VERSION)
    answer = await bench.ack(question)
    require(answer.result == mavlink.MAV_RESULT_ACCEPTED, result_name(answer.result))
    return result_name(answer.result)


@check("command.ack_target", "The acknowledgement names the station it answers", f"{PAGE}#command-long-sequence")
async def ack_target(bench: Bench) -> str:
    seen = []
    for speaker in (bench.ours, bench.other):
        question = bench.command_long(mavlink.MAV_CMD_REQUEST_MESSAGE, mavlink.MAVLINK_MSG_ID_AUTOPILOT_VERSION)
        answer = await bench.ack(question, speaker=speaker, tries=2)
        seen.append((answer.target_system, answer.target_component))
        require(
            seen[-1] == (speaker.system_id, speaker.component_id), f"{speaker.system_id}/{speaker.component_id} asked, {seen[-1]} was told"
        )
    return f"two stations, two targets: {seen}"


@check("command.unknown", "An unknown command is UNSUPPORTED", f"{PAGE}#command-long-sequence")
async def unknown(bench: Bench) -> str:
    answer = await bench.ack(bench.command_long(UNKNOWN_COMMAND))
    require(answer.result == mavlink.MAV_RESULT_UNSUPPORTED, result_name(answer.result))
    return result_name(answer.result)


@check("command.unknown_int", "An unknown command is UNSUPPORTED in a COMMAND_INT too", f"{PAGE}#command-int-sequence")
async def unknown_int(bench: Bench) -> str:
    answer = await bench.ack(bench.command_int(UNKNOWN_COMMAND, mavlink.MAV_FRAME_GLOBAL))
    require(answer.result == mavlink.MAV_RESULT_UNSUPPORTED, result_name(answer.result))
    return result_name(answer.result)


@check(
    "command.location_in_long",
    "A command that must come as COMMAND_INT is refused in a COMMAND_LONG with COMMAND_INT_ONLY",
    f"{PAGE}#use-command-int-or-command-long",
    ardupilot="answers UNSUPPORTED to DO_REPOSITION as COMMAND_LONG",
    px4="takes DO_REPOSITION as COMMAND_LONG",
)
async def location_in_long(bench: Bench) -> str:
    lat, lon = bench.known.get("place_e7", PLACE_E7)
    answer = await bench.ack(bench.command_long(mavlink.MAV_CMD_DO_REPOSITION, -1, 0, 0, float("nan"), lat / 1e7, lon / 1e7, 30.0))
    if answer.result != mavlink.MAV_RESULT_COMMAND_INT_ONLY:
        raise Deviates(result_name(answer.result))
    return result_name(answer.result)


@check(
    "command.frame",
    "A location in a frame the vehicle does not know is refused, never taken for another frame",
    f"{PAGE}#location-commands-and-frame-types",
    px4="looks at the frame of few commands",
)
async def frame(bench: Bench) -> str:
    lat, lon = bench.known.get("place_e7", PLACE_E7)
    question = bench.command_int(mavlink.MAV_CMD_DO_REPOSITION, mavlink.MAV_FRAME_BODY_FRD, -1, 0, 0, float("nan"), x=lat, y=lon, z=30.0)
    answer = await bench.ack(question)
    if answer.result == mavlink.MAV_RESULT_ACCEPTED:
        raise Deviates("DO_REPOSITION in MAV_FRAME_BODY_FRD was accepted")
    return result_name(answer.result)


@check(
    "command.other_component",
    "A command to a component that does not exist is not answered by the autopilot",
    f"{PAGE}#command-long-sequence",
    ardupilot="answers for any component",
)
async def other_component(bench: Bench) -> str:
    question = bench.command_long(mavlink.MAV_CMD_REQUEST_MESSAGE, mavlink.MAVLINK_MSG_ID_AUTOPILOT_VERSION, component=NO_SUCH_COMPONENT)
    answer = await bench.ask_or_none(question, "COMMAND_ACK", within_s=bench.silence_s, where=bench.is_ack(question.command))
    if answer is not None:
        raise Deviates(f"component {NO_SUCH_COMPONENT} was asked, component {answer.get_srcComponent()} answered")
    return "silent"


@check("command.confirmation", "A command sent again with a higher `confirmation` is acknowledged again", f"{PAGE}#command-long-sequence")
async def confirmation(bench: Bench) -> str:
    for number in range(3):
        question = bench.command_long(mavlink.MAV_CMD_REQUEST_MESSAGE, mavlink.MAVLINK_MSG_ID_AUTOPILOT_VERSION, confirmation=number)
        answer = await bench.ack(question)
        require(answer.result == mavlink.MAV_RESULT_ACCEPTED, f"confirmation {number}: {result_name(answer.result)}")
    return "acknowledged three times"


@check("command.one_ack", "One command gets one final acknowledgement", f"{PAGE}#command-long-sequence")
async def one_ack(bench: Bench) -> str:
    question = bench.command_long(mavlink.MAV_CMD_REQUEST_MESSAGE, mavlink.MAVLINK_MSG_ID_AUTOPILOT_VERSION)
    with bench.listening() as ear:
        bench.ours.say(question)
        await ear.hear("COMMAND_ACK", within_s=ANSWER_S, where=bench.is_ack(question.command))
        await ear.hear_or_none("nothing", within_s=bench.silence_s)
        number = sum(bench.is_ack(question.command)(message) for message in ear.all("COMMAND_ACK"))
    require(number == 1, f"{number} acknowledgements")
    return "one"


@check(
    "command.takeoff_disarmed",
    "A take-off that cannot happen is refused, not accepted",
    f"{PAGE}#command-long-sequence",
    px4="accepts a take-off while disarmed and does nothing",
)
async def takeoff_disarmed(bench: Bench) -> str:
    before = bench.heartbeat.custom_mode
    answer = await bench.ack(bench.command_long(mavlink.MAV_CMD_NAV_TAKEOFF, 0, 0, 0, 0, 0, 0, 10.0))
    with bench.listening() as ear:
        await ear.hear("HEARTBEAT", within_s=ANSWER_S, where=bench.from_autopilot)
    require(not bench.armed, "the vehicle armed by itself")
    if bench.heartbeat.custom_mode != before:
        await _set_mode(bench, before)  # left in a take-off mode it would leave the ground with the next arming
    if answer.result not in REFUSALS:
        raise Deviates(f"disarmed on the ground: {result_name(answer.result)}")
    return f"disarmed on the ground: {result_name(answer.result)}"


@check("command.disarm_disarmed", "Disarming a disarmed vehicle is accepted and changes nothing", f"{PAGE}#command-long-sequence")
async def disarm_disarmed(bench: Bench) -> str:
    answer = await bench.ack(bench.command_long(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 0))
    require(answer.result == mavlink.MAV_RESULT_ACCEPTED, result_name(answer.result))
    require(not bench.armed, "the vehicle is armed")
    return result_name(answer.result)


@check("command.in_progress", "A long-running command reports IN_PROGRESS until its final result", f"{PAGE}#long_running_commands")
async def in_progress(bench: Bench) -> str:
    # A barometer calibration moves nothing; ArduPilot and PX4 take it only while disarmed.
    question = bench.command_long(mavlink.MAV_CMD_PREFLIGHT_CALIBRATION, 0, 0, 1)
    with bench.listening() as ear:
        bench.ours.say(question)
        reported: list[int] = []
        while True:
            answer = await ear.hear("COMMAND_ACK", within_s=20.0, where=bench.is_ack(question.command))
            if answer.result != mavlink.MAV_RESULT_IN_PROGRESS:
                break
            require(answer.progress <= 100 or answer.progress == 255, f"progress {answer.progress}")
            reported.append(answer.progress)
    if answer.result in (mavlink.MAV_RESULT_UNSUPPORTED, mavlink.MAV_RESULT_DENIED):
        raise NotSupported(f"PREFLIGHT_CALIBRATION: {result_name(answer.result)}")
    require(reported == sorted(reported), f"progress went backwards: {reported}")
    if not reported:
        raise NotSupported(f"the barometer is calibrated at once: {result_name(answer.result)}")
    return f"{len(reported)} reports, then {result_name(answer.result)}"


@check(
    "command.running_twice", "The same command while it runs is TEMPORARILY_REJECTED or carries on as one", f"{PAGE}#long_running_commands"
)
async def running_twice(bench: Bench) -> str:
    question = bench.command_long(mavlink.MAV_CMD_PREFLIGHT_CALIBRATION, 0, 0, 1)
    with bench.listening() as ear:
        bench.ours.say(question)
        first = await ear.hear("COMMAND_ACK", within_s=ANSWER_S, where=bench.is_ack(question.command))
        if first.result != mavlink.MAV_RESULT_IN_PROGRESS:
            raise NotSupported(f"no command of this vehicle runs long enough: {result_name(first.result)}")
        bench.ours.say(question)
        results: list[int] = []
        while not results or results[-1] in (mavlink.MAV_RESULT_IN_PROGRESS, mavlink.MAV_RESULT_TEMPORARILY_REJECTED):
            heard = await ear.hear("COMMAND_ACK", within_s=20.0, where=bench.is_ack(question.command))
            results.append(heard.result)
        late = await ear.hear_or_none(
            "COMMAND_ACK",
            within_s=bench.silence_s,
            where=lambda m: bench.is_ack(question.command)(m) and m.result == mavlink.MAV_RESULT_ACCEPTED,
        )
    require(late is None, "it ran twice")
    refused = mavlink.MAV_RESULT_TEMPORARILY_REJECTED in results
    return "TEMPORARILY_REJECTED, and the first ended" if refused else f"one run, {result_name(results[-1])}"


@check("command.cancel_idle", "COMMAND_CANCEL is ignored while nothing runs", f"{PAGE}#long_running_commands")
async def cancel_idle(bench: Bench) -> str:
    cancel = bench.command_cancel(mavlink.MAV_CMD_PREFLIGHT_CALIBRATION)
    answer = await bench.ask_or_none(
        cancel, "COMMAND_ACK", within_s=bench.silence_s, where=bench.is_ack(mavlink.MAV_CMD_PREFLIGHT_CALIBRATION)
    )
    require(answer is None or answer.result != mavlink.MAV_RESULT_ACCEPTED, "it was accepted")
    return "ignored" if answer is None else result_name(answer.result)


@check("command.cancel", "COMMAND_CANCEL ends a running command with CANCELLED", f"{PAGE}#long_running_commands")
async def cancel(bench: Bench) -> str:
    question = bench.command_long(mavlink.MAV_CMD_PREFLIGHT_CALIBRATION, 0, 0, 1)
    stop = bench.command_cancel(question.command)
    with bench.listening() as ear:
        bench.ours.say(question)
        first = await ear.hear("COMMAND_ACK", within_s=ANSWER_S, where=bench.is_ack(question.command))
        if first.result != mavlink.MAV_RESULT_IN_PROGRESS:
            raise NotSupported(f"no command of this vehicle runs long enough: {result_name(first.result)}")
        bench.ours.say(stop)
        while first.result == mavlink.MAV_RESULT_IN_PROGRESS:
            first = await ear.hear("COMMAND_ACK", within_s=20.0, where=bench.is_ack(question.command))
    if first.result != CANCELLED:
        raise NotSupported(f"it ran to its end: {result_name(first.result)}")
    return result_name(first.result)


@check(
    "command.request_message", "REQUEST_MESSAGE brings the message and an acknowledgement", "services/command.html#command-long-sequence"
)
async def request_message(bench: Bench) -> str:
    question = bench.command_long(mavlink.MAV_CMD_REQUEST_MESSAGE, mavlink.MAVLINK_MSG_ID_ATTITUDE)
    with bench.listening() as ear:
        bench.ours.say(question)
        answer = await ear.hear("COMMAND_ACK", within_s=ANSWER_S, where=bench.is_ack(question.command))
        require(answer.result == mavlink.MAV_RESULT_ACCEPTED, result_name(answer.result))
        if not ear.all("ATTITUDE"):
            await ear.hear("ATTITUDE", within_s=ANSWER_S)
    return "both"


@check(
    "command.request_unknown", "REQUEST_MESSAGE for a message the vehicle has not is refused", "services/command.html#command-long-sequence"
)
async def request_unknown(bench: Bench) -> str:
    answer = await bench.ack(bench.command_long(mavlink.MAV_CMD_REQUEST_MESSAGE, 65_432))
    require(answer.result in REFUSALS, result_name(answer.result))
    return result_name(answer.result)


@check("command.mode_unknown", "A mode that does not exist is refused and the mode stays", "services/standard_modes.html#setting-modes")
async def mode_unknown(bench: Bench) -> str:
    before = bench.heartbeat.custom_mode
    custom, sub = (99, 0) if bench.home_is_item_0 else (77, 77)
    answer = await bench.ack(bench.command_long(mavlink.MAV_CMD_DO_SET_MODE, mavlink.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED, custom, sub))
    require(answer.result in REFUSALS, result_name(answer.result))
    with bench.listening() as ear:
        await ear.hear("HEARTBEAT", within_s=ANSWER_S, where=bench.from_autopilot)
    require(bench.heartbeat.custom_mode == before, f"custom_mode went from {before} to {bench.heartbeat.custom_mode}")
    return result_name(answer.result)


@check("command.mode", "A mode changes by DO_SET_MODE, and HEARTBEAT shows it", "services/standard_modes.html#setting-modes")
async def mode(bench: Bench) -> str:
    before = bench.heartbeat.custom_mode
    hold, other = _modes(bench)
    wanted = other if before == hold else hold
    try:
        await _set_mode(bench, wanted)
    finally:
        await _set_mode(bench, before)
    return f"custom_mode {before} → {wanted} → {before}"


def _modes(bench: Bench) -> tuple[int, int]:
    """Two modes of this autopilot that hold still on the ground."""
    if bench.heartbeat.autopilot == mavlink.MAV_AUTOPILOT_PX4:
        return 3 << 16, 2 << 16  # POSCTL, ALTCTL
    if bench.heartbeat.type == mavlink.MAV_TYPE_FIXED_WING:
        return 5, 0  # FBWA, MANUAL
    if bench.heartbeat.autopilot != mavlink.MAV_AUTOPILOT_ARDUPILOTMEGA:
        raise NotSupported("mode numbers of this autopilot are not known to the suite")
    return 2, 0  # ALT_HOLD, STABILIZE


async def _set_mode(bench: Bench, custom_mode: int) -> None:
    px4 = bench.heartbeat.autopilot == mavlink.MAV_AUTOPILOT_PX4
    main, sub = (custom_mode >> 16 & 0xFF, custom_mode >> 24) if px4 else (custom_mode, 0)
    flags = mavlink.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED
    answer = await bench.ack(bench.command_long(mavlink.MAV_CMD_DO_SET_MODE, flags, main, sub), tries=2)
    if answer.result != mavlink.MAV_RESULT_ACCEPTED:
        raise CheckFailed(f"mode {custom_mode}: {result_name(answer.result)}")
    await bench.wait_until(f"HEARTBEAT with custom_mode {custom_mode}", lambda: bench.heartbeat.custom_mode == custom_mode, 5.0)
