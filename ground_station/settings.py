"""All settings of the program: `sunqar.toml`, then environment variables `SUNQAR_…` (nested with `__`), which win.

Read once in `__main__` and passed on as values; nothing reads the environment at import.
"""

from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError as UnreadableSource,
    TomlConfigSettingsSource,
)

from geo.primitives import SettingsError


class Group(BaseModel):
    """A room's settings: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")


class StationSettings(Group):
    links: list[str] = Field(["udpin:0.0.0.0:14550"], description="MAVLink links; several vehicles may share one")
    forward: list[str] = Field(
        default_factory=list,
        description="Links to further stations, udpout:HOST:14550 for a QGroundControl; they only listen unless ?commands=yes follows",
    )
    system_id: int = Field(254, ge=1, le=255, description="MAVLink system id of this station; must differ from other stations")
    heartbeat_timeout_s: float = Field(3.5, gt=0, description="A vehicle silent for longer is lost")
    dem: Path | None = Field(
        None,
        description="Elevation model for plans, for vehicles that ask for terrain and for places seen: GeoTIFF or .hgt, a file or a folder",
    )
    rtk: SecretStr | None = Field(None, description="Corrections: ntrip://USER:PASSWORD@HOST:2101/MOUNTPOINT")
    rtk_vehicles: list[str] = Field(default_factory=list, description="Corrections only to these vehicles; empty for all")
    operator_id: str = Field("", max_length=20, pattern=r"^[ -~]*$", description="Remote identification: the operator's registration")
    flight_purpose: str = Field(
        "", max_length=23, pattern=r"^[ -~]*$", description="Remote identification: what is flown for, in a few words"
    )
    operator_place: str | None = Field(
        None,
        pattern=r"^-?\d+(\.\d+)?,-?\d+(\.\d+)?$",
        description="Remote identification: LAT,LON where the operator stands, until a person says",
    )
    state_rate_hz: float = Field(5.0, gt=0, le=20, description="How often each vehicle's state is published")


class RecordingSettings(Group):
    enabled: bool = Field(True, description="Every flight is written as a .tlog below data_dir/flights")
    before_s: float = Field(10.0, ge=0, le=120, description="Seconds kept from before arming")
    after_s: float = Field(10.0, ge=0, le=120, description="Seconds recorded after disarming")
    budget_mb: int = Field(20_000, gt=0, description="Room for recordings; a flight begun within it is recorded whole")
    delete_oldest: bool = Field(
        False, description="Delete the oldest recordings when the room is used up; otherwise say so and record no more"
    )


class FootageSettings(Group):
    enabled: bool = Field(True, description="Live video sources are recorded, unless one is told otherwise")
    segment_s: float = Field(10.0, ge=2, le=600, description="Length of a segment; it is cut at the next keyframe")
    days: float = Field(3.0, gt=0, description="How long video is kept that nothing keeps longer (EDPB guidelines 3/2019: about 72 h)")
    observation_days: float = Field(7.0, gt=0, description="How long video around plain observations is kept")
    finding_days: float = Field(30.0, gt=0, description="How long video around findings and incidents of vehicles is kept")
    before_s: float = Field(10.0, ge=0, le=600, description="Seconds kept from before what is worth keeping")
    after_s: float = Field(10.0, ge=0, le=600, description="Seconds kept from after it")
    export_days: float = Field(30.0, gt=0, description="How long clips wait to be fetched")
    budget_gb: float = Field(200.0, gt=0, description="Room for recorded video; the oldest that nothing keeps goes first")
    least_free_gb: float = Field(2.0, ge=0, description="Nothing is recorded when the disk has less room left")
    shown_gb: float = Field(2.0, gt=0, description="Room for segments made ready to be shown, with people and plates hidden")
    looks_per_second: float = Field(5.0, gt=0, le=30, description="Pictures per second searched for what must be hidden")
    render_threads: int = Field(0, ge=0, description="Threads of that search; 0 lets the runtime choose")


class EvidenceSettings(Group):
    key: SecretStr | None = Field(None, description="Ed25519 key that signs packages, PEM; made and kept in data_dir when absent")
    timestamp_url: str | None = Field(
        None, pattern=r"^https?://\S+$", description="RFC 3161 authority that stamps packages and days; without it none are stamped"
    )
    timestamp_timeout_s: float = Field(10.0, gt=0, le=120, description="How long it may take; a package it does not stamp says so")
    around_s: float = Field(6.0, ge=1, le=60, description="Seconds of video before and after what happened")


class WatchSettings(Group):
    detect: bool = Field(True, description="Detect and track in the sources; false only shows them")
    runtime: Literal["auto", "openvino", "onnxruntime"] = Field(
        "auto", description="What runs the network: a graphics card where the `cuda` extra sees one, the processor otherwise"
    )
    minimum_confidence: float = Field(0.25, ge=0, le=1, description="A track starts at this confidence; weaker boxes only continue one")
    frames_per_second: float = Field(8.0, gt=0, description="At most this many frames of each source are looked at per second")
    tracker: Literal["byte_track", "oc_sort"] = Field("byte_track", description="How boxes of one picture after another become one thing")
    tier: Literal["health", "patrol", "watch", "enforcement"] = Field(
        "watch",
        description="How closely sources are looked at for which nobody chose: a keyframe a minute, keyframes, some of the smaller stream's"
        " pictures, or all",
    )
    detections_per_second: float = Field(
        4.0, gt=0, description="At most so many of them go to the detector; on the others boxes are carried by the motion of the picture"
    )
    image_size_px: int = Field(
        640, ge=64, multiple_of=32, description="Longer side of the picture given to the detector, when its shape is free"
    )
    orthophoto: Path | None = Field(
        None, description="GeoTIFF under the flights: a picture a second is laid on it, and the pose corrected by it"
    )
    orthophoto_sigma_m: float | None = Field(None, ge=0, description="Error of its own places, one sigma; its pixel when not given")
    threads: int = Field(0, ge=0, description="Inference threads; 0 lets the runtime choose")


class PlateSettings(Group):
    read_live: bool = Field(False, description="Read plates in sources of the enforcement tier, and keep what is legible")
    keep_h: float = Field(72.0, gt=0, le=72, description="Hours a read is kept that belongs to no case and no wanted plate")


class SimSettings(Group):
    fleet: int = Field(3, ge=0, le=250, description="Simulated vehicles of `up`: the scene's, filled up with waiting copters")
    home: str | None = Field(None, description="LAT,LON where simulated vehicles wait for a pilot; without it the scene's own place")
    rtsp_port: int = Field(8554, ge=1, le=65535, description="Port of the simulator's RTSP server")
    dock_port: int = Field(8560, ge=1, le=65535, description="Loopback port of the simulated docks: /docks/1 belongs to vehicle 1")
    fixed_camera_video: Path | None = Field(None, description="Video file looped as the first fixed camera; rendered when absent")
    scenario: str | None = Field(None, description="Shipped scene or scene file to live in; without it the street of the demo region")
    truth: Path | None = Field(None, description="Folder for the truth of every frame, one file a camera; not written when absent")
    speedup: float = Field(1.0, gt=0, le=20, description="Simulated seconds per second")


class VideoSettings(Group):
    port: int = Field(8010, ge=1, le=65535, description="Loopback port where the `video` process serves live fragments to `api`")
    looks_per_second: float = Field(
        6.0,
        gt=0,
        le=30,
        description="Pictures per second searched for people and plates while something moves; they are shown so much later",
    )
    shown_width_px: int = Field(1280, ge=160, le=7680, description="Larger live pictures are made smaller, but for those shown original")
    hiding_threads: int = Field(0, ge=0, description="Threads of that search; 0 lets the runtime choose")


class CompanionSettings(Group):
    listen: str | None = Field(
        None,
        pattern=r"^\S+:\d+$",
        description="HOST:PORT where companion computers join the private bus, 0.0.0.0:7422; without it none can",
    )
    address: str | None = Field(
        None, pattern=r"^\S+:\d+$", description="HOST:PORT under which they reach it, when that is another than `listen`"
    )


class OnboardSettings(Group):
    invitation: Path | None = Field(None, description="File made by `sunqar companion invite` on the station")
    camera: str | None = Field(None, description="The camera on board: rtsp://…, /dev/video0, a file")
    link: str = Field("udpin:0.0.0.0:14551", description="MAVLink link to the autopilot; on it nothing but streams is asked for")
    hfov_deg: float | None = Field(None, gt=0, lt=180, description="Full horizontal angle of the lens; without it nothing gets a place")
    mount_pitch_deg: float = Field(-90.0, ge=-90, le=0, description="Where the camera looks while no gimbal tells; -90 is straight down")
    budget_kbps: float = Field(64.0, gt=0, description="At most so many kilobits a second of the way to the station are used")
    spool_mb: int = Field(512, gt=0, description="Room for what waits for the way to the station; when it is full the oldest goes")


class SafetySettings(Group):
    wind_limit_mps: float = Field(10.0, gt=0, le=40, description="No flight is started in more wind than this")
    reserve_fraction: float = Field(0.25, ge=0, lt=1, description="Part of the battery that stays for the unforeseen")
    separation_m: float = Field(
        50.0, gt=0, description="Two vehicles nearer than this to each other, and too close in height, are in conflict"
    )
    separation_height_m: float = Field(15.0, gt=0, description="Difference in height that keeps two vehicles apart")
    separation_time_s: float = Field(10.0, ge=0, le=60, description="How early or late a vehicle may be on its plan")
    law: str = Field("kz", pattern=r"^([a-z]{2})?$", description="Country whose limits of the law are held against plans; empty: none")
    arm_authorisation: bool = Field(
        True, description="Answer vehicles that ask this station whether they may arm, by the pre-flight checks"
    )
    arm_authorisation_s: int = Field(60, ge=5, le=3600, description="How long such a permission holds")


class ReviewSettings(Group):
    look_s: float = Field(600.0, ge=30, le=7200, description="How long an officer has for a case before it goes back to the others")
    two_person_tiers: list[Literal["A", "B"]] = Field(
        ["A"], description="Cases of these tiers of evidence are accepted by two officers, each blind to the other"
    )
    two_person_rules: list[str] = Field(default_factory=list, description="The same for single rules, by their code")
    double_look_share: float = Field(
        0.05, ge=0, le=1, description="Part of all other cases that two officers look at, to see how they agree"
    )
    known_bad_share: float = Field(
        0.02, ge=0, le=0.5, description="Part of the cases shown that are known to be no violation, to see whether officers find them"
    )


class HandoverSettings(Group):
    name: str = Field("outside", pattern=r"^[a-z0-9_-]{1,40}$", description="What the outside system is called in lists and logs")
    url: str | None = Field(
        None, pattern=r"^https?://\S+$", description="Accepted cases are sent here, signed; without it they leave by file"
    )
    secret: SecretStr | None = Field(None, min_length=32, description="Key of the signature (HMAC-SHA256), shared with the outside system")
    timeout_s: float = Field(20.0, gt=0, le=120, description="How long one attempt may take")
    first_retry_s: float = Field(30.0, gt=0, description="Wait after the first failed attempt; it doubles with each further one")
    longest_retry_s: float = Field(3600.0, gt=0, description="The longest wait between two attempts")
    give_up_h: float = Field(72.0, gt=0, description="After this a person has to look why it cannot be delivered")


class Settings(BaseSettings):
    """Everything the program can be told."""

    model_config = SettingsConfigDict(env_prefix="SUNQAR_", env_nested_delimiter="__", toml_file="sunqar.toml", extra="forbid")

    data_dir: Path = Field(Path(".sunqar"), description="Everything the program writes goes below this folder")
    database_url: str | None = Field(None, description="postgresql://…; without it a private cluster is run in data_dir")
    nats_url: str | None = Field(None, description="nats://…; without it a private server is run in data_dir")
    host: str = Field("127.0.0.1", description="Address the web server listens on")
    port: int = Field(8000, ge=1, le=65535)
    model: Path | None = Field(
        None, description="Detector: ONNX or OpenVINO IR file; without it `<data_dir>/models/detector.onnx`, else the one shipped"
    )
    secret_key: SecretStr | None = Field(None, description="Signs tokens; generated and kept in data_dir on first run")
    admin_password: SecretStr | None = Field(None, description="Password of `admin` on first run; generated when absent")
    log_level: str = Field("INFO")
    station: StationSettings = Field(default_factory=StationSettings)
    recording: RecordingSettings = Field(default_factory=RecordingSettings)
    footage: FootageSettings = Field(default_factory=FootageSettings)
    evidence: EvidenceSettings = Field(default_factory=EvidenceSettings)
    watch: WatchSettings = Field(default_factory=WatchSettings)
    plates: PlateSettings = Field(default_factory=PlateSettings)
    sim: SimSettings = Field(default_factory=SimSettings)
    video: VideoSettings = Field(default_factory=VideoSettings)
    safety: SafetySettings = Field(default_factory=SafetySettings)
    companion: CompanionSettings = Field(default_factory=CompanionSettings)
    onboard: OnboardSettings = Field(default_factory=OnboardSettings)
    review: ReviewSettings = Field(default_factory=ReviewSettings)
    handover: HandoverSettings = Field(default_factory=HandoverSettings)
    expected_processes: list[str] = Field(["station", "watch", "store", "video", "record"], description="Processes /readyz waits for")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls))


def load_settings(**overrides: object) -> Settings:
    """Read settings. Raises `SettingsError` naming the first wrong setting and its value."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except (TOMLDecodeError, OSError) as error:
        raise SettingsError(
            f"The settings file {Path('sunqar.toml').absolute()} cannot be read: {error}.",
            code="settings.file",
            hint="Correct the line it names, or move the file away.",
        ) from error
    except UnreadableSource as error:
        raise SettingsError(
            f"A setting cannot be read: {error} ({error.__cause__}).",
            code="settings.invalid",
            hint="Lists are written as JSON, for example SUNQAR_STATION__LINKS='[\"udpin:0.0.0.0:14550\"]'.",
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        name = "SUNQAR_" + "__".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(
            f"Setting {name} = {first.get('input')!r} is not usable: {first['msg']}.",
            code="settings.invalid",
            hint="Correct the environment variable or sunqar.toml; `sunqar config` prints what is in force.",
        ) from error
