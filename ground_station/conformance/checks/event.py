"""Events. Source: MAVLink guide, "Events Interface"."""

from ground_station.conformance.bench import ANSWER_S, Bench
from ground_station.conformance.check import NotSupported, check, require

PAGE = "services/events.html"
CURRENT_EVENT_SEQUENCE_HEARD_S = 6.0


async def _newest(bench: Bench) -> int:
    if "event_sequence" not in bench.known:
        with bench.listening() as ear:
            message = await ear.hear_or_none("CURRENT_EVENT_SEQUENCE", within_s=bench.wall_s(CURRENT_EVENT_SEQUENCE_HEARD_S) + 0.5)
        bench.known["event_sequence"] = None if message is None else message.sequence
    if bench.known["event_sequence"] is None:
        raise NotSupported("CURRENT_EVENT_SEQUENCE does not come")
    return int(bench.known["event_sequence"])


@check("event.sequence", "CURRENT_EVENT_SEQUENCE comes by itself, so that gaps show", f"{PAGE}#message-enum-summary")
async def sequence(bench: Bench) -> str:
    return f"newest event {await _newest(bench)}"


@check("event.request", "REQUEST_EVENT brings the event again", f"{PAGE}#message-enum-summary")
async def request(bench: Bench) -> str:
    newest = await _newest(bench)
    question = bench.ours.extra(
        412, first_sequence=newest, last_sequence=newest, target_system=bench.system_id, target_component=bench.component_id
    )
    answer = await bench.ask(question, "EVENT", "RESPONSE_EVENT_ERROR", within_s=ANSWER_S, tries=2)
    require(answer.sequence == newest, f"event {newest} was asked for, {answer.sequence} came")
    return f"{answer.get_type()} {newest}"


@check("event.too_old", "An event that is no longer kept is told with RESPONSE_EVENT_ERROR", f"{PAGE}#message-enum-summary")
async def too_old(bench: Bench) -> str:
    newest = await _newest(bench)
    long_ago = (newest - 30_000) % 65536
    question = bench.ours.extra(
        412, first_sequence=long_ago, last_sequence=long_ago, target_system=bench.system_id, target_component=bench.component_id
    )
    answer = await bench.ask_or_none(question, "EVENT", "RESPONSE_EVENT_ERROR", within_s=bench.silence_s, tries=2)
    if answer is None:
        raise NotSupported("no answer")
    require(answer.get_type() == "RESPONSE_EVENT_ERROR", "an event came")
    return f"oldest kept is {answer.sequence_oldest_available}"
