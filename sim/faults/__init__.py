"""Faults of simulated vehicles: wrappers around a sensor, a motor, the air, a battery or a link. One file a fault, one catalogue line."""

from sim.faults.board import FaultBoard
from sim.faults.catalogue import FAULTS, FaultSpec, parse_fault
from sim.faults.fault import Fault
from sim.faults.link import FaultyLink
from sim.faults.parameters import FAULT_PARAMETERS, FaultSwitches

__all__ = ["FAULTS", "FAULT_PARAMETERS", "Fault", "FaultBoard", "FaultSpec", "FaultSwitches", "FaultyLink", "parse_fault"]
