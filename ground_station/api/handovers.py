"""Accepted cases leave for an outside system, signed, through an outbox; or by file. Tier C never leaves: the database itself refuses."""

import io
import json
import zipfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from geo.core import AuditLog, HandoverRow, HandoverStore, ViolationRow, ViolationStore
from geo.primitives import utc_now
from ground_station.api.auth import signed_in
from ground_station.api.errors import Conflict, NotFound
from ground_station.api.reviews import Officer
from ground_station.api.services import Services, ServicesNeeded
from ground_station.review.case_document import gathered_document
from ground_station.review.policy import ACCEPTED
from ground_station.violation_letters import tell_cases

router = APIRouter(prefix="/api/v1", tags=["review"], dependencies=[Depends(signed_in)])

MOST_IN_A_FILE = 500
HANDED_OVER = "handed_over"


class HandoverView(BaseModel):
    """`state`: waiting, delivered (with a receipt), refused (by the other side), expired (never reached), cancelled (withdrawn before)."""

    handover_id: UUID
    violation_id: UUID
    kind: Literal["case", "withdrawal"]
    target: str
    state: Literal["waiting", "delivered", "refused", "expired", "cancelled"]
    tries: int
    next_try_at: datetime | None
    deadline_at: datetime
    trouble: str
    receipt: dict[str, Any] | None
    asked_by: str
    at: datetime
    done_at: datetime | None

    @classmethod
    def of(cls, row: HandoverRow) -> "HandoverView":
        return cls.model_validate({name: getattr(row, name) for name in cls.model_fields})


class HandoverList(BaseModel):
    items: list[HandoverView]
    next_cursor: str | None = None
    target: str | None = Field(None, description="The outside system; null when none is set up, and cases leave by file")


class FileBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    violation_ids: list[UUID] = Field(min_length=1, max_length=MOST_IN_A_FILE)
    recipient: str = Field(pattern=r"^[\w .-]{2,80}$", description="Who gets the file")
    format: Literal["zip", "json"] = "zip"


@router.post("/violations/{violation_id}/handover", status_code=202)
async def hand_over(violation_id: UUID, services: ServicesNeeded, account: Officer) -> HandoverView:
    """Put an accepted case into the outbox. 409 `handover_tier_c`, `handover_not_accepted`, `handover_no_target`."""
    (case,) = await _cases(services, [violation_id])
    _check_may_leave(case)
    settings = services.settings.handover
    if settings.url is None or settings.secret is None:
        raise Conflict(
            "No outside system is set up.",
            code="handover_no_target",
            hint="Set SUNQAR_HANDOVER__URL and SUNQAR_HANDOVER__SECRET, or hand the case over by file.",
        )
    now = utc_now()
    row = await HandoverStore(services.database).ask(
        violation_id, settings.name, account.name, now, now + timedelta(hours=settings.give_up_h)
    )
    await AuditLog(services.database).append(
        account.name, "violation.handover_asked", f"violation/{violation_id}", {"target": settings.name, "handover": row.handover_id}
    )
    return HandoverView.of(row)


@router.get("/violations/{violation_id}/handover")
async def handovers_of_violation(violation_id: UUID, services: ServicesNeeded, account: Officer) -> HandoverList:
    """Where a case went, with receipts, in order of time."""
    rows = await HandoverStore(services.database).of_violation(violation_id)
    return HandoverList(items=[HandoverView.of(row) for row in rows], target=_target(services))


@router.get("/handovers")
async def list_handovers(
    services: ServicesNeeded,
    account: Officer,
    state: Literal["waiting", "delivered", "refused", "expired", "cancelled"] | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> HandoverList:
    """Newest first."""
    page = await HandoverStore(services.database).page(state, cursor, limit)
    return HandoverList(items=[HandoverView.of(row) for row in page.items], next_cursor=page.next_cursor, target=_target(services))


@router.post("/handovers/file", response_class=Response)
async def hand_over_by_file(body: FileBody, services: ServicesNeeded, account: Officer) -> Response:
    """A file with accepted cases, which are handed over from then on; all of them, or none. Those handed over before may be in it again."""
    cases = await _cases(services, body.violation_ids)
    for case in cases:
        _check_may_leave(case, again=True)
    documents = [await gathered_document(services.database, case) for case in cases]
    content = _zip(documents) if body.format == "zip" else json.dumps(documents, ensure_ascii=False, indent=1).encode()
    now, digest = utc_now(), sha256(content).hexdigest()
    receipt = {"at": now.isoformat(), "recipient": body.recipient, "sha256": digest, "size_bytes": len(content), "taken_by": account.name}
    fresh = [case.found.violation_id for case in cases if case.state == ACCEPTED]
    await HandoverStore(services.database).delivered_by_hand(fresh, f"file:{body.recipient}", receipt, account.name, now)
    detail = receipt | {"violations": [str(case.found.violation_id) for case in cases]}
    await AuditLog(services.database).append(account.name, "violation.handover_file", f"file/{digest[:16]}", detail)
    await tell_cases(services.bus, await ViolationStore(services.database).several(fresh))
    name = f"sunqar-cases_{now:%Y%m%dT%H%M%SZ}.{body.format}"
    media = "application/zip" if body.format == "zip" else "application/json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-SHA256": digest}
    return Response(content, media_type=media, headers=headers)


def _target(services: Services) -> str | None:
    settings = services.settings.handover
    return settings.name if settings.url is not None and settings.secret is not None else None


async def _cases(services: Services, violation_ids: Sequence[UUID]) -> list[ViolationRow]:
    rows = await ViolationStore(services.database).several(violation_ids)
    if unknown := set(violation_ids) - {row.found.violation_id for row in rows}:
        raise NotFound(f"There is no violation {min(unknown)}.", code="violation_unknown")
    return rows


def _check_may_leave(case: ViolationRow, *, again: bool = False) -> None:
    """Raises: `Conflict` when it may not. The database refuses the same; this says why."""
    violation_id = case.found.violation_id
    if case.evidence_tier == "C":
        raise Conflict(
            f"Violation {violation_id} is statistics (tier C): no legal order covers it, so it never leaves as a case.",
            code="handover_tier_c",
            hint="A legal order must be in force before the next such case; this one stays here.",
        )
    if case.state != ACCEPTED and not (again and case.state == HANDED_OVER):
        raise Conflict(
            f"Violation {violation_id} is {case.state}; only what officers accepted is handed over.",
            code="handover_not_accepted",
            hint="Let officers decide on it first.",
        )


def _zip(documents: Sequence[dict[str, Any]]) -> bytes:
    """One JSON file a case, and `manifest.json` with the SHA-256 of each."""
    files = {f"cases/{one['violation_id']}.json": json.dumps(one, ensure_ascii=False, indent=1).encode() for one in documents}
    manifest = {"format": "sunqar-cases/1", "files": {name: sha256(content).hexdigest() for name, content in files.items()}}
    files["manifest.json"] = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()
