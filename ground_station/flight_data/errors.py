"""What can be wrong with a flight's file."""

from geo.primitives import SunqarError


class FlightDataError(SunqarError):
    """A log that cannot be read, or a recording that cannot be written."""

    code = "flight"
    hint = "Give a .tlog, .bin, .ulg or DJI .srt file as the ground station or the aircraft wrote it."
