"""Control leases: one holder per vehicle, 60 s, renewed by asking again.

Kept in a JetStream key-value bucket, so they outlive `api` and are the same for every copy of it; the bucket forgets
what is not renewed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import KeyValueConfig, StorageType
from nats.js.errors import KeyNotFoundError, KeyWrongLastSequenceError
from nats.js.kv import KeyValue
from pydantic import BaseModel

from geo.primitives import AccessError, utc_now
from ground_station.api.errors import Conflict, Unreachable

LIFETIME_S = 60.0
BUCKET = "leases"


class Lease(BaseModel):
    holder: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class _Entry:
    lease: Lease | None  # None: the key is there and the lease has run out or was given back
    revision: int


class Leases:
    """Who may command which vehicle now."""

    def __init__(self, bucket: KeyValue) -> None:
        self._bucket = bucket

    @classmethod
    async def open(cls, jetstream: JetStreamContext) -> "Leases":
        config = KeyValueConfig(bucket=BUCKET, ttl=LIFETIME_S, history=1, storage=StorageType.FILE)
        return cls(await jetstream.create_key_value(config))

    async def take(self, vehicle_id: str, user: str) -> Lease:
        """Take or renew. Raises `Conflict` (`lease_held`) when another holds it."""
        for _ in range(3):  # two pilots at once: the loser reads again and sees the winner
            entry = await self._read(vehicle_id)
            if entry is not None and entry.lease is not None and entry.lease.holder != user:
                raise held(vehicle_id, entry.lease)
            lease = Lease(holder=user, expires_at=utc_now() + timedelta(seconds=LIFETIME_S))
            try:
                await self._bucket.update(vehicle_id, lease.model_dump_json().encode(), last=entry.revision if entry else 0)
            except KeyWrongLastSequenceError:
                continue
            except (NatsError, TimeoutError) as error:
                raise bus_away() from error
            return lease
        raise Conflict(f"The lease of {vehicle_id} changes hands just now.", code="lease_contended", hint="Try again.")

    async def release(self, vehicle_id: str, user: str) -> None:
        """Give it back; nothing happens when nobody holds it. Raises `Conflict` when another does."""
        entry = await self._read(vehicle_id)
        if entry is None or entry.lease is None:
            return
        if entry.lease.holder != user:
            raise held(vehicle_id, entry.lease)
        nobody = Lease(holder="", expires_at=utc_now())
        try:
            await self._bucket.update(vehicle_id, nobody.model_dump_json().encode(), last=entry.revision)
        except KeyWrongLastSequenceError:
            return  # ran out and was taken by another meanwhile
        except (NatsError, TimeoutError) as error:
            raise bus_away() from error

    async def holder(self, vehicle_id: str) -> Lease | None:
        entry = await self._read(vehicle_id)
        return entry.lease if entry else None

    async def check_holder(self, vehicle_id: str, user: str) -> None:
        """Raises `AccessError` unless this user holds the lease now."""
        lease = await self.holder(vehicle_id)
        if lease is None or lease.holder != user:
            raise AccessError(
                f"{user} does not hold the control lease of {vehicle_id}"
                + (f"; {lease.holder} does until {lease.expires_at:%H:%M:%S} UTC." if lease else "."),
                code="lease_needed",
                hint="Take it with POST /api/v1/vehicles/{id}/lease and renew it every minute.",
            )

    async def _read(self, vehicle_id: str) -> _Entry | None:
        try:
            entry = await self._bucket.get(vehicle_id)
        except KeyNotFoundError:
            return None
        except (NatsError, TimeoutError) as error:
            raise bus_away() from error
        lease = Lease.model_validate_json(entry.value or b"")
        return _Entry(lease if lease.expires_at > utc_now() else None, entry.revision or 0)


def held(vehicle_id: str, lease: Lease) -> Conflict:
    return Conflict(
        f"{lease.holder} holds the control lease of {vehicle_id} until {lease.expires_at:%H:%M:%S} UTC.",
        code="lease_held",
        hint=f"Ask {lease.holder} to release it, or wait until it runs out.",
    )


def bus_away() -> Unreachable:
    return Unreachable("The message bus does not answer.", code="bus_unreachable")
