"""Simulated docks: boxes with lid, charger and weather station, spoken to over real HTTP."""

from sim.docks.bay import Bay, ParkedVehicle, VehicleBay
from sim.docks.dock import SimulatedDock
from sim.docks.server import DockServer

__all__ = ["Bay", "DockServer", "ParkedVehicle", "SimulatedDock", "VehicleBay"]
