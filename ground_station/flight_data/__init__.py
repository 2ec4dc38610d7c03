"""Flights as data: read from any log, recorded from the links, replayed and counted.

Importing this loads the readers (NumPy, pymavlink, pyulog); the command line does so only when asked.
"""

from ground_station.flight_data.catalogue import READERS, read_flights
from ground_station.flight_data.errors import FlightDataError
from ground_station.flight_data.record import FlightPoint, FlightRecord

__all__ = ["READERS", "FlightDataError", "FlightPoint", "FlightRecord", "read_flights"]
