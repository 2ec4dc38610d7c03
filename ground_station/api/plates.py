"""Plates read, for officers alone: every look at them is on record, with what was asked for. Lists of wanted and permitted plates."""

from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from geo.core import AuditLog, PlateReadRow, PlateReceiptRow, PlateStore, PlateWatchRow
from geo.primitives import new_id, utc_now
from ground_station.accounts import Role
from ground_station.api.auth import role_needed, signed_in
from ground_station.api.errors import BadRequest, NotFound
from ground_station.api.services import ServicesNeeded
from ground_station.tokens import Account
from vision import PlateSighting, cloned, normal_text

router = APIRouter(prefix="/api/v1/plates", tags=["plates"], dependencies=[Depends(signed_in)])

Officer = Annotated[Account, Depends(role_needed(Role.OFFICER, Role.ADMIN))]
LONGEST_WATCH = timedelta(days=366)
WatchKind = Literal["wanted", "permitted"]


class PlateReadView(BaseModel):
    read_id: UUID
    source_id: str
    track_id: int
    at: datetime
    text: str
    grammar: str | None = Field(description="Series of plates; null for one of elsewhere")
    label: str
    confidence: list[float] = Field(description="Of each character of the text")
    votes: int
    lon_deg: float | None
    lat_deg: float | None
    accuracy_m: float | None
    observation_id: UUID | None
    violation_id: UUID | None
    watch_id: UUID | None
    permitted: bool = Field(description="The plate is on a list of permitted ones now")
    expires_at: datetime | None = Field(description="When it is forgotten; null while a case keeps it")

    @classmethod
    def of(cls, row: PlateReadRow, permitted: set[str]) -> "PlateReadView":
        found = row.found
        plain = ("read_id", "source_id", "track_id", "at", "text", "grammar", "label", "votes", "accuracy_m", "observation_id")
        return cls(
            **{name: getattr(found, name) for name in plain},
            confidence=list(found.posterior),
            lon_deg=None if found.position is None else found.position.lon_deg,
            lat_deg=None if found.position is None else found.position.lat_deg,
            violation_id=row.violation_id,
            watch_id=row.watch_id,
            permitted=found.text in permitted,
            expires_at=None if row.violation_id is not None else row.expires_at,
        )


class PlateReadList(BaseModel):
    items: list[PlateReadView]


class PlateWatchBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=2, max_length=20, description="As it is written; blanks and Cyrillic letters are understood")
    kind: WatchKind
    reason: str = Field(min_length=3, max_length=500)
    expires_at: AwareDatetime


class PlateWatchView(BaseModel):
    watch_id: UUID
    text: str
    kind: WatchKind
    reason: str
    owner: str
    expires_at: datetime
    made_at: datetime

    @classmethod
    def of(cls, row: PlateWatchRow) -> "PlateWatchView":
        return cls.model_validate({name: getattr(row, name) for name in cls.model_fields})


class PlateWatchList(BaseModel):
    items: list[PlateWatchView]


class PlateReceiptView(BaseModel):
    """So many reads made before an instant were forgotten; it names no plate."""

    receipt_id: UUID
    at: datetime
    count: int
    before: datetime
    by_source: dict[str, int]

    @classmethod
    def of(cls, row: PlateReceiptRow) -> "PlateReceiptView":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class PlateReceiptList(BaseModel):
    items: list[PlateReceiptView]


class CloneView(BaseModel):
    """Two reads of one text that one vehicle cannot have left. `speed_mps` is the least it would have needed."""

    text: str
    why: Literal["impossible_speed", "class_mismatch"]
    speed_mps: float | None
    first: PlateReadView
    second: PlateReadView


class CloneList(BaseModel):
    items: list[CloneView]


@router.get("/reads")
async def list_reads(
    services: ServicesNeeded,
    account: Officer,
    text: Annotated[str | None, Query(max_length=20, description="A whole plate")] = None,
    source_id: str | None = None,
    since: AwareDatetime | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> PlateReadList:
    """Newest first. That this was asked, and for what, goes to the audit log."""
    store, wanted = PlateStore(services.database), None if text is None else normal_text(text)
    rows = await store.reads(text=wanted, source_id=source_id, since=since, limit=limit)
    asked = {"text": wanted, "source_id": source_id, "since": since, "found": len(rows)}
    await AuditLog(services.database).append(account.name, "plates.read", "plates", asked)
    permitted = await _permitted(store)
    return PlateReadList(items=[PlateReadView.of(row, permitted) for row in rows])


@router.get("/clones")
async def list_clones(services: ServicesNeeded, account: Officer, hours: Annotated[float, Query(gt=0, le=72)] = 24.0) -> CloneList:
    """Plates read at two places that one vehicle cannot have been at, or on vehicles of two classes. Asking is on record."""
    store = PlateStore(services.database)
    rows = await store.seen_again(utc_now() - timedelta(hours=hours))
    sightings = {
        PlateSighting(row.found.text, row.found.at, row.found.position, row.found.accuracy_m or 0.0, row.found.label): row
        for row in rows
        if row.found.position is not None
    }
    permitted = await _permitted(store)
    items = [
        CloneView(
            text=one.first.text,
            why=one.why,
            speed_mps=one.speed_mps,
            first=PlateReadView.of(sightings[one.first], permitted),
            second=PlateReadView.of(sightings[one.second], permitted),
        )
        for one in cloned(list(sightings))
    ]
    await AuditLog(services.database).append(account.name, "plates.clones", "plates", {"hours": hours, "found": len(items)})
    return CloneList(items=items)


@router.get("/watches")
async def list_watches(services: ServicesNeeded, account: Officer) -> PlateWatchList:
    """Those in force, newest first."""
    return PlateWatchList(items=[PlateWatchView.of(row) for row in await PlateStore(services.database).watches(utc_now())])


@router.post("/watches", status_code=201)
async def add_watch(body: PlateWatchBody, services: ServicesNeeded, account: Officer) -> PlateWatchView:
    """Look for a plate, or let one in, until a day. The one who asks owns it; only reads made from now on are kept for it."""
    now, text = utc_now(), normal_text(body.text)
    if not now < body.expires_at <= now + LONGEST_WATCH:
        raise BadRequest(
            f"The end {body.expires_at.isoformat()} is not within the next 366 days.",
            code="plate_watch_end",
            hint="Name an end within a year; it can be entered again then.",
        )
    if not 2 <= len(text) <= 12:
        raise BadRequest(f"'{body.text}' is no text of a plate.", code="plate_text", hint="Write its letters and digits, 4 to 12 of them.")
    row = PlateWatchRow(new_id(), text, body.kind, body.reason.strip(), account.name, body.expires_at, now)
    await PlateStore(services.database).add_watch(row)
    detail = {"text": text, "kind": body.kind, "reason": row.reason, "expires_at": body.expires_at}
    await AuditLog(services.database).append(account.name, "plates.watched", f"plate-watch/{row.watch_id}", detail)
    return PlateWatchView.of(row)


@router.delete("/watches/{watch_id}", status_code=204)
async def end_watch(watch_id: UUID, services: ServicesNeeded, account: Officer) -> Response:
    """Take it off the list; what was kept for it is forgotten like any other read."""
    row = await PlateStore(services.database).end_watch(watch_id, keep_h=services.settings.plates.keep_h)
    if row is None:
        raise NotFound(f"There is no watch {watch_id}.", code="unknown_plate_watch", hint="List them anew; it may have ended.")
    await AuditLog(services.database).append(account.name, "plates.unwatched", f"plate-watch/{watch_id}", {"text": row.text})
    return Response(status_code=204)


@router.get("/receipts")
async def list_receipts(services: ServicesNeeded, account: Officer, limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> PlateReceiptList:
    """What was forgotten, newest first."""
    return PlateReceiptList(items=[PlateReceiptView.of(row) for row in await PlateStore(services.database).receipts(limit)])


async def _permitted(store: PlateStore) -> set[str]:
    return {watch.text for watch in await store.watches(utc_now()) if watch.kind == "permitted"}
