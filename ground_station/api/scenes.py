"""Scenes of sources: what lies before a camera, by edition. A change is in force within seconds."""

from datetime import datetime
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Depends, Header, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from geo.core import AuditLog, LegalOrderStore, SceneRow, SceneStore, VideoSourceStore
from geo.primitives import LocalFrame, LonLat, utc_now
from ground_station.accounts import Role
from ground_station.api.auth import role_needed, signed_in
from ground_station.api.errors import NotFound
from ground_station.api.if_match import expected_edition, tag_of
from ground_station.api.services import Services, ServicesNeeded
from ground_station.tokens import Account
from vision import road_scene, scene_features, scene_on_timeline

router = APIRouter(prefix="/api/v1/scenes", tags=["rules"], dependencies=[Depends(signed_in)])

Drawer = Annotated[Account, Depends(role_needed(Role.OFFICER, Role.OPERATOR, Role.ADMIN))]
MOST_FEATURES = 2000


class SceneBody(BaseModel):
    """GeoJSON features as in a scene file; each has `properties.kind`. A signal's `schedule` tells with `since` when its cycle began."""

    model_config = ConfigDict(extra="forbid")

    features: list[dict[str, Any]] = Field(max_length=MOST_FEATURES)


class SceneView(BaseModel):
    source_id: str
    edition: int
    features: list[dict[str, Any]]
    calibration: dict[str, Any] | None = Field(description="Of the source when this edition was made")
    valid_from: datetime
    valid_to: datetime | None = Field(description="Null: in force")
    made_by: str
    unknown_orders: list[str] = Field(description="Legal orders it names that are not kept here: cases of theirs stay tier C")


class SceneBrief(BaseModel):
    source_id: str
    edition: int
    features: int
    valid_from: datetime
    valid_to: datetime | None
    made_by: str


class SceneList(BaseModel):
    items: list[SceneBrief]


@router.get("")
async def list_scenes(services: ServicesNeeded) -> SceneList:
    """Those in force, by source."""
    return SceneList(items=[_brief(row) for row in await SceneStore(services.database).in_force()])


@router.get("/{source_id}")
async def get_scene(
    source_id: str, services: ServicesNeeded, response: Response, edition: Annotated[int | None, Query(ge=1)] = None
) -> SceneView:
    """The one in force, or another edition. The ETag is the edition, for If-Match."""
    store = SceneStore(services.database)
    if edition is None:
        row = next(iter(await store.in_force(source_id)), None)
    else:
        row = await store.get(source_id, edition)
    if row is None:
        which = "scene" if edition is None else f"edition {edition} of the scene"
        raise NotFound(f"There is no {which} of '{source_id}'.", code="scene_none", hint="Draw it, and send it with If-Match: 0.")
    return await _view(services, row, response)


@router.get("/{source_id}/editions")
async def list_scene_editions(source_id: str, services: ServicesNeeded) -> SceneList:
    """Newest first."""
    return SceneList(items=[_brief(row) for row in await SceneStore(services.database).editions(source_id)])


@router.put("/{source_id}")
async def put_scene(
    source_id: str,
    body: SceneBody,
    services: ServicesNeeded,
    account: Drawer,
    response: Response,
    if_match: Annotated[str | None, Header()] = None,
) -> SceneView:
    """The next edition, based on the one in If-Match (`0`: there is none yet); `watch` judges by it within seconds."""
    expected = expected_edition(if_match)
    features = {"type": "FeatureCollection", "features": body.features}
    await to_thread.run_sync(check_scene, features, source_id)
    source = await VideoSourceStore(services.database).get(source_id)
    row = await SceneStore(services.database).save(
        source_id, expected, features, account.name, calibration=None if source is None else source.calibration
    )
    await AuditLog(services.database).append(
        account.name, "scene.put", f"video-source/{source_id}/scene", {"edition": row.edition, "features": len(body.features)}
    )
    return await _view(services, row, response)


def check_scene(features: dict[str, Any], name: str) -> None:
    """Raises: `VisionError` naming the feature that cannot be judged by."""
    read, anywhere = scene_features(features, name=name), LocalFrame(LonLat(0.0, 0.0))
    for epoch in (None, utc_now()):
        road_scene(scene_on_timeline(read, epoch), anywhere)


def _brief(row: SceneRow) -> SceneBrief:
    return SceneBrief(
        source_id=row.source_id,
        edition=row.edition,
        features=len(row.features["features"]),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        made_by=row.made_by,
    )


async def _view(services: Services, row: SceneRow, response: Response) -> SceneView:
    response.headers["ETag"] = tag_of(row.edition)
    named = {(feature.get("properties") or {}).get("legal_order") for feature in row.features["features"]}
    return SceneView(
        source_id=row.source_id,
        edition=row.edition,
        features=row.features["features"],
        calibration=row.calibration,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        made_by=row.made_by,
        unknown_orders=await LegalOrderStore(services.database).unknown([str(order) for order in named if order]),
    )
