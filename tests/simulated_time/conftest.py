"""Vehicles and a station that live in the test's own process. All of it is quick, and no busy machine makes anything late."""

from functools import partial
from typing import Any

import pytest

from tests.support.leaping_clock import Clock, LeapingLoop


@pytest.fixture(scope="module")
def anyio_backend(leaping_clock: Clock) -> tuple[str, dict[str, Any]]:
    return "asyncio", {"loop_factory": partial(LeapingLoop, leaping_clock)}
