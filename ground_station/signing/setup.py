"""Putting a signing key on a vehicle, changing it, taking it off.

SETUP_SIGNING is never acknowledged, so what proves it is the vehicle's next message: signed with the new key, or not signed any
more. Until then both keys are believed, and without proof all stays as it was. The key crosses in the clear, so only over a wire
nobody else is on: a serial port or this machine itself. Source: MAVLink guide, "Message Signing", Secret Key Management.
"""

import ipaddress
import os
from dataclasses import dataclass
from datetime import datetime

from anyio import to_thread

from geo.primitives import LinkError, VehicleError
from ground_station.links import Link, parse_link_url
from ground_station.mavlink.signing import KEY_BYTES, SigningKey, setup_message
from ground_station.signing.store import KeyStore
from ground_station.vehicles import Vehicle, VehicleNetwork

ATTEMPTS = 3
PROOF_WITHIN_S = 3.0


@dataclass(frozen=True, slots=True)
class SigningStatus:
    """`signed`: how the last message came; None before one came. `required`: unsigned messages are refused."""

    vehicle_id: str
    has_key: bool
    required: bool
    made_at: datetime | None
    signed: bool | None


def is_direct(link: Link, peer: object) -> bool:
    """Whether nobody else can be on this way: a serial port, memory, or this machine itself."""
    scheme = link.url.partition(":")[0]
    if scheme.startswith("memory"):
        return True
    if parse_link_url(link.url).scheme == "serial":
        return True
    host = peer[0] if isinstance(peer, tuple) and peer else parse_link_url(link.url).host
    try:
        return host == "localhost" or ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


class SigningSetup:
    """Signing of one station's vehicles."""

    def __init__(self, network: VehicleNetwork, store: KeyStore) -> None:
        self._network, self._guard, self._store = network, network.guard, store

    def status(self, vehicle: Vehicle) -> SigningStatus:
        system_id = vehicle.address.system_id
        stored = self._store.get(system_id)
        last = self._guard.last_signed_with
        signed = (last[system_id] is not None) if system_id in last else None
        return SigningStatus(
            vehicle.vehicle_id, stored is not None, stored is not None and stored.key.required, stored.made_at if stored else None, signed
        )

    async def set_up(self, vehicle: Vehicle, *, required: bool = True) -> SigningStatus:
        """Put a new key on the vehicle; one it has is changed. Raises: `LinkError` off a direct wire, `VehicleError` without proof."""
        system_id = vehicle.address.system_id
        self._check(vehicle)
        old, new = self._guard.key_of(system_id), SigningKey(os.urandom(KEY_BYTES), required)
        trial = SigningKey(new.secret, required=False)
        if await self._told(vehicle, old, trial, new.secret, proven_by=trial):
            await to_thread.run_sync(self._store.put, system_id, new)
            self._guard.use(system_id, new)
            return self.status(vehicle)
        self._guard.use(system_id, *([old] if old else []))
        raise VehicleError(
            f"{vehicle.vehicle_id} did not sign anything with the new key within {ATTEMPTS * PROOF_WITHIN_S:g} s; nothing was changed.",
            code="signing.unproven",
            hint="Disarm it (keys are refused while armed), check that its firmware signs, and try again.",
        )

    async def switch_off(self, vehicle: Vehicle) -> SigningStatus:
        """Take the key off the vehicle. Raises: `LinkError` off a direct wire, `VehicleError` when it goes on signing."""
        system_id = vehicle.address.system_id
        self._check(vehicle)
        old = self._guard.key_of(system_id)
        if old is None:
            raise VehicleError(
                f"{vehicle.vehicle_id} has no signing key here.", code="signing.no_key", hint="There is nothing to take off."
            )
        if await self._told(vehicle, old, SigningKey(old.secret, required=False), bytes(KEY_BYTES), proven_by=None):
            await to_thread.run_sync(self._store.remove, system_id)
            self._guard.use(system_id)
            return self.status(vehicle)
        self._guard.use(system_id, old)
        raise VehicleError(
            f"{vehicle.vehicle_id} goes on signing; the key was kept.", code="signing.unproven", hint="Disarm it and try again."
        )

    async def _told(
        self, vehicle: Vehicle, old: SigningKey | None, trial: SigningKey, secret: bytes, *, proven_by: SigningKey | None
    ) -> bool:
        """Send the key signed with the old one; whether the vehicle's messages show that it took it."""
        system_id, component_id = vehicle.address.system_id, vehicle.address.component_id
        last = self._guard.last_signed_with
        before = [SigningKey(old.secret, required=False)] if old else []
        for _ in range(ATTEMPTS):
            # A vehicle without a key takes an unsigned setup as its first.
            self._guard.use(system_id, *before)
            vehicle.send([setup_message(system_id, component_id, secret, self._guard.clock.next() if any(secret) else 0)])
            self._guard.use(system_id, trial, *before)
            last.pop(system_id, None)
            if await vehicle.wait_until(lambda: system_id in last and last[system_id] == proven_by, PROOF_WITHIN_S):
                return True
        return False

    def _check(self, vehicle: Vehicle) -> None:
        route = self._network.fleet.route_of(vehicle.address.system_id)
        if route is None or not is_direct(route.link, route.peer):
            where = getattr(route.link, "url", "a link") if route else "no link"
            raise LinkError(
                f"{vehicle.vehicle_id} is heard over {where}, where others may listen.",
                code="signing.not_direct",
                hint="Connect it by USB or a serial cable (serial:/dev/ttyACM0) and set its key up there.",
            )
        if vehicle.estimate.armed:
            raise VehicleError(
                f"{vehicle.vehicle_id} is armed; keys are changed on the ground.", code="signing.armed", hint="Disarm it and try again."
            )
