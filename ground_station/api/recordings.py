"""Recorded video: found, shown with people and plates hidden, kept for a case; originals only with a reason that is audited."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Depends, Query
from fastapi.responses import FileResponse
from nats.errors import Error as NatsError
from pydantic import AwareDatetime

from geo.core import (
    AuditLog,
    FootagePolicyRow,
    FootageQuestion,
    FootageRetentionStore,
    FootageSearch,
    FootageSegmentRow,
    FootageStore,
    KeepRow,
    VideoSourceStore,
)
from geo.layers import parse_interval
from geo.primitives import VisionError, utc_now
from ground_station.accounts import Role
from ground_station.api.auth import role_needed, signed_in
from ground_station.api.errors import BadRequest, NotFound, Unreachable
from ground_station.api.recording_views import (
    LONGEST_ORIGINAL,
    ORIGINAL_LIFETIME_S,
    Counted,
    HoldBody,
    HoldView,
    OriginalBody,
    OriginalGrant,
    PolicyBody,
    ReceiptView,
    RecordedEventView,
    RecordedSources,
    RecordedSourceView,
    SegmentView,
    SpanList,
    SpanView,
    TimelineView,
    area_of,
)
from ground_station.api.services import Services, ServicesNeeded
from ground_station.bus.subjects import FOOTAGE_SHOW
from ground_station.footage.shelf import Shelf
from ground_station.footage.showing import mime_of
from ground_station.messages import ShowReply, ShowRequest
from ground_station.tokens import Account, Unauthenticated

router = APIRouter(prefix="/api/v1/recordings", tags=["recordings"], dependencies=[Depends(signed_in)])

Keeper = Annotated[Account, Depends(role_needed(Role.OPERATOR, Role.OFFICER, Role.ADMIN))]
Officer = Annotated[Account, Depends(role_needed(Role.OFFICER, Role.ADMIN))]
SHOWN_WITHIN_S = 120.0
USUAL_LOOK_BACK = timedelta(days=1)
LONGEST_TIMELINE = timedelta(days=7)
NOW_WITHIN_S = 120.0


@router.get("")
async def find_recordings(
    services: ServicesNeeded,
    *,
    interval: Annotated[str | None, Query(alias="datetime", description="start/end; the last day when absent")] = None,
    source: Annotated[str | None, Query(max_length=200)] = None,
    bbox: str | None = None,
    area: Annotated[
        str | None, Query(max_length=10_000, description="lon,lat pairs parted by spaces; the ground seen must touch it")
    ] = None,
    label: Annotated[str | None, Query(max_length=100, description="A class that was seen, such as truck")] = None,
    before: AwareDatetime | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> SpanList:
    """Stretches of recorded video, newest first; every filter narrows."""
    start, end = parse_interval(interval) if interval else (None, None)
    end = end or utc_now()
    question = FootageQuestion(start or end - USUAL_LOOK_BACK, end, source, area_of(bbox, area), label)
    spans = await FootageSearch(services.database).spans(question, before=before, limit=limit)
    return SpanList(items=[SpanView.of(span) for span in spans], next_before=spans[-1].started_at if len(spans) == limit else None)


@router.get("/sources")
async def recorded_sources(services: ServicesNeeded) -> RecordedSources:
    """What is recorded, for how long, and how much room it takes."""
    settings = services.settings.footage
    policies = await FootageRetentionStore(services.database).policies()
    known = {summary.source_id: summary for summary in await FootageStore(services.database).summaries()}
    live = {source.source_id for source in await VideoSourceStore(services.database).live()}
    items = []
    for source_id in sorted(live | known.keys()):
        policy, summary = policies.get(source_id), known.get(source_id)
        own_days = None if policy is None else policy.days
        enabled = settings.enabled if policy is None or policy.enabled is None else policy.enabled
        begun_at = None if summary is None else summary.begun_at
        items.append(
            RecordedSourceView(
                source_id=source_id,
                enabled=enabled and source_id in live,
                recording=begun_at is not None and (utc_now() - begun_at).total_seconds() < settings.segment_s + NOW_WITHIN_S,
                days=own_days or settings.days,
                own_days=own_days,
                first_at=None if summary is None else summary.first_at,
                last_at=None if summary is None else summary.last_at,
                size_bytes=0 if summary is None else summary.size_bytes,
            )
        )
    return RecordedSources(
        items=items, used_bytes=sum(item.size_bytes for item in items), budget_bytes=round(settings.budget_gb * 1_000_000_000)
    )


@router.put("/sources/{source_id}/policy", status_code=204)
async def set_policy(source_id: str, body: PolicyBody, services: ServicesNeeded, account: Keeper) -> None:
    """Record a source or not, and for how long; `record` takes it up within seconds."""
    await FootageRetentionStore(services.database).set_policy(FootagePolicyRow(source_id, body.enabled, body.days, account.name))
    await _audit(services, account, "footage.policy", f"video-source/{source_id}", body.model_dump())


@router.get("/timeline")
async def timeline(
    services: ServicesNeeded,
    source: Annotated[str, Query(max_length=200)],
    interval: Annotated[str, Query(alias="datetime", description="start/end, at most a week")],
    label: Annotated[str | None, Query(max_length=100)] = None,
    bbox: str | None = None,
    area: Annotated[str | None, Query(max_length=10_000)] = None,
) -> TimelineView:
    """Segments of one source in order, why they are kept, and what was seen meanwhile."""
    start, end = parse_interval(interval)
    if start is None or end is None or end - start > LONGEST_TIMELINE:
        raise BadRequest(
            "A timeline needs both ends, at most a week apart.",
            code="timeline_interval",
            hint="Write 2026-05-01T00:00:00Z/2026-05-02T00:00:00Z.",
        )
    store = FootageStore(services.database)
    rows = await store.between(source, start, end, limit=100_000)
    reasons: defaultdict[UUID, list[KeepRow]] = defaultdict(list)
    for keep in await store.keeps([row.segment_id for row in rows]):
        reasons[keep.segment_id].append(keep)
    events = await FootageSearch(services.database).events(source, start, end, label=label, area=area_of(bbox, area))
    return TimelineView(
        source_id=source,
        segments=[SegmentView.of(row, reasons[row.segment_id]) for row in rows],
        events=[RecordedEventView.of(event) for event in events],
    )


@router.get("/segments/{segment_id}/video", response_class=FileResponse)
async def segment_video(
    segment_id: UUID,
    services: ServicesNeeded,
    original: Annotated[str | None, Query(max_length=2000, description="Token of POST …/originals")] = None,
) -> FileResponse:
    """One segment as MP4, people and plates hidden; its Content-Type names the codec."""
    row = await FootageStore(services.database).get(segment_id)
    if row is None or row.ended_at is None:
        raise NotFound(f"There is no finished segment {segment_id}.", code="segment_unknown")
    shelf = Shelf(services.settings.data_dir)
    if original is not None:
        _check_grant(services, original, row)
        path = shelf.segment(row.path)
        if not await to_thread.run_sync(path.is_file):
            raise NotFound("The recording is no longer there.", code="segment_gone", hint="The receipts tell when it went and why.")
        mime = await to_thread.run_sync(mime_of, path)
    else:
        mime, path = await _made_ready(services, segment_id), shelf.shown(segment_id)
    # Video does not compress again.
    return FileResponse(path, media_type=mime, headers={"Content-Encoding": "identity"})


@router.post("/originals", status_code=201)
async def open_original(body: OriginalBody, services: ServicesNeeded, account: Officer) -> OriginalGrant:
    """See the original of an interval for half an hour. Who, what and why goes into the audit log first."""
    if body.ended_at - body.started_at > LONGEST_ORIGINAL:
        raise BadRequest("An original is opened for at most a day of video.", code="original_interval", hint="Narrow the interval.")
    detail = {"from": body.started_at, "to": body.ended_at, "reason": body.reason}
    await _audit(services, account, "footage.original_opened", f"video-source/{body.source_id}", detail)
    purpose = _purpose(body.source_id)
    scope = f"{account.name}|{body.started_at.timestamp():.3f}|{body.ended_at.timestamp():.3f}"
    token = services.tokens.issue(scope, account.role, purpose=purpose, lifetime_s=ORIGINAL_LIFETIME_S)
    return OriginalGrant(token=token, expires_in_s=ORIGINAL_LIFETIME_S)


@router.post("/holds", status_code=201)
async def hold(body: HoldBody, services: ServicesNeeded, account: Keeper) -> Counted:
    """Keep what a source recorded, for a case, until a day."""
    count = await FootageStore(services.database).hold(
        body.source_id, body.started_at, body.ended_at, subject=body.subject, until=body.until, by=account.name
    )
    if not count:
        raise NotFound("Nothing was recorded in that interval.", code="footage_none", hint="The timeline shows what there is.")
    await _audit(services, account, "footage.held", f"video-source/{body.source_id}", body.model_dump() | {"segments": count})
    return Counted(segments=count)


@router.get("/holds")
async def holds(services: ServicesNeeded, _account: Keeper) -> list[HoldView]:
    """What is kept for cases, the first to end first."""
    return [HoldView.of(row) for row in await FootageStore(services.database).holds()]


@router.delete("/holds")
async def release(
    services: ServicesNeeded, account: Keeper, source: Annotated[str, Query(max_length=200)], subject: Annotated[str, Query(max_length=200)]
) -> Counted:
    """The case is closed: what nothing else keeps goes with the next round."""
    count = await FootageStore(services.database).release(source, subject)
    if count:
        await _audit(services, account, "footage.released", f"video-source/{source}", {"subject": subject, "segments": count})
    return Counted(segments=count)


@router.get("/receipts")
async def receipts(
    services: ServicesNeeded,
    _account: Officer,
    source: Annotated[str | None, Query(max_length=200)] = None,
    before: AwareDatetime | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> list[ReceiptView]:
    """What was deleted, when and why, newest first."""
    rows = await FootageRetentionStore(services.database).receipts(source_id=source, before=before, limit=limit)
    return [ReceiptView.of(row) for row in rows]


async def _made_ready(services: Services, segment_id: UUID) -> str:
    try:
        message = await services.bus.request(FOOTAGE_SHOW, ShowRequest(segment_id=segment_id).encode(), timeout=SHOWN_WITHIN_S)
    except (NatsError, TimeoutError) as error:
        raise Unreachable(
            "Recorded video cannot be made ready to be shown now.", code="record_unreachable", hint="Start `sunqar record`, or try again."
        ) from error
    reply = ShowReply.model_validate_json(message.data)
    if reply.code:
        raise VisionError(reply.message, code=reply.code, hint=reply.hint)
    return reply.mime


def _check_grant(services: Services, token: str, row: FootageSegmentRow) -> None:
    """Raises: `Unauthenticated` unless the token opens this source at this time."""
    _, start, end = services.tokens.read(token, purpose=_purpose(row.source_id)).name.split("|")
    assert row.ended_at is not None
    if row.started_at.timestamp() >= float(end) or row.ended_at.timestamp() <= float(start):
        raise Unauthenticated(
            "The original was opened for another time.", code="original_interval", hint="Open it for this time, with a reason."
        )


def _purpose(source_id: str) -> str:
    return f"sunqar-original/{source_id}"


async def _audit(services: Services, account: Account, action: str, subject: str, detail: dict[str, object]) -> None:
    await AuditLog(services.database).append(actor=account.name, action=action, subject=subject, detail=_plain(detail))


def _plain(detail: dict[str, object]) -> dict[str, object]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in detail.items()}
