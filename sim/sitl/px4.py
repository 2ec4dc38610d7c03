"""PX4's SITL with SIH, its own headless physics: no Gazebo is needed. Source: PX4's init.d-posix (rcS, px4-rc.mavlink) and its SIH page."""

import os
from math import cos, radians, sin
from pathlib import Path

from sim.sitl.instance import SitlInstance, SitlRequest, not_found, not_simulated

HOW = (
    "Build it in a PX4 checkout: make px4_sitl_sih (or px4_sitl), then give the checkout, its build folder or the px4 binary; "
    "PX4's releases also carry it as a .deb; or use --docker px4io/px4-sitl."
)
GCS_PORT = 18570  # instance I speaks from here + I, and answers whoever speaks to it
_BUILDS = ("build/px4_sitl_sih", "build/px4_sitl_default", ".")
MODELS = {"copter": "sihsim_quadx", "plane": "sihsim_airplane", "vtol": "sihsim_standard_vtol"}


def px4_instances(path: Path, request: SitlRequest) -> list[SitlInstance]:
    """`path` is a checkout, a build folder or the binary. Raises `SettingsError` saying how to get one."""
    if request.vehicle_type not in MODELS:
        raise not_simulated("--px4", request.vehicle_type, MODELS)
    binary, etc = _build(path)
    return [
        SitlInstance(
            system_id=index + 1,  # PX4 numbers its instances itself
            argv=(str(binary), "-d", "-i", str(index), str(etc)),
            directory=request.directory / f"px4-{index + 1}",
            link=f"udpout:127.0.0.1:{GCS_PORT + index}",
            environment=px4_environment(request, index),
        )
        for index in range(request.count)
    ]


def px4_environment(request: SitlRequest, index: int) -> dict[str, str]:
    """What PX4's start script reads: model, place, speed, and PX4_PARAM_… for parameters."""
    place = request.home_of(index)
    towards = radians(request.wind.from_deg + 180.0)
    wind = {"SIH_WIND_N": request.wind.speed_mps * cos(towards), "SIH_WIND_E": request.wind.speed_mps * sin(towards)}
    parameters = {**(wind if request.wind.speed_mps > 0.0 else {}), **request.parameters}
    return {
        "PX4_SIM_MODEL": MODELS[request.vehicle_type],
        "PX4_HOME_LAT": f"{place.lat_deg:.7f}",
        "PX4_HOME_LON": f"{place.lon_deg:.7f}",
        "PX4_HOME_ALT": f"{request.home_amsl_m:g}",
        "PX4_SIM_SPEED_FACTOR": f"{request.speedup:g}",
        **{f"PX4_PARAM_{name}": f"{value:g}" for name, value in parameters.items()},
    }


def _build(path: Path) -> tuple[Path, Path]:
    """The binary and the `etc` folder its start script lies in."""
    folders = [path.parent.parent] if path.is_file() else [path / build for build in _BUILDS]
    for folder in folders:
        binary = path if path.is_file() else folder / "bin/px4"
        if binary.is_file() and os.access(binary, os.X_OK) and (folder / "etc").is_dir():
            return binary.resolve(), (folder / "etc").resolve()
    raise not_found("--px4", path, "bin/px4 with its etc folder", HOW)
