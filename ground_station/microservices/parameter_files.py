"""Parameter files of both autopilots, and what differs from one.

ArduPilot (Mission Planner, MAVProxy: .param, .parm): `NAME,VALUE` or `NAME VALUE` a line. PX4 (QGroundControl: .params): vehicle,
component, name, value, MAV_PARAM_TYPE, by tabs. Lines with # are remarks.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from geo.primitives import VehicleError
from ground_station.mavlink.parameter_values import Parameter, as_float32

LARGEST_FILE = 2_000_000  # characters; the largest real ones have a tenth
_SHORT = re.compile(r"^([A-Za-z0-9_]{1,16})[\s,=]+([-+.0-9eExXa-fA-FnN]+)\b")

Format = Literal["ardupilot", "qgc"]


def read_parameter_file(text: str) -> dict[str, int | float]:
    """Names and values of a file in either format. Raises: `VehicleError` naming the first line that is neither."""
    if len(text) > LARGEST_FILE:
        raise _unreadable(f"it has {len(text)} characters; no parameter file is longer than {LARGEST_FILE}")
    values: dict[str, int | float] = {}
    for number, raw in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        line = raw.split("#", 1)[0].strip()
        if not line:
            continue
        fields = line.split("\t")
        if len(fields) == 5:
            name, value = fields[2], fields[3]
        elif (match := _SHORT.match(line)) is not None:
            name, value = match.groups()
        else:
            raise _unreadable(f"line {number} is '{raw.strip()[:60]}'")
        values[name] = _number(value, number)
    if not values:
        raise _unreadable("it holds no parameter")
    return values


def _number(text: str, line: int) -> int | float:
    try:
        value: int | float = int(text, 0) if re.fullmatch(r"[-+]?(0[xX][0-9a-fA-F]+|\d+)", text) else float(text)
    except ValueError:
        try:
            value = int(text)  # 007
        except ValueError as error:
            raise _unreadable(f"line {line} has the value '{text[:40]}'") from error
    return value


def _unreadable(what: str) -> VehicleError:
    return VehicleError(
        f"This is not a parameter file: {what}.",
        code="parameter.file",
        hint="Give a .param file (NAME,VALUE a line) or a .params file of QGroundControl.",
    )


def write_parameter_file(parameters: Iterable[Parameter], kind: Format, *, vehicle_id: int, component_id: int, title: str) -> str:
    """All of them, sorted by name, in the format its autopilot's own tools read."""
    rows = sorted(parameters, key=lambda parameter: parameter.name)
    if kind == "ardupilot":
        lines = [f"# {title}", *(f"{row.name},{written(row)}" for row in rows)]
    else:
        lines = [
            f"# {title}",
            "#",
            "# Vehicle-Id Component-Id Name Value Type",
            *(f"{vehicle_id}\t{component_id}\t{row.name}\t{written(row)}\t{row.kind}" for row in rows),
        ]
    return "\n".join(lines) + "\n"


def written(parameter: Parameter) -> str:
    """The shortest text that gives the same 32-bit float, or the integer."""
    if parameter.is_integer:
        return str(int(parameter.value))
    for digits in range(1, 10):
        text = f"{parameter.value:.{digits}g}"
        if as_float32(float(text)) == as_float32(parameter.value):
            # 1.2e+03 is written 1200: other tools' readers and people's eyes prefer it.
            return f"{float(text):.0f}" if "e+" in text and abs(parameter.value) < 1e9 else text
    return repr(parameter.value)


@dataclass(frozen=True, slots=True)
class Difference:
    """`baseline` is None where only the vehicle has the parameter, `vehicle` where only the file has it.

    `individual`: differs from airframe to airframe by nature, as calibrations and counters do.
    """

    name: str
    baseline: int | float | None
    vehicle: int | float | None
    individual: bool = False


def differences(
    parameters: Iterable[Parameter], baseline: Mapping[str, int | float], individual: tuple[str, ...] = (), *, only_baseline: bool = True
) -> list[Difference]:
    """What is not as in the baseline, by name. `only_baseline`: names the baseline does not speak of are left out."""
    there = {parameter.name: parameter for parameter in parameters}
    found: list[Difference] = []
    for name in sorted({*baseline, *(() if only_baseline else there)}):
        wanted, has = baseline.get(name), there.get(name)
        if wanted is not None and has is not None and _same(wanted, has):
            continue
        found.append(Difference(name, wanted, None if has is None else has.value, name.startswith(individual) if individual else False))
    return found


def _same(wanted: int | float, there: Parameter) -> bool:
    """Files keep six to nine digits, so floats are equal within one part in a million."""
    if there.is_integer:
        return float(wanted) == float(there.value)
    return abs(float(wanted) - float(there.value)) <= 1e-6 * max(abs(float(wanted)), abs(float(there.value)), 1e-3)
