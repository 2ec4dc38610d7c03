"""A real RTSP server for tests, run by the system's Python: `_rtsp_server.py PORT UDP_PORT CODEC`; prints `ready` when it listens.

Serves the MPEG-TS that arrives on UDP_PORT of loopback, without touching the pictures.
"""

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

port, udp_port, codec = sys.argv[1:4]
Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service(port)
factory = GstRtspServer.RTSPMediaFactory()
factory.set_launch(
    f"( udpsrc address=127.0.0.1 port={udp_port} ! tsdemux latency=0 ! {codec}parse ! rtp{codec}pay name=pay0 pt=96 config-interval=-1 )"
)
factory.set_shared(True)
server.get_mount_points().add_factory("/camera", factory)
if not server.attach(None):
    sys.exit("cannot listen")
sys.stdout.write("ready\n")
sys.stdout.flush()
GLib.MainLoop().run()
