"""The common shape of a protocol: say something, listen, say more, until there is an outcome.

Whoever drives an exchange sends what `opening` returns, feeds it every message of that vehicle, and calls `on_silence`
when `timeout_s` passes without `on_message` having moved it on (see `activity`). `outcome` ends it.
"""

from collections.abc import Set
from dataclasses import dataclass
from typing import Protocol, TypeVar

from ground_station.mavlink.dialect import WireMessage

Outcome_co = TypeVar("Outcome_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Address:
    """System and component an exchange speaks to."""

    system_id: int
    component_id: int = 1


class Exchange(Protocol[Outcome_co]):
    @property
    def kinds(self) -> Set[str]:
        """Names of the messages it wants to be fed. Whether one is from its partner it judges itself."""
        ...

    @property
    def outcome(self) -> Outcome_co | None: ...

    @property
    def timeout_s(self) -> float:
        """How long to wait, from the last message that counted, before `on_silence`."""
        ...

    @property
    def activity(self) -> int:
        """Grows with every message that moved the exchange on; the timer starts anew when it does."""
        ...

    def opening(self) -> list[WireMessage]: ...

    def on_message(self, message: WireMessage) -> list[WireMessage]: ...

    def on_silence(self) -> list[WireMessage]: ...

    def cancel(self) -> list[WireMessage]:
        """Stop now; what is returned tells the other side."""
        ...
