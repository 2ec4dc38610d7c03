"""The RTSP server as a child process: started, fed with access units, gone with its parent.

The child reads its units from a pipe and ends when that pipe closes, so it cannot outlive this process however that ends.
"""

import json
import shutil
import socket
import subprocess
import threading
from contextlib import suppress
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from types import TracebackType

from geo.primitives import LinkError, SettingsError
from sim.frame_time import is_keyframe
from sim.rtsp_server import HEADER, NO_GSTREAMER, PORT_TAKEN

SYSTEM_PYTHON = "/usr/bin/python3"
START_TIMEOUT_S = 30.0  # the first start of GStreamer on a machine scans all its plugins
STOP_TIMEOUT_S = 3.0
APT_PACKAGES = (
    "python3-gi",
    "gir1.2-gst-rtsp-server-1.0",
    "gstreamer1.0-plugins-base",
    "gstreamer1.0-plugins-good",
    "gstreamer1.0-plugins-bad",
)


class RtspServer:
    """Serves `mounts` on `host:port` while the context is open. `send` may be called from several threads."""

    def __init__(self, host: str, port: int, mounts: list[str], *, python: str = SYSTEM_PYTHON) -> None:
        self.host, self.port = host, port
        self._mounts = mounts
        self._python = python
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._watched = {mount: threading.Event() for mount in mounts}

    def __enter__(self) -> "RtspServer":
        """Raises `LinkError` for a port that is taken, `SettingsError` naming the packages when GStreamer is missing."""
        if shutil.which(self._python) is None:
            raise _no_gstreamer(f"{self._python} does not exist")
        arguments = json.dumps({"host": self.host, "port": self.port, "mounts": self._mounts})
        script = Path(__file__).with_name("rtsp_server.py")
        self._child = subprocess.Popen(
            [self._python, str(script), arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C of the terminal goes to the parent, which closes the pipe
        )
        try:
            self._wait_until_ready(self._child)
        except BaseException:
            self.close()
            raise
        threading.Thread(target=_drain, args=(self._child,), daemon=True).start()
        threading.Thread(target=self._listen, args=(self._child,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def url(self, mount: str) -> str:
        return f"rtsp://{self.host}:{self.port}{mount}"

    def wait_watched(self, mount: str, timeout_s: float) -> bool:
        """Wait until somebody watches the mount; False when nobody came in time."""
        return self._watched[mount].wait(timeout_s)

    def send(self, mount: str, unit: bytes, time_us: int) -> None:
        """One access unit to everybody who watches `mount`; `time_us` grows steadily. Raises `LinkError` when the server has ended."""
        child = self._child
        header = HEADER.pack(self._mounts.index(mount), int(is_keyframe(unit)), len(unit), time_us)
        try:
            if child is None or child.stdin is None:
                raise BrokenPipeError
            with self._lock:
                child.stdin.write(header + unit)
                child.stdin.flush()
        except (OSError, ValueError) as error:
            raise LinkError(
                f"The simulator's RTSP server on port {self.port} has ended.", code="sim.rtsp", hint="Start `sunqar up` again."
            ) from error

    def answers(self, timeout_s: float = 2.0) -> bool:
        """Whether the server replies to an RTSP OPTIONS request now."""
        request = f"OPTIONS rtsp://{self.host}:{self.port}/ RTSP/1.0\r\nCSeq: 1\r\n\r\n"
        try:
            with socket.create_connection((self.host, self.port), timeout=timeout_s) as connection:
                connection.sendall(request.encode())
                return connection.recv(200).startswith(b"RTSP/1.0 200")
        except OSError:
            return False

    def _listen(self, child: "subprocess.Popen[bytes]") -> None:
        """Hear who is watched, until the server ends."""
        assert child.stdout is not None
        with suppress(OSError, ValueError):
            for line in child.stdout:
                word, _, mount = line.decode(errors="replace").strip().partition(" ")
                if mount not in self._watched:
                    continue
                if word == "watched":
                    self._watched[mount].set()
                elif word == "left":
                    self._watched[mount].clear()

    def close(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        if child.stdin is not None:
            with suppress(OSError):  # it may have ended already
                child.stdin.close()
        try:
            child.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        for stream in (child.stdout, child.stderr):
            if stream is not None:
                stream.close()

    def _wait_until_ready(self, child: subprocess.Popen[bytes]) -> None:
        assert child.stdout is not None
        assert child.stderr is not None
        with DefaultSelector() as selector:
            selector.register(child.stdout, EVENT_READ)
            answered = bool(selector.select(START_TIMEOUT_S))
        if answered and child.stdout.readline().strip() == b"ready":
            return
        if not answered:
            child.kill()
        code = child.wait()
        text = child.stderr.read().decode(errors="replace").strip().splitlines()
        reason = text[-1] if text else f"exit code {code}"
        if code == NO_GSTREAMER:
            raise _no_gstreamer(reason)
        if code == PORT_TAKEN:
            raise LinkError(
                f"Port {self.port} on {self.host} is taken, so the simulator cannot serve its video there.",
                code="sim.rtsp_port",
                hint="Stop the other program or choose another port with SUNQAR_SIM__RTSP_PORT.",
            )
        raise LinkError(f"The simulator's RTSP server did not start: {reason}.", code="sim.rtsp", hint="Run `sunqar doctor`.")


def _drain(child: subprocess.Popen[bytes]) -> None:
    """Read what GStreamer says, so that a full pipe never stops the server; its warnings are of no use to an operator."""
    stream = child.stderr
    try:
        while stream is not None and stream.read(4096):
            pass
    except (OSError, ValueError):
        return


def _no_gstreamer(reason: str) -> SettingsError:
    return SettingsError(
        f"The simulated cameras need GStreamer's RTSP server ({reason}).",
        code="sim.gstreamer",
        hint=f"Install it: apt-get install -y {' '.join(APT_PACKAGES)}",
    )
