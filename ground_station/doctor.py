"""`sunqar doctor`: what this machine lacks, and the exact command that mends it. Changes nothing."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from geo.core import find_postgres
from geo.primitives import SettingsError
from ground_station.bus.private_server import nats_server_binary
from ground_station.detector_file import detector_file
from ground_station.endpoints import read_endpoints
from ground_station.settings import Settings
from ground_station.supervise.ports import needed_ports

NEEDED_DISK_BYTES = 2_000_000_000  # a fresh database, a week of observations, logs
_PROBE_TIMEOUT_S = 20.0
_RTSP_PROBE = (
    "import gi; gi.require_version('Gst','1.0'); gi.require_version('GstRtspServer','1.0')\n"
    "from gi.repository import Gst, GstRtspServer\n"
    "Gst.init(None); missing=[n for n in ('appsrc','h264parse','rtph264pay','rtpbin','udpsink') if not Gst.ElementFactory.find(n)]\n"
    "raise SystemExit(', '.join(missing) or 0)"
)
_APT = "apt-get install" if os.geteuid() == 0 else "sudo apt-get install"
_CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True, slots=True)
class Need:
    """One thing the program needs. `mend` is the command or setting that provides it."""

    name: str
    met: bool
    detail: str
    mend: str = ""
    required: bool = True


def examine(settings: Settings) -> list[Need]:
    """Look at everything, in the order in which it is needed."""
    return [
        _data_folder(settings),
        _disk_space(settings),
        *_postgres(settings),
        _message_bus(settings),
        *_ports(settings),
        _rtsp_server(),
        _program("ffmpeg", "ffmpeg", "converting and inspecting video files by hand"),
        _model(settings),
        _web_ui(),
        _chromium(),
    ]


def report(needs: list[Need]) -> str:
    """A line a need; what is missing is followed by its mend."""
    width = max(len(need.name) for need in needs)
    lines = []
    for need in needs:
        mark = "ok     " if need.met else ("MISSING" if need.required else "absent ")
        lines.append(f"{mark} {need.name:<{width}}  {need.detail}")
        if not need.met:
            lines.append(f"{'':8}{'':<{width}}  → {need.mend}")
    missing = sum(need.required and not need.met for need in needs)
    lines.append("Everything required is here." if not missing else f"{missing} required thing{'s are' if missing > 1 else ' is'} missing.")
    return "\n".join(lines)


def _data_folder(settings: Settings) -> Need:
    folder = _existing(settings.data_dir)
    return Need(
        "data folder",
        os.access(folder, os.W_OK | os.X_OK),
        str(settings.data_dir.absolute()),
        f"make {folder} writable for you, or set SUNQAR_DATA_DIR to a folder you own",
    )


def _disk_space(settings: Settings) -> Need:
    free = shutil.disk_usage(_existing(settings.data_dir)).free
    return Need(
        "disk space",
        free >= NEEDED_DISK_BYTES,
        f"{free / 1e9:.1f} GB free, {NEEDED_DISK_BYTES / 1e9:.0f} GB wanted",
        "free some space, or set SUNQAR_DATA_DIR to a folder on a larger disk",
    )


def _postgres(settings: Settings) -> Iterator[Need]:
    if settings.database_url:
        yield Need("database", True, "SUNQAR_DATABASE_URL is set; no server of our own is needed")
        return
    try:
        install = find_postgres()
        yield Need("PostgreSQL with PostGIS", True, f"version {install.version} in {install.bin_dir}")
    except SettingsError as error:
        yield Need("PostgreSQL with PostGIS", False, error.message, error.hint)


def _message_bus(settings: Settings) -> Need:
    if settings.nats_url:
        return Need("message bus", True, "SUNQAR_NATS_URL is set; no server of our own is needed")
    try:
        return Need("nats-server", True, str(nats_server_binary()))
    except SettingsError as error:
        return Need("nats-server", False, error.message, error.hint)


def _ports(settings: Settings) -> Iterator[Need]:
    running = read_endpoints(settings.data_dir)
    for needed in needed_ports(settings, sim=settings.sim.fleet > 0):
        if running is not None:
            detail, free = f"used by the running copy (pid {running.pid})", True
        else:
            free = needed.is_free()
            detail = f"{needed.purpose} on {needed.host}" + ("" if free else ": taken by another program")
        mend = f"stop that program (ss -lnp | grep :{needed.port}) or set {needed.setting}"
        yield Need(f"{needed.kind.upper()} port {needed.port}", free, detail, mend)


def _rtsp_server() -> Need:
    """The system's Python runs the simulator's RTSP server, because the bindings come with the distribution."""
    name, mend = "GStreamer RTSP server", f"{_APT} python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-{{base,good,bad}}"
    why = "the simulated cameras (not needed with --no-sim)"
    try:
        probe = subprocess.run(
            ["/usr/bin/python3", "-c", _RTSP_PROBE], capture_output=True, text=True, timeout=_PROBE_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Need(name, False, f"{why}: {error}", mend, required=False)
    said = (probe.stderr.strip().splitlines() or [""])[-1]
    return Need(name, probe.returncode == 0, why if probe.returncode == 0 else f"{why}: {said}", mend, required=False)


def _program(name: str, package: str, purpose: str) -> Need:
    found = shutil.which(name)
    return Need(name, found is not None, found or f"wanted for {purpose}", f"{_APT} {package}", required=False)


def _model(settings: Settings) -> Need:
    path = detector_file(settings)
    return Need(
        "detector model",
        path.exists(),
        f"{path}" if path.exists() else f"{path} is not there: cameras are shown but nothing is detected",
        "SUNQAR_MODEL=/path/model.onnx, or leave it unset for the detector that comes with the program",
        required=settings.model is not None,
    )


def _web_ui() -> Need:
    built = Path(__file__).resolve().parent.parent / "web" / "dist" / "index.html"
    return Need("web interface", built.is_file(), str(built.parent), "make web", required=False)


def _chromium() -> Need:
    found = next((path for name in _CHROMIUM_NAMES if (path := shutil.which(name))), None)
    return Need("Chromium", found is not None, found or "wanted for the browser tests alone", f"{_APT} chromium", required=False)


def _existing(path: Path) -> Path:
    """The path itself, or the nearest folder above it that exists."""
    path = path.absolute()
    while not path.exists():
        path = path.parent
    return path
