"""Camera, height and speed of a request, or the reasons why they do not go together."""

from dataclasses import dataclass

import numpy as np

from missions.findings import Finding, Values, error
from missions.planning.camera import CameraModel
from missions.planning.context import PlanContext
from missions.planning.gsd import Footprint, camera_footprint, ground_sample_distance_m, height_for_gsd_m, sharp_speed_mps, spacing_m
from missions.planning.vehicle_kind import VehicleKind, vehicle_of
from missions.requests.kinds import Number
from missions.requests.members import out_of_limits
from missions.requests.request import PlanRequest

LOWEST_M, HIGHEST_M = 2.0, 3_000.0
DEFAULT_SPEED_MPS = 8.0
_PERCENT = "0.75 means 75 %."


@dataclass(frozen=True, slots=True)
class Lens:
    """`distance_m` from the camera to what it sees, `footprint` and `gsd_m` there; `step_m` between photos, `spacing_m` between lines."""

    camera: CameraModel
    distance_m: float
    footprint: Footprint
    gsd_m: float
    step_m: float
    spacing_m: float
    speed_mps: float


def _out_of_range(name: str, value: float, kind: Number) -> Finding:
    message = f"{name} {value:g} is not {kind.limits()}. {_PERCENT if name.endswith('overlap') else 'Change it.'}"
    return error("out_of_range", message, member=name, value=value, bounds=kind.bounds())


def lens_of(
    request: PlanRequest,
    context: PlanContext,
    *,
    distance_m: float | None = None,
    default_altitude_m: float | None = None,
    across_flight: bool = False,
    usual_mps: float = DEFAULT_SPEED_MPS,
    standing: bool = False,
) -> tuple[Lens | None, list[Finding]]:
    """`distance_m` when the pattern gives it, else from `altitude_m` or `gsd_cm`. With `across_flight` pictures follow each other
    along their long side: the camera looks aside. `standing`: no photo is taken on the way; `usual_mps` unless the request says."""
    findings = [_out_of_range(name, value, kind) for name, value, kind in out_of_limits(request)]
    vehicle = vehicle_of(request, context)
    findings += vehicle.findings(request)
    camera = context.camera_of(request)
    if camera is None:
        known = ", ".join(sorted(context.cameras))
        findings.append(error("camera_unknown", f"There is no camera '{request.camera}'. Choose one of: {known}.", name=request.camera))
    if request.gsd_cm is not None and request.altitude_m is not None:
        findings.append(error("gsd_or_altitude", "Give either the ground sample distance or the altitude, not both.", form="both"))
    if camera is None or findings:
        return None, findings
    if distance_m is not None and request.gsd_cm is not None:
        sees_cm = ground_sample_distance_m(camera, distance_m) * 100.0
        if sees_cm > request.gsd_cm * 1.01:
            message = (
                f"{distance_m:g} m away {camera.name} sees {sees_cm:.2g} cm a pixel, not the {request.gsd_cm:g} cm asked for. Keep "
                f"{height_for_gsd_m(camera, request.gsd_cm / 100.0):.2g} m, or ask for {sees_cm:.2g} cm."
            )
            near_m = round(height_for_gsd_m(camera, request.gsd_cm / 100.0), 1)
            values: Values = {
                "away": round(distance_m, 1),
                "name": camera.name,
                "gsd": round(sees_cm, 2),
                "asked": request.gsd_cm,
                "near": near_m,
            }
            return None, [error("gsd_unreached", message, **values)]
    if distance_m is None:
        if request.gsd_cm is not None:
            distance_m = height_for_gsd_m(camera, request.gsd_cm / 100.0)
        elif request.altitude_m is not None or default_altitude_m is not None:
            distance_m = request.altitude_m if request.altitude_m is not None else default_altitude_m
        else:
            return None, [error("gsd_or_altitude", "Give either the ground sample distance or the altitude.")]
    assert distance_m is not None
    if not LOWEST_M <= distance_m <= HIGHEST_M:
        low, high = (ground_sample_distance_m(camera, limit) * 100.0 for limit in (LOWEST_M, HIGHEST_M))
        message = (
            f"{camera.name} would have to be {distance_m:.4g} m away; {LOWEST_M:g} to {HIGHEST_M:g} m can be planned. "
            f"Choose a GSD between {low:.2g} and {high:.3g} cm."
        )
        values = {"name": camera.name, "away": round(distance_m, 1), "least": LOWEST_M, "most": HIGHEST_M}
        return None, [error("altitude", message, **values, finest=round(low, 2), coarsest=round(high, 1))]
    footprint = camera_footprint(camera, distance_m)
    onward_m, beside_m = (footprint.across_m, footprint.along_m) if across_flight else (footprint.along_m, footprint.across_m)
    # The plan holds millimetres; rounded down, the overlap is not short.
    step_m = _rounded_down(spacing_m(onward_m, request.front_overlap), 1000)
    gsd_m = ground_sample_distance_m(camera, distance_m)
    speed_mps, too_fast = _speed(request, vehicle, camera, step_m=step_m, gsd_m=gsd_m, usual_mps=usual_mps, standing=standing)
    findings = [*([] if too_fast is None else [too_fast]), *vehicle.speed_findings(speed_mps)]
    if findings:
        return None, findings[:1]
    return Lens(camera, distance_m, footprint, gsd_m, step_m, spacing_m(beside_m, request.side_overlap), speed_mps), []


def _speed(
    request: PlanRequest, vehicle: VehicleKind, camera: CameraModel, *, step_m: float, gsd_m: float, usual_mps: float, standing: bool
) -> tuple[float, Finding | None]:
    """What is flown, and why the one asked for cannot be: the shutter's interval, the ground's motion during the exposure."""
    usual_mps = vehicle.usual_mps(usual_mps)
    if standing:
        return request.speed_mps or usual_mps, None
    # The wind takes a plane faster over the ground than it flies.
    carried_mps = vehicle.most_over_ground_mps(0.0)
    fastest_mps, sharp_mps = step_m / camera.min_interval_s - carried_mps, sharp_speed_mps(camera, gsd_m) - carried_mps
    # The plan holds centimetres a second; rounded down, the interval is not short.
    speed_mps = min(usual_mps, _rounded_down(min(fastest_mps, sharp_mps), 100)) if request.speed_mps is None else request.speed_mps
    if speed_mps > fastest_mps * (1.0 + 1e-9):
        message = (
            f"{camera.name} needs {camera.min_interval_s:g} s between photos; one each {step_m:.1f} m at {speed_mps:g} m/s "
            f"leaves {step_m / speed_mps:.2f} s. Fly at {_rounded_down(fastest_mps, 10):.1f} m/s or slower, or lower the front overlap."
        )
        values: Values = {"name": camera.name, "interval": camera.min_interval_s, "step": round(step_m, 1), "speed": round(speed_mps, 1)}
        return speed_mps, error("camera_too_slow", message, **values, most=_rounded_down(fastest_mps, 10))
    if speed_mps > sharp_mps * (1.0 + 1e-9):
        message = (
            f"At {speed_mps:g} m/s the ground moves {speed_mps / sharp_mps:.1f} pixels while {camera.name} exposes for "
            f"1/{1.0 / camera.exposure_s:.0f} s. Fly at {_rounded_down(sharp_mps, 10):.1f} m/s or slower, or choose a larger GSD."
        )
        values = {"name": camera.name, "pixels": round(speed_mps / sharp_mps, 1), "speed": round(speed_mps, 1)}
        return speed_mps, error("motion_blur", message, **values, most=_rounded_down(sharp_mps, 10))
    if speed_mps <= 0.0:
        message = f"A photo each {step_m:g} m is less than {camera.name} can do in the air. Fly higher or lower the front overlap."
        return speed_mps, error("camera_too_slow", message, form="never", name=camera.name, step=round(step_m, 1))
    return speed_mps, None


def _rounded_down(value: float, steps: int) -> float:
    return float(np.floor(value * steps + 1e-6)) / steps
