"""Fan-out to browsers. A message is encoded once and the same text goes to every client.

Two kinds of topic: *newest wins* per key (vehicle state, source status) and *keep all, bounded* (observations, events,
command updates). A client that lets the second kind overflow is told to reload: it may not miss one unawares.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

import anyio

VEHICLE_STATE = "vehicle.state"
VEHICLE_EVENT = "vehicle.event"
COMMAND_UPDATE = "command.update"
OBSERVATION = "observation"
VIOLATION = "violation"
SOURCE_STATUS = "source.status"
SOURCE_EVENT = "source.event"
VEHICLE_TRANSFER = "vehicle.transfer"
VEHICLE_LEASE = "vehicle.lease"
TURN_BACK = "vehicle.turn_back"
FLEET_CONFLICTS = "fleet.conflicts"
LINK_STATUS = "link.status"
DOCK_STATUS = "dock.status"
VEHICLE_PAYLOAD = "vehicle.payload"
VEHICLE_OPERATOR = "vehicle.operator"
TRAFFIC = "traffic"
RTK_STATUS = "rtk.status"
MISSION_RUN = "mission.run"

NEWEST_WINS = frozenset(
    {
        VEHICLE_STATE,
        SOURCE_STATUS,
        VEHICLE_TRANSFER,
        TURN_BACK,
        FLEET_CONFLICTS,
        LINK_STATUS,
        DOCK_STATUS,
        VEHICLE_PAYLOAD,
        VEHICLE_OPERATOR,
        TRAFFIC,
        RTK_STATUS,
        MISSION_RUN,
    }
)
KEEP_ALL = frozenset(
    {
        VEHICLE_EVENT,
        SOURCE_EVENT,
        COMMAND_UPDATE,
        OBSERVATION,
        VIOLATION,
        VEHICLE_LEASE,
    }
)
TOPICS = NEWEST_WINS | KEEP_ALL

KEPT_MESSAGES = 2000  # a burst of some seconds; a client further behind is better off reloading


class Subscriber:
    """One client's two queues. `skipped` counts states replaced by newer ones before they were sent."""

    def __init__(self) -> None:
        self.topics: frozenset[str] = frozenset()
        self.batches = False  # messages of a moment go out together as one array
        self.skipped = 0
        self.overflowed = False
        self._newest: dict[tuple[str, str], str] = {}
        self._kept: deque[str] = deque()
        self._news = anyio.Event()

    def put_newest(self, topic: str, key: str, text: str) -> None:
        # Taken out first so that a busy vehicle does not keep its early place in the order for ever.
        self.skipped += self._newest.pop((topic, key), None) is not None
        self._newest[topic, key] = text
        self._news.set()

    def put(self, text: str) -> None:
        if len(self._kept) >= KEPT_MESSAGES:
            self.overflowed = True
            self._kept.clear()
        if not self.overflowed:
            self._kept.append(text)
        self._news.set()

    async def next_messages(self) -> list[str]:
        """Waits for news; what happened comes before what is."""
        await self._news.wait()
        self._news = anyio.Event()
        messages = [*self._kept, *self._newest.values()]
        self._kept.clear()
        self._newest.clear()
        return messages


class LiveHub:
    """All connected clients, and the newest message of each newest-wins key for those who join."""

    def __init__(self) -> None:
        self.subscribers: set[Subscriber] = set()
        self._newest: dict[tuple[str, str], str] = {}
        self.published = 0
        self.overflows = 0

    @contextmanager
    def subscriber(self) -> Iterator[Subscriber]:
        subscriber = Subscriber()
        self.subscribers.add(subscriber)
        try:
            yield subscriber
        finally:
            self.subscribers.discard(subscriber)

    @property
    def clients(self) -> int:
        return len(self.subscribers)

    def subscribe(self, subscriber: Subscriber, topics: frozenset[str]) -> None:
        """Add to the client's topics; it gets the present state of those it did not have."""
        added = topics - subscriber.topics
        subscriber.topics |= topics
        for (topic, key), text in self._newest.items():
            if topic in added:
                subscriber.put_newest(topic, key, text)

    def publish(self, topic: str, data_json: str, *, key: str = "") -> None:
        """Send one message, already JSON, to all who asked for its topic. `key` names the thing for newest-wins topics."""
        self.published += 1
        text = f'{{"topic":"{topic}","data":{data_json}}}'
        if topic in NEWEST_WINS:
            self._newest[topic, key] = text
            for subscriber in self.subscribers:
                if topic in subscriber.topics:
                    subscriber.put_newest(topic, key, text)
        else:
            for subscriber in self.subscribers:
                if topic in subscriber.topics:
                    subscriber.put(text)

    def forget(self, topic: str, key: str) -> None:
        self._newest.pop((topic, key), None)
