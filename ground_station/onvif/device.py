"""An ONVIF camera: who made it, what its clock says, and the streams it offers.

Sources: ONVIF Device Management (ver10/device) and Media (ver10/media) service specifications, which profiles S and T cameras share.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

import httpx

from geo.primitives import VisionError, utc_now
from ground_station.onvif.soap import call, username_token

DEVICE, MEDIA, SCHEMA = (
    "http://www.onvif.org/ver10/device/wsdl",
    "http://www.onvif.org/ver10/media/wsdl",
    "http://www.onvif.org/ver10/schema",
)
SMALL_WIDTH_PX = 960  # a sub stream no wider than this is enough to watch


@dataclass(frozen=True, slots=True)
class StreamProfile:
    """One stream as configured in the camera. `url` holds no credentials; what the camera does not say is None."""

    token: str
    name: str
    url: str
    codec: str | None
    width_px: int | None
    height_px: int | None
    frames_per_second: float | None
    bitrate_kbps: int | None


@dataclass(frozen=True, slots=True)
class OnvifCamera:
    """`clock_offset_s` is how far the camera's clock is ahead of ours, within a second. Profiles come largest picture first."""

    manufacturer: str
    model: str
    firmware: str
    clock_offset_s: float | None
    profiles: tuple[StreamProfile, ...]

    @property
    def main(self) -> StreamProfile:
        return self.profiles[0]

    @property
    def sub(self) -> StreamProfile | None:
        """The largest of the small streams; None when there is but one size."""
        small = [profile for profile in self.profiles[1:] if profile.width_px is not None and profile.width_px <= SMALL_WIDTH_PX]
        return small[0] if small else None


async def ask_camera(address: str, user: str, password: str) -> OnvifCamera:
    """Ask the device service at `address`. Raises: `VisionError` when it is out of reach, refuses, or has no stream."""
    async with httpx.AsyncClient(trust_env=False, verify=False) as client:  # cameras sign their certificates themselves
        offset_s = _clock_offset_s(await call(client, address, f'<GetSystemDateAndTime xmlns="{DEVICE}"/>'))
        credentials = (user, password) if user else None

        async def ask(service: str, body: str) -> Element:
            created = utc_now() + timedelta(seconds=offset_s or 0.0)
            header = username_token(user, password, created) if user else ""
            return await call(client, service, body, header=header, credentials=credentials)

        about = await ask(address, f'<GetDeviceInformation xmlns="{DEVICE}"/>')
        capabilities = await ask(address, f'<GetCapabilities xmlns="{DEVICE}"><Category>Media</Category></GetCapabilities>')
        media = _text(capabilities, f".//{{{SCHEMA}}}Media/{{{SCHEMA}}}XAddr") or address
        profiles = []
        for element in (await ask(media, f'<GetProfiles xmlns="{MEDIA}"/>')).iter(f"{{{MEDIA}}}Profiles"):
            token = element.get("token", "")
            setup = f"<Stream xmlns='{SCHEMA}'>RTP-Unicast</Stream><Transport xmlns='{SCHEMA}'><Protocol>RTSP</Protocol></Transport>"
            wanted = f"<StreamSetup>{setup}</StreamSetup><ProfileToken>{escape(token)}</ProfileToken>"
            uri = await ask(media, f'<GetStreamUri xmlns="{MEDIA}">{wanted}</GetStreamUri>')
            url = _text(uri, f".//{{{SCHEMA}}}Uri")
            if url:
                profiles.append(_profile(element, token, url))
    if not profiles:
        raise VisionError(
            f"The camera at '{address}' offers no stream.",
            code="vision.onvif_no_stream",
            hint="Set up a media profile in the camera, or give its RTSP address by hand.",
        )
    profiles.sort(key=lambda profile: -(profile.width_px or 0) * (profile.height_px or 0))
    maker, model, firmware = (_text(about, f".//{{{DEVICE}}}{name}") or "" for name in ("Manufacturer", "Model", "FirmwareVersion"))
    return OnvifCamera(maker, model, firmware, offset_s, tuple(profiles))


def _profile(element: Element, token: str, url: str) -> StreamProfile:
    encoder = element.find(f"{{{SCHEMA}}}VideoEncoderConfiguration")

    def number(path: str) -> float | None:
        text = None if encoder is None else _text(encoder, "/".join(f"{{{SCHEMA}}}{part}" for part in path.split("/")))
        try:
            return None if text is None else float(text)
        except ValueError:
            return None

    width, height, bitrate = number("Resolution/Width"), number("Resolution/Height"), number("RateControl/BitrateLimit")
    return StreamProfile(
        token=token,
        name=_text(element, f"{{{SCHEMA}}}Name") or token,
        url=url,
        codec=None if encoder is None else _text(encoder, f"{{{SCHEMA}}}Encoding"),
        width_px=None if width is None else int(width),
        height_px=None if height is None else int(height),
        frames_per_second=number("RateControl/FrameRateLimit"),
        bitrate_kbps=None if bitrate is None else int(bitrate),
    )


def _clock_offset_s(answer: Element) -> float | None:
    utc = answer.find(f".//{{{SCHEMA}}}UTCDateTime")
    if utc is None:
        return None
    try:
        parts = [int(_text(utc, f"{{{SCHEMA}}}{path}") or "") for path in _DATE_AND_TIME]
        return round((datetime(*parts, tzinfo=UTC) - utc_now()).total_seconds(), 1)  # type: ignore[arg-type,misc]
    except ValueError:
        return None


_DATE_AND_TIME = tuple(
    path.replace("/", f"/{{{SCHEMA}}}") for path in ("Date/Year", "Date/Month", "Date/Day", "Time/Hour", "Time/Minute", "Time/Second")
)


def _text(element: Element, path: str) -> str | None:
    text = element.findtext(path)
    return None if text is None else text.strip()
