"""Health for machines: `/healthz` says the process lives, `/readyz` that the whole system can work, `/metrics` how much it does."""

import anyio
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel

from geo.primitives import SunqarError
from ground_station.api.auth import signed_in
from ground_station.api.services import Services, ServicesNeeded
from ground_station.messages import LinkState

router = APIRouter(tags=["health"])

ANSWER_WITHIN_S = 2.0
_LINK_COUNTS = (
    ("frames", "frames", "MAVLink frames received, by physical link"),
    ("lost", "packets_lost", "Packets that never arrived, by the senders' sequence numbers"),
    ("bad_crc", "bad_frames", "Frames dropped for a wrong checksum or flag"),
    ("refused", "refused_frames", "Frames refused: unsigned, wrongly signed, replayed, or from a read-only endpoint"),
    ("duplicates", "duplicates", "Frames that had come over another link"),
)


class Health(BaseModel):
    status: str = "ok"


class ProcessReport(BaseModel):
    ready: bool
    detail: str
    age_s: float | None


class Readiness(BaseModel):
    ready: bool
    processes: dict[str, ProcessReport]


@router.get("/healthz")
async def healthz() -> Health:
    return Health()


@router.get("/readyz", responses={503: {"model": Readiness}})
async def readyz(request: Request, services: ServicesNeeded, response: Response) -> Readiness:
    """Green when the database and the bus answer and every expected process was heard ready within 3 s.

    Callers from other machines learn which process is not ready, not why: details may name paths and addresses.
    """
    report = services.processes.report(services.settings.expected_processes)
    processes = {name: ProcessReport(ready=ready, detail=detail, age_s=age_s) for name, (ready, detail, age_s) in report.items()}
    processes["database"] = await database_report(services)
    processes["bus"] = await bus_report(services)
    if not from_this_machine(request):
        processes = {name: report.model_copy(update={"detail": ""}) for name, report in processes.items()}
    needed = [*services.settings.expected_processes, "database", "bus"]
    ready = all(processes[name].ready for name in needed)
    response.status_code = 200 if ready else 503
    return Readiness(ready=ready, processes=processes)


def from_this_machine(request: Request) -> bool:
    """Over loopback and not through a proxy, which would make everyone look local."""
    forwarded = any(name in request.headers for name in ("forwarded", "x-forwarded-for", "x-real-ip", "via"))
    return request.client is not None and request.client.host in ("127.0.0.1", "::1") and not forwarded


async def database_report(services: Services) -> ProcessReport:
    try:
        with anyio.fail_after(ANSWER_WITHIN_S):
            await services.database.value("SELECT 1")
    except (SunqarError, TimeoutError, OSError):
        return ProcessReport(ready=False, detail="does not answer", age_s=None)
    return ProcessReport(ready=True, detail="", age_s=0.0)


async def bus_report(services: Services) -> ProcessReport:
    try:
        with anyio.fail_after(ANSWER_WITHIN_S):
            await services.bus.flush(timeout=int(ANSWER_WITHIN_S))
    except Exception:  # whatever the client raises while it reconnects means: not ready
        return ProcessReport(ready=False, detail="does not answer", age_s=None)
    return ProcessReport(ready=True, detail="", age_s=0.0)


@router.get("/metrics", response_class=PlainTextResponse, dependencies=[Depends(signed_in)])
async def metrics(services: ServicesNeeded) -> PlainTextResponse:
    """Prometheus text format."""
    return PlainTextResponse(metrics_text(services), media_type="text/plain; version=0.0.4; charset=utf-8")


def metrics_text(services: Services) -> str:
    vehicles = services.vehicles.all()
    lines: list[str] = []

    def metric(name: str, kind: str, help_text: str, values: list[tuple[str, float]]) -> None:
        lines.extend([f"# HELP {name} {help_text}", f"# TYPE {name} {kind}"])
        lines.extend(f"{name}{labels} {value:g}" for labels, value in values)

    states = {state: sum(vehicle.link is state for vehicle in vehicles) for state in LinkState}
    metric("sunqar_vehicles", "gauge", "Vehicles known, by state of their link", [(f'{{link="{s}"}}', n) for s, n in states.items()])
    metric("sunqar_vehicles_armed", "gauge", "Vehicles armed", [("", sum(vehicle.armed for vehicle in vehicles))])
    metric("sunqar_live_clients", "gauge", "Browsers on the live socket", [("", services.live.clients)])
    metric("sunqar_live_messages_total", "counter", "Messages published to browsers", [("", services.live.published)])
    metric("sunqar_live_overflows_total", "counter", "Clients told to reload because they fell behind", [("", services.live.overflows)])
    links = services.links.all()
    for field, name, help_text in _LINK_COUNTS:
        metric(f"sunqar_link_{name}_total", "counter", help_text, [(f'{{link="{link.url}"}}', getattr(link, field)) for link in links])
    report = services.processes.report(services.settings.expected_processes)
    metric("sunqar_process_ready", "gauge", "1 when the process was heard ready", [(f'{{process="{n}"}}', r[0]) for n, r in report.items()])
    return "\n".join(lines) + "\n"
