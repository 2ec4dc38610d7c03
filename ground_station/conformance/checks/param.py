"""Parameters. Source: MAVLink guide, "Parameter Protocol"."""

import struct
import time
from collections.abc import Callable
from math import isfinite, isnan
from typing import Any

from ground_station.conformance.bench import ANSWER_S, Bench
from ground_station.conformance.check import CheckFailed, Deviates, NotSupported, Skipped, check, require
from ground_station.conformance.dialect import mavlink, name_of

PAGE = "services/parameter.html"
LIST_SILENCE_S = 3.0  # a list has ended when nothing came for so long
GAP_TRIES = 4
_INTEGERS = {1: "B", 2: "b", 3: "H", 4: "h", 5: "I", 6: "i"}  # MAV_PARAM_TYPE -> struct
_REAL32 = 9
# Harmless to change and put back on the ground, per autopilot, first that exists.
_CHANGEABLE = ("RTL_LOIT_TIME", "RTL_LAND_DELAY", "WP_RADIUS", "MIS_TAKEOFF_ALT", "COM_DISARM_LAND", "LAND_SPD_MS", "LAND_SPEED")
_CHANGEABLE_INTEGER = ("DISARM_DELAY", "FS_LONG_ACTN", "COM_LOW_BAT_ACT", "RTL_TYPE", "LOG_DISARMED")
_CHANGEABLE_FLOAT = (
    "WPNAV_RADIUS",
    "WP_RADIUS_M",
    "LAND_SPD_MS",
    "MIS_TAKEOFF_ALT",
    "RTL_DESCEND_ALT",
    "PSC_JERK_XY",
    "PSC_NE_POS_P",
    "NAVL1_PERIOD",
)
# Described as read-only, and harmless where they are not: never a version or a sensor id, which cost all parameters or a calibration.
_READ_ONLY = ("STAT_BOOTCNT", "STAT_FLTTIME", "STAT_RUNTIME")


def name_in(message: Any) -> str:
    text = message.param_id
    return (text.decode("ascii", "replace") if isinstance(text, bytes) else str(text)).rstrip("\0")


def request_list(bench: Bench) -> Any:
    return mavlink.MAVLink_param_request_list_message(bench.system_id, bench.component_id)


def request_read(bench: Bench, name: str = "", index: int = -1) -> Any:
    return mavlink.MAVLink_param_request_read_message(bench.system_id, bench.component_id, name.encode(), index)


async def bytewise(bench: Bench) -> bool:
    """Whether integers travel as their bytes (PX4) or as floats (ArduPilot), by the capability bits; of old, floats had a bit too."""
    bits = await bench.capabilities()
    if bits & mavlink.MAV_PROTOCOL_CAPABILITY_PARAM_ENCODE_BYTEWISE:
        return True
    if bits & (mavlink.MAV_PROTOCOL_CAPABILITY_PARAM_ENCODE_C_CAST | mavlink.MAV_PROTOCOL_CAPABILITY_PARAM_FLOAT):
        return False
    raise CheckFailed("neither PARAM_ENCODE_BYTEWISE nor PARAM_ENCODE_C_CAST is announced")


def value_of(message: Any, by_bytes: bool) -> float:
    """The value a station shows."""
    kind = _INTEGERS.get(message.param_type)
    if kind is None or not by_bytes:
        return float(message.param_value)
    raw = struct.pack("<f", message.param_value)
    return float(struct.unpack_from(f"<{kind}", raw)[0])


def on_wire(value: float, kind: int, by_bytes: bool) -> float:
    if kind not in _INTEGERS or not by_bytes:
        return value
    raw = struct.pack(f"<{_INTEGERS[kind]}", round(value)).ljust(4, b"\0")
    return float(struct.unpack("<f", raw)[0])


async def whole_list(bench: Bench) -> dict[int, Any]:
    """Every parameter by index; asked for once, missing ones one by one, then remembered."""
    if "parameters" in bench.known:
        return dict(bench.known["parameters"])
    found: dict[int, Any] = {}
    began_s = time.monotonic()
    total, counts = None, set()
    with bench.listening() as ear:
        bench.ours.say(request_list(bench))
        while True:
            message = await ear.hear_or_none("PARAM_VALUE", within_s=LIST_SILENCE_S, where=bench.from_autopilot)
            if message is None:
                break
            counts.add(message.param_count)
            if message.param_index < message.param_count:
                found[message.param_index] = message
                total = message.param_count
            if total is not None and len(found) == total:
                break
    if total is None:
        raise CheckFailed("PARAM_REQUEST_LIST brought no PARAM_VALUE")
    missing = [index for index in range(total) if index not in found]
    for index in missing:
        message = await bench.ask(
            request_read(bench, index=index), "PARAM_VALUE", where=lambda m, i=index: m.param_index == i, within_s=1.0, tries=GAP_TRIES
        )
        found[index] = message
    bench.known.update(parameters=found, parameter_seconds=time.monotonic() - began_s, parameter_counts=counts, parameter_gaps=len(missing))
    return found


async def named(bench: Bench) -> dict[str, Any]:
    return {name_in(message): message for message in (await whole_list(bench)).values()}


async def read(bench: Bench, name: str) -> Any:
    return await bench.ask(
        request_read(bench, name), "PARAM_VALUE", where=lambda m: name_in(m) == name and bench.from_autopilot(m), tries=GAP_TRIES
    )


async def set_value(bench: Bench, message: Any, value: float) -> Any:
    """PARAM_SET, and the PARAM_VALUE that answers it."""
    name, kind = name_in(message), message.param_type
    wire = on_wire(value, kind, await bytewise(bench))
    question = mavlink.MAVLink_param_set_message(bench.system_id, bench.component_id, name.encode(), wire, kind)
    return await bench.ask(
        question, "PARAM_VALUE", where=lambda m: name_in(m) == name and bench.from_autopilot(m), tries=2, within_s=ANSWER_S / 2
    )


async def _changeable(bench: Bench, names: tuple[str, ...]) -> Any:
    table = await named(bench)
    for name in names:
        if name in table:
            return table[name]
    raise Skipped(f"none of {', '.join(names)} is there to try with")


@check("param.list", "The list brings every parameter, with missing ones asked for again", f"{PAGE}#read_all")
async def whole(bench: Bench) -> str:
    found = await whole_list(bench)
    names = {name_in(message) for message in found.values()}
    require(len(names) == len(found), f"{len(found)} indices, {len(names)} names")
    return f"{len(found)} parameters in {bench.known['parameter_seconds']:.1f} s, {bench.known['parameter_gaps']} asked for again"


@check("param.count", "The count is the same in every answer", f"{PAGE}#parameters_invariant")
async def count(bench: Bench) -> str:
    await whole_list(bench)
    counts = bench.known["parameter_counts"]
    require(len(counts) == 1, f"param_count was {sorted(counts)}")
    return str(counts.pop())


@check("param.names", "Names are 1 to 16 letters, digits and underscores", f"{PAGE}#parameter-names")
async def names(bench: Bench) -> str:
    bad = [name for name in await named(bench) if not 1 <= len(name) <= 16 or not name.replace("_", "").isalnum()]
    require(not bad, f"{bad[:5]}")
    longest = max(await named(bench), key=len)
    return f"longest {longest} ({len(longest)})"


@check("param.read_name", "A parameter is read by its name", f"{PAGE}#read_single")
async def read_name(bench: Bench) -> str:
    table = await named(bench)
    name = sorted(table)[len(table) // 2]
    answer = await read(bench, name)
    require(answer.param_type == table[name].param_type, f"{name}: type {answer.param_type}, in the list {table[name].param_type}")
    return f"{name}, index {answer.param_index}"


@check("param.read_index", "A parameter is read by its index, and has the name it had in the list", f"{PAGE}#read_single")
async def read_index(bench: Bench) -> str:
    found = await whole_list(bench)
    for index in sorted({0, len(found) // 2, len(found) - 1}):
        answer = await bench.ask(
            request_read(bench, index=index), "PARAM_VALUE", where=lambda m, i=index: m.param_index == i, tries=GAP_TRIES
        )
        require(name_in(answer) == name_in(found[index]), f"index {index}: {name_in(answer)}, in the list {name_in(found[index])}")
    return "first, middle and last"


@check("param.longest_name", "A name of 16 letters needs no zero at its end", f"{PAGE}#parameter-names")
async def longest_name(bench: Bench) -> str:
    full = [name for name in await named(bench) if len(name) == 16]
    if not full:
        raise NotSupported("no parameter has a name of 16 letters")
    await read(bench, full[0])
    return full[0]


@check(
    "param.encoding",
    "Integers are encoded as the capability bits say",
    f"{PAGE}#parameter_encoding",
    ardupilot="announces only the old bit PARAM_FLOAT",
)
async def encoding(bench: Bench) -> str:
    by_bytes = await bytewise(bench)
    integers = [message for message in (await whole_list(bench)).values() if message.param_type in _INTEGERS]
    require(integers, "no parameter has an integer type")
    for message in integers:
        value = value_of(message, by_bytes)
        require(isfinite(value) and value == round(value), f"{name_in(message)} is {value}: not an integer")
    cast = [m for m in integers if m.param_value not in (0.0,) and abs(m.param_value) < 1e-30]
    if by_bytes:
        require(any(value_of(m, True) != 0 for m in integers), "every integer is 0 when read by bytes")
    else:
        require(not cast, f"{name_in(cast[0]) if cast else ''} looks bytewise encoded")
        if not await bench.capabilities() & mavlink.MAV_PROTOCOL_CAPABILITY_PARAM_ENCODE_C_CAST:
            raise Deviates(f"{len(integers)} integers, C cast, but PARAM_ENCODE_C_CAST is not announced")
    return f"{len(integers)} integers, {'bytes' if by_bytes else 'C cast'}"


async def _change_and_restore(bench: Bench, names: tuple[str, ...], step: float) -> str:
    before = await _changeable(bench, names)
    name, by_bytes = name_in(before), await bytewise(bench)
    old = value_of(await read(bench, name), by_bytes)
    new = old + step
    try:
        answer = await set_value(bench, before, new)
        told = value_of(answer, by_bytes)
        require(abs(told - new) <= 1e-4 * max(1.0, abs(new)), f"{name}: {new:g} set, {told:g} answered")
        again = value_of(await read(bench, name), by_bytes)
        require(abs(again - new) <= 1e-4 * max(1.0, abs(new)), f"{name}: {new:g} set, {again:g} read back")
    finally:
        restored = value_of(await set_value(bench, before, old), by_bytes)
    require(abs(restored - old) <= 1e-4 * max(1.0, abs(old)), f"{name}: {old:g} could not be put back, it is {restored:g}")
    return f"{name} ({name_of('MAV_PARAM_TYPE', before.param_type)}): {old:g} → {new:g} → {old:g}"


@check("param.set", "PARAM_SET is answered with the value now in force, and that is read back", f"{PAGE}#write")
async def set_float(bench: Bench) -> str:
    return await _change_and_restore(bench, _CHANGEABLE, 1.0)


@check("param.set_integer", "An integer keeps its value through setting and reading", f"{PAGE}#parameter_encoding")
async def set_integer(bench: Bench) -> str:
    return await _change_and_restore(bench, _CHANGEABLE_INTEGER, 1.0)


@check("param.read_only", "PARAM_SET of a read-only parameter is answered with the old value (or PARAM_ERROR)", f"{PAGE}#write")
async def read_only(bench: Bench) -> str:
    table, by_bytes = await named(bench), await bytewise(bench)
    for name in _READ_ONLY:
        if name not in table:
            continue
        old = value_of(await read(bench, name), by_bytes)
        kind = table[name].param_type
        question = mavlink.MAVLink_param_set_message(
            bench.system_id, bench.component_id, name.encode(), on_wire(old + 1, kind, by_bytes), kind
        )
        answer = await bench.ask_or_none(question, "PARAM_VALUE", "PARAM_ERROR", within_s=bench.silence_s, where=_is_named(name))
        now = value_of(await read(bench, name), by_bytes)
        if now == old + 1:
            await set_value(bench, table[name], old)
            continue
        if answer is None:
            raise CheckFailed(f"{name} stays {old:g}, but PARAM_SET was not answered")
        return f"{name} stays {old:g}: {answer.get_type()}"
    raise NotSupported("no read-only parameter is known to the suite here")


def _is_named(name: str) -> Callable[[Any], bool]:
    return lambda message: name_in(message) == name


async def _unknown(bench: Bench, question: Any) -> str:
    answer = await bench.ask_or_none(
        question, "PARAM_VALUE", "PARAM_ERROR", within_s=bench.silence_s, where=lambda m: name_in(m) == "NO_SUCH_PARAM"
    )
    require(answer is None or answer.get_type() == "PARAM_ERROR", "it was answered with a value")
    return "silent" if answer is None else "PARAM_ERROR"


@check("param.unknown_read", "Reading an unknown name is answered with PARAM_ERROR or not at all", f"{PAGE}#read_single")
async def unknown_read(bench: Bench) -> str:
    return await _unknown(bench, request_read(bench, "NO_SUCH_PARAM"))


@check("param.unknown_set", "Setting an unknown name creates nothing", f"{PAGE}#write")
async def unknown_set(bench: Bench) -> str:
    name = b"NO_SUCH_PARAM"
    return await _unknown(bench, mavlink.MAVLink_param_set_message(bench.system_id, bench.component_id, name, 1.0, _REAL32))


@check("param.nan", "NaN is not stored", f"{PAGE}#write")
async def nan(bench: Bench) -> str:
    floats = {name: m for name, m in (await named(bench)).items() if name in _CHANGEABLE_FLOAT and m.param_type == _REAL32}
    if not floats:
        raise Skipped(f"none of {', '.join(_CHANGEABLE_FLOAT)} is there to try with")
    name, before = next(iter(floats.items()))
    old = (await read(bench, name)).param_value
    question = mavlink.MAVLink_param_set_message(bench.system_id, bench.component_id, name.encode(), float("nan"), _REAL32)
    await bench.ask_or_none(question, "PARAM_VALUE", "PARAM_ERROR", within_s=bench.silence_s, where=lambda m: name_in(m) == name)
    now = (await read(bench, name)).param_value
    if isnan(now):
        await set_value(bench, before, old)
        raise CheckFailed(f"{name} is NaN now")
    return f"{name} stays {now:g}"
