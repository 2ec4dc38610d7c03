"""Store and forward: what was seen is on the disk of the aircraft first, and leaves it when the station has said that it has it.

The stream is a work queue of the bus on board. A message goes to the station under the subject it was written for, with its message id,
as a request: the answer is the acknowledgement of the station's own stream. One that was sent twice is kept once there.
"""

import json
import logging

import anyio
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DiscardPolicy, RetentionPolicy, StorageType, StreamConfig

from ground_station.onboard.budget import ByteBudget

STREAM = "SPOOL"
PREFIX = "spool."
AT_ONCE = 32
ANSWER_DEADLINE_S = 10.0  # a slow link, and a station whose disk is busy
IDLE_S = 2.0
FIRST_RETRY_S, LONGEST_RETRY_S = 1.0, 30.0
REDELIVERED_AFTER_S = 120.0
REFUSED_TRIES = 3  # while others get through: then it is this message, and not the way

logger = logging.getLogger(__name__)


async def open_spool(client: Client, room_bytes: int) -> JetStreamContext:
    """The stream on board. When its room is used up the oldest goes: an aircraft that is away for long keeps its newest."""
    jetstream = client.jetstream()
    await jetstream.add_stream(
        StreamConfig(
            name=STREAM,
            subjects=[f"{PREFIX}>"],
            retention=RetentionPolicy.WORK_QUEUE,
            storage=StorageType.FILE,
            discard=DiscardPolicy.OLD,
            max_bytes=room_bytes,
        )
    )
    return jetstream


class Forwarder:
    """Sends what waits, oldest first, for as long as it runs. `waiting` is as of the last look; `connected` after the last try."""

    def __init__(self, client: Client, jetstream: JetStreamContext, budget: ByteBudget) -> None:
        self._client, self._jetstream, self._budget = client, jetstream, budget
        self.waiting = 0
        self.connected = False
        self._arrived = 0
        self._room = anyio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        config = ConsumerConfig(ack_policy=AckPolicy.EXPLICIT, ack_wait=REDELIVERED_AFTER_S, max_ack_pending=AT_ONCE * 2)
        subscription = await self._jetstream.pull_subscribe(f"{PREFIX}>", durable="forward", stream=STREAM, config=config)
        async with anyio.create_task_group() as tasks:
            while True:
                self.waiting = (await self._jetstream.stream_info(STREAM)).state.messages
                async with self._room:
                    free = self._room.value + 1
                try:
                    batch = await subscription.fetch(free, timeout=IDLE_S)
                except TimeoutError:
                    continue
                for message in batch:
                    await self._room.acquire()
                    await anyio.sleep(self._budget.spend(len(message.data) + len(message.subject)))
                    tasks.start_soon(self._deliver, message)

    async def _deliver(self, message: Msg) -> None:
        try:
            await self._until_taken(message)
        finally:
            self._room.release()

    async def _until_taken(self, message: Msg) -> None:
        """Until the station has it, or takes all but it."""
        retry_s = FIRST_RETRY_S
        alone = 0
        before = self._arrived
        while (trouble := await self._send(message)) is not None:
            alone = alone + 1 if self._arrived > before else 0
            if alone >= REFUSED_TRIES:
                logger.error(
                    "the station does not take a message on %s (%s); it is dropped: %.500r", message.subject, trouble, message.data
                )
                await message.term()
                return
            before = self._arrived
            if self.connected:
                logger.warning("the station is out of reach: %s", trouble)
            self.connected = False
            await message.in_progress()
            await anyio.sleep(retry_s)
            retry_s = min(LONGEST_RETRY_S, 2 * retry_s)
        if not self.connected:
            logger.info("the station is reached")
        self.connected = True
        self._arrived += 1
        await message.ack()

    async def _send(self, message: Msg) -> str | None:
        """None when the station's stream has it, else why not."""
        headers = {"Nats-Msg-Id": message.headers["Nats-Msg-Id"]} if message.headers else None
        try:
            answer = await self._client.request(
                message.subject.removeprefix(PREFIX), message.data, timeout=ANSWER_DEADLINE_S, headers=headers
            )
            told = json.loads(answer.data)
        except (NatsError, OSError, TimeoutError, ValueError) as error:
            return str(error) or type(error).__name__
        if "stream" in told:
            return None
        return str(told.get("error", told))
