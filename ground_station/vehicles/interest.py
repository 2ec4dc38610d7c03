"""Which messages somebody waits for, so that the rest need not be decoded."""

from collections import Counter
from collections.abc import Set


class Interest:
    """Names of messages asked for, counted: the same name may be wanted by several."""

    def __init__(self) -> None:
        self._asked: Counter[str] = Counter()

    def add(self, kinds: Set[str]) -> None:
        self._asked.update(kinds)

    def drop(self, kinds: Set[str]) -> None:
        self._asked.subtract(kinds)
        for kind in kinds:
            if self._asked[kind] <= 0:
                del self._asked[kind]

    def __contains__(self, kind: str) -> bool:
        return kind in self._asked
