"""Commands to vehicles: who may, what is sent, and when it counts as done."""

from ground_station.control.authority import Authority
from ground_station.control.catalogue import COMMANDS
from ground_station.control.desk import CommandDesk
from ground_station.control.progress import FlightVerdict, FlightWatch, endless_end
from ground_station.control.transfer import download_mission, upload_mission

__all__ = ["COMMANDS", "Authority", "CommandDesk", "FlightVerdict", "FlightWatch", "download_mission", "endless_end", "upload_mission"]
