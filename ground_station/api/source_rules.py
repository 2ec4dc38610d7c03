"""Rules on one source: which are on, what the source is worth for each, which are suspended; and certificates of its device."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, model_validator

from geo.core import (
    AuditLog,
    DeviceCertificateRow,
    DeviceCertificateStore,
    SceneRow,
    SceneStore,
    SourceRuleRow,
    SourceRuleStore,
    VideoSource,
    VideoSourceStore,
)
from geo.primitives import LocalFrame, LonLat, utc_now
from geo.terrain import Heights
from ground_station.accounts import Role
from ground_station.api.auth import Admin, role_needed, signed_in
from ground_station.api.errors import Conflict, NotFound
from ground_station.api.services import Services, ServicesNeeded
from ground_station.messages import SourceStatus
from ground_station.tokens import Account
from vision import (
    RULES,
    KnownSource,
    RoadScene,
    RuleCard,
    Suitability,
    ground_of,
    road_scene,
    rules_named,
    scene_features,
    scene_on_timeline,
    suitabilities,
    terms_of,
)

router = APIRouter(prefix="/api/v1/video-sources/{source_id}", tags=["rules"], dependencies=[Depends(signed_in)])

Switcher = Annotated[Account, Depends(role_needed(Role.OFFICER, Role.ADMIN))]
USUAL_SIZE_PX = (1920, 1080)  # of a camera that flies: nothing is measured in it beforehand


class ReasonView(BaseModel):
    """`value` against `wanted`, in the unit that the code names."""

    code: str
    text: str
    refuses: bool
    value: float | None
    wanted: float | None
    feature: str | None


class SuitabilityView(BaseModel):
    possible: bool
    score: float | None = Field(description="0 to 1; null where too little is known")
    reasons: list[ReasonView]

    @classmethod
    def of(cls, found: Suitability) -> "SuitabilityView":
        reasons = [
            ReasonView(code=one.code, text=one.text, refuses=one.refuses, value=one.value, wanted=one.wanted, feature=one.feature)
            for one in found.reasons
        ]
        return cls(possible=found.possible, score=None if found.score is None else round(found.score, 3), reasons=reasons)


class SourceRuleView(BaseModel):
    rule: str
    edition: str
    source_tier: str
    enabled: bool
    schedule: dict[str, Any] | None
    excluded: dict[str, Any] | None
    suspended_since: datetime | None = Field(description="The source cannot be judged by since then; over by itself with the trouble")
    suspended_why: str | None
    suitability: SuitabilityView = Field(description="What the source is worth for it now")
    changed_at: datetime | None
    changed_by: str | None


class SourceRuleList(BaseModel):
    scene_edition: int | None
    items: list[SourceRuleView]


class SourceRuleBody(BaseModel):
    """`schedule`: {"hours": [{"days": ["mon"], "from": "07:00", "until": "10:00"}], "zone": "Asia/Aqtau"}, null = always.

    `excluded`: {"classes": ["bus"], "plates": ["123ABC12"]}.
    """

    model_config = ConfigDict(extra="forbid")

    enabled: bool
    schedule: dict[str, Any] | None = None
    excluded: dict[str, Any] | None = None


class CertificateBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str = Field(min_length=1, max_length=100)
    type_approval: str = Field(min_length=1, max_length=200)
    number: str = Field(min_length=1, max_length=200)
    valid_from: datetime
    valid_to: datetime

    @model_validator(mode="after")
    def _in_order(self) -> "CertificateBody":
        if self.valid_from.tzinfo is None or self.valid_to.tzinfo is None:
            raise ValueError("instants need their offset from UTC, as in 2026-05-01T00:00:00+05:00")
        if self.valid_to <= self.valid_from:
            raise ValueError("valid_to must be later than valid_from")
        return self


class CertificateList(BaseModel):
    items: list[CertificateBody]


@router.get("/rules")
async def list_source_rules(source_id: str, services: ServicesNeeded) -> SourceRuleList:
    """Every rule there is, with what the source is worth for it."""
    source, scene = await _source_and_scene(services, source_id)
    rows = {row.rule: row for row in await SourceRuleStore(services.database).of_source(source_id)}
    cards = [rule.card for rule in RULES]
    found = await to_thread.run_sync(
        partial(worth_of, source, None if scene is None else scene.features, cards, services.planning.heights, _status(services, source_id))
    )
    return SourceRuleList(
        scene_edition=None if scene is None else scene.edition,
        items=[_view(card, rows.get(card.code), found[card.code]) for card in cards],
    )


@router.put("/rules/{rule}")
async def switch_source_rule(
    source_id: str, rule: str, body: SourceRuleBody, services: ServicesNeeded, account: Switcher
) -> SourceRuleView:
    """Switch a rule on or off, or change its terms; `watch` follows within seconds. What cannot be judged is not switched on."""
    card = rules_named([rule])[0].card
    terms_of(body.schedule, body.excluded, of=f"'{rule}' on '{source_id}'")
    source, scene = await _source_and_scene(services, source_id)
    features = None if scene is None else scene.features
    found = (
        await to_thread.run_sync(partial(worth_of, source, features, [card], services.planning.heights, _status(services, source_id)))
    )[rule]
    if body.enabled and not found.possible:
        why = " ".join(reason.text for reason in found.reasons if reason.refuses)
        raise Conflict(
            f"'{rule}' cannot be judged on '{source_id}': {why}",
            code="rule_unsuitable",
            hint="Mend what is named; GET the rules of the source shows every reason with its numbers.",
        )
    view = SuitabilityView.of(found)
    row = await SourceRuleStore(services.database).switch(
        *(source_id, rule, account.name),
        enabled=body.enabled,
        schedule=body.schedule,
        excluded=body.excluded,
        suitability=view.model_dump(mode="json") | {"scene_edition": None if scene is None else scene.edition},
    )
    await AuditLog(services.database).append(
        account.name,
        "source_rule.on" if body.enabled else "source_rule.off",
        f"video-source/{source_id}/rule/{rule}",
        body.model_dump(mode="json") | {"edition": card.edition, "score": view.score},
    )
    return _view(card, row, found)


@router.get("/certificates")
async def list_certificates(source_id: str, services: ServicesNeeded) -> CertificateList:
    """Newest first. Without one in force nothing of the source is tier A."""
    rows = await DeviceCertificateStore(services.database).of_source(source_id)
    return CertificateList(
        items=[
            CertificateBody(
                id=row.certificate_id,
                type_approval=row.type_approval,
                number=row.number,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
            )
            for row in rows
        ]
    )


@router.post("/certificates", status_code=201)
async def add_certificate(source_id: str, body: CertificateBody, services: ServicesNeeded, account: Admin) -> CertificateBody:
    """The device's type approval and verification: cases of a fixed source under an order are tier A while it is in force."""
    await _source_and_scene(services, source_id)
    row = DeviceCertificateRow(body.id, source_id, body.type_approval, body.number, body.valid_from, body.valid_to)
    await DeviceCertificateStore(services.database).add(row)
    await AuditLog(services.database).append(
        account.name, "certificate.added", f"video-source/{source_id}/certificate/{body.id}", body.model_dump(mode="json")
    )
    return body


async def _source_and_scene(services: Services, source_id: str) -> tuple[VideoSource, SceneRow | None]:
    source = await VideoSourceStore(services.database).get(source_id)
    if source is None:
        raise NotFound(f"There is no video source '{source_id}'.")
    return source, next(iter(await SceneStore(services.database).in_force(source_id)), None)


def _status(services: Services, source_id: str) -> SourceStatus | None:
    return services.sources.get(source_id)


def worth_of(
    source: VideoSource, features: Mapping[str, Any] | None, cards: list[RuleCard], heights: Heights | None, status: SourceStatus | None
) -> dict[str, Suitability]:
    """What a source is worth for each rule over the features of a scene. Raises: `VisionError` for a scene that cannot be read."""
    moves = source.moves
    calibration = None if moves else source.calibration
    ground = None if not calibration else ground_of(calibration, name=source.source_id, heights=heights)
    local = LocalFrame(LonLat(0.0, 0.0)) if ground is None or ground.local is None else ground.local
    road: RoadScene | None = None
    if features is not None:
        road = road_scene(scene_on_timeline(scene_features(features, name=source.source_id), utc_now()), local)
    size_px = USUAL_SIZE_PX if not calibration else (calibration["image_size_px"][0], calibration["image_size_px"][1])
    running = status is not None and status.state == "running"
    closely = running and status is not None and status.tier == "enforcement"
    known = KnownSource(
        ground,
        size_px,
        moves=moves,
        # Its rate is that of the camera only while every picture is looked at; a rule raises it to that.
        frames_per_second=status.frames_per_second if closely and status is not None else None,
        clocked=status.clock_offset_s is not None if running and status is not None else None,
        dark=status is not None and "dark" in status.troubles,
    )
    return suitabilities(cards, road, known)


def _view(card: RuleCard, row: SourceRuleRow | None, found: Suitability) -> SourceRuleView:
    return SourceRuleView(
        rule=card.code,
        edition=card.edition,
        source_tier=card.source_tier,
        enabled=row is not None and row.enabled,
        schedule=None if row is None else row.schedule,
        excluded=None if row is None else row.excluded,
        suspended_since=None if row is None else row.suspended_since,
        suspended_why=None if row is None else row.suspended_why,
        suitability=SuitabilityView.of(found),
        changed_at=None if row is None else row.changed_at,
        changed_by=None if row is None else row.changed_by,
    )
