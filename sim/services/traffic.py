"""Other aircraft, as an ADS-B receiver on board hears them. `SIM_ADSB_COUNT` of them circle the place of start."""

from math import cos, pi, sin, tau
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.services.host import Host
from sim.services.service import Service
from sim.vector import Vector

EVERY_S = 1.0
MOST = 64
_VALID = (
    mavlink.ADSB_FLAGS_VALID_COORDS
    | mavlink.ADSB_FLAGS_VALID_ALTITUDE
    | mavlink.ADSB_FLAGS_VALID_HEADING
    | mavlink.ADSB_FLAGS_VALID_VELOCITY
    | mavlink.ADSB_FLAGS_VALID_CALLSIGN
    | mavlink.ADSB_FLAGS_SIMULATED
)


class Traffic(Service):
    def __init__(self, host: Host) -> None:
        self._host = host
        self._told_s = 0.0
        random = host.random("traffic")
        # Radius and height in metres, speed in m/s, place on the circle in radians at boot.
        self._circles = [
            (random.uniform(1500, 8000), random.uniform(150, 900), random.uniform(40, 90), random.uniform(0, tau)) for _ in range(MOST)
        ]

    def on_time(self, now_s: float) -> list[Any]:
        if now_s - self._told_s < EVERY_S - 1e-9:
            return []
        self._told_s = now_s
        count = min(MOST, int(self._host.parameters.get("SIM_ADSB_COUNT")))
        return [self._aircraft(number, now_s) for number in range(count)]

    def _aircraft(self, number: int, now_s: float) -> Any:
        radius_m, up_m, speed_mps, begin = self._circles[number]
        angle = begin + speed_mps / radius_m * now_s
        places = self._host.of.places
        lat, lon = places.lat_lon_e7(Vector(radius_m * sin(angle), radius_m * cos(angle), up_m))
        heading_cdeg = round((angle + pi / 2) % tau / tau * 36000) % 36000
        return mavlink.MAVLink_adsb_vehicle_message(
            0x683000 + number,  # Kazakhstan's block of addresses
            lat,
            lon,
            mavlink.ADSB_ALTITUDE_TYPE_GEOMETRIC,
            round((places.ground_amsl_m + up_m) * 1000),
            heading_cdeg,
            round(speed_mps * 100),
            0,
            f"UP-S{number:03d}".encode(),
            mavlink.ADSB_EMITTER_TYPE_LIGHT,
            1,
            _VALID,
            0o1200,
        )
