"""Officers look at cases one at a time, each blind to the others. There is no way to decide several at once.

A case is taken with `POST /reviews/next`; it is then the officer's until a deadline, and the time he needs runs by the server's clock.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Response

from geo.core import (
    AuditLog,
    CaseFilter,
    LegalOrderStore,
    LookRow,
    OpenCase,
    ReviewStore,
    SceneStore,
    VideoSourceStore,
    ViolationRow,
    ViolationStore,
)
from geo.primitives import GeoError, utc_now
from ground_station.accounts import Role
from ground_station.api.auth import SignedIn, role_needed, signed_in
from ground_station.api.errors import Conflict, NotFound, StaleRevision
from ground_station.api.review_views import (
    CaseView,
    DecisionView,
    KnownBadBody,
    NextBody,
    NextCase,
    ReviewBody,
    ReviewFigures,
    ReviewList,
    ReviewQueue,
    ReviewView,
    RuleFiguresView,
    WaitingView,
)
from ground_station.api.services import Services, ServicesNeeded
from ground_station.review.policy import MOST_LOOKS, OPEN_STATES, ReviewPolicy, looks_left, state_after
from ground_station.secret_key import secret_key
from ground_station.tokens import Account
from ground_station.violation_letters import tell_cases

router = APIRouter(prefix="/api/v1", tags=["review"], dependencies=[Depends(signed_in)])

REVIEWERS = (Role.OFFICER, Role.ADMIN)
Officer = Annotated[Account, Depends(role_needed(*REVIEWERS))]


@router.get("/reviews/queue")
async def review_queue(
    services: ServicesNeeded,
    account: Officer,
    rule: str | None = None,
    source_id: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> ReviewQueue:
    """Cases this officer may take, oldest first; statistics (tier C) after the others."""
    store = ReviewStore(services.database)
    rows = await store.waiting(account.name, utc_now(), CaseFilter(rule, source_id), _room(_policy(services)), limit)
    return ReviewQueue(items=[WaitingView.of(row) for row in rows], counts=await store.counts(account.name))


@router.post("/reviews/next")
async def take_next(body: NextBody, services: ServicesNeeded, account: Officer) -> NextCase:
    """The case before this officer, else the next one. Naming another case puts the present one back.

    409 `case_taken` when the one named is before another officer, decided, or was this officer's already.
    """
    store, policy, now = ReviewStore(services.database), _policy(services), utc_now()
    present = await store.look_of(account.name, now)
    if present is not None and body.violation_id in (None, present.violation_id):
        return NextCase(case=await _shown(services, present))
    until = now + timedelta(seconds=services.settings.review.look_s)
    look: LookRow | None = None
    if body.violation_id is None and policy.shows_known_bad(account.name, await store.looks_of(account.name)):
        look = await store.take_known_bad(account.name, now, until, body.rule)
    wanted = CaseFilter(body.rule, body.source_id, body.violation_id)
    look = look or await store.take(account.name, now, until, wanted, _room(policy))
    if look is None and body.violation_id is not None:
        raise Conflict(
            f"Case {body.violation_id} is before another officer, or needs no further look of yours.",
            code="case_taken",
            hint="Take another one from the queue.",
        )
    return NextCase(case=None if look is None else await _shown(services, look))


@router.delete("/reviews/looks/{look_id}", status_code=204)
async def put_back(look_id: UUID, services: ServicesNeeded, account: Officer) -> Response:
    """Leave a case undecided: others may take it at once."""
    await ReviewStore(services.database).put_back(look_id, account.name)
    return Response(status_code=204)


@router.get("/reviews/figures")
async def review_figures(services: ServicesNeeded, account: Officer, days: Annotated[float, Query(gt=0, le=3660)] = 30.0) -> ReviewFigures:
    """What officers made of each rule's cases: precision, time, how two of them agree, known-bad cases found."""
    since = utc_now() - timedelta(days=days)
    rows = await ReviewStore(services.database).figures(since)
    return ReviewFigures(since=since, items=[RuleFiguresView.of(row) for row in rows])


@router.post("/violations/{violation_id}/reviews", status_code=201)
async def decide(
    violation_id: UUID,
    body: ReviewBody,
    services: ServicesNeeded,
    account: Officer,
    if_match: Annotated[str | None, Header()] = None,
) -> DecisionView:
    """An officer's decision on the case before him.

    409 `look_over` when its time is over or it was never taken, `case_closed` when it is decided or withdrawn meanwhile; 412 when it was
    changed since it was shown.
    """
    store, now = ReviewStore(services.database), utc_now()
    look = await store.look_of(account.name, now)
    if look is None or (look.look_id, look.violation_id) != (body.look_id, violation_id):
        raise _look_over()
    case = await _existing(services, violation_id)
    if (if_match or "").strip().strip('"') != case.updated_at.isoformat():
        raise _stale()
    asked = _policy(services).asked(violation_id, case.found.rule, case.evidence_tier)
    try:
        decided = await store.decide(
            look, (body.decision, body.reason or "", body.note), now, case.updated_at, lambda decisions: state_after(decisions, asked)
        )
    except GeoError as error:
        match error.code:
            case "geo.look_over":
                raise _look_over() from error
            case "geo.stale":
                raise _stale() from error
            case "geo.case_closed":
                raise Conflict(error.message, code="case_closed", hint="Nothing is left to decide; take the next case.") from error
        raise
    review, audit = decided.review, AuditLog(services.database)
    subject = f"violation/{violation_id}"
    # What was decided stands in the log only once it is settled: officers read the log, and look blind.
    await audit.append(account.name, "violation.reviewed", subject, {"review": review.review_id, "seconds": round(review.seconds_spent, 1)})
    if decided.changed:
        settled = [
            {"reviewer": row.reviewer, "decision": row.decision, "reason": row.reason, "note": row.note}
            for row in await store.reviews(violation_id)
        ]
        detail = {"rule": case.found.rule, "reviews": settled} if decided.state not in OPEN_STATES else {"rule": case.found.rule}
        await audit.append(account.name, f"violation.{decided.state}", subject, detail)
        await tell_cases(services.bus, await ViolationStore(services.database).several([violation_id]))
    return DecisionView(
        review_id=review.review_id, violation_id=violation_id, decision=body.decision, seconds_spent=round(review.seconds_spent, 1)
    )


@router.get("/violations/{violation_id}/reviews")
async def list_reviews(violation_id: UUID, services: ServicesNeeded, account: SignedIn) -> ReviewList:
    """Decisions on a case. While officers may still look, each sees only his own."""
    case = await _existing(services, violation_id)
    rows = await ReviewStore(services.database).reviews(violation_id)
    complete = case.state not in OPEN_STATES or len(rows) >= MOST_LOOKS
    seen = [row for row in rows if complete or row.reviewer == account.name]
    return ReviewList(items=[ReviewView.of(row) for row in seen], complete=complete)


@router.put("/violations/{violation_id}/known-bad", status_code=204)
async def mark_known_bad(violation_id: UUID, body: KnownBadBody, services: ServicesNeeded, account: Officer) -> Response:
    """Show a rejected case now and then to officers who have not seen it; it stays rejected. 409 `not_rejected` for another."""
    await _existing(services, violation_id)
    try:
        await ReviewStore(services.database).mark_known_bad(violation_id, body.why, account.name)
    except GeoError as error:
        if error.code != "geo.not_rejected":
            raise
        raise Conflict(error.message, code="not_rejected", hint="Only what officers rejected is known to be no violation.") from error
    await AuditLog(services.database).append(account.name, "violation.known_bad", f"violation/{violation_id}", {"why": body.why})
    return Response(status_code=204)


@router.delete("/violations/{violation_id}/known-bad", status_code=204)
async def unmark_known_bad(violation_id: UUID, services: ServicesNeeded, account: Officer) -> Response:
    if await ReviewStore(services.database).unmark_known_bad(violation_id):
        await AuditLog(services.database).append(account.name, "violation.known_bad_ended", f"violation/{violation_id}", {})
    return Response(status_code=204)


def _policy(services: Services) -> ReviewPolicy:
    settings = services.settings.review
    return ReviewPolicy(
        key=secret_key(services.settings).encode(),
        two_person_rules=frozenset(settings.two_person_rules),
        two_person_tiers=frozenset(settings.two_person_tiers),
        double_look_share=settings.double_look_share,
        known_bad_share=settings.known_bad_share,
    )


def _room(policy: ReviewPolicy) -> Callable[[OpenCase], int]:
    def room(case: OpenCase) -> int:
        return looks_left(case.decided, policy.asked(case.violation_id, case.rule, case.evidence_tier))

    return room


async def _shown(services: Services, look: LookRow) -> CaseView:
    case = await _existing(services, look.violation_id)
    found = case.found
    order = None if case.legal_order_id is None else await LegalOrderStore(services.database).get(case.legal_order_id)
    scene = None if found.scene_edition is None else await SceneStore(services.database).get(found.source_id, found.scene_edition)
    calibration = None if scene is None else scene.calibration
    if calibration is None:
        source = await VideoSourceStore(services.database).get(found.source_id)
        calibration = None if source is None else source.calibration
    size = (calibration or {}).get("image_size_px")
    broke = None
    if scene is not None:
        features = scene.features.get("features", [])
        broke = next((one for one in features if found.feature in (one.get("id"), (one.get("properties") or {}).get("id"))), None)
    return CaseView.of(look, case, order, broke, None if size is None else (int(size[0]), int(size[1])))


async def _existing(services: Services, violation_id: UUID) -> ViolationRow:
    case = await ViolationStore(services.database).get(violation_id)
    if case is None:
        raise NotFound(f"There is no violation {violation_id}.", code="violation_unknown")
    return case


def _look_over() -> Conflict:
    return Conflict(
        "The case is not before you: its time is over, or it was never taken.",
        code="look_over",
        hint="Take it from the queue again; it may be before another officer by now.",
    )


def _stale() -> StaleRevision:
    return StaleRevision(
        "The case was changed since it was shown to you.", hint="Take it again: what has changed may matter. If-Match holds its `revision`."
    )
