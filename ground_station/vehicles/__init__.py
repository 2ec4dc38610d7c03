"""Vehicles as the station knows them: state from messages, the fleet, and the network that hears and speaks."""

from ground_station.vehicles.attached import LinkHealth
from ground_station.vehicles.fleet import Fleet
from ground_station.vehicles.forwarding import parse_forward
from ground_station.vehicles.happening import Happening
from ground_station.vehicles.interest import Interest
from ground_station.vehicles.network import VehicleNetwork
from ground_station.vehicles.on_board import Component, MissionOutcome, MissionPause, UploadedMission
from ground_station.vehicles.paths import Route
from ground_station.vehicles.pose import BootClock, Pose, PoseEstimator
from ground_station.vehicles.state import VehicleEstimate
from ground_station.vehicles.state_text import instant_json
from ground_station.vehicles.vehicle import Turn, Vehicle

__all__ = [
    "BootClock",
    "Component",
    "Fleet",
    "Happening",
    "Interest",
    "LinkHealth",
    "MissionOutcome",
    "MissionPause",
    "Pose",
    "PoseEstimator",
    "Route",
    "Turn",
    "UploadedMission",
    "Vehicle",
    "VehicleEstimate",
    "VehicleNetwork",
    "instant_json",
    "parse_forward",
]
