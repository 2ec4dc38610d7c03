"""What is remembered of one flying vehicle to judge it: its consumption, how it moves, which alarms were told. Pure; told the time."""

import math
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from geo.primitives import LocalFrame, LonLat
from ground_station.messages import VehicleState
from ground_station.safety.conflicts import Trajectory
from ground_station.safety.flight_path import TimedPath, hovering, timed_path
from ground_station.safety.performance import Performance
from ground_station.safety.turn_back import ConsumptionMeter, TurnBack, latest_turn_back
from missions import CALM, MissionPlan, Wind

AHEAD_S = 45.0  # how far a vehicle without a plan is taken to go on as it goes
STAYS_S = 4 * 3600.0  # longer than anything here flies
WARN_S = 60.0
FASTEST_MPS = 60.0  # two positions further apart than this in time are a jump, not a motion
SMALLEST_STEP_S = 0.8


@dataclass(frozen=True, slots=True)
class Alarm:
    """`key` names the occasion: the same is told once a flight."""

    key: str
    severity: str
    text: str


class Following:
    """One flight of one vehicle."""

    def __init__(self, vehicle_id: str, began: datetime, how: Performance) -> None:
        self.vehicle_id, self.began, self._how = vehicle_id, began, how
        self.turn_back: TurnBack | None = None
        self.on_plan = False
        self.path: TimedPath | None = None
        self._meter = ConsumptionMeter(how)
        self._velocity = (0.0, 0.0)
        self._last: tuple[float, LonLat] | None = None
        self._told: set[str] = set()

    @property
    def consumption(self) -> float:
        return self._meter.factor

    def look(self, state: VehicleState, now_s: float, wind: Wind | None, plan: MissionPlan | None, reserve_fraction: float) -> None:
        """Take in one state of the vehicle in flight. `plan` only while it is being flown."""
        place, home = _place(state.lon_deg, state.lat_deg), _place(state.home_lon_deg, state.home_lat_deg)
        if place is None:
            return
        self._note_motion(place, now_s)
        charge = state.battery.remaining_fraction if state.battery else None
        if charge is not None:
            self._meter.look(now_s, charge, self._velocity, state.climb_mps or 0.0, wind or CALM)
        if home is None:
            return
        blows = wind or CALM
        air_mps = math.hypot(self._velocity[0] - blows.east_mps, self._velocity[1] - blows.north_mps)
        how = replace(self._how, consumption=self._meter.factor).moving(air_mps)
        up = state.altitude_above_home_m or 0.0
        self.on_plan = plan is not None
        if plan is not None and state.mission is not None:
            first = max(state.mission.current_item, 1)
            self.path = timed_path(plan, place, start_altitude_m=up, home=home, first_item=first, wind=wind or CALM, how=how)
        else:
            self.path = hovering(place, up, home=home, seconds=STAYS_S, wind=wind or CALM, how=how)
        if charge is not None:
            self.turn_back = latest_turn_back(
                self.path, home=home, remaining_fraction=charge, reserve_fraction=reserve_fraction, wind=wind or CALM, how=how
            )

    def _note_motion(self, place: LonLat, now_s: float) -> None:
        if self._last is not None:
            seconds = now_s - self._last[0]
            if seconds < SMALLEST_STEP_S:
                return
            # A degree is good enough for a step of some metres, and no projection has to be made for it.
            north = (place.lat_deg - self._last[1].lat_deg) * 111_320.0
            east = (place.lon_deg - self._last[1].lon_deg) * 111_320.0 * math.cos(math.radians(place.lat_deg))
            moved = (east / seconds, north / seconds)
            self._velocity = moved if math.hypot(*moved) <= FASTEST_MPS else (0.0, 0.0)
        self._last = (now_s, place)

    def trajectory(self, state: VehicleState, frame: LocalFrame) -> Trajectory | None:
        """Where it will be, in a frame common to all; by its plan, else straight on for a while. None without a place."""
        place = _place(state.lon_deg, state.lat_deg)
        if place is None or state.altitude_amsl_m is None:
            return None
        home_amsl_m = state.altitude_amsl_m - (state.altitude_above_home_m or 0.0)
        if self.on_plan and self.path is not None:
            lonlat = self.path.frame.to_lonlat_deg(self.path.points_m[:, :2])
            points = np.column_stack([frame.to_en_m(lonlat), self.path.points_m[:, 2] + home_amsl_m])
            return Trajectory(self.vehicle_id, points, self.path.times_s)
        east, north = frame.offset_m(place)
        ahead = (
            east + self._velocity[0] * AHEAD_S,
            north + self._velocity[1] * AHEAD_S,
            max(state.altitude_amsl_m + (state.climb_mps or 0.0) * AHEAD_S, home_amsl_m),
        )
        return Trajectory(self.vehicle_id, np.array([(east, north, state.altitude_amsl_m), ahead]), np.array([0.0, AHEAD_S]))

    def alarms(self, gcs_failsafe_off: bool) -> list[Alarm]:
        """What has to be told now and was not told in this flight."""
        found = []
        turn = self.turn_back
        if turn is not None and turn.passed:
            found.append(
                Alarm(
                    "turn_back.passed",
                    "critical",
                    f"{self.vehicle_id} is past its latest turn-back: coming home takes {turn.needed_now_fraction:.0%} of the battery"
                    f" and uses {-turn.margin_fraction:.0%} of the reserve. Return now, or land near by.",
                )
            )
        elif turn is not None and turn.in_s is not None and turn.in_s < WARN_S:
            found.append(
                Alarm(
                    "turn_back.soon",
                    "warning",
                    f"{self.vehicle_id} must turn back within {turn.in_s:.0f} s to come home with its reserve. Return now.",
                )
            )
        if gcs_failsafe_off:
            found.append(
                Alarm(
                    "failsafe.gcs",
                    "warning",
                    f"{self.vehicle_id} flies with its ground-station failsafe off: without this station it flies on."
                    " Stay with it, and set FS_GCS_ENABLE (PX4: NAV_DLL_ACT) after landing.",
                )
            )
        news = [alarm for alarm in found if alarm.key not in self._told]
        self._told |= {alarm.key for alarm in news}
        return news


def _place(lon_deg: float | None, lat_deg: float | None) -> LonLat | None:
    return None if lon_deg is None or lat_deg is None else LonLat(lon_deg, lat_deg)
