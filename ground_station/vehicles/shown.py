"""What is shown of a vehicle: all that is known of it as one `VehicleState`, or as its JSON five times a second."""

from typing import TYPE_CHECKING, Any

from geo.primitives import utc_now
from ground_station.messages import LinkState, MissionProgress, VehicleState
from ground_station.vehicles.state import VehicleEstimate
from ground_station.vehicles.state_text import StateText, hundredths, instant_json

if TYPE_CHECKING:
    from ground_station.vehicles.vehicle import Vehicle

LOSSES_EVERY_S = 1.0  # what got lost is a figure over a minute


class Shown:
    """One vehicle, told again and again."""

    __slots__ = ("_estimate", "_losses", "_losses_at_s", "_text", "_told", "_vehicle")

    def __init__(self, vehicle: "Vehicle", estimate: VehicleEstimate) -> None:
        self._vehicle, self._estimate = vehicle, estimate
        self._text = StateText()
        self._told: tuple[Any, ...] | None = None
        self._losses_at_s = float("-inf")
        self._losses: tuple[int, float | None] = (0, None)

    def snapshot(self, now_s: float) -> VehicleState:
        if not 0.0 <= now_s - self._losses_at_s < LOSSES_EVERY_S:
            self._count_losses(now_s)
        return VehicleState(**self._shown(now_s))

    def json(self, now_s: float, at_json: bytes | None) -> bytes:
        v, e = self._vehicle, self._estimate
        v.newest.catch_up()
        monitor = v.monitor
        if not 0.0 <= now_s - self._losses_at_s < LOSSES_EVERY_S:
            self._count_losses(now_s)
        uploaded = v.uploaded
        marks = (monitor.online, e.revision, e.ready_to_arm, uploaded, id(uploaded), v.mission_outcome, self._losses)
        if marks != self._told:  # a handful of marks is compared each time, all that seldom changes only when one of them did
            self._told = marks
            self._text.keep(self._seldom_changing(), lambda: self._shown(now_s))
        return self._text.write(e, instant_json(utc_now()) if at_json is None else at_json, monitor.age_s(now_s))

    def _count_losses(self, now_s: float) -> None:
        received, lost = self._vehicle.packets()
        self._losses_at_s, self._losses = now_s, (lost, self._vehicle.health.loss_fraction(now_s, received, lost))

    def _seldom_changing(self) -> tuple[Any, ...]:
        """What `_shown` is made of, but for what `StateText` writes anew each time."""
        v = self._vehicle
        e = v.estimate
        return (
            v.monitor.online,
            e.autopilot,
            e.armed,
            e.mode,
            e.flying,
            e.home,
            e.ready_to_arm,
            e.last_text,
            self.mission_progress(),
            tuple(e.batteries.items()),
            e.firmware,
            e.capabilities,
            self._losses,
            v.health.marks,
        )

    def _shown(self, now_s: float) -> dict[str, Any]:
        v, (lost, loss_fraction) = self._vehicle, self._losses
        e = v.estimate
        return {
            "vehicle_id": v.vehicle_id,
            "system_id": v.address.system_id,
            "at": utc_now(),
            "link": LinkState.ONLINE if v.online else LinkState.LOST,
            "heartbeat_age_s": hundredths(v.monitor.age_s(now_s)),
            "autopilot": e.autopilot.name,
            "vehicle_type": e.autopilot.vehicle_type,
            "armed": e.armed,
            "mode": e.mode,
            "flying": e.flying,
            "lon_deg": e.lon_deg,
            "lat_deg": e.lat_deg,
            "altitude_above_home_m": e.altitude_above_home_m,
            "altitude_amsl_m": e.altitude_amsl_m,
            "heading_deg": e.heading_deg,
            "roll_deg": e.roll_deg,
            "pitch_deg": e.pitch_deg,
            "ground_speed_mps": e.ground_speed_mps,
            "climb_mps": e.climb_mps,
            "home_lon_deg": e.home.lon_deg if e.home else None,
            "home_lat_deg": e.home.lat_deg if e.home else None,
            "battery": e.battery_fields,
            "batteries": [e.batteries[number] for number in sorted(e.batteries)],
            "gps": e.gps_fields,
            "ready_to_arm": e.ready_to_arm,
            "status_text": e.last_text.text if e.last_text else None,
            "mission": self.mission_progress(),
            "packets_lost": lost,
            "firmware": e.firmware,
            "capabilities": e.capabilities,
            "health": v.health.snapshot(loss_fraction),
        }

    def mission_progress(self) -> MissionProgress | None:
        v = self._vehicle
        e, uploaded = v.estimate, v.uploaded
        total = uploaded.items if uploaded else e.mission_total
        if total is None:
            return None
        outcome = v.mission_outcome if v.mission_outcome and v.mission_outcome.mission is uploaded else None
        state = "none" if not total else e.mission_state if outcome is None else "complete" if outcome.flown else "failed"
        return MissionProgress(
            mission_id=uploaded.mission_id if uploaded else None,
            current_item=min(e.mission_current, total),
            total_items=total,
            reached_item=e.mission_reached,
            state=state,
            reason=outcome.reason if outcome and outcome.reason else None,
        )
