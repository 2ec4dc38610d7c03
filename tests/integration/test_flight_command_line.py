"""`sunqar flight` on a real database."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.postgis]


def test_a_log_goes_in_is_listed_and_comes_out(database_url: str, tmp_path: Path, shared_data: Path, repository: Path) -> None:
    environment = os.environ | {"SUNQAR_DATABASE_URL": database_url, "SUNQAR_DATA_DIR": str(tmp_path / "data")}

    def sunqar(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "ground_station", "flight", *words],
            cwd=repository,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    log = shared_data / "flight-logs/tlog/uavlogviewer_vtol.tlog"
    taken = sunqar("import", str(log), "--vehicle", "heron-1", "--pilot", "aigul")
    assert taken.returncode == 0, taken.stderr
    assert "807 positions, 1 flights" in taken.stdout
    line = sunqar("list").stdout.splitlines()[1]
    assert "heron-1" in line
    assert "aigul" in line
    flight = line.split()[0]
    assert "pilot aigul" in sunqar("show", flight).stdout
    assert sunqar("export", flight, str(tmp_path / "out.tlog")).returncode == 0
    assert (tmp_path / "out.tlog").read_bytes() == log.read_bytes()
    assert sunqar("export", flight, str(tmp_path / "out.geojson")).returncode == 0
    assert '"LineString"' in (tmp_path / "out.geojson").read_text()
    assert sunqar("export", "book", str(tmp_path / "book.csv"), "--by", "pilot").returncode == 0
    assert "aigul,1," in (tmp_path / "book.csv").read_text()

    refused = sunqar("import", str(shared_data / "flight-logs/dji-srt/broken_empty.SRT"))
    assert refused.returncode == 1
    assert len(refused.stderr.strip().splitlines()) == 1
    assert "is empty" in refused.stderr
