"""Airspace from files: taken in whole, listed by file, removed by file. Map, planner and pre-flight checks use the same zones."""

from datetime import datetime
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, Field

from geo.core import AirspaceSource, AirspaceStore, AuditLog
from geo.primitives import utc_now
from ground_station.airspace_zones import row_of_zone, zone_of_row
from ground_station.api.auth import Pilot, signed_in
from ground_station.api.errors import NotFound
from ground_station.api.missions import limited_body
from ground_station.api.services import ServicesNeeded
from missions import AIRSPACE_FORMATS, airspace_format, read_airspace_bytes

router = APIRouter(prefix="/api/v1/airspace", tags=["airspace"], dependencies=[Depends(signed_in)])

Source = Annotated[
    str, Query(min_length=1, max_length=120, pattern=r"^[^/\\\x00-\x1f]+$", description="Name of the file; the same replaces it")
]
MOST_REMARKS = 200


class AirspaceFormatView(BaseModel):
    id: str
    title: str
    suffixes: list[str]


class AirspaceSourceView(BaseModel):
    source: str
    zones: int
    valid_from: datetime
    valid_to: datetime | None = Field(description="When the last of its zones ends; null when one has no end")

    @classmethod
    def of(cls, source: AirspaceSource) -> "AirspaceSourceView":
        return cls(source=source.source, zones=source.zones, valid_from=source.valid_from, valid_to=source.valid_to)


class AirspaceView(BaseModel):
    sources: list[AirspaceSourceView]
    formats: list[AirspaceFormatView]


class ZoneForceView(BaseModel):
    id: str
    active: bool = Field(description="In force at that instant, hours of the week counted")
    changes_at: datetime | None = Field(description="When it next comes into force or leaves it; null: never")


class AirspaceForceView(BaseModel):
    at: datetime
    items: list[ZoneForceView]


class AirspaceRemark(BaseModel):
    code: str
    item: int | None = Field(description="Line or feature of the file")
    message: str
    values: dict[str, float | str] = Field(description="Numbers and names of the message; `form` and `code` name its sentence")


class AirspaceImportView(BaseModel):
    source: str
    zones: int
    remarks: list[AirspaceRemark] = Field(description="What was repaired, assumed or left out")
    remarks_left_out: int


@router.get("")
async def list_airspace(services: ServicesNeeded) -> AirspaceView:
    """The files of zones there are, and the formats that are read."""
    formats = [AirspaceFormatView(id=f.id, title=f.title, suffixes=list(f.suffixes)) for f in AIRSPACE_FORMATS]
    sources = await AirspaceStore(services.database).sources()
    return AirspaceView(sources=[AirspaceSourceView.of(source) for source in sources], formats=formats)


@router.get("/in-force")
async def zones_in_force(services: ServicesNeeded, at: AwareDatetime | None = None) -> AirspaceForceView:
    """Which zones hold at an instant, now without one, and when that changes. Zones that are over are left out."""
    now = at or utc_now()
    zones = [zone_of_row(row) for row in await AirspaceStore(services.database).to_come(now)]
    items = [ZoneForceView(id=zone.id, active=zone.in_force(now), changes_at=zone.changes_after(now)) for zone in zones]
    return AirspaceForceView(at=now, items=items)


@router.post("/import", status_code=201)
async def import_airspace(
    request: Request, services: ServicesNeeded, account: Pilot, *, source: Source, format: str | None = None
) -> AirspaceImportView:
    """The body is the file. It is taken whole or refused with the line or feature that is wrong; the zones of the same name go."""
    if format is not None:
        airspace_format(format)
    data = await limited_body(request)
    read = await to_thread.run_sync(read_airspace_bytes, data, source, format)
    await AirspaceStore(services.database).replace_source(source, [row_of_zone(zone, source) for zone in read.zones])
    await AuditLog(services.database).append(account.name, "airspace.imported", f"airspace/{source}", {"zones": len(read.zones)})
    remarks = [
        AirspaceRemark(code=remark.code, item=remark.item, message=remark.message, values=dict(remark.values)) for remark in read.remarks
    ]
    left_out = max(len(remarks) - MOST_REMARKS, 0)
    return AirspaceImportView(source=source, zones=len(read.zones), remarks=remarks[:MOST_REMARKS], remarks_left_out=left_out)


@router.delete("/sources", status_code=204)
async def delete_source(services: ServicesNeeded, account: Pilot, *, source: Source) -> Response:
    """All zones of a file."""
    count = await AirspaceStore(services.database).delete_source(source)
    if count == 0:
        raise NotFound(f"There is no airspace '{source}'.", code="airspace_unknown")
    await AuditLog(services.database).append(account.name, "airspace.deleted", f"airspace/{source}", {"zones": count})
    return Response(status_code=204)
