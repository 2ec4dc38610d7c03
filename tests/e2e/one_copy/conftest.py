"""One running copy for the tests of this folder: the demo region, three copters, a known object under the first, and a real
video looped as the fixed camera. It ends with the last of them: what comes after should not share the machine with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.scene import KnownObject, bus_on_the_ground
from tests.support.stack import Stack, running_stack


@pytest.fixture(scope="package")
def known_object(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> KnownObject:
    return bus_on_the_ground(tmp_path_factory.mktemp("scene"), shared_data / "images" / "bus.jpg", east_m=25.0, north_m=35.0)


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory, known_object: KnownObject, shared_data: Path) -> Iterator[Stack]:
    with running_stack(
        tmp_path_factory.mktemp("sunqar"),
        SUNQAR_MODEL=str(shared_data / "weights" / "yolo11n_dynamic_fp32.onnx"),
        SUNQAR_SIM__SCENARIO=str(known_object.scenario),
        SUNQAR_SIM__FIXED_CAMERA_VIDEO=str(shared_data / "traffic-video" / "intel_car_detection.mp4"),
        SUNQAR_WATCH__DETECT="true",
        SUNQAR_WATCH__FRAMES_PER_SECOND="3",
    ) as running:
        yield running
