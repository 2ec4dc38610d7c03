"""What the keeper of the docks sees and tells: vehicles in telemetry, states live, its own doings in the audit log, faults as alarms."""

import logging
from datetime import datetime
from uuid import UUID

from nats.aio.client import Client
from nats.errors import Error as NatsError

from geo.core import AuditLog, Database, DockRow, DockStore
from geo.primitives import GeoError, LonLat, derived_id, distance_m, utc_now
from ground_station.api.boards import VehicleBoard
from ground_station.api.live_hub import DOCK_STATUS, LiveHub
from ground_station.bus.subjects import VEHICLE_EVENT
from ground_station.docks.cycle import Sighting, Step
from ground_station.docks.keeper import Kept
from ground_station.docks.machine import Dock, weather_against
from ground_station.messages import DockStatus, LinkState, VehicleEvent

logger = logging.getLogger(__name__)

BY_ITSELF = "dock"  # who did it, in the audit log
NOTED = frozenset({"open", "away", "charging", "ready", "fault"})
PUBLISH_WITHIN_S = 2.0
FAULTS = {
    "lid_stuck": "the lid is stuck. Look at it before anything starts or lands",
    "no_charge": "it does not charge. Look at the contacts",
    "landed_beside": "its vehicle has landed beside the pad. Put it on the pad; the dock then closes by itself",
}


class DockSurroundings:
    def __init__(self, database: Database, live: LiveHub, vehicles: VehicleBoard, bus: Client) -> None:
        self._store, self._audit = DockStore(database), AuditLog(database)
        self._live, self._vehicles, self._bus = live, vehicles, bus
        self._noted: dict[UUID, tuple[str, str]] = {}

    async def docks(self) -> list[DockRow]:
        return await self._store.all()

    def vehicle_of(self, kept: Kept) -> Sighting | None:
        setup = kept.row.setup
        state = self._vehicles.get(setup.vehicle_id or "")
        if state is None or state.link is not LinkState.ONLINE:
            return None
        at = None if state.lon_deg is None or state.lat_deg is None else LonLat(state.lon_deg, state.lat_deg)
        charge = state.battery.remaining_fraction if state.battery else None
        away_m = None if at is None else distance_m(at, setup.position)
        return Sighting(state.vehicle_id, state.flying, state.armed, away_m, charge)

    def show(self, kept: Kept) -> None:
        self._live.publish(DOCK_STATUS, status_of(kept).model_dump_json(), key=str(kept.row.dock_id))

    async def note_step(self, kept: Kept, step: Step) -> None:
        await self._note(kept, f"dock.{step.wanted}", {"reason": step.why, "code": step.code})

    async def note_state(self, kept: Kept, before: Dock) -> None:
        """Once each; a dock that is unreachable now and then does not fill the log."""
        dock = kept.dock
        known = self._noted.get(kept.row.dock_id)
        if dock.state not in NOTED or known == (dock.state, dock.fault):
            return
        self._noted[kept.row.dock_id] = (dock.state, dock.fault)
        if known is None and dock.state != "fault":
            return  # as it was found at the start
        await self._note(kept, "dock.fault" if dock.state == "fault" else "dock.state", {"state": dock.state, "reason": dock.fault})
        if dock.state == "fault":
            await self._alarm(kept)

    async def _note(self, kept: Kept, action: str, detail: dict[str, str]) -> None:
        try:
            await self._audit.append(BY_ITSELF, action, f"dock/{kept.row.dock_id}", {"name": kept.row.setup.name} | detail)
        except GeoError as error:
            # The lid over a vehicle that comes home does not wait for a database.
            logger.warning("not in the audit log: %s of dock %s: %s", action, kept.row.setup.name, error.message)

    async def _alarm(self, kept: Kept) -> None:
        vehicle_id = kept.row.setup.vehicle_id
        if vehicle_id is None:
            return
        seen = self.vehicle_of(kept)
        flying = seen is not None and seen.flying
        at = utc_now()
        event = VehicleEvent(
            event_id=derived_id("dock", str(kept.row.dock_id), kept.dock.fault, at.strftime("%Y-%m-%dT%H:%M")),
            vehicle_id=vehicle_id,
            at=at,
            kind="alarm",
            severity="critical" if flying else "warning",
            text=f"Dock {kept.row.setup.name}: {FAULTS.get(kept.dock.fault, kept.dock.fault)}."
            + (f" {vehicle_id} is in the air: choose another place to land." if flying else ""),
            detail={"code": f"dock.{kept.dock.fault if kept.dock.fault in FAULTS else 'fault'}"},
        )
        try:
            await self._bus.jetstream().publish(
                f"{VEHICLE_EVENT}.{vehicle_id}",
                event.encode(),
                timeout=PUBLISH_WITHIN_S,
                headers={"Nats-Msg-Id": str(event.event_id)},
            )
        except (NatsError, TimeoutError) as error:
            logger.warning("alarm was not told (%s): %s", error, event.text)


def status_of(kept: Kept, at: datetime | None = None) -> DockStatus:
    setup, dock = kept.row.setup, kept.dock
    report = dock.report
    return DockStatus(
        dock_id=kept.row.dock_id,
        name=setup.name,
        kind=kept.device.kind,
        lon_deg=setup.position.lon_deg,
        lat_deg=setup.position.lat_deg,
        vehicle_id=setup.vehicle_id,
        at=at or utc_now(),
        state=dock.state,
        fault=dock.fault,
        vehicle_present=report.vehicle_present if report else None,
        charge_fraction=report.charge_fraction if report else None,
        wind_mps=report.wind_mps if report else None,
        rain_mm_h=report.rain_mm_h if report else None,
        wind_limit_mps=setup.wind_limit_mps,
        rain_limit_mm_h=setup.rain_limit_mm_h,
        weather=weather_against(report, setup.wind_limit_mps, setup.rain_limit_mm_h),
    )
