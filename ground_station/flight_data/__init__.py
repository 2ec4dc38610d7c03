"""Flights as data: read from any log, recorded from the links, replayed and counted.

The readers and their libraries are loaded when the first file of their kind is read.
"""

from ground_station.flight_data.catalogue import READERS, read_flights
from ground_station.flight_data.errors import FlightDataError
from ground_station.flight_data.record import FlightPoint, FlightRecord

__all__ = ["READERS", "FlightDataError", "FlightPoint", "FlightRecord", "read_flights"]
