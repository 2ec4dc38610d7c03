"""ArduPilot's SITL. Options as its own usage text lists them (SITL_cmdline), parameters in a defaults file, one folder a vehicle."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sim.sitl.instance import SitlInstance, SitlRequest, not_found, not_simulated

HOW = (
    "Build it in an ArduPilot checkout: ./waf configure --board sitl && ./waf copter plane, then give the checkout or the binary "
    "(build/sitl/bin/arducopter); or use --docker IMAGE."
)


@dataclass(frozen=True, slots=True)
class _Model:
    binary: str
    model: str
    defaults: str  # in Tools/autotest of a checkout
    parameters: Mapping[str, float]  # what the model needs where there is no checkout


_MODELS = {
    "copter": _Model("arducopter", "quad", "default_params/copter.parm", {"FRAME_CLASS": 1, "FRAME_TYPE": 0}),
    "plane": _Model("arduplane", "plane", "models/plane.parm", {"RTL_AUTOLAND": 2}),
    "vtol": _Model("arduplane", "quadplane", "default_params/quadplane.parm", {"Q_ENABLE": 1, "Q_FRAME_CLASS": 1, "Q_FRAME_TYPE": 1}),
}


# A vehicle fresh from the factory refuses to arm until its accelerometers are calibrated; the simulated ones need nothing.
_CALIBRATED = {
    f"INS_ACC{number}{what}_{axis}": value for number in ("", "2") for what, value in (("OFFS", 0.001), ("SCAL", 1.001)) for axis in "XYZ"
}


def ardupilot_instances(path: Path, request: SitlRequest) -> list[SitlInstance]:
    """`path` is a checkout or a binary. Raises `SettingsError` saying how to get one."""
    model = _MODELS.get(request.vehicle_type)
    if model is None:
        raise not_simulated("--ardupilot", request.vehicle_type, _MODELS)
    binary = _binary(path, model)
    shipped = _default_parameters(binary, model.defaults)
    own = {**_CALIBRATED, **model.parameters} if shipped is None else {}
    host, port = request.out
    instances = []
    for index in range(request.count):
        place = request.home_of(index)
        instances.append(
            SitlInstance(
                system_id=index + 1,
                argv=(
                    str(binary),
                    "--wipe",
                    *("--model", model.model),
                    *("--home", f"{place.lat_deg:.7f},{place.lon_deg:.7f},{request.home_amsl_m:g},0"),
                    *("--speedup", f"{request.speedup:g}"),
                    *("--instance", str(request.first_instance + index)),
                    *("--sysid", str(index + 1)),
                    # A UDP client: all vehicles on one port of the station, and none waits for a TCP connection before it boots.
                    *("--serial0", f"udpclient:{host}:{port}"),
                    *("--defaults", ",".join([*([] if shipped is None else [str(shipped)]), "sunqar.parm"])),
                ),
                directory=request.directory / f"ardupilot-{index + 1}",
                link=f"udpin:0.0.0.0:{port}",
                files={"sunqar.parm": _parameter_file({**own, **_environment(request), **request.parameters})},
            )
        )
    return instances


def _environment(request: SitlRequest) -> dict[str, float]:
    return {"SIM_WIND_SPD": request.wind.speed_mps, "SIM_WIND_DIR": request.wind.from_deg}


def _binary(path: Path, model: _Model) -> Path:
    for candidate in (path, path / "build/sitl/bin" / model.binary, path / model.binary):
        if candidate.is_file() and os.access(candidate, os.X_OK):
            return candidate.resolve()
    raise not_found("--ardupilot", path, f"{model.binary} that can be run", HOW)


def _default_parameters(binary: Path, name: str) -> Path | None:
    """The model's parameters in the checkout the binary was built in."""
    for parent in binary.parents:
        found = parent / "Tools/autotest" / name
        if found.is_file():
            return found
    return None


def _parameter_file(values: Mapping[str, float]) -> str:
    return "".join(f"{name} {value:g}\n" for name, value in values.items())
