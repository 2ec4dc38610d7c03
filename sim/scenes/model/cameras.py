"""Who looks at a scene: fixed cameras, and vehicles with a camera under them."""

from typing import Annotated, Literal

from pydantic import Field

from sim.scenes.model.parts import Heading, Part, Point


class Lens(Part):
    """Brown's radial distortion about the centre of the picture, on coordinates divided by the focal length."""

    k1: float = Field(0.0, ge=-0.4, le=0.4)
    k2: float = Field(0.0, ge=-0.2, le=0.2)
    defocus_px: float = Field(0.0, ge=0, le=8, description="Sigma of the blur of the whole picture")
    exposure_s: float = Field(0.004, ge=0, le=0.2, description="What moves is smeared over this time")
    noise: float = Field(2.0, ge=0, le=30, description="Sigma in grey levels")


class Compression(Part):
    """H.264: constant quality by `qp`, or `bitrate_kbps`."""

    qp: int | None = Field(None, ge=10, le=48)
    bitrate_kbps: int | None = Field(None, ge=100, le=20_000)


class CameraPart(Part):
    name: str = Field(pattern=r"^[a-z0-9_-]+$")
    hfov_deg: float = Field(60.0, gt=5, lt=150)
    size_px: tuple[int, int] = (1280, 720)
    fps: float = Field(25.0, ge=1, le=60)
    lens: Lens = Field(default_factory=Lens)
    compression: Compression = Field(default_factory=Compression)
    title: dict[Literal["kk", "ru", "en"], str] = Field(default_factory=dict, description="What people call it, by language")


class FixedCamera(CameraPart):
    kind: Literal["fixed"]
    at: Point
    height_m: float = Field(gt=0, le=100)
    heading_deg: Heading
    pitch_deg: float = Field(ge=-90, le=0)
    roll_deg: float = Field(0.0, ge=-45, le=45)


class DroneCamera(CameraPart):
    kind: Literal["drone"]
    vehicle: str
    pitch_deg: float = Field(-90.0, ge=-90, le=0, description="The gimbal's; it holds the horizon")
    looks_at: tuple[float, float, float] | None = Field(None, description="East, north and metres up of what the gimbal is kept on")


AnyCamera = Annotated[FixedCamera | DroneCamera, Field(discriminator="kind")]


class FlightLeg(Part):
    east_m: float = Field(ge=-5_000, le=5_000)
    north_m: float = Field(ge=-5_000, le=5_000)
    altitude_m: float | None = Field(None, gt=0, le=1_000)


class SceneVehicle(Part):
    """Flown by the simulated autopilot: along `legs` by itself, the scene beginning when it is on its way to leg `begin_at_leg` (from 1).
    Without legs it waits for a pilot."""

    name: str
    autopilot: Literal["ardupilot", "px4"] = "ardupilot"
    type: Literal["copter", "plane", "vtol"] = "copter"
    home: Point
    altitude_m: float = Field(40.0, gt=0, le=1_000)
    speed_mps: float = Field(5.0, gt=0, le=40)
    legs: list[FlightLeg] = Field(default_factory=list)
    begin_at_leg: int = Field(1, ge=1)
    poses: Literal["satellites", "corrected"] = Field("satellites", description="How its poses are known; corrected: laid on an orthophoto")
