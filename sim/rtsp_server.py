"""RTSP server for the simulated cameras. Run by the system's Python, which has GStreamer's bindings; imports nothing of the project.

    /usr/bin/python3 rtsp_server.py '{"host": "127.0.0.1", "port": 8554, "mounts": ["/mav-1", "/gate"]}'

Access units arrive on standard input, each behind a 16-byte header: mount index (u8), flags (u8, 1 = keyframe), two zero bytes,
size (u32), presentation time in microseconds (u64), big-endian. The end of the input ends the server. Readers of one mount share one
pipeline, over TCP or UDP. Prints `ready` once the port listens, then `watched MOUNT` when the first reader of a mount comes and
`left MOUNT` when the last one has gone. Exit codes: 2 wrong arguments, 3 port taken, 4 GStreamer missing.
"""

import contextlib
import json
import struct
import sys
import threading
from typing import Any

HEADER = struct.Struct(">BBxxIQ")
WRONG_ARGUMENTS, PORT_TAKEN, NO_GSTREAMER = 2, 3, 4
MOST_QUEUED_BYTES = 4 * 1024 * 1024
PIPELINE = (
    "( appsrc name=source is-live=true format=time do-timestamp=false block=false"
    f" max-bytes={MOST_QUEUED_BYTES} leaky-type=downstream"
    " caps=video/x-h264,stream-format=byte-stream,alignment=au"
    " ! h264parse config-interval=-1 ! rtph264pay name=pay0 pt=96 config-interval=-1 aggregate-mode=zero-latency )"
)
NEEDED_ELEMENTS = ("appsrc", "h264parse", "rtph264pay", "rtpbin", "udpsink")


def tell(*words: str) -> None:
    """A line to the parent; whole, whichever thread says it."""
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


class Mount:
    """One stream: hands access units to the pipeline while somebody watches, from the next keyframe on."""

    def __init__(self, gst: Any, path: str) -> None:
        self._gst, self._path = gst, path
        self._lock = threading.Lock()
        self._source: Any = None
        self._offset_ns: int | None = None

    def on_configure(self, _factory: Any, media: Any) -> None:
        source = media.get_element().get_by_name_recurse_up("source")
        media.connect("unprepared", self._on_unprepared, source)
        with self._lock:
            self._source, self._offset_ns = source, None
            tell("watched", self._path)

    def _on_unprepared(self, _media: Any, source: Any) -> None:
        with self._lock:
            if self._source is source:
                self._source = None
                tell("left", self._path)

    def push(self, data: bytes, time_us: int, keyframe: bool) -> None:
        with self._lock:
            source = self._source
            if source is None:
                return
            if self._offset_ns is None:
                clock = source.get_clock()
                if not keyframe or clock is None:
                    return
                # The media's own running time begins when its first reader came.
                self._offset_ns = clock.get_time() - source.get_base_time() - time_us * 1000
            at_ns = max(0, time_us * 1000 + self._offset_ns)
        buffer = self._gst.Buffer.new_wrapped(data)
        buffer.pts = buffer.dts = at_ns
        source.emit("push-buffer", buffer)


def read_units(mounts: list[Mount], stop: Any) -> None:
    """Feed the mounts from standard input until it ends."""
    stream = sys.stdin.buffer
    try:
        while True:
            header = stream.read(HEADER.size)
            if len(header) < HEADER.size:
                return
            index, flags, size, time_us = HEADER.unpack(header)
            data = stream.read(size)
            if len(data) < size:
                return
            mounts[index].push(data, time_us, bool(flags & 1))
    finally:
        stop()


def main() -> int:
    try:
        wanted = json.loads(sys.argv[1])
        host, port, paths = wanted["host"], int(wanted["port"]), list(wanted["mounts"])
    except (IndexError, KeyError, ValueError) as error:
        sys.stderr.write(f"arguments are not usable: {error}" + "\n")
        return WRONG_ARGUMENTS
    try:
        import gi

        gi.require_version("Gst", "1.0")
        gi.require_version("GstRtspServer", "1.0")
        from gi.repository import GLib, Gst, GstRtspServer
    except (ImportError, ValueError) as error:
        sys.stderr.write(f"GStreamer for Python is missing: {error}" + "\n")
        return NO_GSTREAMER
    Gst.init(None)
    missing = [name for name in NEEDED_ELEMENTS if Gst.ElementFactory.find(name) is None]
    if missing:
        sys.stderr.write(f"GStreamer elements are missing: {', '.join(missing)}" + "\n")
        return NO_GSTREAMER

    server = GstRtspServer.RTSPServer.new()
    server.set_address(host)
    server.set_service(str(port))
    mounts = []
    for path in paths:
        mount = Mount(Gst, path)
        factory = GstRtspServer.RTSPMediaFactory.new()
        factory.set_launch(PIPELINE)
        factory.set_shared(True)
        factory.set_latency(0)
        factory.connect("media-configure", mount.on_configure)
        server.get_mount_points().add_factory(path, factory)
        mounts.append(mount)
    loop = GLib.MainLoop()
    if server.attach(None) == 0:
        sys.stderr.write(f"port {port} on {host} is taken or not allowed" + "\n")
        return PORT_TAKEN
    # Sessions of readers that vanished without a goodbye are dropped now and then.
    GLib.timeout_add_seconds(5, lambda: server.get_session_pool().cleanup() >= 0)
    threading.Thread(target=read_units, args=(mounts, lambda: GLib.idle_add(loop.quit)), daemon=True).start()
    tell("ready")
    with contextlib.suppress(KeyboardInterrupt):
        loop.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
