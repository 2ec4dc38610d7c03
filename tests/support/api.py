"""The real api on a free port, over the test's own database and the session's bus."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from nats.aio.client import Client
from pydantic import SecretStr
from websockets.asyncio.client import ClientConnection, connect

from geo.core import UserStore
from geo.primitives import utc_now
from ground_station.accounts import Role, hash_password
from ground_station.api.services import Services
from ground_station.app import build_app, open_services
from ground_station.messages import BatteryState, GpsState, HealthState, LinkState, VehicleState
from ground_station.processes.api import listening_socket, serve
from ground_station.settings import Settings
from tests.support.programs import free_port

PASSWORD = "correct horse battery"
_HASH = hash_password(PASSWORD)


@dataclass(slots=True)
class RunningApi:
    """One api and the means to talk to it."""

    port: int
    services: Services
    http: httpx.AsyncClient
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def bus(self) -> Client:
        return self.services.bus

    async def account(self, role: Role, name: str | None = None) -> dict[str, str]:
        """Make an account and sign in; gives the headers to use."""
        name = name or role.value
        await UserStore(self.services.database).add(name, role.value, _HASH)
        answer = await self.http.post("/api/v1/auth/token", data={"username": name, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        self.tokens[name] = answer.json()["access_token"]
        return {"Authorization": f"Bearer {self.tokens[name]}"}

    async def hear(self, state: VehicleState) -> None:
        """Publish a vehicle's state and wait until the api has it."""
        await self.bus.publish(f"telemetry.state.{state.vehicle_id}", state.encode())
        with anyio.fail_after(30):
            while self.services.vehicles.get(state.vehicle_id) is None:
                await anyio.sleep(0.01)

    @asynccontextmanager
    async def socket(self, path: str, name: str) -> AsyncIterator[ClientConnection]:
        """A websocket after signing in."""
        import json

        async with connect(f"ws://127.0.0.1:{self.port}{path}", proxy=None, max_size=None, close_timeout=1) as socket:
            await socket.send(json.dumps({"type": "auth", "token": self.tokens[name]}))
            yield socket


@asynccontextmanager
async def running_api(settings: Settings) -> AsyncIterator[RunningApi]:
    listener = listening_socket("127.0.0.1", 0)
    port = listener.getsockname()[1]
    async with open_services(settings) as services, anyio.create_task_group() as tasks:
        tasks.start_soon(serve, build_app(services), listener)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20, trust_env=False) as http:
            yield RunningApi(port, services, http)
        tasks.cancel_scope.cancel()
    listener.close()


@pytest.fixture
def api_settings(database_url: str, nats_url: str, tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path,
        database_url=database_url,
        nats_url=nats_url,
        secret_key=SecretStr("a test key that is long enough for HS256"),
        video={"port": free_port()},  # type: ignore[arg-type]
    )


def vehicle_state(vehicle_id: str = "mav-1", **changes: Any) -> VehicleState:
    values: dict[str, Any] = {
        "vehicle_id": vehicle_id,
        "system_id": 1,
        "at": utc_now(),
        "link": LinkState.ONLINE,
        "heartbeat_age_s": 0.2,
        "autopilot": "ardupilot",
        "vehicle_type": "copter",
        "armed": False,
        "mode": "GUIDED",
        "flying": False,
        "lon_deg": 51.16,
        "lat_deg": 43.65,
        "altitude_amsl_m": 30.0,
        "altitude_above_home_m": 0.0,
        "home_lon_deg": 51.16,
        "home_lat_deg": 43.65,
        "ready_to_arm": True,
        "gps": GpsState(fix_type=3, satellites=14, hdop=0.8),
        "battery": BatteryState(remaining_fraction=0.97, voltage_v=25.0),
        "health": HealthState(estimator="good", wind_speed_mps=3.0, wind_from_deg=270.0, clock_offset_s=0.0, loss_fraction=0.0),
    }
    return VehicleState(**(values | changes))
