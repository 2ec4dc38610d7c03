"""Simulated vehicles and cameras that speak real MAVLink, H.264 and RTSP. Imports nothing but the shared words."""

from sim.addresses import Address, parse_address, parse_home
from sim.clock import SimClock
from sim.fleet import Fleet
from sim.vehicle import SimulatedCopter
from sim.wind import MeanWind, parse_wind

__all__ = ["Address", "Fleet", "MeanWind", "SimClock", "SimulatedCopter", "parse_address", "parse_home", "parse_wind"]
