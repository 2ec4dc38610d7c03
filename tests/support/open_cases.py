"""Cases for officers, written the way the store writes them, and an outside system that takes them."""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

from geo.core import Database, FoundViolation, LegalOrderSetup, LegalOrderStore, MeasureRow, ViolationStore
from geo.primitives import LonLat, derived_id
from ground_station.review.webhook import is_genuine

AT = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
CROSSING = LonLat(51.16, 43.65)
ORDER = LegalOrderSetup(
    "Akimat of Aktau", "12-3", "Бағдаршам", "Светофор", "Signal at the crossing", "signal", date(2026, 1, 1), AT - timedelta(days=30)
)


def found(number: int = 1, **changes: Any) -> FoundViolation:
    at = AT + timedelta(minutes=number)
    violation = FoundViolation(
        violation_id=derived_id("gate", "case", number),
        rule="red_light",
        rule_edition="2026.1",
        source_id="gate",
        track_id=number,
        model="sha256:00",
        label="car",
        confidence=0.9,
        from_at=at - timedelta(seconds=1),
        at=at,
        until_at=at + timedelta(seconds=1),
        proof_at=(at - timedelta(seconds=1), at, at + timedelta(seconds=1)),
        bbox_px=(100.0, 120.0, 180.0, 200.0),
        feature="stop-1",
        verdict_hash="sha256:11",
        position=CROSSING,
        accuracy_m=1.2,
        legal_order="order-1",
        measure=MeasureRow(1.4, 0.2, 0.5, "s"),
    )
    return replace(violation, **changes)


async def write_cases(database: Database, cases: Sequence[FoundViolation]) -> list[UUID]:
    """Under one order that is in force. Ids in the order given."""
    orders = LegalOrderStore(database)
    if await orders.get("order-1") is None:
        await orders.save("order-1", ORDER, expected=None)
    await ViolationStore(database).ingest(cases)
    return [case.violation_id for case in cases]


@dataclass
class OutsideSystem:
    """What came, in order; `answers` are given one after another, then 200. Only what is signed is taken."""

    secret: str
    now_s: float
    answers: list[int] = field(default_factory=list)
    taken: list[dict[str, Any]] = field(default_factory=list)
    forged: int = 0
    url: str = ""

    def take(self, headers: Any, body: bytes) -> tuple[int, dict[str, Any]]:
        if not is_genuine(self.secret, headers["Sunqar-Timestamp"], body, headers["Sunqar-Signature"], self.now_s):
            self.forged += 1
            return 401, {"error": "the signature does not fit"}
        status = self.answers.pop(0) if self.answers else 200
        if status == 200:
            self.taken.append(json.loads(body))
        return status, {"number": f"KZ-{len(self.taken)}"}


@contextmanager
def outside_system(secret: str, now: datetime) -> Iterator[OutsideSystem]:
    """A real HTTP server that checks signatures as the manual says."""
    system = OutsideSystem(secret, now.timestamp())

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, said = system.take(self.headers, self.rfile.read(int(self.headers["Content-Length"])))
            content = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        system.url = f"http://127.0.0.1:{server.server_address[1]}/cases"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield system
        finally:
            server.shutdown()
            thread.join()
