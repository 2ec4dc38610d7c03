"""The services of a vehicle, one line each. Order is the order in which several answers to one message leave."""

from collections.abc import Callable

from sim.services.announcements import Announcements
from sim.services.arm_authorisation import ArmAuthorisation
from sim.services.calibration import Calibration
from sim.services.camera_pass import camera_services
from sim.services.camera_settings import CameraSettings
from sim.services.events import Events
from sim.services.failure_injection import FailureInjection
from sim.services.flight import Flight
from sim.services.ftp import Ftp
from sim.services.gimbal import gimbal_services
from sim.services.high_latency import HighLatency
from sim.services.host import Host
from sim.services.logs import Logs
from sim.services.mission import Missions
from sim.services.modes import Modes
from sim.services.operator_control import OperatorControl
from sim.services.parameters import Parameters
from sim.services.remote_id import RemoteId
from sim.services.rtk import Rtk
from sim.services.second_battery import SecondBattery
from sim.services.service import Service
from sim.services.signing_setup import SigningSetup
from sim.services.terrain import terrain_services
from sim.services.texts import Texts
from sim.services.time import Time
from sim.services.traffic import Traffic
from sim.services.virtual_files import VirtualFiles

CATALOGUE: tuple[Callable[[Host], Service | list[Service]], ...] = (
    Flight,
    Modes,
    FailureInjection,
    Missions,
    Parameters,
    Ftp,
    VirtualFiles,
    Logs,
    Time,
    Events,
    SigningSetup,
    Texts,
    camera_services,
    CameraSettings,
    gimbal_services,
    Calibration,
    Rtk,
    Traffic,
    SecondBattery,
    terrain_services,
    RemoteId,
    ArmAuthorisation,
    HighLatency,
    OperatorControl,
    Announcements,
)


def services_for(host: Host) -> list[Service]:
    made = [make(host) for make in CATALOGUE]
    return [service for found in made for service in (found if isinstance(found, list) else [found])]
