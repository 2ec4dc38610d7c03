"""HTTP, WebSocket and the web UI: uvicorn in this process."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager

import anyio
import uvicorn
from fastapi import FastAPI

from geo.primitives import SettingsError
from ground_station.app import build_app, open_services
from ground_station.settings import Settings

STOP_WITHIN_S = 3  # open sockets are told to go; the rest is cut
BACKLOG = 1024  # connections waiting while the application opens its database and bus


class Server(uvicorn.Server):
    """uvicorn without its own signal handling: signals belong to the command that runs this process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listening_socket(host: str, port: int) -> socket.socket:
    """Bound before anything else starts. Raises `SettingsError` naming the port when it cannot be had."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        raise SettingsError(
            f"Port {port} on {host} cannot be used ({error.strerror or error}).",
            code="settings.port_taken",
            hint="Stop what uses it, or choose another with SUNQAR_PORT (and the address with SUNQAR_HOST).",
        ) from error
    return listener


async def run(settings: Settings) -> None:
    """Serve until cancelled. The port is taken first, so that a second copy fails before it touches anything."""
    with closing(listening_socket(settings.host, settings.port)) as listener:
        async with open_services(settings) as services:
            await serve(build_app(services), listener)


async def serve(app: FastAPI, listener: socket.socket) -> None:
    """uvicorn on an open socket; cancelling lets open requests end within `STOP_WITHIN_S`."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=STOP_WITHIN_S,
        ws_max_size=65_536,  # browsers send subscriptions, nothing large
        ws_per_message_deflate=False,
        proxy_headers=False,  # a header from anyone would defeat the throttle on sign-in
        server_header=False,
    )
    server = Server(config)

    async def serve_to_the_end() -> None:
        with anyio.CancelScope(shield=True):
            await server.serve(sockets=[listener])

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(serve_to_the_end)
        try:
            await anyio.sleep_forever()
        finally:
            server.should_exit = True
