"""The simulator's services as MAVSDK's own client uses them: parameters, files, logs, camera and gimbal."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from mavsdk.asyncio.plugins.action import ActionAsync
from mavsdk.asyncio.plugins.camera import CameraAsync
from mavsdk.asyncio.plugins.ftp import FtpAsync, FtpError
from mavsdk.asyncio.plugins.gimbal import ControlMode, GimbalAsync, GimbalMode, SendMode
from mavsdk.asyncio.plugins.log_files import LogFilesAsync
from mavsdk.asyncio.plugins.param import ParamAsync
from mavsdk.asyncio.plugins.telemetry import TelemetryAsync
from pymavlink import DFReader
from pyulog import ULog

from tests.integration.test_other_ground_stations import mavsdk_system, until
from tests.support.simulated_vehicles import free_udp_port
from tests.support.simulator import simulator_process

CAMERA, GIMBAL = 100, 154


def _dataflash(path: Path) -> float:
    log = DFReader.DFReader_binary(str(path), False)
    heights = []
    while (found := log.recv_match(type="POS")) is not None:
        heights.append(found.RelHomeAlt)
    log.close()
    return float(max(heights))


def _ulog(path: Path) -> float:
    return float(-min(ULog(str(path)).get_dataset("vehicle_local_position").data["z"]))


async def read_to_end(stream: Any) -> None:
    async for _ in stream:
        pass


@pytest.mark.anyio
@pytest.mark.timeout(120)
@pytest.mark.parametrize(("autopilot", "number", "read"), [("ardupilot", "RTL_LOIT_TIME", _dataflash), ("px4", "COM_RC_IN_MODE", _ulog)])
async def test_mavsdk_uses_the_vehicle_s_services(autopilot: str, number: str, read: Callable[[Path], float], tmp_path: Path) -> None:
    port = free_udp_port()
    with simulator_process(port, "--autopilot", autopilot, "--speedup", "4"), anyio.fail_after(100):
        async with mavsdk_system(port) as system:
            await _parameters(system, number)
            await _files(system, tmp_path, autopilot)
            await _camera(system)
            await _gimbal(system)
            assert await _logged_height_m(system, tmp_path, read) > 1.2


async def _parameters(system: Any, number: str) -> None:
    parameters = ParamAsync(system)
    everything = await parameters.get_all_params()
    assert len(everything.int_params) + len(everything.float_params) > 50
    await parameters.set_param_int(number, 3)
    assert await parameters.get_param_int(number) == 3


async def _files(system: Any, folder: Path, autopilot: str) -> None:
    ftp = FtpAsync(system)
    note = folder / "note.txt"
    note.write_bytes(bytes(range(256)) * 8)
    await ftp.create_directory("/notes")
    await read_to_end(ftp.upload(str(note), "/notes"))
    if autopilot == "ardupilot":  # MAVSDK lists by operation 16, which an ArduPilot answers with FAIL, the real one too
        with pytest.raises(FtpError, match="PROTOCOL_ERROR"):
            await ftp.list_directory("/notes")
    else:
        listed = await ftp.list_directory("/notes")
        assert [entry.name for entry in listed.entries] == ["note.txt"]
    assert await ftp.are_files_identical(str(note), "/notes/note.txt")
    for burst in (True, False):
        back = folder / f"back-{burst}"
        back.mkdir()
        await read_to_end(ftp.download("/notes/note.txt", str(back), burst))
        assert (back / "note.txt").read_bytes() == note.read_bytes()
    await ftp.rename("/notes/note.txt", "/notes/old.txt")
    await ftp.remove_file("/notes/old.txt")
    await ftp.remove_directory("/notes")


async def _camera(system: Any) -> None:
    camera = CameraAsync(system)
    found = await until(camera.subscribe_camera_list(), lambda listed: listed.cameras, "a camera", 20.0)
    assert [one.component_id for one in found.cameras] == [CAMERA]
    assert found.cameras[0].model_name == "Survey 20"
    await camera.start_photo_interval(CAMERA, 2.0)  # a single one may be told before anybody listens
    taken = await until(camera.subscribe_capture_info(), lambda info: info.index >= 1, "a photograph", 10.0)
    assert taken.is_success
    await camera.stop_photo_interval(CAMERA)
    await camera.start_video(CAMERA)
    await camera.stop_video(CAMERA)
    await camera.format_storage(CAMERA, 1)


async def _gimbal(system: Any) -> None:
    gimbal = GimbalAsync(system)
    found = await until(gimbal.subscribe_gimbal_list(), lambda listed: listed.gimbals, "a gimbal", 20.0)
    number = found.gimbals[0].gimbal_id
    await gimbal.take_control(number, ControlMode.PRIMARY)
    await gimbal.set_angles(number, 0.0, -40.0, 20.0, GimbalMode.YAW_FOLLOW, SendMode.ONCE)
    await until(
        gimbal.subscribe_attitude(), lambda attitude: abs(attitude.euler_angle_forward.pitch_deg + 40.0) < 1.0, "40 degrees down", 10.0
    )
    await gimbal.set_roi_location(number, 43.651, 51.1605, 10.0)
    await gimbal.release_control(number)


async def _logged_height_m(system: Any, folder: Path, read: Callable[[Path], float]) -> float:
    telemetry, action, logs = TelemetryAsync(system), ActionAsync(system), LogFilesAsync(system)
    await until(telemetry.subscribe_health_all_ok(), bool, "every health of the vehicle", 30.0)
    await action.arm()
    await action.takeoff()
    await until(telemetry.subscribe_position(), lambda p: p.relative_altitude_m > 1.3, "1.3 m", 30.0)
    await action.land()
    await until(telemetry.subscribe_armed(), lambda armed: not armed, "disarmed after landing", 60.0)
    [entry] = await logs.get_entries()
    path = folder / "flight.log"
    await read_to_end(logs.download_log_file(entry, str(path)))
    return read(path)
