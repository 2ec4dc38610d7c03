"""Simulated vehicles and cameras that speak real MAVLink, H.264 and RTSP. Imports nothing but the shared words."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.addresses import Address, parse_address, parse_home
    from sim.clock import SimClock
    from sim.docks import DockServer, ParkedVehicle, SimulatedDock
    from sim.faults import FAULTS, FaultSpec, parse_fault
    from sim.fleet import Fleet
    from sim.scenes.catalogue import DEFAULT_SCENE, is_scene, read_scene, shipped_scenes
    from sim.scenes.export import calibration, scene_file
    from sim.scenes.film import SceneFilm
    from sim.scenes.model import DroneCamera, FixedCamera, Scene
    from sim.scenes.mounts import LiveCamera, live_cameras
    from sim.scenes.recording import SceneFrame, SceneRecording
    from sim.scenes.stage import Detail, Stage
    from sim.scenes.truth import FrameTruth, SeenObject, Told
    from sim.scenes.violations import TrueViolation, violations_of
    from sim.sitl import SitlInstance, SitlRequest, ardupilot_instances, docker_instances, px4_instances
    from sim.trial import Expectation, Flown, Landed, ModeSeen, StaysInMode, TextSeen, Trial, TrialFault, read_trial, shipped_trials
    from sim.vehicle import SimulatedVehicle
    from sim.wind import MeanWind, parse_wind
    from sim.world import World, WorldSettings

__all__ = [
    "DEFAULT_SCENE",
    "FAULTS",
    "Address",
    "Detail",
    "DockServer",
    "DroneCamera",
    "Expectation",
    "FaultSpec",
    "FixedCamera",
    "Fleet",
    "Flown",
    "FrameTruth",
    "Landed",
    "LiveCamera",
    "MeanWind",
    "ModeSeen",
    "ParkedVehicle",
    "Scene",
    "SceneFilm",
    "SceneFrame",
    "SceneRecording",
    "SeenObject",
    "SimClock",
    "SimulatedDock",
    "SimulatedVehicle",
    "SitlInstance",
    "SitlRequest",
    "Stage",
    "StaysInMode",
    "TextSeen",
    "Told",
    "Trial",
    "TrialFault",
    "TrueViolation",
    "World",
    "WorldSettings",
    "ardupilot_instances",
    "calibration",
    "docker_instances",
    "is_scene",
    "live_cameras",
    "parse_address",
    "parse_fault",
    "parse_home",
    "parse_wind",
    "px4_instances",
    "read_scene",
    "read_trial",
    "scene_file",
    "shipped_scenes",
    "shipped_trials",
    "violations_of",
]

# Cameras bring OpenCV and FFmpeg, a fleet the MAVLink dialects: who asks for an address or a dock loads none of it.
_LAZY = {
    "Address": "sim.addresses",
    "parse_address": "sim.addresses",
    "parse_home": "sim.addresses",
    "SimClock": "sim.clock",
    "FAULTS": "sim.faults",
    "FaultSpec": "sim.faults",
    "parse_fault": "sim.faults",
    "Fleet": "sim.fleet",
    "SimulatedVehicle": "sim.vehicle",
    "MeanWind": "sim.wind",
    "parse_wind": "sim.wind",
    "DockServer": "sim.docks",
    "ParkedVehicle": "sim.docks",
    "SimulatedDock": "sim.docks",
    "World": "sim.world",
    "WorldSettings": "sim.world",
    "DEFAULT_SCENE": "sim.scenes.catalogue",
    "is_scene": "sim.scenes.catalogue",
    "read_scene": "sim.scenes.catalogue",
    "shipped_scenes": "sim.scenes.catalogue",
    "calibration": "sim.scenes.export",
    "scene_file": "sim.scenes.export",
    "SceneFilm": "sim.scenes.film",
    "DroneCamera": "sim.scenes.model",
    "FixedCamera": "sim.scenes.model",
    "Scene": "sim.scenes.model",
    "LiveCamera": "sim.scenes.mounts",
    "live_cameras": "sim.scenes.mounts",
    "SceneFrame": "sim.scenes.recording",
    "SceneRecording": "sim.scenes.recording",
    "Detail": "sim.scenes.stage",
    "Stage": "sim.scenes.stage",
    "FrameTruth": "sim.scenes.truth",
    "SeenObject": "sim.scenes.truth",
    "Told": "sim.scenes.truth",
    "TrueViolation": "sim.scenes.violations",
    "violations_of": "sim.scenes.violations",
    "SitlInstance": "sim.sitl",
    "SitlRequest": "sim.sitl",
    "ardupilot_instances": "sim.sitl",
    "docker_instances": "sim.sitl",
    "px4_instances": "sim.sitl",
    "Expectation": "sim.trial",
    "Flown": "sim.trial",
    "Landed": "sim.trial",
    "ModeSeen": "sim.trial",
    "StaysInMode": "sim.trial",
    "TextSeen": "sim.trial",
    "Trial": "sim.trial",
    "TrialFault": "sim.trial",
    "read_trial": "sim.trial",
    "shipped_trials": "sim.trial",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'sim' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_LAZY[name]), name)
