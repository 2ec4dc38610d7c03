"""An ONVIF camera for tests: answers WS-Discovery and the device and media services as real ones do, password digest checked."""

import base64
import hashlib
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

USER, PASSWORD = "operator", "s3cret & <safe>"
OPEN_TO_ALL = "GetSystemDateAndTime"
STREAMS = {"main": ("Main", "H265", 2560, 1440, 25), "sub": ("Sub", "H264", 640, 360, 15)}
_NAMES = (
    'xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:tds="http://www.onvif.org/ver10/device/wsdl" '
    'xmlns:trt="http://www.onvif.org/ver10/media/wsdl" xmlns:tt="http://www.onvif.org/ver10/schema" '
    'xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:ter="http://www.onvif.org/ver10/error"'
)


@dataclass(frozen=True, slots=True)
class RunningCamera:
    """`device_service` over HTTP, `discovery` over UDP."""

    device_service: str
    discovery: tuple[str, int]


@contextmanager
def onvif_camera(*, clock_ahead: timedelta = timedelta(0)) -> Iterator[RunningCamera]:
    """A camera with a main and a sub stream whose clock is off by so much; tokens of another minute are refused."""

    class Services(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = self.rfile.read(int(self.headers["Content-Length"])).decode()
            now = datetime.now(UTC) + clock_ahead
            action = re.search(r"<s:Body><(\w+)", request)
            assert action is not None
            allowed = action[1] == OPEN_TO_ALL or _signed_in(request, now)
            text = _answer(action[1], request, now, f"http://{self.headers['Host']}") if allowed else _FAULT
            body = f"<s:Envelope {_NAMES}><s:Body>{text}</s:Body></s:Envelope>".encode()
            self.send_response(200 if allowed else 400)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Services)
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    service = f"http://127.0.0.1:{server.server_port}/onvif/device_service"

    def found() -> None:
        while True:
            probe, asker = udp.recvfrom(65_535)
            if b"NetworkVideoTransmitter" not in probe:
                return
            udp.sendto(b"not XML at all", asker)
            udp.sendto(_probe_match(service).encode(), asker)

    threads = [threading.Thread(target=server.serve_forever, daemon=True), threading.Thread(target=found, daemon=True)]
    for thread in threads:
        thread.start()
    try:
        yield RunningCamera(service, udp.getsockname())
    finally:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"over", udp.getsockname())
        threads[1].join(10)
        udp.close()
        server.shutdown()
        server.server_close()


def _signed_in(request: str, now: datetime) -> bool:
    parts = [re.search(f"<{name}[^>]*>([^<]*)</", request) for name in ("w:Username", "w:Password", "w:Nonce", "u:Created")]
    if any(part is None for part in parts):
        return False
    user, digest, nonce, created = (part[1] for part in parts if part is not None)
    if abs(datetime.fromisoformat(created) - now) > timedelta(minutes=1):
        return False
    wanted = hashlib.sha1(base64.b64decode(nonce) + created.encode() + PASSWORD.encode()).digest()
    return user == USER and base64.b64encode(wanted).decode() == digest


def _answer(action: str, request: str, now: datetime, base: str) -> str:
    if action == OPEN_TO_ALL:
        date = f"<tt:Date><tt:Year>{now.year}</tt:Year><tt:Month>{now.month}</tt:Month><tt:Day>{now.day}</tt:Day></tt:Date>"
        time = f"<tt:Time><tt:Hour>{now.hour}</tt:Hour><tt:Minute>{now.minute}</tt:Minute><tt:Second>{now.second}</tt:Second></tt:Time>"
        return (
            "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime>"
            f"<tt:UTCDateTime>{time}{date}</tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
        )
    if action == "GetDeviceInformation":
        return (
            "<tds:GetDeviceInformationResponse><tds:Manufacturer>Steppe Optics</tds:Manufacturer><tds:Model>SO-4</tds:Model>"
            "<tds:FirmwareVersion>2.1</tds:FirmwareVersion></tds:GetDeviceInformationResponse>"
        )
    if action == "GetCapabilities":
        media = f"<tt:Media><tt:XAddr>{base}/onvif/media</tt:XAddr></tt:Media>"
        return f"<tds:GetCapabilitiesResponse><tds:Capabilities>{media}</tds:Capabilities></tds:GetCapabilitiesResponse>"
    if action == "GetProfiles":
        return f"<trt:GetProfilesResponse>{''.join(map(_profile, reversed(STREAMS)))}</trt:GetProfilesResponse>"
    token = re.search(r"<ProfileToken>(\w+)</ProfileToken>", request)
    assert token is not None
    uri = f"<trt:MediaUri><tt:Uri>rtsp://127.0.0.1:554/{token[1]}?a=1&amp;b=2</tt:Uri></trt:MediaUri>"
    return f"<trt:GetStreamUriResponse>{uri}</trt:GetStreamUriResponse>"


def _profile(token: str) -> str:
    name, codec, width, height, rate = STREAMS[token]
    size = f"<tt:Resolution><tt:Width>{width}</tt:Width><tt:Height>{height}</tt:Height></tt:Resolution>"
    control = f"<tt:RateControl><tt:FrameRateLimit>{rate}</tt:FrameRateLimit><tt:BitrateLimit>{width}</tt:BitrateLimit></tt:RateControl>"
    encoder = f"<tt:VideoEncoderConfiguration><tt:Encoding>{codec}</tt:Encoding>{size}{control}</tt:VideoEncoderConfiguration>"
    return f'<trt:Profiles token="{token}" fixed="true"><tt:Name>{name}</tt:Name>{encoder}</trt:Profiles>'


def _probe_match(service: str) -> str:
    scopes = "onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/name/North%20Gate onvif://www.onvif.org/hardware/SO-4"
    match = f"<d:ProbeMatch><d:Scopes>{scopes}</d:Scopes><d:XAddrs>http://[fe80::1]/onvif {service}</d:XAddrs></d:ProbeMatch>"
    return f"<s:Envelope {_NAMES}><s:Body><d:ProbeMatches>{match}</d:ProbeMatches></s:Body></s:Envelope>"


_FAULT = (
    "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>ter:NotAuthorized</s:Value></s:Subcode></s:Code>"
    "<s:Reason><s:Text>Sender not authorized</s:Text></s:Reason></s:Fault>"
)
