"""The items of a plan in the order they are flown."""

from collections.abc import Iterator

from missions.commands import Command
from missions.plan import MissionItem

_JUMPS_FOLLOWED = 10_000  # a plan that jumps more often is cut here rather than followed for ever


def flown_items(
    items: tuple[MissionItem, ...], first: int = 1, *, each: int | None = None, endless: int = 0
) -> Iterator[tuple[int, MissionItem]]:
    """Item numbers and items in the order flown. A DO_JUMP is followed as often as it says, `each` times at most; one without end
    `endless` times."""
    left = {number: _times(item, each, endless) for number, item in enumerate(items, 1) if item.command == Command.DO_JUMP}
    number, followed = max(first, 1), 0
    while number <= len(items):
        item = items[number - 1]
        if item.command == Command.DO_JUMP:
            target = int(item.params[0] or 0)
            if left[number] > 0 and 1 <= target <= len(items) and followed < _JUMPS_FOLLOWED:
                left[number] -= 1
                followed += 1
                number = target
                continue
        else:
            yield number, item
        number += 1


def _times(jump: MissionItem, each: int | None, endless: int) -> int:
    times = int(jump.params[1] or 0)
    times = endless if times < 0 else times
    return times if each is None else min(times, each)
