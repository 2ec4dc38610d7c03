"""Simulated vehicles and cameras that speak real MAVLink, H.264 and RTSP. Imports nothing but the shared words."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.addresses import Address, parse_address, parse_home
    from sim.clock import SimClock
    from sim.docks import DockServer, ParkedVehicle, SimulatedDock
    from sim.faults import FAULTS, FaultSpec, parse_fault
    from sim.fleet import Fleet
    from sim.gate import gate_calibration
    from sim.scenario import Scenario, read_scenario
    from sim.scenes import (
        Detail,
        DroneCamera,
        FixedCamera,
        FrameTruth,
        Scene,
        SceneFilm,
        SceneFrame,
        SceneRecording,
        SeenObject,
        Stage,
        Told,
        TrueViolation,
        is_scene,
        read_scene,
        scene_file,
        shipped_scenes,
        violations_of,
    )
    from sim.sitl import SitlInstance, SitlRequest, ardupilot_instances, docker_instances, px4_instances
    from sim.trial import Expectation, Flown, Landed, ModeSeen, StaysInMode, TextSeen, Trial, TrialFault, read_trial, shipped_trials
    from sim.vehicle import SimulatedVehicle
    from sim.wind import MeanWind, parse_wind
    from sim.world import World, WorldSettings

__all__ = [
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
    "MeanWind",
    "ModeSeen",
    "ParkedVehicle",
    "Scenario",
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
    "docker_instances",
    "gate_calibration",
    "is_scene",
    "parse_address",
    "parse_fault",
    "parse_home",
    "parse_wind",
    "px4_instances",
    "read_scenario",
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
    "Scenario": "sim.scenario",
    "World": "sim.world",
    "WorldSettings": "sim.world",
    "gate_calibration": "sim.gate",
    "read_scenario": "sim.scenario",
    "Detail": "sim.scenes",
    "DroneCamera": "sim.scenes",
    "FixedCamera": "sim.scenes",
    "FrameTruth": "sim.scenes",
    "Scene": "sim.scenes",
    "SceneFilm": "sim.scenes",
    "SceneFrame": "sim.scenes",
    "SceneRecording": "sim.scenes",
    "SeenObject": "sim.scenes",
    "Stage": "sim.scenes",
    "Told": "sim.scenes",
    "TrueViolation": "sim.scenes",
    "is_scene": "sim.scenes",
    "read_scene": "sim.scenes",
    "scene_file": "sim.scenes",
    "shipped_scenes": "sim.scenes",
    "violations_of": "sim.scenes",
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
