"""What the routes need, made once in the lifespan and passed on as one value."""

from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends
from nats.aio.client import Client
from starlette.requests import HTTPConnection

from geo.core import Database
from ground_station.api.boards import CommandBoard, LinkBoard, OnboardBoard, ProcessBoard, SourceBoard, VehicleBoard
from ground_station.api.confirmations import Confirmations
from ground_station.api.leases import Leases
from ground_station.api.live_hub import LiveHub
from ground_station.api.preflight_store import PreflightStore
from ground_station.api.run_board import RunBoard
from ground_station.api.safety_board import SafetyBoard
from ground_station.api.throttle import LoginThrottle
from ground_station.docks.keeper import DockKeeper
from ground_station.evidence_desk import EvidenceDesk
from ground_station.settings import Settings
from ground_station.tokens import Tokens
from missions import PlanContext


@dataclass(frozen=True, slots=True)
class Services:
    settings: Settings
    tokens: Tokens
    database: Database
    bus: Client
    leases: Leases
    preflight: PreflightStore
    docks: DockKeeper
    evidence: EvidenceDesk
    planning: PlanContext = field(default_factory=PlanContext)
    vehicles: VehicleBoard = field(default_factory=VehicleBoard)
    sources: SourceBoard = field(default_factory=SourceBoard)
    links: LinkBoard = field(default_factory=LinkBoard)
    processes: ProcessBoard = field(default_factory=ProcessBoard)
    commands: CommandBoard = field(default_factory=CommandBoard)
    confirmations: Confirmations = field(default_factory=Confirmations)
    safety: SafetyBoard = field(default_factory=SafetyBoard)
    runs: RunBoard = field(default_factory=RunBoard)
    onboard: OnboardBoard = field(default_factory=OnboardBoard)
    live: LiveHub = field(default_factory=LiveHub)
    throttle: LoginThrottle = field(default_factory=LoginThrottle)


def services_of(connection: HTTPConnection) -> Services:
    return cast(Services, connection.app.state.services)


ServicesNeeded = Annotated[Services, Depends(services_of)]
