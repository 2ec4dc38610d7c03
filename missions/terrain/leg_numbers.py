"""What a person asks of each leg of a plan: how long, how fast, how near the ground, and how fine its photographs."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.primitives import LocalFrame
from geo.terrain import Heights, VerticalReference
from missions.commands import Command
from missions.in_force import Trigger, trigger_after
from missions.plan import MissionItem, MissionPlan
from missions.plan_steps import plan_steps
from missions.planning.camera import CameraModel
from missions.planning.gsd import ground_sample_distance_m
from missions.terrain.clearance import LegClearance, clearance

# Along a leg the resolution is looked at in each pixel of the model, and no oftener than this.
_MOST_SAMPLES = 60
# Nearer to straight down than this the scale of a photograph is that of a vertical one, within 3 %.
_STEEP_DEG = 75.0


@dataclass(frozen=True, slots=True)
class LegNumbers:
    """`proven` has the leg itself; its least height is None without a model. `gsd_cm` are the finest and the coarsest centimetres a pixel
    on the ground; None where nothing is photographed, the camera does not look down, or the ground is not known."""

    proven: LegClearance
    speed_mps: float
    photographs: bool
    gsd_cm: tuple[float, float] | None

    def to_json(self) -> dict[str, Any]:
        return self.proven.to_json() | {
            "end_up_m": round(self.proven.leg.end_up_m, 2),
            "over_terrain": self.proven.leg.over_terrain,
            "speed_mps": round(self.speed_mps, 2),
            "photographs": self.photographs,
            "gsd_cm": None if self.gsd_cm is None else list(self.gsd_cm),
        }


def leg_numbers(
    plan: MissionPlan, heights: Heights | None, camera: CameraModel | None, planned: Sequence[LegClearance] = ()
) -> tuple[LegNumbers, ...]:
    """Legs in the order flown. `planned` are those of the plan's `clearance` over `heights`; without them the ground counts as level with
    home and the least heights are not told. Blocks on the model's files."""
    known = heights is not None and bool(planned)
    ground: Heights = heights if heights is not None and known else _Level()
    legs = tuple(planned) if known else tuple(_unproven(leg) for leg in clearance(plan, ground).planned)
    if not legs:
        return ()
    speeds = {step.number: step.speed_mps for step in plan_steps(plan, each_jump=1)}
    cameras = _cameras(plan.items)
    frame = LocalFrame(legs[0].leg.start)
    home_amsl_m = float(ground.heights_amsl_m([legs[0].leg.start.as_tuple()])[0])
    numbers = []
    for leg in legs:
        trigger, looks_down = cameras.get(leg.leg.item, (Trigger(), False))
        seen = _gsd_cm(leg, ground, camera, frame, home_amsl_m) if trigger and looks_down and camera is not None else None
        numbers.append(LegNumbers(leg, speeds.get(leg.leg.item, 0.0), bool(trigger), seen))
    return tuple(numbers)


def _cameras(items: tuple[MissionItem, ...]) -> dict[int, tuple[Trigger, bool]]:
    """The trigger in force on the way to each item, and whether the camera looks down."""
    found: dict[int, tuple[Trigger, bool]] = {}
    trigger, looks_down = Trigger(), True
    for number, item in enumerate(items, start=1):
        found[number] = trigger, looks_down
        trigger = trigger_after(trigger, item)
        if item.command in (Command.DO_MOUNT_CONTROL, Command.DO_GIMBAL_MANAGER_PITCHYAW) and item.params[0] is not None:
            looks_down = item.params[0] <= -_STEEP_DEG
        elif item.command in (Command.DO_SET_ROI_LOCATION, Command.DO_SET_ROI):
            looks_down = False
    return found


def _gsd_cm(leg: LegClearance, ground: Heights, camera: CameraModel, frame: LocalFrame, home_amsl_m: float) -> tuple[float, float] | None:
    ends = frame.to_en_m([leg.leg.start.as_tuple(), leg.leg.end.as_tuple()])
    samples = min(_MOST_SAMPLES, max(2, ceil(leg.length_m / ground.resolution_m) + 1))
    shares = np.linspace(0.0, 1.0, samples)
    above_m = leg.leg.start_up_m + shares * (leg.leg.end_up_m - leg.leg.start_up_m)
    if not leg.leg.over_terrain:
        above_m = above_m + home_amsl_m - ground.heights_amsl_m(frame.to_lonlat_deg(ends[0] + shares[:, None] * (ends[1] - ends[0])))
    above_m = above_m[np.isfinite(above_m)]
    if not len(above_m) or above_m.min() <= 0.0:
        return None
    finest, coarsest = (round(100.0 * ground_sample_distance_m(camera, float(height_m)), 2) for height_m in (above_m.min(), above_m.max()))
    return finest, coarsest


def _unproven(leg: LegClearance) -> LegClearance:
    return LegClearance(leg.leg, leg.length_m, None, None, leg.length_m)


class _Level:
    """The ground where nobody knows it: level with home."""

    name = "level"
    vertical = VerticalReference.UNSTATED
    resolution_m = float("inf")

    def heights_amsl_m(self, lonlat_deg: ArrayLike) -> NDArray[np.float64]:
        return np.zeros(len(np.asarray(lonlat_deg, dtype=np.float64).reshape(-1, 2)))

    def pieces(self, lonlat_deg: ArrayLike) -> NDArray[np.float64]:
        return np.arange(len(np.asarray(lonlat_deg, dtype=np.float64).reshape(-1, 2)), dtype=np.float64)
