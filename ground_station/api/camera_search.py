"""Connecting a camera: those of the network found by ONVIF, their streams, and whether an address gives pictures."""

from dataclasses import asdict

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from geo.primitives import VisionError
from ground_station.accounts import Role
from ground_station.api.auth import role_needed
from ground_station.api.video_sources import SOURCE_URL
from ground_station.messages import SourceCause
from ground_station.onvif import ask_camera, discover
from ground_station.video import SourceInfo, VideoReader, cause_of

router = APIRouter(prefix="/api/v1/cameras", tags=["cameras"], dependencies=[Depends(role_needed(Role.OPERATOR, Role.ADMIN))])

TRIAL_TIMEOUT_S = 8.0
_trials = CapacityLimiter(4)  # threads: a dead address holds one for its whole deadline


class FoundCameraView(BaseModel):
    """A camera that answered. `address` is its ONVIF device service."""

    address: str
    name: str
    hardware: str


class OnvifQuestion(BaseModel):
    """Which camera, and as whom."""

    model_config = ConfigDict(extra="forbid")

    address: str = Field(pattern=r"^https?://", max_length=500, description="Device service, usually http://HOST/onvif/device_service")
    user: str = Field("", max_length=200)
    password: str = Field("", max_length=200)


class StreamProfileView(BaseModel):
    """One stream of a camera; the address holds no credentials."""

    token: str
    name: str
    url: str
    codec: str | None
    width_px: int | None
    height_px: int | None
    frames_per_second: float | None
    bitrate_kbps: int | None


class OnvifCameraView(BaseModel):
    """What a camera says of itself. `main` and `sub` are the tokens of the streams to show and to watch."""

    manufacturer: str
    model: str
    firmware: str
    clock_offset_s: float | None = Field(description="How far its clock is ahead of ours")
    profiles: list[StreamProfileView]
    main: str
    sub: str | None


class TrialBody(BaseModel):
    """An address to try."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(pattern=SOURCE_URL, max_length=1000)


class Trial(BaseModel):
    """Whether pictures come from an address, and if not, why."""

    works: bool
    width_px: int | None = None
    height_px: int | None = None
    frames_per_second: float | None = None
    cause: SourceCause | None = None
    detail: str = ""


@router.post("/discover")
async def discover_cameras() -> list[FoundCameraView]:
    """Ask the networks of this machine for ONVIF cameras; takes about three seconds."""
    return [FoundCameraView(**asdict(camera)) for camera in await discover()]


@router.post("/profiles")
async def camera_profiles(body: OnvifQuestion) -> OnvifCameraView:
    """The streams of one ONVIF camera, largest picture first."""
    camera = await ask_camera(body.address, body.user, body.password)
    return OnvifCameraView(
        manufacturer=camera.manufacturer,
        model=camera.model,
        firmware=camera.firmware,
        clock_offset_s=camera.clock_offset_s,
        profiles=[StreamProfileView(**asdict(profile)) for profile in camera.profiles],
        main=camera.main.token,
        sub=None if camera.sub is None else camera.sub.token,
    )


@router.post("/trial")
async def try_address(body: TrialBody) -> Trial:
    """Open the address and wait for its first picture; takes up to some ten seconds."""
    try:
        info = await to_thread.run_sync(_first_picture, body.url, limiter=_trials, abandon_on_cancel=True)
    except VisionError as error:
        return Trial(works=False, cause=cause_of(error), detail=error.one_line())
    return Trial(works=True, width_px=info.width_px, height_px=info.height_px, frames_per_second=round(info.frames_per_second, 1))


def _first_picture(url: str) -> SourceInfo:
    with VideoReader(url, open_timeout_s=TRIAL_TIMEOUT_S, read_timeout_s=TRIAL_TIMEOUT_S, picture_timeout_s=TRIAL_TIMEOUT_S) as reader:
        return reader.info
