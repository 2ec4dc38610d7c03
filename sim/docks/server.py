"""The HTTP face of simulated docks: the calls of a real one, at `/docks/<number>/…`, and one more that breaks it.

`GET state`, `POST open`, `POST close`, `POST charge` are the contract a station relies on; `PUT faults` with a JSON list of fault names
is for testers. A request only reads a dock or sets what its motor and charger drive at; the owner of the clock advances it.
"""

import json
import re
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

import anyio

from geo.primitives import SettingsError
from sim.docks.dock import SimulatedDock

LARGEST_BODY_BYTES = 4096
QUIET_AFTER_S = 5.0
PERIOD_S = 0.1
_PATH = re.compile(r"/docks/(\d{1,4})/(state|open|close|charge|faults)")


class DockServer:
    """Serves `docks` by number while the context is open. Port 0 takes a free one."""

    def __init__(self, docks: Mapping[int, SimulatedDock], port: int, host: str = "127.0.0.1") -> None:
        self.docks = docks
        self._host, self._port = host, port
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None

    def url(self, number: int) -> str:
        return f"http://{self._host}:{self._port}/docks/{number}"

    async def run(self, clock: Callable[[], float]) -> None:
        """Advance the docks by this clock until cancelled."""
        while True:
            self.advance(clock())
            await anyio.sleep(PERIOD_S)

    def advance(self, now_s: float) -> None:
        """Seconds of the simulated clock."""
        for dock in self.docks.values():
            dock.advance(now_s)

    def __enter__(self) -> "DockServer":
        """Raises `SettingsError` for a port that is taken."""
        docks = self.docks

        class Handler(_DockHandler):
            known = docks

        try:
            self._server = ThreadingHTTPServer((self._host, self._port), Handler)
        except OSError as error:
            raise SettingsError(
                f"Port {self._port} for the simulated docks cannot be used ({error.strerror or error}).",
                code="sim.dock_port",
                hint="Stop the other program or choose another port with SUNQAR_SIM__DOCK_PORT.",
            ) from error
        self._server.daemon_threads = True
        self._port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()


class _DockHandler(BaseHTTPRequestHandler):
    known: Mapping[int, SimulatedDock] = {}
    timeout = QUIET_AFTER_S

    def log_message(self, format: str, *args: object) -> None:
        return

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def do_PUT(self) -> None:
        self._serve("PUT")

    def _serve(self, method: str) -> None:
        found = _PATH.fullmatch(self.path)
        dock = self.known.get(int(found[1])) if found else None
        if found is None or dock is None:
            return self._answer(404, {"detail": "there is no such dock or call"})
        if "silent" in dock.faults and found[2] != "faults":
            self.close_connection = True
            return None
        try:
            body = json.loads(self.rfile.read(min(int(self.headers.get("Content-Length") or 0), LARGEST_BODY_BYTES)) or b"null")
            refused = self._obey(dock, method, found[2], body)
        except (ValueError, TypeError, KeyError) as error:
            return self._answer(422, {"detail": str(error)})
        if refused is not None:
            return self._answer(405 if refused == "method" else 409, {"detail": refused})
        return self._answer(200 if method == "GET" else 202, dock.report())

    @staticmethod
    def _obey(dock: SimulatedDock, method: str, call: str, body: object) -> str | None:
        match method, call:
            case "GET", "state":
                return None
            case "POST", "open":
                dock.open()
            case "POST", "close":
                dock.close()
            case "POST", "charge":
                if not (isinstance(body, dict) and isinstance(body.get("on"), bool)):
                    raise ValueError('the body is {"on": true} or {"on": false}')
                return dock.charge(on=body["on"])
            case "PUT", "faults":
                if not (isinstance(body, list) and all(isinstance(word, str) for word in body)):
                    raise ValueError("the body is a list of fault names")
                dock.break_by(frozenset(body))
            case _:
                return "method"
        return None

    def _answer(self, status: int, body: dict[str, object]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
