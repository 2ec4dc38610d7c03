"""Settings: errors name the variable, `config` hides secrets, `doctor` names the mend."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from geo.primitives import SettingsError
from ground_station.doctor import examine, report
from ground_station.settings import Settings, load_settings
from ground_station.settings_in_force import settings_in_force


def sunqar(*arguments: str, cwd: Path, **env: str) -> "subprocess.CompletedProcess[str]":
    """The command line as a user runs it, in a folder of its own."""
    root = Path(__file__).resolve().parents[3]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SUNQAR_")}
    command = [sys.executable, "-m", "ground_station", *arguments]
    return subprocess.run(
        command, cwd=cwd, env=clean | {"PYTHONPATH": str(root)} | env, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    ("variable", "value"),
    [("SUNQAR_PORT", "80000"), ("SUNQAR_STATION__SYSTEM_ID", "0"), ("SUNQAR_VIDEO__PORT", "abc"), ("SUNQAR_WATCH__IMAGE_SIZE_PX", "100")],
)
def test_wrong_setting_is_named_with_its_value(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=variable) as caught:
        load_settings()
    assert value in caught.value.message


def test_wrong_setting_on_the_command_line_is_one_line_and_a_failure(tmp_path: Path) -> None:
    done = sunqar("config", cwd=tmp_path, SUNQAR_PORT="none")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "SUNQAR_PORT = 'none'" in done.stderr


def test_broken_settings_file_is_one_line_naming_it(tmp_path: Path) -> None:
    (tmp_path / "sunqar.toml").write_text("port = = 3\n")
    done = sunqar("config", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "sunqar.toml" in done.stderr


def test_list_that_is_not_json_is_one_line_with_an_example(tmp_path: Path) -> None:
    done = sunqar("config", cwd=tmp_path, SUNQAR_STATION__LINKS="udpin:0.0.0.0:1")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "station" in done.stderr
    assert "JSON" in done.stderr


def test_wrong_log_level_is_one_line(tmp_path: Path) -> None:
    done = sunqar("api", cwd=tmp_path, SUNQAR_LOG_LEVEL="loud")
    assert done.returncode == 1
    assert "SUNQAR_LOG_LEVEL" in done.stderr
    assert done.stderr.count("\n") == 1


def test_config_hides_secrets(tmp_path: Path) -> None:
    done = sunqar(
        "config",
        cwd=tmp_path,
        SUNQAR_SECRET_KEY="topsecret-key",
        SUNQAR_ADMIN_PASSWORD="topsecret-password",
        SUNQAR_DATABASE_URL="postgresql://me:topsecret@db/sunqar",
        SUNQAR_NATS_URL="nats://topsecret@bus:4222",
    )
    assert done.returncode == 0
    assert "topsecret" not in done.stdout
    assert "SUNQAR_DATABASE_URL = postgresql://me:***@db/sunqar" in done.stdout
    assert "SUNQAR_STATION__SYSTEM_ID = 254" in done.stdout


def test_config_lists_every_setting() -> None:
    names = [name for name, _ in settings_in_force(Settings())]
    assert len(names) == len(set(names))
    assert {"SUNQAR_DATA_DIR", "SUNQAR_SIM__RTSP_PORT", "SUNQAR_WATCH__THREADS"} <= set(names)


def test_doctor_names_taken_port_and_fails(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        needs = examine(Settings(data_dir=tmp_path / "data", port=port))
    [taken] = [need for need in needs if need.name == f"TCP port {port}"]
    assert taken.required
    assert not taken.met
    assert "SUNQAR_PORT" in taken.mend
    assert "MISSING TCP port" in report(needs)
    assert not (tmp_path / "data").exists()


def test_doctor_names_missing_model_and_its_mend(tmp_path: Path) -> None:
    needs = {need.name: need for need in examine(Settings(data_dir=tmp_path, model=tmp_path / "nowhere.onnx"))}
    assert not needs["detector model"].met
    assert needs["detector model"].required
    assert "SUNQAR_MODEL" in needs["detector model"].mend
    assert needs["data folder"].met
