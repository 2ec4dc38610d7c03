"""Templates of missions: how a thing is flown, under a name, without its place."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from geo.core import AuditLog, TemplateRow, TemplateStore
from ground_station.api.auth import Pilot, signed_in
from ground_station.api.services import Services, ServicesNeeded
from ground_station.tokens import Account
from missions import without_place

router = APIRouter(prefix="/api/v1/missions/templates", tags=["missions"], dependencies=[Depends(signed_in)])


class TemplateBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
    request: dict[str, Any] = Field(description="A request; its geometry, home and zones are left out")


class TemplateView(BaseModel):
    id: UUID
    name: str
    pattern: str
    request: dict[str, Any]
    created_by: str
    updated_at: datetime

    @classmethod
    def of(cls, row: TemplateRow) -> "TemplateView":
        return cls(
            id=row.template_id,
            name=row.name,
            pattern=row.request.get("pattern", "survey"),
            request=row.request,
            created_by=row.created_by,
            updated_at=row.updated_at,
        )


class TemplateList(BaseModel):
    items: list[TemplateView]


@router.get("")
async def list_templates(services: ServicesNeeded) -> TemplateList:
    """By name."""
    return TemplateList(items=[TemplateView.of(row) for row in await TemplateStore(services.database).all()])


@router.post("", status_code=201)
async def create_template(body: TemplateBody, services: ServicesNeeded, account: Pilot) -> TemplateView:
    row = await TemplateStore(services.database).create(body.name, without_place(body.request), account.name)
    await _audit(services, account, "template.created", row)
    return TemplateView.of(row)


@router.get("/{template_id}")
async def get_template(template_id: UUID, services: ServicesNeeded) -> TemplateView:
    return TemplateView.of(await TemplateStore(services.database).get(template_id))


@router.put("/{template_id}")
async def change_template(template_id: UUID, body: TemplateBody, services: ServicesNeeded, account: Pilot) -> TemplateView:
    row = await TemplateStore(services.database).change(template_id, body.name, without_place(body.request))
    await _audit(services, account, "template.changed", row)
    return TemplateView.of(row)


@router.delete("/{template_id}", status_code=204)
async def delete_template(template_id: UUID, services: ServicesNeeded, account: Pilot) -> Response:
    store = TemplateStore(services.database)
    row = await store.get(template_id)
    await store.delete(template_id)
    await _audit(services, account, "template.deleted", row)
    return Response(status_code=204)


async def _audit(services: Services, account: Account, action: str, row: TemplateRow) -> None:
    await AuditLog(services.database).append(account.name, action, f"template/{row.template_id}", {"name": row.name})
