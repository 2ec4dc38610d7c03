"""The checklist before a flight, signing for what blocks it, and the gate that commands to start pass."""

from datetime import datetime, timedelta
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from geo.core import AuditLog
from geo.primitives import utc_now
from ground_station.airspace_zones import zones_to_come
from ground_station.api.auth import Pilot, SignedIn, signed_in
from ground_station.api.errors import BadRequest, Conflict
from ground_station.api.law_limits import LimitView, limits_of
from ground_station.api.mission_views import line_string
from ground_station.api.preflight_gather import gather
from ground_station.api.services import Services, ServicesNeeded
from ground_station.api.vehicles import VehicleId, known_vehicle
from ground_station.messages import CommandName
from ground_station.safety.catalogue import blockers, preflight
from ground_station.safety.checklist import CheckResult, PreflightFacts, Purpose, Severity
from ground_station.safety.signature import Override
from ground_station.secret_key import secret_key
from ground_station.tokens import Account
from missions import Wind

router = APIRouter(prefix="/api/v1/vehicles/{vehicle_id}/preflight", tags=["safety"], dependencies=[Depends(signed_in)])

OVERRIDE_LASTS = timedelta(minutes=15)
NEVER_OVERRIDDEN = frozenset({"lease", "link.lost"})  # who may command, and whether anything is heard, is not a matter of judgement
GATED: dict[CommandName, Purpose] = {CommandName.TAKEOFF: "takeoff", CommandName.START_MISSION: "mission"}


class Sentence(BaseModel):
    en: str
    ru: str
    kk: str


class CheckView(BaseModel):
    code: str
    severity: Severity
    text: Sentence
    cause: Sentence | None
    next_step: Sentence | None


class Forecast(BaseModel):
    """The flight of the mission on board, wind counted in."""

    duration_s: float
    energy_wh: float


class OverrideView(BaseModel):
    user: str
    reason: str
    codes: list[str]
    plan_hash: str | None
    signed_at: datetime
    expires_at: datetime
    signature: str


class PreflightView(BaseModel):
    vehicle_id: str
    at: datetime
    purpose: Purpose
    may_start: bool = Field(description="No blocker stands, or all that stand are signed for")
    checks: list[CheckView] = Field(description="Blockers first")
    mission_name: str | None
    plan_hash: str | None
    forecast: Forecast | None
    limits: list[LimitView] = Field(description="Limits of the law against the mission, those it goes beyond first")
    override: OverrideView | None


class OverrideBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    purpose: Purpose
    reason: str = Field(min_length=10, max_length=1000, description="Why it is safe all the same, or which permission there is")
    codes: list[str] = Field(min_length=1, description="The blockers you take on, by code: exactly those that stand")


class WindBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    speed_mps: float = Field(ge=0, le=60)
    from_deg: float = Field(ge=0, le=360)


@router.get("")
async def get_preflight(
    vehicle_id: VehicleId, services: ServicesNeeded, account: SignedIn, *, purpose: Purpose | None = None, fresh: bool = True
) -> PreflightView:
    """Everything looked at before a flight. Without `purpose`: the mission it carries, else a take-off. `fresh` asks the vehicle anew."""
    state = known_vehicle(services, vehicle_id)
    chosen: Purpose = purpose or ("mission" if state.mission and state.mission.total_items else "takeoff")
    return await view(services, await gather(services, account, vehicle_id, chosen, fresh=fresh))


@router.put("/wind", status_code=204)
async def enter_wind(vehicle_id: VehicleId, body: WindBody, services: ServicesNeeded, account: Pilot) -> None:
    """The wind as measured here; good for an hour."""
    known_vehicle(services, vehicle_id)
    await services.preflight.enter_wind(vehicle_id, Wind(body.speed_mps, body.from_deg))
    await AuditLog(services.database).append(account.name, "preflight.wind_entered", f"vehicle/{vehicle_id}", body.model_dump())


@router.post("/override", status_code=201)
async def sign_override(vehicle_id: VehicleId, body: OverrideBody, services: ServicesNeeded, account: Pilot) -> PreflightView:
    """Take on the blockers that stand, by name and with a reason, for 15 min and for this plan only. Signed and kept in the audit log."""
    await services.leases.check_holder(vehicle_id, account.name)
    facts = await gather(services, account, vehicle_id, body.purpose)
    results = preflight(facts)
    standing = {result.code for result in blockers(results)}
    if not standing:
        raise Conflict("Nothing blocks this flight.", code="nothing_to_override", hint="Start it.")
    if never := sorted(standing & NEVER_OVERRIDDEN):
        raise Conflict(f"'{never[0]}' cannot be signed for.", code="not_overridable", hint=_next_step(results, never[0]))
    if set(body.codes) != standing:
        raise BadRequest(
            f"The blockers are {', '.join(sorted(standing))}, not {', '.join(sorted(body.codes))}.",
            code="blockers_changed",
            hint="Look at the list again and sign for what stands there now.",
        )
    now = utc_now()
    override = Override(
        user=account.name,
        vehicle_id=vehicle_id,
        purpose=body.purpose,
        reason=body.reason.strip(),
        plan_hash=plan_hash(facts),
        codes=tuple(sorted(standing)),
        checks=tuple({"code": r.code, "severity": r.severity.value, "text": r.text.en} for r in results),
        signed_at=now,
        expires_at=now + OVERRIDE_LASTS,
    ).signed(secret_key(services.settings))
    await AuditLog(services.database).append(account.name, "preflight.overridden", f"vehicle/{vehicle_id}", override.to_json())
    await services.preflight.keep_override(override)
    return await view(services, facts)


async def check_may_start(services: Services, account: Account, vehicle_id: str, command: CommandName) -> dict[str, Any]:
    """The gate. Returns what the audit log keeps of it; nothing for commands that start no flight.

    Raises: `Conflict` (`preflight_blocked`) while a blocker stands that nobody signed for.
    """
    if command not in GATED:
        return {}
    state = known_vehicle(services, vehicle_id)
    if state.flying:
        return {}  # in the air a mission may be resumed; the checks are for the ground
    facts = await gather(services, account, vehicle_id, GATED[command], fresh=False)
    results = preflight(facts)
    standing = blockers(results)
    kept: dict[str, Any] = {
        "preflight": {"plan_hash": plan_hash(facts), "warnings": [r.code for r in results if r.severity is Severity.WARNING]}
    }
    if not standing:
        return kept
    override = await standing_override(services, facts, standing)
    if override is None:
        first = standing[0]
        more = f" ({len(standing) - 1} more)" if len(standing) > 1 else ""
        raise Conflict(
            f"{vehicle_id} must not start: {first.text.en}{more}",
            code="preflight_blocked",
            hint=f"{first.next_step.en if first.next_step else ''} Or sign for it with a reason; the checklist shows all.".strip(),
        )
    return {"preflight": kept["preflight"] | {"overridden": list(override.codes), "signature": override.signature}}


async def view(services: Services, facts: PreflightFacts) -> PreflightView:
    results = preflight(facts)
    standing = blockers(results)
    override = await standing_override(services, facts, standing) if standing else None
    forecast = facts.mission.forecast if facts.mission else None
    plans = [facts.mission.plan] if facts.mission else []
    places = [item.position for plan in plans for item in plan.items if item.position is not None]
    zones = await zones_to_come(services.database, line_string(places)) if places else ()
    limits = await to_thread.run_sync(limits_of, services.settings, plans, zones)
    return PreflightView(
        vehicle_id=facts.state.vehicle_id,
        at=facts.now,
        purpose=facts.purpose,
        may_start=not standing or override is not None,
        checks=[CheckView.model_validate(result.to_json()) for result in results],
        mission_name=facts.mission.name if facts.mission else None,
        plan_hash=plan_hash(facts),
        limits=limits,
        forecast=None if forecast is None else Forecast(duration_s=forecast.duration_s, energy_wh=forecast.total_wh),
        override=None if override is None else OverrideView.model_validate(override.to_json() | {"codes": list(override.codes)}),
    )


async def standing_override(services: Services, facts: PreflightFacts, standing: tuple[CheckResult, ...]) -> Override | None:
    """The signature that takes all of `standing` on, for this user, plan and moment; None when there is none."""
    override = await services.preflight.override(facts.state.vehicle_id)
    codes = {result.code for result in standing}
    if override is None or codes & NEVER_OVERRIDDEN or not override.genuine(secret_key(services.settings)):
        return None
    fits = override.covers(
        user=facts.user, vehicle_id=facts.state.vehicle_id, purpose=facts.purpose, plan_hash=plan_hash(facts), codes=codes, now=utc_now()
    )
    return override if fits else None


def plan_hash(facts: PreflightFacts) -> str | None:
    return facts.mission.content_hash if facts.mission else None


def _next_step(results: tuple[CheckResult, ...], code: str) -> str:
    return next((r.next_step.en for r in results if r.code == code and r.next_step), "")
