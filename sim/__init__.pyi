"""The face of `sim`: each name is loaded from its module when it is first asked for."""

from .addresses import Address as Address, parse_address as parse_address, parse_home as parse_home
from .clock import SimClock as SimClock
from .docks import DockServer as DockServer, ParkedVehicle as ParkedVehicle, SimulatedDock as SimulatedDock
from .faults import FAULTS as FAULTS, FaultSpec as FaultSpec, parse_fault as parse_fault
from .fleet import Fleet as Fleet
from .scenes.catalogue import (
    DEFAULT_SCENE as DEFAULT_SCENE,
    is_scene as is_scene,
    read_scene as read_scene,
    shipped_scenes as shipped_scenes,
)
from .scenes.cutouts import write_cutouts as write_cutouts
from .scenes.deeds.moments import TrueViolation as TrueViolation
from .scenes.export import calibration as calibration, scene_file as scene_file
from .scenes.film import SceneFilm as SceneFilm
from .scenes.model import DroneCamera as DroneCamera, FixedCamera as FixedCamera, Scene as Scene
from .scenes.mounts import LiveCamera as LiveCamera, live_cameras as live_cameras
from .scenes.recording import SceneFrame as SceneFrame, SceneRecording as SceneRecording
from .scenes.stage import Detail as Detail, Stage as Stage
from .scenes.truth import FrameTruth as FrameTruth, SeenObject as SeenObject, Told as Told
from .scenes.violations import violations_of as violations_of
from .sitl import (
    SitlInstance as SitlInstance,
    SitlRequest as SitlRequest,
    ardupilot_instances as ardupilot_instances,
    docker_instances as docker_instances,
    px4_instances as px4_instances,
)
from .trial import (
    Expectation as Expectation,
    Flown as Flown,
    Landed as Landed,
    ModeSeen as ModeSeen,
    StaysInMode as StaysInMode,
    TextSeen as TextSeen,
    Trial as Trial,
    TrialFault as TrialFault,
    read_trial as read_trial,
    shipped_trials as shipped_trials,
)
from .vehicle import SimulatedVehicle as SimulatedVehicle
from .wind import MeanWind as MeanWind, parse_wind as parse_wind
from .world import World as World, WorldSettings as WorldSettings
