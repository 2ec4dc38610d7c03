"""An airframe and a maneuver without autopilot, sensors or wire: the body flies what the maneuver asks, and the truth is what it sees."""

from typing import Any

from sim.airframes import Airframe, BodyState, airframe_of
from sim.maneuvers import View
from sim.vector import ZERO, Vector

DT_S = 0.02


class BareFlight:
    def __init__(self, vehicle_type: str, state: BodyState, wind: Vector = ZERO) -> None:
        self.frame: Airframe = airframe_of(vehicle_type)
        self.state = state
        self.wind = wind
        self.now_s = 0.0
        self.track: list[BodyState] = [state]

    def fly(self, maneuver: Any, within_s: float) -> float:
        """Until the maneuver is done; gives the seconds it took. Fails naming the state when time runs out."""
        begun_s = self.now_s
        while self.now_s - begun_s < within_s:
            state = self.state
            command = maneuver.update(View(state.position, state.velocity, state.heading_deg, state.on_ground, self.now_s))
            self.step(command)
            if maneuver.done:
                return self.now_s - begun_s
        raise AssertionError(f"not reached within {within_s:g} s: {self.state}")

    def keep_on(self, maneuver: Any, seconds: float) -> list[BodyState]:
        """For so long; gives the states on the way."""
        begun = len(self.track)
        for _ in range(round(seconds / DT_S)):
            state = self.state
            self.step(maneuver.update(View(state.position, state.velocity, state.heading_deg, state.on_ground, self.now_s)))
        return self.track[begun:]

    def step(self, command: Any) -> BodyState:
        self.state = self.frame.step(self.state, command, self.wind, DT_S)
        self.now_s += DT_S
        self.track.append(self.state)
        return self.state
