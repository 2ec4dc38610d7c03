"""A pose with the looks of the gimbals beside it, as it travels on the bus."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ground_station.messages import GimbalLook, VehiclePose
from ground_station.payload.gimbals import Look
from ground_station.vehicles.pose import Pose
from ground_station.vehicles.vehicle import Vehicle

LOOK_FRESH_S = 1.0  # gimbals tell five to ten times a second
SAME_CLOCK_S = 2.0  # a device further off than this counts from a boot of its own


def pose_message(vehicle: Vehicle, pose: Pose, now_s: float) -> VehiclePose:
    """`now_s`: monotonic."""
    return VehiclePose(
        vehicle_id=vehicle.vehicle_id,
        at=pose.at,
        lon_deg=pose.position.lon_deg,
        lat_deg=pose.position.lat_deg,
        altitude_above_home_m=pose.altitude_above_home_m,
        roll_deg=pose.roll_deg,
        pitch_deg=pose.pitch_deg,
        heading_deg=pose.heading_deg,
        home=None if vehicle.estimate.home is None else vehicle.estimate.home.as_tuple(),
        gimbals=tuple(_looks(vehicle, pose, now_s)),
    )


def _looks(vehicle: Vehicle, pose: Pose, now_s: float) -> Iterator[GimbalLook]:
    for device_id, gimbal in sorted(vehicle.payload.gimbals.items()):
        look = gimbal.look
        if look is not None and now_s - look.heard_s <= LOOK_FRESH_S:
            yield GimbalLook(
                gimbal=device_id,
                at=_instant(vehicle, pose, look, now_s),
                roll_deg=look.roll_deg,
                pitch_deg=look.pitch_deg,
                yaw_deg=look.yaw_deg,
                yaw_from="north" if look.of_earth else "nose",
            )


def _instant(vehicle: Vehicle, pose: Pose, look: Look, now_s: float) -> datetime:
    told = vehicle.instant_of(look.boot_ms)
    if told is not None and abs((told - pose.at).total_seconds()) <= SAME_CLOCK_S:
        return told
    return pose.at - timedelta(seconds=now_s - look.heard_s)
