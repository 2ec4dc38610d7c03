"""The gate a vehicle's request to arm passes: the pre-flight checks of airspace, fence, energy and weather.

The vehicle asks the station, the station asks here. Checks of who holds the lease or whether the autopilot is willing are left out:
they are judged elsewhere, and the autopilot is the one that asks. Blockers that the holder of the lease has signed for count as good.
"""

import logging
import time

import anyio
from anyio.abc import TaskGroup
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from geo.core import AuditLog
from geo.primitives import GeoError, SunqarError, utc_now
from ground_station.accounts import Role
from ground_station.api.preflight import standing_override
from ground_station.api.preflight_gather import gather
from ground_station.api.services import Services
from ground_station.api.vehicles import known_vehicle
from ground_station.bus.subjects import ARM_GATE
from ground_station.operators import ArmVerdict
from ground_station.operators.messages import DenialReason
from ground_station.safety.catalogue import blockers
from ground_station.safety.checklist import Check, CheckResult, Purpose
from ground_station.safety.checks.airspace import airspace
from ground_station.safety.checks.battery import battery
from ground_station.safety.checks.conflict import conflict
from ground_station.safety.checks.fence import fence
from ground_station.safety.checks.home import home
from ground_station.safety.checks.mission import mission
from ground_station.safety.checks.wind import wind
from ground_station.tokens import Account

logger = logging.getLogger(__name__)

ACTOR = "arm gate"
NOBODY = "nobody"
AT_ONCE = 4
DECIDE_WITHIN_S = 7.0  # the station gives up after 8
AUDIT_WITHIN_S = 2.0
SAID_AGAIN_S = 60.0  # some vehicles ask every few seconds: the same word is written down once a minute
CHECKS: tuple[Check, ...] = (airspace, conflict, fence, home, battery, mission, wind)
REASONS: dict[str, DenialReason] = {
    "airspace": "airspace_in_use",
    "conflict": "airspace_in_use",
    "wind": "bad_weather",
}


class ArmGate:
    """Answers `gate.arm.<vehicle>`. With the setting off nobody asks it."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._written: dict[str, tuple[float, ArmVerdict]] = {}

    async def serve(self, tasks: TaskGroup) -> None:
        limit = anyio.CapacityLimiter(AT_ONCE)
        # One of several `api` processes answers.
        subscription = await self._services.bus.subscribe(f"{ARM_GATE}.*", queue="api")
        async for message in subscription.messages:
            tasks.start_soon(self._answer, message, limit)

    async def _answer(self, message: Msg, limit: anyio.CapacityLimiter) -> None:
        vehicle_id = message.subject.rsplit(".", 1)[-1]
        async with limit:
            verdict = await self.decide(vehicle_id)
        try:
            await message.respond(verdict.encode())
        except NatsError as error:
            logger.warning("the verdict on %s could not be sent: %s", vehicle_id, error)
        await self._write_down(vehicle_id, verdict)

    async def decide(self, vehicle_id: str) -> ArmVerdict:
        """Never raises: what cannot be looked at is refused, with the reason."""
        try:
            with anyio.fail_after(DECIDE_WITHIN_S):
                return await self._decide(vehicle_id)
        except TimeoutError:
            return ArmVerdict(granted=False, reason="timeout", text="The pre-flight checks took too long.")
        except SunqarError as error:
            return ArmVerdict(granted=False, reason="generic", text=error.message)

    async def _decide(self, vehicle_id: str) -> ArmVerdict:
        services = self._services
        lease = await services.leases.holder(vehicle_id)
        account = Account(lease.holder if lease else NOBODY, Role.VIEWER, utc_now())
        carried = known_vehicle(services, vehicle_id).mission
        purpose: Purpose = "mission" if carried is not None and carried.mission_id is not None else "takeoff"
        facts = await gather(services, account, vehicle_id, purpose, fresh=False)
        standing = blockers(tuple(result for check in CHECKS for result in check(facts)))
        if standing and not await standing_override(services, facts, standing):
            return refusal(standing)
        return ArmVerdict(granted=True, valid_s=services.settings.safety.arm_authorisation_s, codes=[result.code for result in standing])

    async def _write_down(self, vehicle_id: str, verdict: ArmVerdict) -> None:
        now_s = time.monotonic()
        at_s, before = self._written.get(vehicle_id, (float("-inf"), None))
        if verdict == before and now_s - at_s < SAID_AGAIN_S:
            return
        self._written[vehicle_id] = (now_s, verdict)
        action = "arm_authorisation.granted" if verdict.granted else "arm_authorisation.denied"
        try:
            with anyio.fail_after(AUDIT_WITHIN_S):
                await AuditLog(self._services.database).append(ACTOR, action, f"vehicle/{vehicle_id}", verdict.model_dump(mode="json"))
        except (GeoError, TimeoutError) as error:
            logger.warning("not in the audit log: %s of %s: %s", action, vehicle_id, error)


def refusal(standing: tuple[CheckResult, ...]) -> ArmVerdict:
    """The first blocker gives the reason of the protocol; all of them are in the words."""
    reason = REASONS.get(standing[0].code.split(".", 1)[0], "generic")
    return ArmVerdict(
        granted=False,
        reason=reason,
        text=" ".join(result.text.en for result in standing),
        codes=[result.code for result in standing],
    )
