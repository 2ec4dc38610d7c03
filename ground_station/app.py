"""The wiring: every room meets here and nowhere else. One exit stack and one task group hold all that is open."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import anyio
from anyio import to_thread
from fastapi import Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware

from geo.api.features import features_router
from geo.core import open_database
from geo.layers import LAYERS
from geo.terrain import read_dem
from ground_station.api import (
    airspace,
    audit,
    auth,
    camera_calibrations,
    camera_models,
    camera_search,
    commands,
    detectors,
    docks,
    docs,
    drawings,
    evidence,
    fleet_missions,
    flights,
    groups,
    handovers,
    health,
    lease_routes,
    legal_orders,
    links,
    live,
    mission_certificate,
    mission_changes,
    mission_coverage,
    mission_profile,
    mission_proposals,
    mission_revisions,
    mission_templates,
    missions,
    plates,
    preflight,
    recording_exports,
    recordings,
    reviews,
    rules,
    run_photos,
    runs,
    safety,
    scenes,
    schedules,
    source_events,
    source_rules,
    trajectories,
    vehicle_energy,
    vehicle_logs,
    vehicle_messages,
    vehicle_operator,
    vehicle_parameters,
    vehicle_payload,
    vehicle_plans,
    vehicle_services,
    vehicles,
    video,
    video_sources,
    violations,
)
from ground_station.api.arm_gate import ArmGate
from ground_station.api.auth import signed_in
from ground_station.api.boards import VehicleBoard
from ground_station.api.bus_feed import show_silence, subscribe_all
from ground_station.api.dock_watch import DockSurroundings
from ground_station.api.errors import install_error_handlers
from ground_station.api.headers import SecurityHeaders
from ground_station.api.leases import Leases
from ground_station.api.live_hub import LiveHub
from ground_station.api.preflight_store import PreflightStore
from ground_station.api.run_watch import RunWatch
from ground_station.api.safety_watch import SafetyWatch
from ground_station.api.services import Services
from ground_station.api.static import web_router
from ground_station.bus.connection import connect_bus, ensure_streams
from ground_station.docks.keeper import DockKeeper
from ground_station.endpoints import database_url, nats_url
from ground_station.evidence_desk import EvidenceDesk
from ground_station.review.outbox import Outbox
from ground_station.secret_key import secret_key
from ground_station.settings import Settings
from ground_station.tokens import Tokens
from missions import CAMERA_FILE, PlanContext, known_cameras

SMALLEST_COMPRESSED_BYTES = 1024

# In this order: routes of one module may not hide those of a later one.
ROUTED = (
    health,
    auth,
    vehicles,
    lease_routes,
    preflight,
    safety,
    airspace,
    audit,
    groups,
    detectors,
    docks,
    commands,
    vehicle_services,
    vehicle_parameters,
    vehicle_payload,
    vehicle_operator,
    vehicle_plans,
    vehicle_logs,
    vehicle_energy,
    vehicle_messages,
    camera_calibrations,
    camera_models,
    # Before `missions`, whose paths begin with an id.
    mission_templates,
    mission_certificate,
    mission_profile,
    mission_proposals,
    missions,
    mission_coverage,
    mission_changes,
    mission_revisions,
    drawings,
    schedules,
    run_photos,
    runs,
    fleet_missions,
    flights,
    links,
    live,
    video,
    video_sources,
    camera_search,
    scenes,
    legal_orders,
    rules,
    source_rules,
    violations,
    source_events,
    trajectories,
    recording_exports,
    recordings,
    plates,
    reviews,
    handovers,
    evidence,
    docs,
)


def _surroundings(settings: Settings) -> PlanContext:
    dem = settings.station.dem
    return PlanContext(
        heights=None if dem is None else read_dem(dem),
        cameras=known_cameras(settings.data_dir / CAMERA_FILE),
    )


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Everything the routes need, opened in order and closed in reverse."""
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(database_url(settings)))
        bus = await stack.enter_async_context(connect_bus(nats_url(settings), name="api"))
        jetstream = await ensure_streams(bus)
        leases, preflight_store = await Leases.open(jetstream), await PreflightStore.open(jetstream)
        hub = LiveHub()
        vehicle_board = VehicleBoard()
        dock_keeper = DockKeeper(DockSurroundings(database, hub, vehicle_board, bus), settings.sim.dock_port)
        evidence_desk = EvidenceDesk(settings, database)
        planning = await to_thread.run_sync(_surroundings, settings)
        services = Services(
            *(settings, Tokens(secret_key(settings)), database, bus, leases, preflight_store, dock_keeper, evidence_desk, planning),
            vehicles=vehicle_board,
            live=hub,
        )
        tasks = await stack.enter_async_context(anyio.create_task_group())
        stack.callback(tasks.cancel_scope.cancel)
        await subscribe_all(services)
        tasks.start_soon(show_silence, services.vehicles, services.live)
        tasks.start_soon(SafetyWatch(services).run)
        tasks.start_soon(RunWatch(services).run)
        tasks.start_soon(ArmGate(services).serve, tasks)
        tasks.start_soon(dock_keeper.run)
        tasks.start_soon(evidence_desk.run)
        tasks.start_soon(schedules.watch_schedules, services)
        tasks.start_soon(Outbox(database, bus, settings.handover).run)
        yield services


def build_app(services: Services) -> FastAPI:
    """The application over open services."""
    # The pages of FastAPI load scripts from elsewhere, which neither an offline machine nor our content policy allows.
    app = FastAPI(title="Sunqar", version="1", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.services = services
    install_error_handlers(app)
    app.add_middleware(GZipMiddleware, minimum_size=SMALLEST_COMPRESSED_BYTES, compresslevel=5)
    app.add_middleware(SecurityHeaders)
    for module in ROUTED:
        app.include_router(module.router)
    features = features_router(lambda: services.database, LAYERS)
    app.include_router(features, prefix="/api/v1", dependencies=[Depends(signed_in)])
    app.include_router(web_router())
    return app
