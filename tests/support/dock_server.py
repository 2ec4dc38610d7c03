"""A dock that speaks JSON over real HTTP, with the simulated dock behind it."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sim.dock import SimulatedDock


@contextmanager
def dock_server(dock: SimulatedDock, speedup: float = 20.0) -> Iterator[str]:
    """Serves `dock` until the block ends; gives its address. Its clock runs `speedup` times faster."""
    began_s = time.monotonic()

    def now_s() -> float:
        return (time.monotonic() - began_s) * speedup

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            return

        def do_GET(self) -> None:
            self._answer(200 if self.path == "/dock/state" else 404, dock.report(now_s()))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            match self.path:
                case "/dock/open":
                    dock.open(now_s())
                case "/dock/close":
                    dock.close(now_s())
                case "/dock/charge":
                    dock.charge(now_s(), on=bool(json.loads(body)["on"]))
                case _:
                    return self._answer(404, {})
            return self._answer(202, {})

        def _answer(self, status: int, body: dict[str, object]) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/dock"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
