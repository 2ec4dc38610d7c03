"""Watches every flying vehicle: latest turn-back, conflicts, failsafes that are off. Shown live; alarms go into the event stream.

Every copy of the api watches on its own; the ids of alarms are derived from what they tell, so the stream keeps each once.
"""

import logging
import time
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import anyio
import anyio.lowlevel
from nats.errors import Error as NatsError

from geo.core import MissionStore
from geo.primitives import GeoError, LocalFrame, LonLat, SunqarError, derived_id, utc_now
from ground_station.api.live_hub import FLEET_CONFLICTS, TURN_BACK
from ground_station.api.preflight_gather import onboard_performance, wind_of
from ground_station.api.safety_board import SafetyBoard
from ground_station.api.services import Services
from ground_station.bus.subjects import VEHICLE_EVENT
from ground_station.messages import ConflictState, FleetConflicts, LinkState, TurnBackState, VehicleEvent, VehicleState
from ground_station.safety.conflicts import Conflict, Separation, Trajectory, conflicts
from ground_station.safety.following import Alarm, Following
from missions import MissionPlan, Wind, plan_from_json

logger = logging.getLogger(__name__)

PERIOD_S = 1.0
PLAN_KEPT_S = 30.0
TOLD_AGAIN_S = 60.0  # a pair that was apart for this long is news again
PUBLISH_WITHIN_S = 2.0


class SafetyWatch:
    """`run` until cancelled; `look` is one round."""

    def __init__(self, services: Services) -> None:
        self._services, self._board = services, services.safety
        self._plans: dict[UUID, tuple[float, MissionPlan | None]] = {}
        self._told_pairs: dict[tuple[str, str], float] = {}

    async def run(self) -> None:
        while True:
            began_s = time.monotonic()
            try:
                await self.look(began_s)
            except SunqarError as error:
                logger.warning("safety watch: %s", error.message)
            # With many vehicles a round takes longer; half of the time stays for everybody else.
            await anyio.sleep(max(PERIOD_S, 2.0 * (time.monotonic() - began_s)))

    async def look(self, now_s: float) -> None:
        flying = [state for state in self._services.vehicles.all() if state.flying and state.link is LinkState.ONLINE]
        await self._forget_landed({state.vehicle_id for state in flying})
        for state in flying:
            await self._look_at(state, now_s)
            await anyio.lowlevel.checkpoint()
        await self._look_for_conflicts(flying, now_s)

    async def _forget_landed(self, flying: set[str]) -> None:
        for vehicle_id in [known for known in self._board.flights if known not in flying]:
            state = self._services.vehicles.get(vehicle_id)
            if state is not None and state.link is LinkState.LOST and state.flying:
                continue  # it may well fly on; what was known stays on the screen, with its age
            del self._board.flights[vehicle_id]
            self._board.turn_backs.pop(vehicle_id, None)
            self._services.live.forget(TURN_BACK, vehicle_id)

    async def _look_at(self, state: VehicleState, now_s: float) -> None:
        vehicle_id = state.vehicle_id
        onboard = self._services.onboard.last(vehicle_id)
        following = self._board.flights.get(vehicle_id)
        if following is None:
            following = self._board.flights[vehicle_id] = Following(vehicle_id, utc_now(), onboard_performance(state, onboard))
        wind = await self._wind(state)
        following.look(state, now_s, wind, await self._plan(state, now_s), self._services.settings.safety.reserve_fraction)
        turn = following.turn_back
        if turn is not None:
            view = TurnBackState(
                vehicle_id=vehicle_id,
                at=utc_now(),
                in_s=None if turn.in_s is None else round(turn.in_s, 1),
                lon_deg=turn.place.lon_deg if turn.place else None,
                lat_deg=turn.place.lat_deg if turn.place else None,
                altitude_m=None if turn.altitude_m is None else round(turn.altitude_m, 1),
                passed=turn.passed,
                margin_fraction=round(turn.margin_fraction, 3),
                needed_fraction=round(turn.needed_now_fraction, 3),
                home_in_s=round(turn.home_in_s, 1),
                consumption_factor=round(following.consumption, 2),
                basis="mission" if following.on_plan else "position",
            )
            self._board.turn_backs[vehicle_id] = view
            self._services.live.publish(TURN_BACK, view.model_dump_json(), key=vehicle_id)
        parameters = onboard.parameters if onboard else {}
        gcs_off = next((parameters[name] == 0 for name in ("FS_GCS_ENABLE", "FS_GCS_ENABL", "NAV_DLL_ACT") if name in parameters), False)
        for alarm in following.alarms(gcs_off):
            await self._tell(vehicle_id, following.began, alarm)

    async def _wind(self, state: VehicleState) -> Wind | None:
        return wind_of(state) or await self._services.preflight.wind(state.vehicle_id)

    async def _plan(self, state: VehicleState, now_s: float) -> MissionPlan | None:
        """The plan being flown: of this system, and under way."""
        progress = state.mission
        if progress is None or progress.mission_id is None or progress.state != "active":
            return None
        at_s, plan = self._plans.get(progress.mission_id, (-PLAN_KEPT_S, None))
        if now_s - at_s > PLAN_KEPT_S:
            try:
                row = await MissionStore(self._services.database).get(progress.mission_id)
            except GeoError as error:
                logger.debug("plan of %s: %s", state.vehicle_id, error.message)
                return plan
            plan = None if row is None else plan_from_json(row.content.plan)
            self._plans = {known: kept for known, kept in self._plans.items() if now_s - kept[0] < 10 * PLAN_KEPT_S}
            self._plans[progress.mission_id] = (now_s, plan)
        return plan

    async def _look_for_conflicts(self, flying: Sequence[VehicleState], now_s: float) -> None:
        frame, trajectories = common_trajectories(self._board, flying)
        found = conflicts(trajectories, separation_of(self._services)) if frame and len(trajectories) > 1 else []
        at = utc_now()
        items = [conflict_state(conflict, frame, at) for conflict in found] if frame else []
        if items or self._board.conflicts is None or self._board.conflicts.items:
            self._board.conflicts = FleetConflicts(at=at, items=items)
            self._services.live.publish(FLEET_CONFLICTS, self._board.conflicts.model_dump_json())
        for item in items:
            pair = (item.first, item.second)
            is_news = now_s - self._told_pairs.get(pair, -TOLD_AGAIN_S) >= TOLD_AGAIN_S
            self._told_pairs[pair] = now_s
            if is_news:
                text = (
                    f"{item.first} and {item.second} come within {item.horizontal_m:.0f} m of each other in {item.in_s:.0f} s,"
                    f" {item.vertical_m:.0f} m apart in height. Hold one of them, or change its height."
                )
                for vehicle_id in pair:
                    if (following := self._board.flights.get(vehicle_id)) is not None:
                        alarm = Alarm(f"conflict.{item.first}.{item.second}.{at:%H%M}", "critical", text)
                        await self._tell(vehicle_id, following.began, alarm)
                        break

    async def _tell(self, vehicle_id: str, began: datetime, alarm: Alarm) -> None:
        event_id = derived_id("alarm", vehicle_id, began.strftime("%Y-%m-%dT%H:%M"), alarm.key)
        event = VehicleEvent(
            event_id=event_id,
            vehicle_id=vehicle_id,
            at=utc_now(),
            kind="alarm",
            severity="critical" if alarm.severity == "critical" else "warning",
            text=alarm.text,
            detail={"code": alarm.key},
        )
        try:
            await self._services.bus.jetstream().publish(
                f"{VEHICLE_EVENT}.{vehicle_id}", event.encode(), timeout=PUBLISH_WITHIN_S, headers={"Nats-Msg-Id": str(event_id)}
            )
        except (NatsError, TimeoutError) as error:
            logger.warning("alarm of %s was not told (%s): %s", vehicle_id, error, alarm.text)


def separation_of(services: Services) -> Separation:
    safety = services.settings.safety
    return Separation(safety.separation_m, safety.separation_height_m, safety.separation_time_s)


def common_trajectories(board: SafetyBoard, flying: Sequence[VehicleState]) -> tuple[LocalFrame | None, list[Trajectory]]:
    """All flying vehicles in one frame, around the first of them by name; vehicles out of its reach (hundreds of km) are far anyway."""
    placed = sorted((s for s in flying if s.lon_deg is not None and s.lat_deg is not None), key=lambda s: s.vehicle_id)
    if not placed:
        return None, []
    # Rounded to about a kilometre, so that the projection is made once and not for every round.
    frame = LocalFrame(LonLat(round(placed[0].lon_deg or 0.0, 2), round(placed[0].lat_deg or 0.0, 2)))
    trajectories = [
        trajectory
        for state in placed
        if (following := board.flights.get(state.vehicle_id)) and (trajectory := following.trajectory(state, frame)) is not None
    ]
    return frame, trajectories


def conflict_state(conflict: Conflict, frame: LocalFrame, at: datetime) -> ConflictState:
    place = frame.place(conflict.at_m[0], conflict.at_m[1])
    return ConflictState(
        first=conflict.first,
        second=conflict.second,
        at=at,
        in_s=round(conflict.in_s, 1),
        lon_deg=place.lon_deg,
        lat_deg=place.lat_deg,
        altitude_amsl_m=round(conflict.at_m[2], 1),
        horizontal_m=round(conflict.horizontal_m, 1),
        vertical_m=round(conflict.vertical_m, 1),
    )
