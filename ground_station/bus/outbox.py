"""What must not be lost on its way to a stream, kept until the bus has it."""

import logging
from collections import deque
from dataclasses import dataclass

import anyio
from nats.errors import Error as NatsError
from nats.js import JetStreamContext

logger = logging.getLogger(__name__)

LIMIT = 50_000  # an hour without a bus at ten events a second
PUBLISH_DEADLINE_S = 5.0
RETRY_S = 0.5
TOLD_AFTER = 20  # tries; a bus that restarts is back sooner


@dataclass(frozen=True, slots=True)
class _Letter:
    subject: str
    data: bytes
    message_id: str


class Outbox:
    """Keeps all, in order, bounded. `put` never waits, so a bus that is away holds nobody up.

    Each letter carries a message id: a publish whose acknowledgement was lost is sent again and kept once by the stream.
    `prefix` goes before every subject, for a stream that keeps letters of others under their own names.
    """

    def __init__(self, jetstream: JetStreamContext, *, prefix: str = "") -> None:
        self._jetstream, self._prefix = jetstream, prefix
        self._letters: deque[_Letter] = deque(maxlen=LIMIT)
        self._arrived = anyio.Event()
        self.dropped = 0
        self._refused = 0  # times in a row the oldest was not taken

    def put(self, subject: str, data: bytes, message_id: str) -> None:
        if len(self._letters) == LIMIT:
            self.dropped += 1  # the oldest goes
        self._letters.append(_Letter(self._prefix + subject, data, message_id))
        self._arrived.set()

    def __len__(self) -> int:
        return len(self._letters)

    async def run(self) -> None:
        """Publish until cancelled."""
        while True:
            while not self._letters:
                self._arrived = anyio.Event()
                await self._arrived.wait()
            if not await self._publish_oldest():
                await anyio.sleep(RETRY_S)

    async def flush(self, deadline_s: float) -> None:
        """Publish what is left, for at most `deadline_s`; for the end of a process, when `run` has stopped."""
        with anyio.move_on_after(deadline_s):
            while self._letters and await self._publish_oldest():
                pass

    async def _publish_oldest(self) -> bool:
        letter = self._letters[0]
        try:
            await self._jetstream.publish(
                letter.subject, letter.data, timeout=PUBLISH_DEADLINE_S, headers={"Nats-Msg-Id": letter.message_id}
            )
        except (NatsError, TimeoutError) as error:
            self._refused += 1
            level = logging.WARNING if self._refused == TOLD_AFTER else logging.DEBUG
            logger.log(level, "%s not taken yet, and %d letters wait behind it: %s", letter.subject, len(self._letters) - 1, error)
            return False
        self._refused = 0
        if self._letters and self._letters[0] is letter:  # not when the limit has pushed it out meanwhile
            self._letters.popleft()
        return True
