"""What is on board beside the mission: fence and rally points, and clearing any of the three. Uploads count when read back and equal."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from geo.primitives import LonLat, VehicleError, utc_now
from ground_station.control.parameters import NoParameters, Parameters
from ground_station.mavlink import MissionDownload, MissionUpload, TransferResult, WireItem, mavlink
from ground_station.mavlink.clear import MissionClear
from ground_station.microservices.desk import ServiceTools
from ground_station.microservices.parameters import read_value
from ground_station.microservices.plan_wire import fence_from_wire, fence_to_wire, plan_difference, rally_from_wire, rally_to_wire
from ground_station.microservices.transfers import Transfer
from ground_station.safety.checklist import CheckResult, Severity
from ground_station.safety.plan_refusals import areas_to_stay_in, fence_refusals, rally_refusals
from ground_station.vehicles import Vehicle
from ground_station.vehicles.autopilots.plan_limits import PlanLimits
from missions import FenceCircle, FencePolygon, Geofence, RallyPoint

READ_ATTEMPTS = 3
Store = Literal["mission", "fence", "rally"]
_TYPES: dict[Store, int] = {
    "mission": mavlink.MAV_MISSION_TYPE_MISSION,
    "fence": mavlink.MAV_MISSION_TYPE_FENCE,
    "rally": mavlink.MAV_MISSION_TYPE_RALLY,
}
_UNCERTAIN = "What is on board now is not certain: upload again before flying."
Longitude, Latitude = Field(ge=-180, le=180), Field(ge=-90, le=90)


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Place(_Body):
    lon_deg: float = Longitude
    lat_deg: float = Latitude


class PolygonBody(_Body):
    inclusion: bool = Field(True, description="Stay inside; otherwise stay out")
    vertices: list[Place] = Field(min_length=3, max_length=200)


class CircleBody(_Body):
    inclusion: bool = True
    centre: Place
    radius_m: float = Field(gt=0, le=100_000)


class RallyBody(_Body):
    lon_deg: float = Longitude
    lat_deg: float = Latitude
    altitude_m: float = Field(ge=-500, le=10_000, description="Above home")


class FenceParameters(Parameters):
    polygons: list[PolygonBody] = Field(default_factory=list, max_length=100)
    circles: list[CircleBody] = Field(default_factory=list, max_length=100)

    def geofence(self) -> Geofence:
        return Geofence(
            tuple(FencePolygon(tuple(LonLat(v.lon_deg, v.lat_deg) for v in body.vertices), body.inclusion) for body in self.polygons),
            tuple(FenceCircle(LonLat(b.centre.lon_deg, b.centre.lat_deg), b.radius_m, b.inclusion) for b in self.circles),
        )

    @classmethod
    def of(cls, fence: Geofence) -> "FenceParameters":
        """As the services and the API speak of it."""
        return cls(
            polygons=[PolygonBody(inclusion=p.inclusion, vertices=[_body(v) for v in p.vertices]) for p in fence.polygons],
            circles=[CircleBody(inclusion=c.inclusion, centre=_body(c.centre), radius_m=c.radius_m) for c in fence.circles],
        )


class RallyParameters(Parameters):
    points: list[RallyBody] = Field(min_length=1, max_length=100)

    @classmethod
    def of(cls, points: Sequence[RallyPoint]) -> "RallyParameters":
        return cls(points=[RallyBody(lon_deg=p.position.lon_deg, lat_deg=p.position.lat_deg, altitude_m=p.altitude_m) for p in points])


class ReadParameters(Parameters):
    refresh: bool = Field(False, description="Ask the vehicle anew even where it is known")


def _body(place: LonLat) -> Place:
    return Place(lon_deg=place.lon_deg, lat_deg=place.lat_deg)


async def read_fence(vehicle: Vehicle, parameters: ReadParameters, tools: ServiceTools) -> dict[str, Any]:
    """The fence on board. Raises: `VehicleError`, `MissionError` when what is there makes no fence."""
    items = await _known(vehicle, "fence", tools, refresh=parameters.refresh)
    return {**FenceParameters.of(fence_from_wire(items)).model_dump(), "at": vehicle.stores["fence"].at.isoformat()}


async def read_rally(vehicle: Vehicle, parameters: ReadParameters, tools: ServiceTools) -> dict[str, Any]:
    """The rally points on board."""
    items = await _known(vehicle, "rally", tools, refresh=parameters.refresh)
    rows = [{"lon_deg": p.position.lon_deg, "lat_deg": p.position.lat_deg, "altitude_m": p.altitude_m} for p in rally_from_wire(items)]
    return {"points": rows, "at": vehicle.stores["rally"].at.isoformat()}


async def upload_fence(vehicle: Vehicle, parameters: FenceParameters, tools: ServiceTools) -> dict[str, Any]:
    """Replace the fence. Raises: `VehicleError` when it cannot be taken, is refused, or another one is read back."""
    fence, estimate = parameters.geofence(), vehicle.estimate
    limits = estimate.autopilot.plan_limits
    any_area = await _any_area(vehicle, limits, fence)
    _refuse(vehicle, fence_refusals(fence, limits, estimate.home, estimate.capabilities, any_area=any_area))
    return await _upload(vehicle, "fence", fence_to_wire(parameters.geofence()), tools)


async def upload_rally(vehicle: Vehicle, parameters: RallyParameters, tools: ServiceTools) -> dict[str, Any]:
    points = [RallyPoint(LonLat(point.lon_deg, point.lat_deg), point.altitude_m) for point in parameters.points]
    _refuse(vehicle, rally_refusals(points, vehicle.estimate.autopilot.plan_limits, vehicle.estimate.capabilities))
    return await _upload(vehicle, "rally", rally_to_wire(points), tools)


async def _any_area(vehicle: Vehicle, limits: PlanLimits, fence: Geofence) -> bool | None:
    """Whether one of several areas is enough: asked of the vehicle when it matters."""
    if limits.any_area_by is None or areas_to_stay_in(fence) < 2:
        return None
    name, bit = limits.any_area_by
    return bool(round(float(await read_value(vehicle, name))) & bit)


def _refuse(vehicle: Vehicle, found: Iterable[CheckResult]) -> None:
    """Raises: `VehicleError` for the first thing the vehicle would not take."""
    for result in found:
        if result.severity is Severity.BLOCKER:
            hint = result.next_step.en if result.next_step else ""
            raise VehicleError(f"{vehicle.vehicle_id}: {result.text.en}", code=result.code, hint=hint)


async def clear_fence(vehicle: Vehicle, parameters: NoParameters, tools: ServiceTools) -> dict[str, Any]:
    return await _clear(vehicle, "fence", tools)


async def clear_rally(vehicle: Vehicle, parameters: NoParameters, tools: ServiceTools) -> dict[str, Any]:
    return await _clear(vehicle, "rally", tools)


async def clear_mission(vehicle: Vehicle, parameters: NoParameters, tools: ServiceTools) -> dict[str, Any]:
    """Refused while the vehicle flies one."""
    estimate = vehicle.estimate
    if estimate.flying and estimate.mode == estimate.autopilot.mission_mode:
        raise VehicleError(f"{vehicle.vehicle_id} is flying its mission.", code="mission.flying", hint="Hold or land it first.")
    result = await _clear(vehicle, "mission", tools)
    vehicle.uploaded = None
    vehicle.estimate.on_new_mission(0)
    return result


async def _known(vehicle: Vehicle, store: Store, tools: ServiceTools, *, refresh: bool) -> tuple[WireItem, ...]:
    if refresh or store not in vehicle.stores:
        async with vehicle.transfer_lock, tools.transfers.transfer(vehicle.vehicle_id, store, tools.actor) as transfer:
            await _read(vehicle, store, transfer)
    return vehicle.stores[store].items


async def reread(vehicle: Vehicle, store: str, tools: ServiceTools) -> None:
    """What is known of a store is out of date: ask again."""
    await _known(vehicle, "fence" if store == "fence" else "rally", tools, refresh=True)


async def _read(vehicle: Vehicle, store: Store, transfer: Transfer) -> tuple[WireItem, ...]:
    """Ask for it and keep it. The caller holds `transfer_lock`."""
    for _ in range(READ_ATTEMPTS):
        exchange = MissionDownload(vehicle.address, vehicle.own, mission_type=_TYPES[store])
        outcome = await transfer.drive(vehicle, exchange, lambda e=exchange: transfer.tell(e.received, e.expected))  # type: ignore[misc]
        if outcome.result is TransferResult.ACCEPTED:
            vehicle.keep_store(store, outcome.items, utc_now())
            return outcome.items
        if outcome.result is TransferResult.REFUSED:
            break
    raise VehicleError(f"The {store} of {vehicle.vehicle_id} could not be read: {outcome.detail}.", code=f"{store}.{outcome.result}")


async def _upload(vehicle: Vehicle, store: Store, items: list[WireItem], tools: ServiceTools) -> dict[str, Any]:
    if not items:
        raise VehicleError(f"This {store} is empty.", code=f"{store}.empty", hint="To take it off the vehicle, clear it.")
    name = f"{store}_upload"
    async with vehicle.transfer_lock, tools.transfers.transfer(vehicle.vehicle_id, name, tools.actor) as transfer:
        upload = MissionUpload(items, vehicle.address, vehicle.own, mission_type=_TYPES[store])
        outcome = await transfer.drive(vehicle, upload, lambda: transfer.tell(round(upload.progress * len(items)), len(items)))
        if outcome.result not in (TransferResult.ACCEPTED, TransferResult.UNCONFIRMED):
            raise VehicleError(
                f"The {store} was not taken by {vehicle.vehicle_id}: {outcome.detail}.", code=f"{store}.{outcome.result}", hint=_UNCERTAIN
            )
        stored = await _read(vehicle, store, transfer)
        difference = plan_difference(items, stored)
        if difference is not None:
            raise VehicleError(
                f"{vehicle.vehicle_id} holds another {store} than was sent: {difference}.", code=f"{store}.differs", hint=_UNCERTAIN
            )
        transfer.tell(len(items), len(items), message=f"{len(items)} items on board, read back and equal")
    return {"items": len(items), "read_back": True}


async def _clear(vehicle: Vehicle, store: Store, tools: ServiceTools) -> dict[str, Any]:
    name = f"{store}_clear"
    async with vehicle.transfer_lock, tools.transfers.transfer(vehicle.vehicle_id, name, tools.actor) as transfer:
        outcome = await transfer.drive(vehicle, MissionClear(vehicle.address, vehicle.own, mission_type=_TYPES[store]))
        if outcome.result is not TransferResult.ACCEPTED:
            raise VehicleError(f"The {store} of {vehicle.vehicle_id} was not cleared: {outcome.detail}.", code=f"{store}.{outcome.result}")
        left = await _read(vehicle, store, transfer)
        real = left[1:] if store == "mission" and vehicle.estimate.autopilot.has_home_item else left
        if real:
            raise VehicleError(
                f"{vehicle.vehicle_id} still holds {len(real)} items of its {store}.", code=f"{store}.differs", hint=_UNCERTAIN
            )
    return {"items": 0, "read_back": True}
