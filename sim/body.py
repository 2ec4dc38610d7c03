"""The physical part of one vehicle: airframe, air, ground, battery and sensors, stepped together, with the faults between them."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from sim.airframes import Airframe, BodyState, Command, MotionCommand, WingCommand
from sim.battery import Battery, drain, measured_at
from sim.faults import FaultBoard, FaultSwitches
from sim.local_place import LocalPlaces
from sim.navigation import COAST_S, Navigation
from sim.sensors import GPS_LOCK_S, Readings, Sensors
from sim.vector import ZERO, Vector
from sim.wind import MeanWind, Wind

STOPPED = MotionCommand()


class Body:
    """`step` moves it by one step of the clock. `truth` is what it really does, `readings` what its autopilot is told."""

    def __init__(
        self,
        airframe: Airframe,
        places: LocalPlaces,
        *,
        system_id: int,
        seed: int,
        wind: MeanWind | None = None,
        faults: FaultBoard,
        gps_lock_s: float = GPS_LOCK_S,
        coast_s: float = COAST_S,
    ) -> None:
        """`gps_lock_s` and `coast_s` as in `Navigation`."""
        mean = wind or MeanWind()
        # A pilot stands a plane into the wind.
        heading = mean.from_deg if airframe.name == "plane" else 0.0
        self.airframe = airframe
        self.truth = BodyState(heading_deg=heading)
        self.readings = Readings(self.truth)
        self.battery = Battery()
        self.faults = faults
        self.wind = Wind(mean, Random(f"{seed}/{system_id}/wind"))
        self._switches = FaultSwitches(faults)
        self._sensors = Sensors(Random(f"{seed}/{system_id}/sensors"), gps_lock_s)
        self._navigation = Navigation(Random(f"{seed}/{system_id}/navigation"), gps_lock_s=gps_lock_s, coast_s=coast_s)
        self._places = places
        self._ground_up_m = 0.0
        self._ground_at = ZERO
        self._parameter_wind: tuple[float | None, ...] | None = None
        self._parameter_voltage_v: float | None = None

    def step(self, command: Command, now_s: float, dt_s: float) -> None:
        board = self.faults
        board.update(now_s)
        truth = self.truth
        ground_up_m = self._ground(truth.position)
        air = self.wind.step(truth.position.up - ground_up_m, dt_s)
        for fault in board.air:
            air = fault.in_air(air, now_s)
        if self.battery.charge <= 0.0:
            command = replace(command, engine_off=True) if isinstance(command, WingCommand) else STOPPED
        for fault in board.motors:
            command = fault.at_motors(command, truth)
        truth = self.airframe.step(truth, command, air, dt_s, ground_up_m)
        for fault in board.body:
            truth = fault.at_body(truth, dt_s)
        self.truth = truth
        self.battery = drain(self.battery, truth.load, dt_s)
        for fault in board.power:
            self.battery = fault.at_battery(self.battery)
        sample = self._sensors.sample(truth, now_s)
        for fault in board.sensing:
            sample = fault.at_sensors(sample, now_s, dt_s)
        self.readings = self._navigation.step(truth, sample, now_s, dt_s, ground_up_m, air, board.rc_heard, board.camera_works)

    def heed_parameters(self, value_of: Callable[[str], float | None], now_s: float) -> None:
        """Obey the `SIM_…` parameters: faults, wind and battery voltage. Those that did not change leave everything as it is."""
        self._switches.heed(value_of, now_s)
        wind = tuple(value_of(name) for name in ("SIM_WIND_SPD", "SIM_WIND_DIR", "SIM_WIND_TURB"))
        if self._parameter_wind is not None and wind != self._parameter_wind:
            speed, direction, _ = wind
            self.wind.mean = MeanWind(speed or 0.0, (direction or 0.0) % 360.0, self.wind.mean.gust_share)
        self._parameter_wind = wind
        voltage_v = value_of("SIM_BATT_VOLTAGE")
        if voltage_v is not None and self._parameter_voltage_v not in (None, voltage_v):
            self.battery = measured_at(self.battery, voltage_v)
        self._parameter_voltage_v = voltage_v

    def _ground(self, position: Vector) -> float:
        """Height of the ground below, looked up again after each metre."""
        if self._places.terrain.flat:
            return 0.0
        if abs(position.east - self._ground_at.east) + abs(position.north - self._ground_at.north) > 1.0:
            self._ground_at = position
            self._ground_up_m = self._places.ground_up_m(position)
        return self._ground_up_m
