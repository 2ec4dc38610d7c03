"""Corrections from a real caster over TCP to a real simulated vehicle over UDP."""

import logging

import anyio
import pytest

from ground_station.rtk import Corrections, parse_caster
from tests.support.ntrip_caster import Caster, rtcm_frame, running_caster
from tests.support.simulated_vehicles import controlled

pytestmark = pytest.mark.anyio


async def until(condition, within_s: float = 30.0) -> None:  # type: ignore[no-untyped-def]  # any callable without arguments
    with anyio.fail_after(within_s):
        while not condition():
            await anyio.sleep(0.02)


@pytest.mark.parametrize("version", [1, 2])
async def test_a_vehicle_with_corrections_has_an_rtk_fix_and_the_caster_knows_where_it_is(
    version: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caster = Caster(version=version, data=rtcm_frame(1005) + rtcm_frame(1077, 400))
    async with controlled() as (control, _), running_caster(caster), anyio.create_task_group() as tasks:
        vehicle = control.network.fleet.require("mav-1")
        corrections = Corrections(control.network, parse_caster(f"ntrip://rover:s3cret@127.0.0.1:{caster.port}/NEAR"))
        tasks.start_soon(corrections.run)
        assert await vehicle.wait_until(lambda: vehicle.estimate.gps is not None and vehicle.estimate.gps.fix_type >= 5, 45.0)
        status = corrections.status()
        assert (status.state, status.damaged, set(status.kinds), status.vehicles) == ("receiving", 0, {"1005", "1077"}, ["mav-1"])
        assert status.sent > status.frames, "the long frame goes in three messages"
        await until(lambda: any(line.startswith("$GPGGA") and ",4339.0" in line for line in caster.positions))
        tasks.cancel_scope.cancel()
    assert "s3cret" not in caplog.text + status.model_dump_json()


async def test_a_lost_caster_is_found_again() -> None:
    caster = Caster(data=rtcm_frame(1005))
    async with controlled() as (control, _), running_caster(caster), anyio.create_task_group() as tasks:
        corrections = Corrections(control.network, parse_caster(f"ntrip://rover:s3cret@127.0.0.1:{caster.port}/NEAR"))
        tasks.start_soon(corrections.run)
        await until(lambda: corrections.status().frames > 0)
        await caster.drop()
        await until(lambda: corrections.status().state == "waiting")
        frames = corrections.status().frames
        await until(lambda: corrections.status().frames > frames + 2)
        assert len(caster.requests) == 2
        tasks.cancel_scope.cancel()


@pytest.mark.parametrize(
    ("login", "mountpoint", "words"), [("rover:wrong", "NEAR", "refuses this name"), ("rover:s3cret", "FAR", "no mountpoint FAR")]
)
async def test_why_a_caster_refuses_is_said_without_the_password(login: str, mountpoint: str, words: str) -> None:
    async with controlled() as (control, _), running_caster(Caster()) as caster, anyio.create_task_group() as tasks:
        corrections = Corrections(control.network, parse_caster(f"ntrip://{login}@127.0.0.1:{caster.port}/{mountpoint}"))
        tasks.start_soon(corrections.run)
        await until(lambda: corrections.status().state == "refused")
        assert words in corrections.status().detail
        assert login.partition(":")[2] not in corrections.status().model_dump_json()
        tasks.cancel_scope.cancel()
