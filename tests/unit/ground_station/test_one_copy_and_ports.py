"""A second copy and a taken port are told in one line before anything starts."""

import os
import signal
import socket
from pathlib import Path

import pytest

from geo.primitives import SettingsError
from ground_station.settings import Settings, StationSettings
from ground_station.supervise.lock import data_folder_lock
from ground_station.supervise.ports import check_ports
from tests.support.programs import free_port, start_program

HOLDER = """
import pathlib, sys, time
from ground_station.supervise.lock import data_folder_lock
with data_folder_lock(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def settings_with_free_ports(tmp_path: Path, **changes: object) -> Settings:
    settings = Settings(data_dir=tmp_path, port=free_port(), station=StationSettings(links=[f"udpin:0.0.0.0:{free_port()}"]))
    settings.video.port, settings.sim.rtsp_port, settings.sim.dock_port = free_port(), free_port(), free_port()
    return settings.model_copy(update=changes)


def test_second_copy_is_told_the_pid_of_the_first(tmp_path: Path) -> None:
    with start_program(HOLDER, tmp_path) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(SettingsError, match=rf"already runs in {tmp_path} \(pid {holder.pid}\)"), data_folder_lock(tmp_path):
            pass
        holder.send_signal(signal.SIGKILL)
    with data_folder_lock(tmp_path):
        assert (tmp_path / "run" / "up.lock").read_text() == str(os.getpid())


def test_data_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="cannot be written"), data_folder_lock(tmp_path / "file"):
        pass


def test_free_ports_pass(tmp_path: Path) -> None:
    check_ports(settings_with_free_ports(tmp_path), sim=True, patience_s=0)


def test_taken_web_port_names_port_and_setting(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(SettingsError, match=f"TCP port {port} .* the web server") as caught:
            check_ports(settings_with_free_ports(tmp_path, port=port), sim=True, patience_s=0.2)
    assert "SUNQAR_PORT" in caught.value.hint
    assert "\n" not in caught.value.one_line()


@pytest.mark.parametrize("spelling", ["udpin:0.0.0.0:{}", "udpin://0.0.0.0:{}", "udpin::{}"])
def test_taken_mavlink_port_names_port_and_setting(tmp_path: Path, spelling: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("0.0.0.0", 0))
        port = other.getsockname()[1]
        station = StationSettings(links=[spelling.format(port)])
        with pytest.raises(SettingsError, match=f"UDP port {port}") as caught:
            check_ports(settings_with_free_ports(tmp_path, station=station), sim=True, patience_s=0)
    assert "SUNQAR_STATION__LINKS" in caught.value.hint


def test_simulator_port_matters_only_with_the_simulator(tmp_path: Path) -> None:
    settings = settings_with_free_ports(tmp_path)
    with socket.create_server(("127.0.0.1", settings.sim.rtsp_port)):
        check_ports(settings, sim=False, patience_s=0)
        with pytest.raises(SettingsError, match="the simulator's video"):
            check_ports(settings, sim=True, patience_s=0)
