"""SITL in containers on the host's network, one a vehicle. Variables of PX4's own image and of radarku/ardupilot-sitl."""

import shutil

from geo.primitives import SettingsError
from sim.sitl.instance import SitlInstance, SitlRequest
from sim.sitl.px4 import GCS_PORT, MODELS, px4_environment

ARDUPILOT_PORT = 5760
PORT_STEP = 10
_VEHICLES = {"copter": ("ArduCopter", "+"), "plane": ("ArduPlane", "plane"), "vtol": ("ArduPlane", "quadplane")}


def docker_instances(image: str, request: SitlRequest) -> list[SitlInstance]:
    """PX4 when the image's name says so, ArduPilot otherwise. Raises `SettingsError` when Docker is missing."""
    docker = shutil.which("docker")
    if docker is None:
        raise SettingsError(
            f"--docker {image} cannot be started: this machine has no docker.",
            code="sim.sitl",
            hint="Install it (apt install docker.io), or give a built SITL with --ardupilot PATH or --px4 PATH.",
        )
    if request.vehicle_type not in MODELS:
        raise SettingsError(
            f"--type {request.vehicle_type} cannot be started.", code="sim.sitl", hint=f"Choose one of {', '.join(MODELS)}."
        )
    is_px4 = "px4" in image.lower()
    instances = []
    for index in range(request.count):
        name = f"sunqar-sitl-{index + 1}"
        environment = px4_environment(request, index) if is_px4 else _ardupilot_environment(request, index)
        variables = [part for key, value in environment.items() for part in ("--env", f"{key}={value}")]
        run = (docker, "run", "--rm", "--init", "--network", "host", "--name", name, *variables, image)
        instances.append(
            SitlInstance(
                system_id=index + 1,
                argv=(*run, "-i", str(index)) if is_px4 else run,
                directory=request.directory / name,
                link=f"udpout:127.0.0.1:{GCS_PORT + index}" if is_px4 else f"tcp:127.0.0.1:{ARDUPILOT_PORT + PORT_STEP * index}",
            )
        )
    return instances


def _ardupilot_environment(request: SitlRequest, index: int) -> dict[str, str]:
    place = request.home_of(index)
    vehicle, model = _VEHICLES[request.vehicle_type]
    return {
        "INSTANCE": str(index),
        "LAT": f"{place.lat_deg:.7f}",
        "LON": f"{place.lon_deg:.7f}",
        "ALT": f"{request.home_amsl_m:g}",
        "DIR": "0",
        "VEHICLE": vehicle,
        "MODEL": model,
        "SPEEDUP": f"{request.speedup:g}",
    }
