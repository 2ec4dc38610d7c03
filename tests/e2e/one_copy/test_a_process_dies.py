"""Any one process may be killed: it is started again, and observations go on arriving, each once."""

import os
import signal

import httpx
import pytest

from tests.support.stack import Stack, wait_for

pytestmark = [pytest.mark.postgis, pytest.mark.bus, pytest.mark.rtsp, pytest.mark.timeout(400)]


@pytest.mark.parametrize("process", ["station", "store", "watch", "video", "sim", "api"])
def test_a_killed_process_comes_back_and_observations_go_on(stack: Stack, process: str) -> None:
    before = stack.child_pid(process)
    os.kill(before, signal.SIGKILL)

    def restarted() -> bool:
        try:
            if stack.child_pid(process) == before:
                return False
            return httpx.get(f"{stack.url}/readyz", timeout=2.0).status_code == httpx.codes.OK
        except (LookupError, httpx.HTTPError):
            return False

    wait_for(f"a new `{process}` and a green /readyz", restarted, 60.0)
    with stack.client() as http:
        newest = http.get("/api/v1/observations", params={"limit": 5000}).raise_for_status().json()["features"]
        known = {feature["properties"]["id"] for feature in newest}
        assert len(known) == len(newest)
        wait_for(
            "an observation that is new",
            lambda: {f["properties"]["id"] for f in http.get("/api/v1/observations", params={"limit": 5000}).json()["features"]} - known,
            90.0,
        )
