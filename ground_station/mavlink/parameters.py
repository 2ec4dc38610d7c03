"""The parameter protocol: the whole list with its gaps asked for again, one read, one set with its answer.

Numbers as in QGroundControl: 5 s for the list to begin, four times; 1 s for an answer; ten missing indices asked for at once. Where it
gives a missing index up after five tries, this goes on as long as others still come: at 30 % loss one of thirty fails five times.
Source: MAVLink "Parameter Protocol".
"""

from dataclasses import dataclass
from enum import StrEnum

from ground_station.mavlink.dialect import WireMessage
from ground_station.mavlink.exchange import Address
from ground_station.mavlink.parameter_values import (
    Encoding,
    Parameter,
    as_float32,
    decode_parameter,
    encode_set,
    read_by_index,
    read_by_name,
    request_list,
)

LIST_TIMEOUT_S = 5.0
LIST_ATTEMPTS = 4
ANSWER_TIMEOUT_S = 1.0
ANSWER_ATTEMPTS = 3  # the first and two more
BARREN_ROUNDS = 5  # silences in a row after which nobody answers any more
MISSING_ATTEMPTS = 20  # an index that never comes while others do: the vehicle counts it and does not have it
OUTSTANDING = 10


class ParameterResult(StrEnum):
    DONE = "done"
    REFUSED = "refused"  # the vehicle answered with another value than was set
    INCOMPLETE = "incomplete"
    SILENT = "silent"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ParameterOutcome:
    """How it ended, and what the vehicle said its values are."""

    result: ParameterResult
    detail: str
    parameters: tuple[Parameter, ...] = ()


class _ParameterExchange:
    """What the three have in common: their partner, and what counts as its answer."""

    kinds = frozenset({"PARAM_VALUE"})

    def __init__(self, target: Address, encoding: Encoding) -> None:
        self._target, self._encoding = target, encoding
        self.activity = 0
        self.outcome: ParameterOutcome | None = None

    def _heard(self, message: WireMessage) -> Parameter | None:
        sender = (message.get_srcSystem(), message.get_srcComponent())
        if message.get_type() != "PARAM_VALUE" or sender != (self._target.system_id, self._target.component_id):
            return None
        return decode_parameter(message, self._encoding)

    def cancel(self) -> list[WireMessage]:
        """Nothing to tell: the vehicle keeps no state of a transfer."""
        if self.outcome is None:
            self.outcome = ParameterOutcome(ParameterResult.CANCELLED, "cancelled by this station")
        return []


class ParameterList(_ParameterExchange):
    """Every parameter of a component. Complete: each index from 0 to the count the vehicle gave last."""

    def __init__(self, target: Address, encoding: Encoding) -> None:
        super().__init__(target, encoding)
        self._by_index: dict[int, Parameter] = {}
        self._by_name: dict[str, Parameter] = {}
        self._lists_left = LIST_ATTEMPTS
        self._asked: dict[int, int] = {}  # missing index -> how often asked
        self._under_way: set[int] = set()
        self._barren = 0
        self.count: int | None = None

    @property
    def received(self) -> int:
        return len(self._by_index)

    @property
    def timeout_s(self) -> float:
        return LIST_TIMEOUT_S if self.count is None else ANSWER_TIMEOUT_S

    def opening(self) -> list[WireMessage]:
        self._lists_left -= 1
        return [request_list(self._target)]

    def on_message(self, message: WireMessage) -> list[WireMessage]:
        parameter = self._heard(message)
        if parameter is None or self.outcome is not None:
            return []
        self._by_name[parameter.name] = parameter
        index = int(message.param_index)
        if index >= message.param_count:
            return []  # set meanwhile by somebody, or a hash: no part of the list
        if self.count is None or message.param_count > self.count:
            self.count = int(message.param_count)  # ArduPilot's grows when a feature is switched on
        self._by_index[index] = parameter
        self.activity += 1
        self._barren = 0
        if len(self._by_index) >= self.count:
            # The newest word on each, in the vehicle's order.
            values = [self._by_name[known.name] for _, known in sorted(self._by_index.items())]
            self.outcome = ParameterOutcome(ParameterResult.DONE, f"{len(values)} parameters", tuple(values))
            return []
        if index in self._under_way:
            self._under_way.discard(index)
            return self._ask_missing()
        return []

    def on_silence(self) -> list[WireMessage]:
        if self.outcome is not None:
            return []
        if self.count is None:
            if self._lists_left == 0:
                self.outcome = ParameterOutcome(ParameterResult.SILENT, f"no parameter came, asked {LIST_ATTEMPTS} times")
                return []
            return self.opening()
        self._under_way.clear()
        missing = self._missing()
        self._barren += 1
        if self._barren > BARREN_ROUNDS or all(self._asked.get(index, 0) >= MISSING_ATTEMPTS for index in missing):
            tries = max((self._asked.get(index, 0) for index in missing), default=0)
            detail = f"{len(missing)} of {self.count} parameters are missing, asked {tries} times"
            self.outcome = ParameterOutcome(ParameterResult.INCOMPLETE, detail, tuple(self._by_index.values()))
            return []
        return self._ask_missing()

    def _missing(self) -> list[int]:
        return [index for index in range(self.count or 0) if index not in self._by_index]

    def _ask_missing(self) -> list[WireMessage]:
        ask: list[WireMessage] = []
        for index in self._missing():
            if len(self._under_way) >= OUTSTANDING:
                break
            if index not in self._under_way and self._asked.get(index, 0) < MISSING_ATTEMPTS:
                self._under_way.add(index)
                self._asked[index] = self._asked.get(index, 0) + 1
                ask.append(read_by_index(self._target, index))
        return ask


class ParameterRead(_ParameterExchange):
    """One parameter by name. A vehicle is silent on names it does not know."""

    timeout_s = ANSWER_TIMEOUT_S

    def __init__(self, target: Address, encoding: Encoding, name: str) -> None:
        super().__init__(target, encoding)
        self._name = name
        self._attempts_left = ANSWER_ATTEMPTS

    def opening(self) -> list[WireMessage]:
        self._attempts_left -= 1
        return [read_by_name(self._target, self._name)]

    def on_message(self, message: WireMessage) -> list[WireMessage]:
        parameter = self._heard(message)
        if parameter is not None and parameter.name == self._name and self.outcome is None:
            self.activity += 1
            self.outcome = ParameterOutcome(ParameterResult.DONE, "read", (parameter,))
        return []

    def on_silence(self) -> list[WireMessage]:
        if self._attempts_left > 0:
            return self.opening()
        if self.outcome is None:
            self.outcome = ParameterOutcome(ParameterResult.SILENT, f"no answer, asked {ANSWER_ATTEMPTS} times")
        return []


class ParameterSet(_ParameterExchange):
    """Set one parameter and then read it back; only what the read says counts.

    Setting the same value again is harmless, so it is tried three times. A refusal is a PARAM_VALUE with the old value, or none at all.
    """

    timeout_s = ANSWER_TIMEOUT_S

    def __init__(self, target: Address, encoding: Encoding, parameter: Parameter) -> None:
        """Raises: `VehicleError` when the value would not arrive as it is written."""
        super().__init__(target, encoding)
        self._parameter = parameter
        self._set = encode_set(target, parameter, encoding)
        self._attempts_left = ANSWER_ATTEMPTS
        self._reading = False

    def opening(self) -> list[WireMessage]:
        self._attempts_left -= 1
        return [self._set]

    def on_message(self, message: WireMessage) -> list[WireMessage]:
        parameter = self._heard(message)
        if parameter is None or parameter.name != self._parameter.name or self.outcome is not None:
            return []
        self.activity += 1
        if not self._reading:
            self._reading = True
            self._attempts_left = ANSWER_ATTEMPTS
            return self._read()
        if same_value(self._parameter, parameter):
            self.outcome = ParameterOutcome(ParameterResult.DONE, "set and read back", (parameter,))
        else:
            detail = f"the vehicle keeps {parameter.value:g} instead of {self._parameter.value:g}"
            self.outcome = ParameterOutcome(ParameterResult.REFUSED, detail, (parameter,))
        return []

    def _read(self) -> list[WireMessage]:
        self._attempts_left -= 1
        return [read_by_name(self._target, self._parameter.name)]

    def on_silence(self) -> list[WireMessage]:
        if self.outcome is not None:
            return []
        if self._attempts_left > 0:
            return self._read() if self._reading else self.opening()
        what = "the value could not be read back" if self._reading else "no answer"
        self.outcome = ParameterOutcome(ParameterResult.SILENT, f"{what}, asked {ANSWER_ATTEMPTS} times")
        return []


def same_value(wanted: Parameter, there: Parameter) -> bool:
    """Equal as the vehicle can hold it: integers exactly, floats as 32-bit floats."""
    if there.is_integer:
        return int(wanted.value) == int(there.value) and wanted.value == int(wanted.value)
    return as_float32(wanted.value) == as_float32(there.value)
