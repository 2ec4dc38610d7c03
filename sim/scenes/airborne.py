"""A camera under a simulated vehicle: the real autopilot, body, wind and sensors fly the scene's legs, faster than real time.

The picture is painted from where the vehicle truly is; what it tells (KLV) is what its navigation believes, faults included.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from geo.primitives import LocalFrame, SettingsError
from sim.clock import STEP_S, SimClock
from sim.faults import parse_fault
from sim.fleet import REPEATABLE_START_UNIX_MS
from sim.projection import Camera
from sim.scenes.crew import Crew, aim
from sim.scenes.instants import unix_us_at
from sim.scenes.model import DroneCamera
from sim.scenes.painting import Eye
from sim.scenes.poses import LOWEST_EYE_M, carried_camera
from sim.scenes.stage import Stage
from sim.scenes.truth import FrameTruth, Told, frame_truth
from sim.vehicle import SimulatedVehicle
from sim.wind import parse_wind

READY_DEADLINE_S = 60.0
LEG_DEADLINE_S = 600.0
# What is told of the own place (metres) and attitude (degrees), one sigma. Ours does better by satellites.
SATELLITES_SIGMAS, CORRECTED_SIGMAS = (1.0, 0.5), (0.1, 0.1)


@dataclass(frozen=True, slots=True)
class Shot:
    """One frame. A stalled camera goes on showing what it saw at `seen_s`; the truth of such a frame is the truth of that picture."""

    truth: FrameTruth
    seen_s: float
    seen_frame: int
    shift_px: tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Pose:
    """Where the camera really is and what its carrier tells, at one instant."""

    camera: Camera
    told: Told
    speed_mps: tuple[float, float, float]
    works: bool


def shots(stage: Stage, part: DroneCamera) -> Iterator[Shot]:
    """The frames of a drone's camera. Raises: `SettingsError` when the vehicle does not come to fly the leg the scene begins at."""
    flight = _Flight(stage, part)
    last: Shot | None = None
    for index in range(int(stage.scene.duration_s * part.fps)):
        at_s = index / part.fps
        pose = flight.pose_at(at_s)
        if not pose.works and last is not None:
            yield replace(last, truth=replace(last.truth, frame=index))
            continue
        eye = Eye(pose.camera, stage.light, stage.scene.weather.haze_m)
        truth = frame_truth(stage, eye, index, at_s, unix_us_at(at_s), None, pose.told)
        last = Shot(truth, at_s, index, ground_shift_px(pose.camera, pose.speed_mps, part.lens.exposure_s))
        yield last


class _Flight:
    """A vehicle flown to the leg the scene begins at, then stepped on demand."""

    def __init__(self, stage: Stage, part: DroneCamera) -> None:
        self._part, self._stage = part, stage
        scene = stage.scene
        self._plan = plan = next(one for one in scene.vehicles if one.name == part.vehicle)
        if not plan.legs:
            raise SettingsError(
                f"Vehicle '{plan.name}' of scene '{scene.name}' waits for a pilot, so its camera has nothing to record.",
                code="sim.scene_flight",
                hint="Give it legs, or fly it with `sunqar up --scenario`.",
            )
        self._home = stage.frame.place(*plan.home)
        self._clock = SimClock(REPEATABLE_START_UNIX_MS)
        self._vehicle = SimulatedVehicle(
            scene.vehicles.index(plan) + 1,
            self._home,
            self._clock,
            autopilot=plan.autopilot,
            vehicle_type=plan.type,
            seed=scene.seed,
            wind=parse_wind(scene.weather.wind),
        )
        aim(part, plan.home, self._vehicle)
        self._crew = Crew(plan, stage.frame, self._vehicle, brings_home=False)
        self._until(lambda: self._crew.started, READY_DEADLINE_S, "get ready to arm")
        self._until(lambda: self._crew.under_way, LEG_DEADLINE_S, f"fly leg {plan.begin_at_leg}")
        begins_s = self._clock.boot_s
        for text in scene.faults:
            fault = parse_fault(text)
            end_s = None if fault.end_s is None else fault.end_s + begins_s
            self._vehicle.faults.add(replace(fault, start_s=fault.start_s + begins_s, end_s=end_s))
        self._begins_s = begins_s
        self._before = self._after = self._pose()
        self._after_s = 0.0

    def pose_at(self, at_s: float) -> _Pose:
        """Instants must not go back. Between two steps of the simulation the place is interpolated."""
        while self._after_s < at_s - 1e-9:
            self._before = self._after
            self._step()
            self._after, self._after_s = self._pose(), self._clock.boot_s - self._begins_s
        share = min(1.0, max(0.0, 1.0 - (self._after_s - at_s) / STEP_S))
        a, b = self._before.camera, self._after.camera
        turn = (b.heading_deg - a.heading_deg + 180.0) % 360.0 - 180.0
        camera = replace(
            b,
            east_m=a.east_m + (b.east_m - a.east_m) * share,
            north_m=a.north_m + (b.north_m - a.north_m) * share,
            height_m=a.height_m + (b.height_m - a.height_m) * share,
            heading_deg=(a.heading_deg + turn * share) % 360.0,
        )
        return replace(self._after, camera=camera)

    def _until(self, condition: Callable[[], bool], deadline_s: float, what: str) -> None:
        end_s = self._clock.boot_s + deadline_s
        while not condition():
            if self._clock.boot_s > end_s:
                raise SettingsError(
                    f"Vehicle '{self._plan.name}' of scene '{self._stage.scene.name}' did not {what} within {deadline_s:g} s.",
                    code="sim.scene_flight",
                    hint="Check its legs, and the wind against its type.",
                )
            self._step()
            self._crew.update()

    def _step(self) -> None:
        self._clock.advance()
        self._vehicle.step()

    def _pose(self) -> _Pose:
        part, truth, readings = self._part, self._vehicle.truth, self._vehicle.body.readings
        east, north = self._plan.home
        at, gimbal = truth.position, self._vehicle.gimbal
        camera = carried_camera(part, east + at.east, north + at.north, at.up, gimbal.heading_deg(truth.heading_deg), gimbal.pitch_deg)
        believed = readings.believed
        corrected = self._plan.poses == "corrected"
        if corrected:
            believed = truth
        place = LocalFrame(self._home).place(believed.position.east, believed.position.north)
        up_m = max(LOWEST_EYE_M, believed.position.up)
        told = Told(
            place,
            up_m,
            self._vehicle.places.ground_amsl_m + up_m,
            gimbal.heading_deg(believed.heading_deg),
            gimbal.pitch_deg,
            believed.heading_deg,
            believed.pitch_deg,
            believed.roll_deg,
            *(CORRECTED_SIGMAS if corrected else SATELLITES_SIGMAS),
        )
        return _Pose(camera, told, truth.velocity, self._vehicle.faults.camera_works)


def ground_shift_px(camera: Camera, speed_mps: tuple[float, float, float], exposure_s: float) -> tuple[float, float]:
    """How far the ground in the middle of the picture moves through it while the shutter is open."""
    ray = camera.world_to_camera()[2, :3]  # the direction it looks in
    if ray[2] > -0.05:
        return 0.0, 0.0
    reach = camera.height_m / -float(ray[2])
    east, north = camera.east_m + float(ray[0]) * reach, camera.north_m + float(ray[1]) * reach
    moved = replace(camera, east_m=camera.east_m + speed_mps[0] * exposure_s, north_m=camera.north_m + speed_mps[1] * exposure_s)
    before, after = camera.pixel_of(east, north), moved.pixel_of(east, north)
    return (0.0, 0.0) if before is None or after is None else (after[0] - before[0], after[1] - before[1])
