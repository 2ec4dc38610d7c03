"""Legal orders: by which act a sign, a limit or a marking holds. Revoking one withdraws every case that leaned on it."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from geo.core import AuditLog, LegalOrderRow, LegalOrderSetup, LegalOrderStore
from geo.layers import parse_bbox, parse_interval
from ground_station.accounts import Role
from ground_station.api.auth import role_needed, signed_in
from ground_station.api.errors import NotFound, StaleRevision
from ground_station.api.if_match import expected_instant, tag_of
from ground_station.api.services import Services, ServicesNeeded
from ground_station.messages import EvidenceTierName, ViolationState
from ground_station.tokens import Account
from ground_station.violation_letters import tell_cases

router = APIRouter(prefix="/api/v1/legal-orders", tags=["rules"], dependencies=[Depends(signed_in)])

Orderer = Annotated[Account, Depends(role_needed(Role.OFFICER, Role.ADMIN))]
OrderKind = Literal["signal", "sign", "marking", "speed_limit", "closure", "other"]


class LegalOrderBody(BaseModel):
    """What the order says. Scenes name it by its id."""

    model_config = ConfigDict(extra="forbid")

    authority: str = Field(min_length=2, max_length=300)
    number: str = Field(min_length=1, max_length=100)
    title_kk: str = Field(min_length=1, max_length=500)
    title_ru: str = Field(min_length=1, max_length=500)
    title_en: str = Field(min_length=1, max_length=500)
    kind: OrderKind
    issued_on: date
    valid_from: datetime
    valid_to: datetime | None = Field(None, description="Null: until revoked")
    document_url: str | None = Field(None, max_length=1000, pattern=r"^https?://\S+$")
    area: dict[str, Any] | None = Field(None, description="GeoJSON geometry it holds in; null: wherever a scene names it")

    @model_validator(mode="after")
    def _in_order(self) -> "LegalOrderBody":
        if self.valid_from.tzinfo is None or (self.valid_to is not None and self.valid_to.tzinfo is None):
            raise ValueError("instants need their offset from UTC, as in 2026-05-01T00:00:00+05:00")
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError("valid_to must be later than valid_from")
        return self


class RevocationBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    why: str = Field(min_length=5, max_length=1000)
    void_from: datetime | None = Field(None, description="Since when it does not hold; null: it never did")


class LegalOrderView(LegalOrderBody):
    id: str
    revoked_at: datetime | None
    revoked_by: str | None
    revoked_why: str | None
    void_from: datetime | None
    updated_at: datetime
    cases: int = Field(description="Violations that lean on it, whatever their state")

    @classmethod
    def of(cls, row: LegalOrderRow) -> "LegalOrderView":
        names = ("revoked_at", "revoked_by", "revoked_why", "void_from", "updated_at", "cases")
        setup = {name: getattr(row.setup, name) for name in LegalOrderBody.model_fields}
        return cls.model_validate({"id": row.order_id, **setup, **{name: getattr(row, name) for name in names}})


class LegalOrderPage(BaseModel):
    items: list[LegalOrderView]
    next_cursor: str | None


class AffectedCase(BaseModel):
    id: UUID
    rule: str
    source_id: str
    at: datetime
    evidence_tier: EvidenceTierName
    state: ViolationState = Field(description="withdrawn; handed_over where it has left the house and must be called back")


class Revocation(BaseModel):
    order: LegalOrderView
    cases: list[AffectedCase]


@router.get("")
async def list_legal_orders(
    services: ServicesNeeded,
    bbox: Annotated[str | None, Query(description="minlon,minlat,maxlon,maxlat in degrees")] = None,
    datetime: Annotated[str | None, Query(description="start/end, RFC 3339; .. leaves a side open")] = None,
    revoked: Annotated[bool | None, Query(description="Only those revoked, or only others")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Annotated[str | None, Query(description="next_cursor of the page before")] = None,
) -> LegalOrderPage:
    """By id: those that touch the box and hold at any time of the interval."""
    start, end = parse_interval(datetime) if datetime else (None, None)
    page = await LegalOrderStore(services.database).page(
        bbox=parse_bbox(bbox) if bbox else None, start=start, end=end, revoked=revoked, limit=limit, cursor=cursor
    )
    return LegalOrderPage(items=[LegalOrderView.of(row) for row in page.items], next_cursor=page.next_cursor)


@router.get("/{order_id}")
async def get_legal_order(order_id: str, services: ServicesNeeded, response: Response) -> LegalOrderView:
    """The ETag is for If-Match."""
    row = await LegalOrderStore(services.database).get(order_id)
    if row is None:
        raise NotFound(f"There is no legal order '{order_id}'.", code="legal_order_none")
    return _tagged(response, row)


@router.put("/{order_id}")
async def put_legal_order(
    order_id: str,
    body: LegalOrderBody,
    services: ServicesNeeded,
    account: Orderer,
    response: Response,
    if_match: Annotated[str | None, Header()] = None,
) -> LegalOrderView:
    """Enter an order (If-Match: `0`), or correct one. What would take cases their ground is refused: for that there is revoking."""
    expected = expected_instant(if_match)
    setup = LegalOrderSetup(**body.model_dump())
    row = await LegalOrderStore(services.database).save(order_id, setup, expected=expected)
    action = "legal_order.entered" if expected is None else "legal_order.changed"
    await _audit(services, account, action, order_id, body.model_dump(mode="json"))
    return _tagged(response, row)


@router.post("/{order_id}/revoke")
async def revoke_legal_order(
    order_id: str,
    body: RevocationBody,
    services: ServicesNeeded,
    account: Orderer,
    response: Response,
    if_match: Annotated[str | None, Header()] = None,
) -> Revocation:
    """Every case since is withdrawn and listed, in one transaction; those handed over are marked doubtful, to be called back."""
    expected = expected_instant(if_match)
    if expected is None:
        raise StaleRevision(f"Legal order '{order_id}' is revoked as it was read.", hint="Send its ETag as If-Match.")
    row, cases = await LegalOrderStore(services.database).revoke(
        order_id, account.name, body.why, void_from=body.void_from, expected=expected
    )
    detail = {"why": body.why, "void_from": row.void_from, "cases": [str(case.found.violation_id) for case in cases]}
    await _audit(services, account, "legal_order.revoked", order_id, detail)
    await tell_cases(services.bus, cases)
    return Revocation(
        order=_tagged(response, row),
        cases=[
            AffectedCase.model_validate(
                {
                    **{name: getattr(case.found, name) for name in ("rule", "source_id", "at")},
                    "id": case.found.violation_id,
                    "evidence_tier": case.evidence_tier,
                    "state": case.state,
                }
            )
            for case in cases
        ],
    )


def _tagged(response: Response, row: LegalOrderRow) -> LegalOrderView:
    response.headers["ETag"] = tag_of(row.updated_at)
    return LegalOrderView.of(row)


async def _audit(services: Services, account: Account, action: str, order_id: str, detail: dict[str, Any]) -> None:
    await AuditLog(services.database).append(account.name, action, f"legal-order/{order_id}", detail)
