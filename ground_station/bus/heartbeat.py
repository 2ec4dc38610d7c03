"""Each process says once a second that it lives and whether it can do its work; `/readyz` listens."""

import logging
from collections.abc import Callable

import anyio
from nats.aio.client import Client
from nats.errors import Error as NatsError

from geo.primitives import utc_now
from ground_station.bus.subjects import PROCESS_STATUS
from ground_station.messages import ProcessStatus

HEARTBEAT_PERIOD_S = 1.0

logger = logging.getLogger(__name__)


async def announce(client: Client, process: str, ready: Callable[[], tuple[bool, str]]) -> None:
    """Publish `ProcessStatus` on `status.process.<process>` every second until cancelled.

    `ready` answers at once: (can it do its work, one line why not). A bus that is away for a while is ridden out.
    """
    while True:
        is_ready, detail = ready()
        status = ProcessStatus(process=process, at=utc_now(), ready=is_ready, detail=detail)
        try:
            await client.publish(f"{PROCESS_STATUS}.{process}", status.encode())
            await client.flush()
        except NatsError as error:
            logger.debug("status not published: %s", error)
        await anyio.sleep(HEARTBEAT_PERIOD_S)
