"""What a scene file may say. Places are metres east and north of `origin`, times are seconds of the scene, headings clockwise from north.

Unknown keys are refused, so that a misspelt one is not silently without effect.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Point = tuple[Annotated[float, Field(ge=-5_000, le=5_000)], Annotated[float, Field(ge=-5_000, le=5_000)]]
Heading = Annotated[float, Field(ge=0, le=360)]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


# --- the map


class Road(Part):
    path: list[Point] = Field(min_length=2)
    width_m: float = Field(gt=0, le=60)
    lanes: int = Field(2, ge=1, le=8)
    surface: Literal["asphalt", "earth"] = "asphalt"
    centre: Literal["auto", "solid", "dashed", "none"] = Field("auto", description="Line between the directions")


class Building(Part):
    at: Point
    size_m: tuple[float, float] = Field(description="Length along the heading, then width")
    heading_deg: Heading = 0.0
    height_m: float = Field(gt=0, le=300)
    colour: Colour = "#cdbfa5"


class Signal(Part):
    """A traffic light. The cycle begins with green `offset_s` after the start of the scene and repeats."""

    id: str
    at: Point
    heading_deg: Heading = Field(description="Where its lamps face: against the traffic that obeys it")
    green_s: float = Field(gt=0)
    yellow_s: float = Field(3.0, ge=0)
    red_s: float = Field(gt=0)
    offset_s: float = 0.0

    def state(self, at_s: float) -> Literal["green", "yellow", "red"]:
        phase_s = (at_s - self.offset_s) % (self.green_s + self.yellow_s + self.red_s)
        return "green" if phase_s < self.green_s else "yellow" if phase_s < self.green_s + self.yellow_s else "red"

    def red_since_s(self, at_s: float) -> float:
        """How long it has been red at this instant; 0 while it is not."""
        phase_s = (at_s - self.offset_s) % (self.green_s + self.yellow_s + self.red_s)
        return max(0.0, phase_s - self.green_s - self.yellow_s)


class StopLine(Part):
    id: str
    line: tuple[Point, Point]
    heading_deg: Heading = Field(description="Of the traffic that must stop")
    signal: str | None = None
    legal_order: str | None = None


class Lane(Part):
    id: str
    polygon: list[Point] = Field(min_length=3)
    heading_deg: Heading
    speed_limit_kmh: float | None = Field(None, gt=0, le=150)
    legal_order: str | None = None


class SolidLine(Part):
    id: str
    path: list[Point] = Field(min_length=2)
    legal_order: str | None = None


class Area(Part):
    """A polygon with a meaning, as in scene files of `vision run`."""

    id: str
    kind: Literal["no_stopping", "crossing", "bus_lane", "no_entry", "box_junction", "corridor", "permit_area", "cleanup_site", "roi"]
    polygon: list[Point] = Field(min_length=3)
    legal_order: str | None = None


class Map(Part):
    roads: list[Road] = Field(default_factory=list)
    buildings: list[Building] = Field(default_factory=list)
    signals: list[Signal] = Field(default_factory=list)
    stop_lines: list[StopLine] = Field(default_factory=list)
    lanes: list[Lane] = Field(default_factory=list)
    solid_lines: list[SolidLine] = Field(default_factory=list)
    areas: list[Area] = Field(default_factory=list)
    fibre: list[list[Point]] = Field(default_factory=list, description="Routes of buried fibre; their marker posts are seen")
    soil: list[list[Point]] = Field(default_factory=list, description="Polygons of bare, turned soil")


# --- what stands and moves on it


class Stop(Part):
    """`at_m` along the path: the actor's centre stands there for `for_s`, or until `until_s` of the scene."""

    at_m: float = Field(gt=0)
    for_s: float | None = Field(None, gt=0)
    until_s: float | None = Field(None, gt=0)

    @model_validator(mode="after")
    def _one_end(self) -> "Stop":
        if (self.for_s is None) == (self.until_s is None):
            raise ValueError("a stop lasts either 'for_s' or 'until_s'")
        return self


class Actor(Part):
    """Stands at `at`, or follows `path` from `start_s` on. It is there from `appears_s` to `gone_s`."""

    id: str
    at: Point | None = None
    heading_deg: Heading = 0.0
    path: list[Point] | None = Field(None, min_length=2)
    speed_mps: float = Field(0.0, ge=0, le=60)
    start_s: float = Field(0.0, ge=-600, description="Begins to move; before the scene when negative")
    rolling: bool = Field(True, description="At full speed at once; otherwise it gathers speed from standing")
    stops: list[Stop] = Field(default_factory=list)
    turn_radius_m: float = Field(6.0, gt=0, le=200)
    stays: bool = Field(False, description="Stands at the end of its path instead of leaving the scene there")
    appears_s: float = 0.0
    gone_s: float | None = None

    @model_validator(mode="after")
    def _stands_or_moves(self) -> "Actor":
        if (self.at is None) == (self.path is None):
            raise ValueError(f"actor '{self.id}' needs either 'at' (standing) or 'path' (moving)")
        if self.path is not None and self.speed_mps == 0.0:
            raise ValueError(f"actor '{self.id}' on a path needs 'speed_mps' above 0")
        return self


class Car(Actor):
    kind: Literal["car"]
    model: Literal["sedan", "van", "bus", "truck"] = "sedan"
    colour: Colour = "#c9ccd1"


class Person(Actor):
    kind: Literal["person"]
    colour: Colour = "#8a3b32"
    trousers: Colour = "#2c3440"


class Machine(Actor):
    kind: Literal["machine"]
    model: Literal["excavator", "loader", "dump_truck", "roller", "crane"]
    colour: Colour = "#e2a71c"
    working: bool = Field(True, description="Its upper part swings, its arm digs")


class Dump(Actor):
    """Rubbish tipped on the ground, `size_m` across."""

    kind: Literal["dump"]
    size_m: float = Field(6.0, gt=0.5, le=60)


class RoadDamage(Part):
    kind: Literal["damage"]
    id: str
    at: Point
    type: Literal["pothole", "longitudinal_crack", "transverse_crack", "alligator", "patch"]
    size_m: tuple[float, float] = Field((1.0, 1.0), description="Length along the heading, then width")
    heading_deg: Heading = 0.0


class Smoke(Actor):
    kind: Literal["smoke"]
    rate: float = Field(1.0, gt=0, le=5, description="How thick it is; 1 is a bonfire")


AnyActor = Annotated[Car | Person | Machine | Dump | RoadDamage | Smoke, Field(discriminator="kind")]


# --- who looks at it


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


AnyCamera = Annotated[FixedCamera | DroneCamera, Field(discriminator="kind")]


class FlightLeg(Part):
    east_m: float = Field(ge=-5_000, le=5_000)
    north_m: float = Field(ge=-5_000, le=5_000)
    altitude_m: float | None = Field(None, gt=0, le=1_000)


class SceneVehicle(Part):
    """Flown by the simulated autopilot. The scene begins when it is on its way to leg `begin_at_leg` (from 1)."""

    name: str
    autopilot: Literal["ardupilot", "px4"] = "ardupilot"
    type: Literal["copter", "plane", "vtol"] = "copter"
    home: Point
    altitude_m: float = Field(40.0, gt=0, le=1_000)
    speed_mps: float = Field(5.0, gt=0, le=40)
    legs: list[FlightLeg] = Field(min_length=1)
    begin_at_leg: int = Field(1, ge=1)


class Weather(Part):
    light: Literal["day", "dusk", "night"] = "day"
    haze_m: float = Field(2_500.0, gt=30, description="Distance at which two thirds of the contrast are gone")
    rain: float = Field(0.0, ge=0, le=1)
    wind: str = Field("0,0", description="MPS,DEG as for `sim fleet`")


class ExpectedViolation(Part):
    rule: str
    actor: str


class Thresholds(Part):
    """What a score must keep for exit code 0."""

    median_m: float | None = Field(None, gt=0)
    p95_m: float | None = Field(None, gt=0)
    missed_at_most: int | None = Field(None, ge=0)
    false_at_most: int | None = Field(None, ge=0)


class Scene(Part):
    name: str = ""
    summary: str = Field(min_length=10)
    origin: tuple[Annotated[float, Field(ge=-180, le=180)], Annotated[float, Field(ge=-85, le=85)]]
    duration_s: float = Field(gt=0, le=600)
    seed: int = 1
    map: Map = Field(default_factory=Map)
    weather: Weather = Field(default_factory=Weather)
    actors: list[AnyActor] = Field(default_factory=list)
    vehicles: list[SceneVehicle] = Field(default_factory=list)
    cameras: list[AnyCamera] = Field(min_length=1)
    faults: list[str] = Field(default_factory=list, description="NAME[:key=value,…][@start_s[-end_s]], seconds of the scene")
    violations: list[ExpectedViolation] = Field(default_factory=list, description="Who breaks which rule; when and where follows")
    thresholds: Thresholds = Field(default_factory=Thresholds)

    @model_validator(mode="after")
    def _names_meet(self) -> "Scene":
        for what, names in (
            ("actor", [one.id for one in self.actors]),
            ("camera", [one.name for one in self.cameras]),
            ("vehicle", [one.name for one in self.vehicles]),
        ):
            twice = {name for name in names if names.count(name) > 1}
            if twice:
                raise ValueError(f"{what} '{min(twice)}' is there twice")
        signals = {one.id for one in self.map.signals}
        for line in self.map.stop_lines:
            if line.signal is not None and line.signal not in signals:
                raise ValueError(f"stop line '{line.id}' names signal '{line.signal}', which is not there")
        vehicles = {one.name for one in self.vehicles}
        for camera in self.cameras:
            if isinstance(camera, DroneCamera) and camera.vehicle not in vehicles:
                raise ValueError(f"camera '{camera.name}' hangs under vehicle '{camera.vehicle}', which is not there")
        actors = {one.id for one in self.actors}
        for violation in self.violations:
            if violation.actor not in actors:
                raise ValueError(f"violation '{violation.rule}' names actor '{violation.actor}', who is not there")
        return self

    def camera(self, name: str | None) -> FixedCamera | DroneCamera | None:
        """By name; the first without one; None when there is none of this name."""
        return self.cameras[0] if name is None else next((one for one in self.cameras if one.name == name), None)
