"""What people add to a pre-flight check: the wind they measured and the blockers they signed for. Kept on the bus for an hour."""

import json
from typing import Any

from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import KeyValueConfig, StorageType
from nats.js.errors import KeyNotFoundError
from nats.js.kv import KeyValue

from ground_station.api.leases import bus_away
from ground_station.safety.signature import Override
from missions import Wind

LIFETIME_S = 3600.0
BUCKET = "preflight"


class PreflightStore:
    def __init__(self, bucket: KeyValue) -> None:
        self._bucket = bucket

    @classmethod
    async def open(cls, jetstream: JetStreamContext) -> "PreflightStore":
        config = KeyValueConfig(bucket=BUCKET, ttl=LIFETIME_S, history=1, storage=StorageType.FILE)
        return cls(await jetstream.create_key_value(config))

    async def enter_wind(self, vehicle_id: str, wind: Wind) -> None:
        await self._put(f"wind.{vehicle_id}", {"speed_mps": wind.speed_mps, "from_deg": wind.from_deg})

    async def wind(self, vehicle_id: str) -> Wind | None:
        value = await self._get(f"wind.{vehicle_id}")
        return None if value is None else Wind(float(value["speed_mps"]), float(value["from_deg"]))

    async def keep_override(self, override: Override) -> None:
        await self._put(f"override.{override.vehicle_id}", override.to_json())

    async def override(self, vehicle_id: str) -> Override | None:
        value = await self._get(f"override.{vehicle_id}")
        return None if value is None else Override.from_json(value)

    async def _put(self, key: str, value: dict[str, Any]) -> None:
        try:
            await self._bucket.put(key, json.dumps(value).encode())
        except (NatsError, TimeoutError) as error:
            raise bus_away() from error

    async def _get(self, key: str) -> dict[str, Any] | None:
        try:
            entry = await self._bucket.get(key)
        except KeyNotFoundError:
            return None
        except (NatsError, TimeoutError) as error:
            raise bus_away() from error
        value: dict[str, Any] = json.loads(entry.value or b"{}")
        return value
