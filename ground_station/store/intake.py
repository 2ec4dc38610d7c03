"""A durable reader of one stream: takes batches, writes them, and acknowledges after the commit.

The stream redelivers what was not acknowledged, so every `write` must be idempotent. Database and bus may go away and come back.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import anyio
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from pydantic import ValidationError

from geo.primitives import GeoError
from ground_station.messages import Message

BATCH = 500
FILL_WITHIN_S = 0.05  # after the first message of a batch: short, for people watch what comes out
IDLE_S = 5.0
ACKNOWLEDGE_WITHIN_S = 10.0  # redelivery after that: how long a killed store delays what it was writing
FIRST_RETRY_S, LONGEST_RETRY_S = 0.5, 10.0
LOST_CODES = frozenset({"geo.database_lost", "geo.schema"})

logger = logging.getLogger(__name__)
M = TypeVar("M", bound=Message)


@dataclass(frozen=True, slots=True)
class Delivered(Generic[M]):
    """A message with whether the stream has sent it before: then its effects may be half done."""

    message: M
    again: bool


@dataclass(slots=True)
class Intake(Generic[M]):
    """One durable consumer. `trouble` is empty while all is well."""

    name: str
    stream: str
    subject: str
    kind: type[M]
    write: Callable[[Sequence[Delivered[M]]], Awaitable[None]]
    trouble: str = "starting"
    written: int = field(default=0)

    async def run(self, client: Client) -> None:
        """Until cancelled."""
        retry_s = FIRST_RETRY_S
        while True:
            try:
                subscription = await client.jetstream().pull_subscribe(
                    self.subject, durable=self.name, stream=self.stream, config=consumer_config()
                )
                self.trouble = ""
                while True:
                    batch = await next_batch(subscription)
                    if batch:
                        await self._take(client, batch)
                        retry_s = FIRST_RETRY_S
            except (NatsError, OSError, TimeoutError) as error:
                self.trouble = f"{self.stream}: {error or type(error).__name__}"
                logger.warning("intake %s interrupted: %s", self.name, error or type(error).__name__)
                await anyio.sleep(retry_s)
                retry_s = min(LONGEST_RETRY_S, retry_s * 2)

    async def _take(self, client: Client, batch: list[Msg]) -> None:
        readable: list[tuple[Msg, Delivered[M]]] = []
        for message in batch:
            try:
                parsed = self.kind.model_validate_json(message.data)
            except ValidationError as error:
                await self._discard(message, error.errors()[0]["msg"])
                continue
            readable.append((message, Delivered(parsed, message.metadata.num_delivered > 1)))
        await self._write_until_done(readable)
        await client.flush()

    async def _write_until_done(self, batch: list[tuple[Msg, Delivered[M]]]) -> None:
        """Write, riding out a database that is away. A batch that is refused is halved until the culprits stand alone."""
        if not batch:
            return
        retry_s = FIRST_RETRY_S
        while True:
            try:
                await self.write([delivered for _, delivered in batch])
                break
            except GeoError as error:
                if error.code in LOST_CODES:
                    self.trouble = error.message
                    logger.warning("intake %s waits: %s", self.name, error.message)
                    await anyio.sleep(retry_s)
                    retry_s = min(LONGEST_RETRY_S, retry_s * 2)
                    continue
                if len(batch) == 1:
                    await self._discard(batch[0][0], error.message)
                    return
                await self._write_until_done(batch[: len(batch) // 2])
                await self._write_until_done(batch[len(batch) // 2 :])
                return
        self.trouble = ""
        self.written += len(batch)
        for message, _ in batch:
            await message.ack()

    async def _discard(self, message: Msg, reason: str) -> None:
        """A message that can never be written: said loudly with its content, and not asked for again."""
        logger.error("intake %s discards a message on %s: %s: %.2000r", self.name, message.subject, reason, message.data)
        await message.term()


def consumer_config() -> ConsumerConfig:
    return ConsumerConfig(
        ack_policy=AckPolicy.EXPLICIT, deliver_policy=DeliverPolicy.ALL, ack_wait=ACKNOWLEDGE_WITHIN_S, max_ack_pending=BATCH * 4
    )


async def next_batch(subscription: JetStreamContext.PullSubscription) -> list[Msg]:
    """Empty when nothing came within `IDLE_S`."""
    try:
        first: list[Msg] = await subscription.fetch(1, timeout=IDLE_S)
    except TimeoutError:
        return []
    try:
        rest: list[Msg] = await subscription.fetch(BATCH - 1, timeout=FILL_WITHIN_S)
    except (TimeoutError, NatsError):
        return first
    return first + rest
