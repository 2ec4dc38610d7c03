"""`sunqar vehicle links` and `sunqar vehicle signing` as a person types them; one clear sentence for what cannot be."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import anyio
import pytest

from ground_station.__main__ import main
from tests.support.simulated_vehicles import Simulation, free_udp_port, simulated

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).resolve().parents[2]


async def sunqar(data_dir: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "COLUMNS": "200", "SUNQAR_DATA_DIR": str(data_dir)}
    with anyio.fail_after(60):
        done = await anyio.run_process([sys.executable, "-m", "ground_station", *words], check=False, cwd=ROOT, env=environment)
    return subprocess.CompletedProcess(words, done.returncode, done.stdout.decode(), done.stderr.decode())


def at(simulation: Simulation) -> tuple[str, str]:
    return "--link", f"udpin:127.0.0.1:{simulation.port}"


async def test_links_tells_vehicles_rates_and_losses_of_each_link(tmp_path: Path) -> None:
    silent, absent = f"udpin:127.0.0.1:{free_udp_port()}", "serial:/dev/no-such-radio:57600"
    async with simulated(2) as simulation:
        done = await sunqar(tmp_path, "vehicle", "links", *at(simulation), "--link", silent, "--link", absent, "--seconds", "2")
    assert done.returncode == 0, done.stderr
    heading, busy, quiet, missing = done.stdout.splitlines()
    assert heading.split() == ["link", "state", "msg/s", "kB/s", "loss", "bad", "double", "heard", "vehicles"]
    assert busy.endswith("mav-1, mav-2")
    assert float(busy.split()[2]) > 10.0
    assert quiet.split()[:3] == [silent, "open", "0.0"]
    assert quiet.endswith("never  none")
    assert missing.split()[:2] == [absent, "unreachable"]


def sentence(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: str) -> str:
    """What a call says that fails before it has opened anything."""
    monkeypatch.setattr(sys, "argv", ["sunqar", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    [line] = capsys.readouterr().err.strip().splitlines()
    assert line.startswith("sunqar: ")
    return str(line)


@pytest.mark.parametrize(
    ("link", "words"),
    [("foo:1", "foo"), ("udpin:127.0.0.1:port", "port"), ("udpin:127.0.0.1:70000", "70000")],
    ids=["an unknown kind", "no number", "a number that is no port"],
)
@pytest.mark.parametrize("command", [("links", "--seconds", "1"), ("signing", "status")], ids=["links", "signing"])
def test_what_is_no_link_is_refused_in_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], link: str, words: str
) -> None:
    assert words in sentence(capsys, monkeypatch, "vehicle", *command, "--link", link)


def test_a_port_that_is_taken_is_named(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        said = sentence(capsys, monkeypatch, "vehicle", "links", "--link", f"udpin:127.0.0.1:{port}", "--seconds", "1")
    assert str(port) in said
    assert "taken" in said


def test_signing_of_a_vehicle_that_is_not_heard_is_refused_in_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SUNQAR_DATA_DIR", str(tmp_path))
    link = f"udpin:127.0.0.1:{free_udp_port()}"
    said = sentence(capsys, monkeypatch, "vehicle", "signing", "setup", "--link", link, "--wait-s", "0.5")
    assert "No heartbeat of any vehicle within 0.5 s" in said


async def test_a_key_is_put_on_told_and_taken_off(tmp_path: Path) -> None:
    async with simulated(1, speedup=1.0) as simulation:  # time stamps of signatures are real time's
        done = await sunqar(tmp_path, "vehicle", "signing", "setup", *at(simulation))
        assert done.returncode == 0, done.stderr
        assert "unsigned messages are refused; its messages: signed" in done.stdout
        assert simulation.fleet.vehicles[0].signing.active
        off = await sunqar(tmp_path, "vehicle", "signing", "off", *at(simulation))
        assert off.stdout.strip() == "mav-1: no key; its messages: not looked at"
        assert not simulation.fleet.vehicles[0].signing.active
