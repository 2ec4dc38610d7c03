"""How real SITL programs are started: the command line and files of each vehicle, and one clear line where the program is not there."""

from pathlib import Path

import pytest

from geo.primitives import LonLat, SettingsError
from sim.sitl import SitlRequest, ardupilot_instances, px4_instances
from sim.wind import MeanWind


def request(directory: Path, **changed: object) -> SitlRequest:
    wanted = {"count": 2, "vehicle_type": "copter", "home": LonLat(51.16, 43.6505), "home_amsl_m": 12.0, "directory": directory, **changed}
    return SitlRequest(**wanted)  # type: ignore[arg-type]


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def option(argv: tuple[str, ...], name: str) -> str:
    return argv[argv.index(name) + 1]


def test_ardupilot_vehicles_have_their_own_ids_places_and_folders_and_one_station(tmp_path: Path) -> None:
    program(tmp_path / "build/sitl/bin/arducopter")
    first, second = ardupilot_instances(tmp_path, request(tmp_path, out=("10.0.0.7", 14551), speedup=4.0))
    assert (option(first.argv, "--sysid"), option(second.argv, "--sysid")) == ("1", "2")
    assert (option(first.argv, "--instance"), option(second.argv, "--instance")) == ("0", "1")
    assert option(first.argv, "--home") == "43.6505000,51.1600000,12,0"
    assert option(second.argv, "--home") != option(first.argv, "--home")
    assert option(first.argv, "--serial0") == option(second.argv, "--serial0") == "udpclient:10.0.0.7:14551"
    assert option(first.argv, "--speedup") == "4"
    assert first.directory != second.directory
    assert first.link == "udpin:0.0.0.0:14551"


def test_vehicles_beside_others_take_the_instances_after_them(tmp_path: Path) -> None:
    program(tmp_path / "build/sitl/bin/arducopter")
    instances = ardupilot_instances(tmp_path, request(tmp_path, first_instance=3))
    assert [option(one.argv, "--instance") for one in instances] == ["3", "4"]
    assert [one.system_id for one in instances] == [1, 2]


def test_wind_and_parameters_reach_ardupilot_in_its_defaults_file(tmp_path: Path) -> None:
    binary = program(tmp_path / "arducopter")
    (instance, _) = ardupilot_instances(binary, request(tmp_path, wind=MeanWind(6.0, 315.0), parameters={"SIM_RC_FAIL": 1}))
    lines = instance.files["sunqar.parm"].split("\n")
    assert {"SIM_WIND_SPD 6", "SIM_WIND_DIR 315", "SIM_RC_FAIL 1", "FRAME_CLASS 1"} <= set(lines)


def test_a_checkout_brings_its_own_default_parameters(tmp_path: Path) -> None:
    program(tmp_path / "build/sitl/bin/arducopter")
    shipped = tmp_path / "Tools/autotest/default_params/copter.parm"
    shipped.parent.mkdir(parents=True)
    shipped.write_text("FRAME_CLASS 1\n")
    (instance, _) = ardupilot_instances(tmp_path, request(tmp_path))
    assert option(instance.argv, "--defaults") == f"{shipped},sunqar.parm"
    assert "FRAME_CLASS" not in instance.files["sunqar.parm"]


def test_px4_vehicles_are_told_model_place_and_parameters_by_environment(tmp_path: Path) -> None:
    program(tmp_path / "build/px4_sitl_default/bin/px4")
    (tmp_path / "build/px4_sitl_default/etc").mkdir()
    first, second = px4_instances(
        tmp_path, request(tmp_path, vehicle_type="vtol", wind=MeanWind(5.0, 270.0), parameters={"NAV_DLL_ACT": 2})
    )
    assert first.environment["PX4_SIM_MODEL"] == "sihsim_standard_vtol"
    assert first.environment["PX4_HOME_LON"] == "51.1600000"
    assert first.environment["PX4_PARAM_NAV_DLL_ACT"] == "2"
    assert float(first.environment["PX4_PARAM_SIH_WIND_E"]) == pytest.approx(5.0)
    assert (first.link, second.link) == ("udpout:127.0.0.1:18570", "udpout:127.0.0.1:18571")


@pytest.mark.parametrize("build", [ardupilot_instances, px4_instances])
def test_a_folder_without_the_program_is_refused_with_the_way_to_get_it(tmp_path: Path, build: object) -> None:
    with pytest.raises(SettingsError, match=str(tmp_path)) as refusal:
        build(tmp_path, request(tmp_path))  # type: ignore[operator]
    assert "--docker" in (refusal.value.hint or "")
