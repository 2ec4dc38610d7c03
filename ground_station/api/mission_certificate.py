"""The certificate of a mission against the airspace in the database."""

from typing import Any
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel, Field

from geo.core import AirspaceStore
from geo.primitives import LonLat
from ground_station.airspace_zones import zone_of_row, zones_to_come
from ground_station.api.auth import signed_in
from ground_station.api.law_limits import LimitView, limits_of
from ground_station.api.mission_views import line_string
from ground_station.api.missions import existing
from ground_station.api.services import ServicesNeeded
from missions import MissionPlan, certificate_findings, certify, plan_from_json

router = APIRouter(prefix="/api/v1/missions", tags=["missions"], dependencies=[Depends(signed_in)])

REACH_M = 5_000.0  # distances to zones are told up to 2 km; returns to rally points may leave the line of the plan


class CertificateView(BaseModel):
    """The certificate with the hash of its content, and what it says in words."""

    certificate: dict[str, Any] = Field(description="As `sunqar mission check --certificate` writes it")
    findings: list[dict[str, Any]]
    limits: list[LimitView] = Field(description="Limits of the law, those the plan goes beyond first")


@router.get("/{mission_id}/certificate")
async def get_certificate(mission_id: UUID, services: ServicesNeeded, at: AwareDatetime | None = None) -> CertificateView:
    """Every leg and every straight return against zones and fence, for a start at a time; without one every zone counts."""
    row = await existing(services, mission_id)
    plan = plan_from_json(row.content.plan)
    zones = [zone_of_row(zone) for zone in await AirspaceStore(services.database).around(_places(plan), REACH_M)]
    certificate = await to_thread.run_sync(lambda: certify(plan, zones, at=at, heights=services.planning.heights))
    findings = [finding.to_json() for finding in certificate_findings(certificate)]
    aerodromes = await zones_to_come(services.database, line_string(_places(plan)))
    limits = await to_thread.run_sync(limits_of, services.settings, [plan], aerodromes)
    return CertificateView(certificate=certificate.to_json(), findings=findings, limits=limits)


def _places(plan: MissionPlan) -> list[LonLat]:
    places = [item.position for item in plan.items if item.position is not None]
    if plan.home is not None:
        places.insert(0, plan.home)
    return places * 2 if len(places) == 1 else places
