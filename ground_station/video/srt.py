"""SRT through the machine's own `ffmpeg` program: the one that comes with PyAV is built without the protocol.

The transport stream inside is passed on untouched; PyAV reads it from a pipe, with a deadline at each read.
"""

import os
import select
import shutil
import subprocess
from time import monotonic
from urllib.parse import urlsplit

import av

from geo.primitives import VisionError
from ground_station.video.address import SourceAddress

END_TIMEOUT_S = 2.0
NEVER_MORE_BYTES = 65_536
REFUSED = ("Connection rejected", "Connection refused", "incorrect passphrase", "BADSECRET")


class SrtPump:
    """A readable object over `srt://HOST:PORT` (we call) or `srt://0.0.0.0:PORT` (we wait for a sender).

    Raises: `VisionError` when there is no program that can read SRT.
    """

    def __init__(self, address: SourceAddress, *, timeout_s: float) -> None:
        program = shutil.which("ffmpeg")
        if program is None:
            raise VisionError(
                f"'{address.shown}' needs the program `ffmpeg`, which is not on this machine.",
                code="vision.source_kind",
                hint="Install it (Debian: apt install ffmpeg), or have the sender use RTSP, RTMP or UDP.",
            )
        self.timeout_s = timeout_s
        self._address = address
        url = address.url
        if address.listens and "mode=" not in url:
            url += ("&" if urlsplit(url).query else "?") + "mode=listener"
        self._process = subprocess.Popen(
            [program, "-nostdin", "-v", "error", "-fflags", "nobuffer", "-i", url, "-map", "0", "-c", "copy", "-f", "mpegts", "pipe:1"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        self._pipe = self._process.stdout.fileno()
        self._began = False

    def read(self, size: int) -> bytes:
        """Some bytes, none at the end. Raises: `TimeoutError` when nothing comes within the deadline."""
        deadline = monotonic() + self.timeout_s
        if not select.select([self._pipe], [], [], max(0.0, deadline - monotonic()))[0]:
            raise TimeoutError(f"nothing from {self._address.shown} for {self.timeout_s:g} s")
        data = os.read(self._pipe, min(size, NEVER_MORE_BYTES))
        if not data and not self._began:
            raise self._why_nothing()
        self._began = True
        return data

    def _why_nothing(self) -> Exception:
        """The program ended before the first byte; what it said tells why."""
        assert self._process.stderr is not None
        said = self._process.stderr.read().decode(errors="replace").strip()
        if any(word.lower() in said.lower() for word in REFUSED):
            failure = av.error.ConnectionRefusedError(111, "Connection refused", self._address.shown)
        elif "Protocol not found" in said:
            failure = av.error.ProtocolNotFoundError(1, "the ffmpeg program was built without SRT", self._address.shown)
        else:
            failure = av.error.OSError(5, said.splitlines()[-1] if said else "Input/output error", self._address.shown)
        assert isinstance(failure, Exception)
        return failure

    def close(self) -> None:
        """Ends the program, and never waits long for it."""
        self._process.terminate()
        try:
            self._process.wait(END_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(END_TIMEOUT_S)
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
