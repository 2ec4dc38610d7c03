"""Parameter tables as data files: `NAME default type` a line; `{1..16}` in a name stands for that many lines, `#` begins a comment.

Types: b, h, i are signed integers of 8, 16 and 32 bits, f is a float.
"""

import re
from functools import cache
from pathlib import Path

from sim.parameters import INT8, INT16, INT32, REAL32, Row

_KINDS = {"b": INT8, "h": INT16, "i": INT32, "f": REAL32}
_RANGE = re.compile(r"\{(\d+)\.\.(\d+)\}")


@cache
def read_table(name: str) -> tuple[Row, ...]:
    """The rows of one table, in the order of the file; a later line overrides an earlier one of the same name."""
    rows: dict[str, Row] = {}
    for line in (Path(__file__).parent / f"{name}.params").read_text(encoding="ascii").splitlines():
        words = line.partition("#")[0].split()
        if not words:
            continue
        pattern, default, kind = words
        for parameter in _expanded(pattern):
            rows[parameter] = Row(parameter, float(default), _KINDS[kind])
    return tuple(rows.values())


def _expanded(pattern: str) -> list[str]:
    found = _RANGE.search(pattern)
    if found is None:
        return [pattern]
    first, last = int(found[1]), int(found[2])
    return [f"{pattern[: found.start()]}{number}{pattern[found.end() :]}" for number in range(first, last + 1)]


def tables(*names: str) -> tuple[Row, ...]:
    """Several tables as one; a later one overrides an earlier one."""
    merged = {row.name: row for name in names for row in read_table(name)}
    return tuple(merged.values())
