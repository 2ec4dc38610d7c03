"""Adding and changing video sources: a real RTSP camera is connected here. Reading them is a map layer."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal, cast

from anyio import to_thread
from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from geo.core import AuditLog, VideoSource, VideoSourceStore
from geo.primitives import LonLat, VisionError
from ground_station.accounts import Role
from ground_station.api.auth import SignedIn, role_needed
from ground_station.api.errors import BadRequest, NotFound
from ground_station.api.services import ServicesNeeded
from ground_station.detector_file import further_models
from ground_station.settings import Settings
from ground_station.tokens import Account
from ground_station.watching.service import wanted_tier
from ground_station.watching.source_models import look_period_s
from vision import TIER_CORES, TIERS, ModelCard, Tier, TierWhy, ground_of, read_card

router = APIRouter(prefix="/api/v1/video-sources", tags=["cameras"])

SOURCE_URL = r"^((rtsp[stu]?|rtmps?|srt|udp|rtp|tcp|https?)://.+|usb:\d+|/dev/video\d+)$"

MODELS_AT_MOST = 4

Keeper = Annotated[Account, Depends(role_needed(Role.OPERATOR, Role.ADMIN))]


class VideoSourceBody(BaseModel):
    """What is known of a source. `url`, `sub_url`, `calibration` and `tier` are kept from before when left out, its models always."""

    model_config = ConfigDict(extra="forbid")

    category: Literal["public_space", "enforcement_complex", "fixed", "drone"] = "fixed"
    name_kk: str = Field(min_length=1, max_length=200)
    name_ru: str = Field(min_length=1, max_length=200)
    name_en: str = Field(min_length=1, max_length=200)
    url: str | None = Field(None, pattern=SOURCE_URL, max_length=1000, description="Where the video comes from; may hold credentials")
    sub_url: str | None = Field(None, pattern=SOURCE_URL, max_length=1000, description="The camera's smaller stream, watched instead")
    enabled: bool = True
    position: tuple[float, float] | None = Field(None, description="Longitude, latitude")
    heading_deg: float | None = Field(None, ge=0, lt=360)
    hfov_deg: float | None = Field(None, gt=0, lt=180)
    calibration: dict[str, Any] | None = Field(None, description="As in a scene file: image_size_px and at least four points px ↔ lonlat")
    vehicle_id: str | None = None
    tier: Tier | None = Field(None, description="How closely it is looked at; kept from before when left out")


class TierChoiceBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    tier: Tier | None = Field(description="null leaves it to the settings")


class TierCostView(BaseModel):
    tier: Tier
    cores: float = Field(description="Processor seconds a second, of one core, for a 720p camera on a busy road; a quiet one takes less")
    fits_rules: bool = Field(description="False: a rule switched on for the source asks for more")


class TierView(BaseModel):
    """How closely a source is to be looked at. Load and new things in view may change it for a while: see its status."""

    chosen: Tier | None
    default: Tier
    wanted: Tier
    why: TierWhy
    rules: list[str] = Field(description="Those that ask for more than was chosen")
    costs: list[TierCostView]


class ModelsChoiceBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    models: list[Annotated[str, Field(min_length=1, max_length=100)]] = Field(
        max_length=MODELS_AT_MOST, description="Names; empty for none"
    )


class ModelChoiceView(BaseModel):
    """A model a source may be looked at with besides the default one. `card` is null when nothing is known of it."""

    name: str
    chosen: bool
    card: ModelCard | None
    trouble: str | None = Field(description="Why it cannot be used, or why its card does not count")


class ModelsView(BaseModel):
    """What the source is looked at with besides the default model. What that costs is measured: see its status."""

    look_period_s: float = Field(description="Each of them looks at a picture of this source so often")
    models: list[ModelChoiceView]


@router.put("/{source_id}", status_code=204)
async def put_video_source(source_id: str, body: VideoSourceBody, services: ServicesNeeded, account: Keeper) -> None:
    """Add a source or replace it; `watch` takes it up within seconds."""
    if body.calibration is not None:
        ground_of(body.calibration, name=source_id)
    store = VideoSourceStore(services.database)
    before = await store.get(source_id)
    position = None if body.position is None else LonLat(*body.position)
    changed = body.model_dump(exclude={"position", "url", "sub_url", "calibration", "tier"})
    await store.upsert(
        VideoSource(
            source_id=source_id,
            **changed,
            position=position,
            url=body.url or (before.url if before else None),
            # A new main stream is another camera, or another place in it: the small one of before would show something else.
            sub_url=body.sub_url or (before.sub_url if before and body.url in (None, before.url) else None),
            calibration=body.calibration or (before.calibration if before else None),
            camera_count=before.camera_count if before else 1,
            tier=body.tier or (before.tier if before else None),
        )
    )
    # The URLs may hold passwords and stay out of the log.
    detail = body.model_dump(exclude={"url", "sub_url"})
    await AuditLog(services.database).append(
        actor=account.name, action="video_source.put", subject=f"video-source/{source_id}", detail=detail
    )


@router.delete("/{source_id}", status_code=204)
async def delete_video_source(source_id: str, services: ServicesNeeded, account: Keeper) -> None:
    """Forget a source; `watch` lets it go within seconds. What it saw and what happened to it stays."""
    if not await VideoSourceStore(services.database).remove(source_id):
        raise NotFound(f"There is no video source '{source_id}'.")
    await AuditLog(services.database).append(
        actor=account.name, action="video_source.delete", subject=f"video-source/{source_id}", detail={}
    )


@router.get("/{source_id}/tier", summary="How closely a source is looked at, why, and what each tier costs")
async def tier_of_source(source_id: str, services: ServicesNeeded, account: SignedIn) -> TierView:
    source = await VideoSourceStore(services.database).get(source_id)
    if source is None:
        raise NotFound(f"There is no video source '{source_id}'.")
    default = services.settings.watch.tier
    found, needed = wanted_tier(source, default), wanted_tier(replace(source, tier="health"), default).tier
    return TierView(
        chosen=cast(Tier | None, source.tier),
        default=default,
        wanted=found.tier,
        why=found.why,
        rules=list(found.rules),
        costs=[TierCostView(tier=tier, cores=TIER_CORES[tier], fits_rules=TIERS.index(tier) >= TIERS.index(needed)) for tier in TIERS],
    )


@router.put("/{source_id}/tier", summary="Choose how closely a source is looked at")
async def choose_tier(source_id: str, body: TierChoiceBody, services: ServicesNeeded, account: Keeper) -> TierView:
    """`watch` takes it up within seconds, without a restart."""
    if not await VideoSourceStore(services.database).choose_tier(source_id, body.tier):
        raise NotFound(f"There is no video source '{source_id}'.")
    await AuditLog(services.database).append(
        actor=account.name, action="video_source.tier", subject=f"video-source/{source_id}", detail=body.model_dump()
    )
    return await tier_of_source(source_id, services, account)


@router.get("/{source_id}/models", summary="What a source is looked at with besides the default model, and what there is to choose")
async def models_of_source(source_id: str, services: ServicesNeeded, account: SignedIn) -> ModelsView:
    source = await VideoSourceStore(services.database).get(source_id)
    if source is None:
        raise NotFound(f"There is no video source '{source_id}'.")
    models = await to_thread.run_sync(_choices, services.settings, source.models)
    return ModelsView(look_period_s=look_period_s(moves=source.moves), models=models)


@router.put("/{source_id}/models", summary="Choose what a source is looked at with besides the default model")
async def choose_models(source_id: str, body: ModelsChoiceBody, services: ServicesNeeded, account: Keeper) -> ModelsView:
    """`watch` takes it up within seconds, without a restart. Findings carry the model's hash and a kind of their own."""
    store = VideoSourceStore(services.database)
    known = await to_thread.run_sync(further_models, services.settings)
    source = await store.get(source_id)
    if source is None:
        raise NotFound(f"There is no video source '{source_id}'.")
    chosen = list(dict.fromkeys(body.models))
    for name in chosen:
        # One chosen before and gone since may stay: it must not stand in the way of choosing another.
        if name not in known and name not in source.models:
            raise BadRequest(
                f"models: there is no model '{name}' to look with besides the default one.",
                hint=f"Choose from: {', '.join(known) or 'none is there'}.",
            )
    await store.choose_models(source_id, chosen)
    await AuditLog(services.database).append(
        actor=account.name, action="video_source.models", subject=f"video-source/{source_id}", detail={"models": chosen}
    )
    return await models_of_source(source_id, services, account)


def _choices(settings: Settings, chosen: Sequence[str]) -> list[ModelChoiceView]:
    known = further_models(settings)
    choices = []
    for name, path in known.items():
        try:
            card, trouble = read_card(path), None
        except VisionError as error:
            card, trouble = None, error.one_line()
        choices.append(ModelChoiceView(name=name, chosen=name in chosen, card=card, trouble=trouble))
    gone = (name for name in chosen if name not in known)
    return choices + [ModelChoiceView(name=name, chosen=True, card=None, trouble=f"There is no model '{name}'.") for name in gone]
