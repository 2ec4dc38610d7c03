"""MISB ST 0601: local sets in the data stream of a film, or bare in a `.klv` file.

In a transport stream each set has a presentation time on the pictures' own clock (synchronous, ST 1402) or none (asynchronous): then it
belongs to the picture before it in the stream. Its precision time stamp is UTC, which pictures may carry too (ST 0604).
Source: MISB ST 0601 (tags), ST 0902 (the minimum set), ST 1402 (in MPEG-2 transport streams).
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import av

from geo.primitives import KLV_UNIVERSAL_KEY, LinkError, LonLat, VisionError, carried_deg, klv_set_end, parsed_klv
from geo.terrain import geoid_height_m
from ground_station.camera_telemetry.readings import CameraReading, Telemetry

SYNCHRONOUS_SIGMA_S, ASYNCHRONOUS_SIGMA_S = 0.1, 0.5
LARGEST_BYTES = 512 * 1024 * 1024  # of a bare file: days of sets


def read_klv_file(path: Path) -> Telemetry:
    """A bare file of local sets. Raises: `VisionError` when it holds none with a place."""
    if path.stat().st_size > LARGEST_BYTES:
        raise VisionError(f"'{path.name}' is larger than {LARGEST_BYTES >> 20} MiB.", code="vision.telemetry", hint="Cut it.")
    told = sorted(klv_readings(path.read_bytes()), key=lambda one: one.at_s)
    return Telemetry("MISB 0601", by_utc=_growing(told)) if told else _nothing(path)


def read_klv_in_film(path: Path) -> Telemetry:
    """The sets beside the pictures of a film. Raises: `VisionError` when there are none with a place."""
    found = film_telemetry(path)
    return found if found is not None else _nothing(path)


def film_telemetry(path: Path) -> Telemetry | None:
    """None for a film without local sets, and for what is no film."""
    by_picture: list[CameraReading] = []
    by_utc: list[CameraReading] = []
    first_s: float | None = None
    last_s, synchronous = 0.0, True
    with suppress(av.error.FFmpegError, OSError), av.open(str(path)) as container:
        streams = [*container.streams.video[:1], *container.streams.data]
        if len(streams) < 2:
            return None
        for packet in container.demux(*streams):
            at_s = None if packet.pts is None or packet.time_base is None else float(packet.pts * packet.time_base)
            if packet.stream.type == "video":
                if at_s is not None:
                    # Pictures that look forward are sent before those shown first.
                    first_s = at_s if first_s is None else min(first_s, at_s)
                    last_s = at_s
                continue
            for reading in klv_readings(bytes(packet)):
                synchronous = synchronous and at_s is not None
                by_picture.append(replace(reading, at_s=last_s if at_s is None else at_s))
                by_utc.append(reading)
    if not by_picture:
        return None
    begin_s = first_s or 0.0
    return Telemetry(
        "MISB 0601",
        _growing([replace(one, at_s=one.at_s - begin_s) for one in by_picture]),
        _growing(by_utc),
        picture_sigma_s=SYNCHRONOUS_SIGMA_S if synchronous else ASYNCHRONOUS_SIGMA_S,
    )


def reading_of(values: dict[str, float | None]) -> CameraReading | None:
    """What one set says, `at_s` by its precision time stamp; None without that or without a place."""
    at_us, lat, lon = (values.get(name) for name in ("precision_time_us", "sensor_lat_deg", "sensor_lon_deg"))
    if at_us is None or lat is None or lon is None or abs(lat) > 90 or abs(lon) > 180:
        return None
    place = LonLat(lon, lat)
    amsl_m, ground_m = values.get("sensor_altitude_amsl_m"), values.get("frame_centre_elevation_m")
    ellipsoid_m, ground_ellipsoid_m = values.get("sensor_altitude_ellipsoid_m"), values.get("frame_centre_ellipsoid_m")
    if amsl_m is None and ellipsoid_m is not None:
        amsl_m = ellipsoid_m - geoid_height_m(place)
    if ground_m is None and ground_ellipsoid_m is not None:
        ground_m = ground_ellipsoid_m - geoid_height_m(place)
    vehicle = _angles(values, ("platform_heading_deg",), ("platform_pitch_full_deg", "platform_pitch_deg"), _ROLLS)
    on_vehicle = _angles(values, ("sensor_azimuth_deg",), ("sensor_elevation_deg",), ("sensor_roll_deg",), roll_needed=False)
    return CameraReading(
        at_us / 1e6,
        place,
        height_m=None if amsl_m is None or ground_m is None else amsl_m - ground_m,
        amsl_m=amsl_m,
        vehicle_deg=vehicle,
        camera_deg=None if vehicle is None or on_vehicle is None else carried_deg(vehicle, on_vehicle),
        hfov_deg=values.get("sensor_hfov_deg") or None,
    )


_ROLLS = ("platform_roll_full_deg", "platform_roll_deg")


def _angles(values: dict[str, float | None], *names: tuple[str, ...], roll_needed: bool = True) -> tuple[float, float, float] | None:
    """Of each the first name that is told."""
    told = [next((value for name in several if (value := values.get(name)) is not None), None) for several in names]
    heading, pitch, roll = told
    if roll is None and not roll_needed:
        roll = 0.0
    return None if heading is None or pitch is None or roll is None else (heading, pitch, roll)


def klv_readings(data: bytes) -> Iterator[CameraReading]:
    """Every whole set in the bytes; damaged ones are passed over."""
    at = data.find(KLV_UNIVERSAL_KEY)
    while at >= 0:
        end = klv_set_end(data, at)
        with suppress(LinkError):
            reading = reading_of(parsed_klv(data[at:end]))
            if reading is not None:
                yield reading
        at = data.find(KLV_UNIVERSAL_KEY, at + len(KLV_UNIVERSAL_KEY))


def _growing(readings: list[CameraReading]) -> tuple[CameraReading, ...]:
    kept: list[CameraReading] = []
    for reading in readings:
        if not kept or reading.at_s > kept[-1].at_s:
            kept.append(reading)
    return tuple(kept)


def _nothing(path: Path) -> Telemetry:
    raise VisionError(
        f"'{path.name}' holds no MISB 0601 set with a time and a place.",
        code="vision.telemetry",
        hint="Give the transport stream as the aircraft sent it: converting a film often drops its data stream.",
    )
