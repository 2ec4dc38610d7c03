"""Two hundred vehicles on one port for ten minutes: no frame lost on loopback, memory flat."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

VEHICLES = 200
SETTLING_S = 60.0  # caches and buffers fill
FLAT_SHARE = 1.10


@dataclass
class Endured:
    """What a listener on the port counted. `next_sequence` is by system and component id."""

    frames: int = 0
    lost: int = 0
    next_sequence: dict[tuple[int, int], int] = field(default_factory=dict)
    resident_kb: list[tuple[float, int]] = field(default_factory=list)

    def count(self, frame: bytes) -> None:
        who = (frame[5], frame[6])
        self.frames += 1
        self.lost += (frame[4] - self.next_sequence.get(who, frame[4])) % 256
        self.next_sequence[who] = (frame[4] + 1) % 256


def listened(seconds: float) -> Endured:
    """Run the fleet as a process of its own and hear it for so long."""
    endured = Endured()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as station:
        station.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        station.bind(("127.0.0.1", 0))
        station.settimeout(30.0)
        out = f"udpout:127.0.0.1:{station.getsockname()[1]}"
        command = [sys.executable, "-m", "ground_station", "sim", "fleet", "--count", str(VEHICLES), "--out", out]
        fleet = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            endured.count(station.recv(512))
            begun_s = looked_s = time.monotonic()
            while (now_s := time.monotonic()) - begun_s < seconds:
                endured.count(station.recv(512))
                if now_s - looked_s >= seconds / 60.0:
                    looked_s = now_s
                    pages = int(Path(f"/proc/{fleet.pid}/statm").read_text().split()[1])
                    endured.resident_kb.append((now_s - begun_s, pages * os.sysconf("SC_PAGE_SIZE") // 1024))
        finally:
            fleet.send_signal(signal.SIGINT)
            fleet.wait(45)
    return endured


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_two_hundred_vehicles_fly_ten_minutes_without_loss_and_without_growing() -> None:
    endured = listened(600.0)
    assert len({system for system, _ in endured.next_sequence}) == VEHICLES
    assert endured.frames > 600 * VEHICLES * 20
    assert endured.lost == 0
    settled = [size for at_s, size in endured.resident_kb if at_s > SETTLING_S]
    assert settled[-1] <= settled[0] * FLAT_SHARE
