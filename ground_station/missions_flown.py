"""Each mission this station put on board, followed while it is flown, to the verdict: flown, or failed and why."""

from collections.abc import Iterable
from dataclasses import dataclass

from ground_station.control import FlightWatch
from ground_station.vehicles import MissionOutcome, UploadedMission, Vehicle


@dataclass(slots=True)
class _Followed:
    """`judged`: this flight has its verdict, and the next one begins on the ground."""

    mission: UploadedMission
    watch: FlightWatch | None = None
    judged: bool = False


class MissionsFlown:
    """`look` goes over all vehicles; call it a few times a second. The verdict stays with the vehicle until the mission is flown anew."""

    def __init__(self) -> None:
        self._followed: dict[str, _Followed] = {}

    def look(self, vehicles: Iterable[Vehicle], now_s: float) -> None:
        for vehicle in vehicles:
            carried = vehicle.uploaded
            if carried is None:
                self._followed.pop(vehicle.vehicle_id, None)
                continue
            followed = self._followed.get(vehicle.vehicle_id)
            if followed is None or followed.mission is not carried:
                followed = self._followed[vehicle.vehicle_id] = _Followed(carried)
            self._look_at(vehicle, followed, now_s)

    def _look_at(self, vehicle: Vehicle, followed: _Followed, now_s: float) -> None:
        estimate = vehicle.estimate
        if followed.watch is None:
            if vehicle.online and not estimate.flying:
                followed.judged = False
            flies_it = vehicle.online and estimate.flying and estimate.mode == estimate.autopilot.mission_mode
            if followed.judged or not flies_it:
                return
            followed.watch, vehicle.mission_outcome = FlightWatch(now_s, endless_at=followed.mission.endless_at), None
        verdict = followed.watch.look(estimate, vehicle.online, now_s)
        if verdict is not None:
            vehicle.mission_outcome = MissionOutcome(followed.mission, verdict.flown, verdict.reason)
            # A vehicle that comes back from silence still flying its mission is followed on.
            followed.watch, followed.judged = None, vehicle.online
