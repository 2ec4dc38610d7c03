"""What a flight says of its vehicle's power: speed, climb rate and watts, once a second in the air."""

from math import cos, radians

from ground_station.flight_data.errors import FlightDataError
from ground_station.flight_data.record import FlightPoint, FlightRecord
from missions import PowerSample

_PERIOD_S = 1.0
# A steeper bank than this is flown for a moment, if ever.
_STEEPEST_DEG = 60.0
# Lower than this a copter may stand on the ground with its motors turning.
_IN_THE_AIR_M = 2.0


def power_samples(record: FlightRecord) -> list[PowerSample]:
    """Speed over ground stands for speed through the air: give flights of calm days, or there and back.

    Raises `FlightDataError` for a flight that never says how much power was drawn in the air.
    """
    samples: list[PowerSample] = []
    due_s = 0.0
    for point in record.points:
        sample = _sample(point)
        if sample is not None and point.at_s >= due_s:
            samples.append(sample)
            due_s = point.at_s + _PERIOD_S
    if not samples:
        missing = "no current" if any(point.battery_v is not None for point in record.points) else "neither voltage nor current"
        raise FlightDataError(
            f"The flight of {record.vehicle_id} holds no power data: {missing} of the battery was recorded in the air.",
            code="flight.no_power",
            hint="Give a log of a vehicle with a power module; DJI .srt files never hold it.",
        )
    return samples


def _sample(point: FlightPoint) -> PowerSample | None:
    if point.armed is False or (point.altitude_above_home_m or 0.0) < _IN_THE_AIR_M:
        return None
    if point.battery_v is None or point.battery_a is None or point.ground_speed_mps is None:
        return None
    bank = radians(min(abs(point.roll_deg or 0.0), _STEEPEST_DEG))
    return PowerSample(point.ground_speed_mps, point.climb_mps or 0.0, point.battery_v * point.battery_a, 1.0 / cos(bank))
