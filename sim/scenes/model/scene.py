"""A whole scene file."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.scenes.model.actors import AnyActor
from sim.scenes.model.cameras import AnyCamera, DroneCamera, FixedCamera, SceneVehicle
from sim.scenes.model.map import Map
from sim.scenes.model.parts import Part


class Weather(Part):
    light: Literal["day", "dusk", "night"] = "day"
    haze_m: float = Field(2_500.0, gt=30, description="Distance at which two thirds of the contrast are gone")
    air: Literal["haze", "dust"] = Field("haze", description="What takes the sight: water or dust")
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
    missed_violations_at_most: int | None = Field(None, ge=0)
    false_violations_at_most: int | None = Field(None, ge=0)


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
        for rails in self.map.rail_crossings:
            if rails.signal not in signals:
                raise ValueError(f"rail crossing '{rails.id}' names signal '{rails.signal}', which is not there")
        edges = {one.id for one in self.map.turn_edges}
        for turn in self.map.forbidden_turns:
            for edge in (turn.entry, turn.exit):
                if edge not in edges:
                    raise ValueError(f"forbidden turn '{turn.id}' names edge '{edge}', which is not there")
        vehicles = {one.name for one in self.vehicles}
        for camera in self.cameras:
            if isinstance(camera, DroneCamera) and camera.vehicle not in vehicles:
                raise ValueError(f"camera '{camera.name}' hangs under vehicle '{camera.vehicle}', which is not there")
            if isinstance(camera, FixedCamera) and camera.name in vehicles:
                raise ValueError(f"camera '{camera.name}' is called like a vehicle")
        for vehicle in self.vehicles:
            if vehicle.legs and vehicle.begin_at_leg > len(vehicle.legs):
                raise ValueError(f"vehicle '{vehicle.name}' begins at leg {vehicle.begin_at_leg} of {len(vehicle.legs)}")
        actors = {one.id for one in self.actors}
        for violation in self.violations:
            if violation.actor not in actors:
                raise ValueError(f"violation '{violation.rule}' names actor '{violation.actor}', who is not there")
        return self

    def camera(self, name: str | None) -> FixedCamera | DroneCamera | None:
        """By name; the first without one; None when there is none of this name."""
        return self.cameras[0] if name is None else next((one for one in self.cameras if one.name == name), None)
