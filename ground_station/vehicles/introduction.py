"""What a vehicle is asked when it is found: the streams the station shows. A real ArduPilot is nearly silent until asked."""

from ground_station.mavlink import mavlink
from ground_station.mavlink.commands import request_message, set_message_rate
from ground_station.vehicles.vehicle import Vehicle

_STREAMS_AT_HZ = 4  # for autopilots too old for SET_MESSAGE_INTERVAL


class Introductions:
    """Which vehicles are being asked now."""

    def __init__(self) -> None:
        self._under_way: set[str] = set()

    async def introduce(self, vehicle: Vehicle) -> None:
        """Ask for what the station shows. Each time it is found, since an autopilot forgets when it restarts."""
        if vehicle.vehicle_id in self._under_way:
            return  # a link that flaps must not set two of these against each other's answers
        self._under_way.add(vehicle.vehicle_id)
        try:
            await _ask_for_telemetry(vehicle)
        finally:
            self._under_way.discard(vehicle.vehicle_id)


async def _ask_for_telemetry(vehicle: Vehicle) -> None:
    if vehicle.high_latency:
        return  # every byte is paid for; it is asked when it is back on a link that carries streams
    autopilot = vehicle.estimate.autopilot
    for wanted in autopilot.wanted_messages:
        outcome = await vehicle.query(set_message_rate(vehicle.address, wanted.message_id, wanted.rate_hz))
        if outcome.result == mavlink.MAV_RESULT_UNSUPPORTED and wanted is autopilot.wanted_messages[0]:
            to, every = vehicle.address, mavlink.MAV_DATA_STREAM_ALL
            vehicle.send([mavlink.MAVLink_request_data_stream_message(to.system_id, to.component_id, every, _STREAMS_AT_HZ, 1)])
            break
        if not vehicle.online:
            return  # it will be asked anew when it is found again
    for message_id in autopilot.wanted_once:
        await vehicle.query(request_message(vehicle.address, message_id))
