"""Simulated vehicles and cameras that speak real MAVLink, H.264 and RTSP. Imports nothing but the shared words."""

from typing import TYPE_CHECKING, Any

from sim.addresses import Address, parse_address, parse_home
from sim.clock import SimClock
from sim.faults import FAULTS, FaultSpec, parse_fault
from sim.fleet import Fleet
from sim.vehicle import SimulatedVehicle
from sim.wind import MeanWind, parse_wind

if TYPE_CHECKING:
    from sim.gate import gate_calibration
    from sim.scenario import Scenario, read_scenario
    from sim.world import World, WorldSettings

__all__ = [
    "FAULTS",
    "Address",
    "FaultSpec",
    "Fleet",
    "MeanWind",
    "Scenario",
    "SimClock",
    "SimulatedVehicle",
    "World",
    "WorldSettings",
    "gate_calibration",
    "parse_address",
    "parse_fault",
    "parse_home",
    "parse_wind",
    "read_scenario",
]

# Cameras bring OpenCV and FFmpeg; a fleet without them starts without loading either.
_LAZY = {
    "Scenario": "sim.scenario",
    "World": "sim.world",
    "WorldSettings": "sim.world",
    "gate_calibration": "sim.gate",
    "read_scenario": "sim.scenario",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'sim' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_LAZY[name]), name)
