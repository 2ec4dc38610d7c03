"""What of a vehicle's state becomes its track."""

from ground_station.messages import TrackPoint, VehicleState

TRACK_PERIOD_S = 1.0
POINTS_A_LETTER = 500  # about 100 kB, a tenth of what the bus takes in one message


def track_point(state: VehicleState) -> TrackPoint | None:
    """None without a position."""
    if state.lon_deg is None or state.lat_deg is None or state.altitude_amsl_m is None:
        return None
    return TrackPoint(
        vehicle_id=state.vehicle_id,
        at=state.at,
        lon_deg=state.lon_deg,
        lat_deg=state.lat_deg,
        altitude_amsl_m=state.altitude_amsl_m,
        altitude_above_home_m=state.altitude_above_home_m,
        heading_deg=state.heading_deg,
        ground_speed_mps=state.ground_speed_mps,
        battery_fraction=state.battery.remaining_fraction if state.battery else None,
        mode=state.mode,
    )
