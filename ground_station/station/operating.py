"""Operator control, arm authorisation and remote identification on the bus: states out, and the gate asked whether a vehicle may arm."""

import math
import time
from collections.abc import Awaitable, Callable

import anyio
from nats.aio.client import Client
from nats.errors import Error as NatsError, NoRespondersError
from pydantic import ValidationError

from ground_station.bus.subjects import ARM_GATE, TELEMETRY_OPERATOR
from ground_station.operators import ArmVerdict, Operators, OperatorState
from ground_station.operators.arming import GATE_WITHIN_S, TOO_LATE
from ground_station.operators.board import OperatorDefaults
from ground_station.settings import Settings
from ground_station.vehicles import VehicleNetwork

PERIOD_S = 0.5
AGAIN_S = 5.0
NOBODY_DECIDES = ArmVerdict(granted=False, reason="generic", text="The pre-flight checks cannot be made: `sunqar api` is not running.")
UNREADABLE = ArmVerdict(granted=False, reason="generic", text="The gate's answer was not readable.")

Publish = Callable[[str, bytes], Awaitable[None]]


def operator_defaults(settings: Settings) -> OperatorDefaults:
    station = settings.station
    place = None
    if station.operator_place is not None:
        lat, lon = (float(part) for part in station.operator_place.split(","))
        place = (lon, lat)
    return OperatorDefaults(settings.safety.arm_authorisation, station.operator_id, station.flight_purpose, place)


class Operating:
    """`publish` drops while the bus is away."""

    def __init__(self, network: VehicleNetwork, operators: Operators, client: Client, publish: Publish) -> None:
        self._network, self._operators, self._client, self._publish = network, operators, client, publish

    async def may_arm(self, vehicle_id: str) -> ArmVerdict:
        """The gate's word; a refusal when there is none."""
        try:
            reply = await self._client.request(f"{ARM_GATE}.{vehicle_id}", b"", timeout=GATE_WITHIN_S)
            return ArmVerdict.model_validate_json(reply.data)
        except NoRespondersError:
            return NOBODY_DECIDES
        except ValidationError:
            return UNREADABLE
        except (NatsError, TimeoutError):
            return TOO_LATE

    async def publish(self) -> None:
        """What has changed, and now and then all for those who came later."""
        told: dict[str, tuple[float, OperatorState]] = {}
        while True:
            now_s = time.monotonic()
            for vehicle in self._network.fleet:
                vehicle_id = vehicle.vehicle_id
                state = self._operators.board(vehicle_id).state(vehicle_id, vehicle.own, now_s)
                told_s, before = told.get(vehicle_id, (-math.inf, None))
                if now_s - told_s >= AGAIN_S or before is None or state != before.model_copy(update={"at": state.at}):
                    told[vehicle_id] = (now_s, state)
                    await self._publish(f"{TELEMETRY_OPERATOR}.{vehicle_id}", state.encode())
            await anyio.sleep(PERIOD_S)
