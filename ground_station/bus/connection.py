"""One way to reach the bus, with deadlines and clear errors."""

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import anyio
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import BadRequestError

from geo.primitives import SettingsError
from ground_station.bus.subjects import (
    COMMAND_STREAM,
    COMMAND_UPDATE,
    EVENT_STREAM,
    FLIGHT_FILE,
    FLIGHT_STREAM,
    OBSERVATION,
    OBSERVATION_STREAM,
    PLATE,
    PLATE_STREAM,
    SOURCE_EVENT,
    TRACK_POINTS,
    TRACK_STREAM,
    VEHICLE_EVENT,
    VIOLATION,
    VIOLATION_STREAM,
)
from ground_station.endpoints import without_password

CONNECT_TIMEOUT_S = 5.0
CLOSE_TIMEOUT_S = 2.0
DEDUPLICATION_WINDOW_S = 3600.0  # a producer that restarts may resend what it sent within the hour
_STREAM_IS_ANOTHER = 10058  # the server's code for a stream of that name with another configuration
KEEP_S = 7 * 24 * 3600.0
KEEP_PLATES_S = 24 * 3600.0  # they are nobody's business for longer, unless the store has a reason

logger = logging.getLogger(__name__)


@asynccontextmanager
async def connect_bus(url: str, *, name: str, inbox: str = "_INBOX") -> AsyncIterator[Client]:
    """Open the bus; on the way out send what is still waiting to leave. Reconnects for ever once it has been up.

    `inbox`: below which subject answers are heard, where a server lets only that one through.

    Raises: `SettingsError` when the first connection cannot be made within `CONNECT_TIMEOUT_S`.
    """
    client = Client()
    problems: list[Exception] = []

    async def note(error: Exception) -> None:
        problems.append(error)
        logger.debug("bus: %s", _in_words(error))

    try:
        # The client itself would try for ever; the deadline makes a wrong address an answer.
        with anyio.fail_after(CONNECT_TIMEOUT_S):
            await client.connect(
                url,
                name=name,
                inbox_prefix=inbox.encode(),
                connect_timeout=int(CONNECT_TIMEOUT_S),
                allow_reconnect=True,
                max_reconnect_attempts=-1,
                reconnect_time_wait=0.5,
                error_cb=note,
            )
    except (NatsError, OSError, TimeoutError) as error:
        with anyio.CancelScope(shield=True):
            await client.close()
        raise SettingsError(
            f"The message bus at {without_password(url)} cannot be reached ({_reason([error, *problems])}).",
            code="settings.bus",
            hint="Start it with `sunqar up`, or correct SUNQAR_NATS_URL.",
        ) from error
    try:
        yield client
    finally:
        with anyio.CancelScope(shield=True):
            # Flushed, not drained: what was received and not acknowledged comes again, what was published must leave.
            with anyio.move_on_after(CLOSE_TIMEOUT_S), suppress(NatsError, TimeoutError):
                await client.flush()
            await client.close()


def _reason(problems: Sequence[Exception]) -> str:
    """What tells most: the server's own words before what the socket says, the last before the first.

    A server that refuses closes at once, so that its reason is at times lost behind a reset connection.
    """
    told = [problem for problem in problems if isinstance(problem, NatsError) and not isinstance(problem, (OSError, TimeoutError))]
    return _in_words((told or problems)[-1])


def _in_words(error: Exception) -> str:
    return str(error) or type(error).__name__


async def ensure_streams(client: Client) -> JetStreamContext:
    """Create or update the streams that keep everything; safe to call from every process."""
    jetstream = client.jetstream()
    for stream, subjects in (
        (OBSERVATION_STREAM, [f"{OBSERVATION}.>"]),
        (VIOLATION_STREAM, [f"{VIOLATION}.>"]),
        (PLATE_STREAM, [f"{PLATE}.>"]),
        (EVENT_STREAM, [f"{VEHICLE_EVENT}.>", f"{SOURCE_EVENT}.>"]),
        (COMMAND_STREAM, [f"{COMMAND_UPDATE}.>"]),
        (FLIGHT_STREAM, [f"{FLIGHT_FILE}.>"]),
        (TRACK_STREAM, [TRACK_POINTS]),
    ):
        config = StreamConfig(
            name=stream,
            subjects=subjects,
            retention=RetentionPolicy.LIMITS,
            storage=StorageType.FILE,
            max_age=KEEP_PLATES_S if stream == PLATE_STREAM else KEEP_S,
            duplicate_window=DEDUPLICATION_WINDOW_S,
        )
        try:
            await jetstream.add_stream(config)
        except BadRequestError as error:
            if error.err_code != _STREAM_IS_ANOTHER:
                raise
            await jetstream.update_stream(config)  # made by an earlier version
    return jetstream
