"""Control leases: one holder per vehicle, 60 s, renewed by asking again; handed over when another asks and the holder grants.

Kept in a JetStream key-value bucket, so they outlive `api` and are the same for every copy of it; the bucket forgets
what is not renewed. Each change is one compare-and-set, so two people at once cannot both win.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import KeyValueConfig, StorageType
from nats.js.errors import KeyNotFoundError, KeyWrongLastSequenceError
from nats.js.kv import KeyValue
from pydantic import BaseModel

from geo.primitives import AccessError, utc_now
from ground_station.api.errors import Conflict, NotFound, Unreachable

LIFETIME_S = 60.0
ASKED_FOR_S = 60.0  # a request nobody answers within this is forgotten
BUCKET = "leases"


class LeaseAsked(BaseModel):
    """Somebody else would like to have it."""

    user: str
    reason: str = ""
    asked_at: datetime
    expires_at: datetime


class Lease(BaseModel):
    holder: str
    expires_at: datetime
    asked: LeaseAsked | None = None

    def open_request(self, now: datetime) -> LeaseAsked | None:
        return self.asked if self.asked is not None and self.asked.expires_at > now else None


@dataclass(frozen=True, slots=True)
class _Entry:
    lease: Lease | None  # None: the key is there and the lease has run out or was given back
    revision: int


Change = Callable[[Lease | None, datetime], Lease | None]


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

        def change(lease: Lease | None, now: datetime) -> Lease:
            if lease is not None and lease.holder != user:
                raise held(vehicle_id, lease)
            return _held_by(user, now, lease.open_request(now) if lease else None)

        return await self._changed(vehicle_id, change)

    async def release(self, vehicle_id: str, user: str) -> Lease | None:
        """Give it back: to whoever asked for it, else to nobody. Nothing happens when nobody holds it.

        Returns the lease now in force. Raises `Conflict` (`lease_held`) when another holds it.
        """

        def change(lease: Lease | None, now: datetime) -> Lease | None:
            if lease is not None and lease.holder != user:
                raise held(vehicle_id, lease)
            asked = lease.open_request(now) if lease else None
            return _held_by(asked.user, now) if asked else None

        return await self._change(vehicle_id, change)

    async def ask(self, vehicle_id: str, user: str, reason: str) -> Lease:
        """Ask the holder to hand it over. Raises `Conflict` when nobody holds it, the asker does, or another asked before."""

        def change(lease: Lease | None, now: datetime) -> Lease:
            if lease is None:
                raise Conflict(
                    f"Nobody holds the control lease of {vehicle_id}.", code="lease_free", hint="Take it; there is nobody to ask."
                )
            if lease.holder == user:
                raise Conflict(f"{user} holds the control lease of {vehicle_id} already.", code="lease_yours", hint="Nothing to ask for.")
            asked = lease.open_request(now)
            if asked is not None and asked.user != user:
                raise Conflict(
                    f"{asked.user} has asked for {vehicle_id} already.",
                    code="lease_asked",
                    hint=f"Wait for {lease.holder}'s answer to that.",
                )
            request = LeaseAsked(user=user, reason=reason, asked_at=now, expires_at=now + timedelta(seconds=ASKED_FOR_S))
            return lease.model_copy(update={"asked": request})

        return await self._changed(vehicle_id, change)

    async def withdraw(self, vehicle_id: str, user: str) -> Lease | None:
        """Take one's own request back; nothing happens when there is none."""

        def change(lease: Lease | None, now: datetime) -> Lease | None:
            mine = lease is not None and lease.asked is not None and lease.asked.user == user
            return lease.model_copy(update={"asked": None}) if lease and mine else lease

        return await self._change(vehicle_id, change)

    async def grant(self, vehicle_id: str, user: str) -> Lease:
        """The holder hands it to whoever asked. Raises as `check_holder`, and `NotFound` when nobody asks any more."""

        def change(lease: Lease | None, now: datetime) -> Lease:
            return _held_by(_request_for(vehicle_id, user, lease, now).user, now)

        return await self._changed(vehicle_id, change)

    async def refuse(self, vehicle_id: str, user: str) -> tuple[Lease, LeaseAsked]:
        """The holder keeps it. Returns the lease and the request that was refused; raises as `grant`."""
        refused: list[LeaseAsked] = []

        def change(lease: Lease | None, now: datetime) -> Lease:
            refused[:] = [_request_for(vehicle_id, user, lease, now)]
            assert lease is not None
            return lease.model_copy(update={"asked": None})

        return await self._changed(vehicle_id, change), refused[0]

    async def take_over(self, vehicle_id: str, user: str) -> tuple[Lease, str | None]:
        """Take it from whoever holds it. Returns the lease and the holder before."""
        before: list[str | None] = [None]

        def change(lease: Lease | None, now: datetime) -> Lease:
            before[0] = lease.holder if lease and lease.holder != user else None
            return _held_by(user, now)

        return await self._changed(vehicle_id, change), before[0]

    async def holder(self, vehicle_id: str) -> Lease | None:
        entry = await self._read(vehicle_id)
        return entry.lease if entry else None

    async def check_holder(self, vehicle_id: str, user: str) -> None:
        """Raises `AccessError` unless this user holds the lease now."""
        lease = await self.holder(vehicle_id)
        if lease is None or lease.holder != user:
            raise not_holder(vehicle_id, user, lease)

    async def _changed(self, vehicle_id: str, change: Change) -> Lease:
        lease = await self._change(vehicle_id, change)
        assert lease is not None, "this change leaves a holder"
        return lease

    async def _change(self, vehicle_id: str, change: Change) -> Lease | None:
        for _ in range(3):  # two people at once: the loser reads again and sees the winner
            entry = await self._read(vehicle_id)
            before = entry.lease if entry else None
            lease = change(before, utc_now())
            if lease is None and before is None:
                return None
            stored = lease or Lease(holder="", expires_at=utc_now())
            try:
                await self._bucket.update(vehicle_id, stored.model_dump_json().encode(), last=entry.revision if entry else 0)
            except KeyWrongLastSequenceError:
                continue
            except (NatsError, TimeoutError) as error:
                raise bus_away() from error
            return lease
        raise Conflict(f"The lease of {vehicle_id} changes hands just now.", code="lease_contended", hint="Try again.")

    async def _read(self, vehicle_id: str) -> _Entry | None:
        try:
            entry = await self._bucket.get(vehicle_id)
        except KeyNotFoundError:
            return None
        except (NatsError, TimeoutError) as error:
            raise bus_away() from error
        lease = Lease.model_validate_json(entry.value or b"")
        return _Entry(lease if lease.expires_at > utc_now() else None, entry.revision or 0)


def _held_by(user: str, now: datetime, asked: LeaseAsked | None = None) -> Lease:
    return Lease(holder=user, expires_at=now + timedelta(seconds=LIFETIME_S), asked=asked)


def _request_for(vehicle_id: str, user: str, lease: Lease | None, now: datetime) -> LeaseAsked:
    """The open request this user may answer."""
    if lease is None or lease.holder != user:
        raise not_holder(vehicle_id, user, lease)
    asked = lease.open_request(now)
    if asked is None:
        raise NotFound(f"Nobody asks for {vehicle_id} now.", code="lease_not_asked", hint="The request was withdrawn or has run out.")
    return asked


def held(vehicle_id: str, lease: Lease) -> Conflict:
    return Conflict(
        f"{lease.holder} holds the control lease of {vehicle_id} until {lease.expires_at:%H:%M:%S} UTC.",
        code="lease_held",
        hint=f"Ask {lease.holder} to hand it over (POST /api/v1/vehicles/{vehicle_id}/lease/request), or wait until it runs out.",
    )


def not_holder(vehicle_id: str, user: str, lease: Lease | None) -> AccessError:
    return AccessError(
        f"{user} does not hold the control lease of {vehicle_id}"
        + (f"; {lease.holder} does until {lease.expires_at:%H:%M:%S} UTC." if lease else "."),
        code="lease_needed",
        hint="Take it with POST /api/v1/vehicles/{id}/lease and renew it every minute.",
    )


def bus_away() -> Unreachable:
    return Unreachable("The message bus does not answer.", code="bus_unreachable")
