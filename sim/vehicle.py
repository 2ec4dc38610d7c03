"""One simulated vehicle: body, battery, wind, navigation and autopilot, stepped together, with MAVLink messages at its edge."""

from random import Random
from typing import Any

from geo.primitives import LonLat
from sim.airframes import BodyState, Command, MotionCommand, airframe_of
from sim.battery import Battery, drain
from sim.clock import STEP_S, SimClock
from sim.firmware import firmware_of
from sim.local_place import LocalPlaces
from sim.mission_store import MissionStore
from sim.notices import Notice, Text
from sim.parameters import ParameterTable
from sim.sensors import Navigation, Readings
from sim.services.catalogue import services_for
from sim.services.habits import habits_of
from sim.services.host import Host
from sim.services.router import ServiceRouter
from sim.telemetry import Instruments
from sim.wind import MeanWind, Wind

GROUND_AMSL_M = 10.0
BATTERY_SWAP_AFTER_S = 60.0  # on the ground, disarmed: someone puts in a full one, so a long demonstration goes on
BATTERY_SWAP_BELOW = 0.9


class SimulatedVehicle:
    """`step` moves the vehicle one step of the clock, which the owner advances first; both directions speak pymavlink messages."""

    def __init__(
        self,
        system_id: int,
        home: LonLat,
        clock: SimClock,
        *,
        autopilot: str = "ardupilot",
        vehicle_type: str = "copter",
        seed: int = 0,
        wind: MeanWind | None = None,
    ) -> None:
        """Raises `SettingsError` for an autopilot or a type that is not simulated."""
        self._airframe = airframe_of(vehicle_type)
        self.system_id = system_id
        self.clock = clock
        self.places = LocalPlaces(home, GROUND_AMSL_M)
        self.store = MissionStore()
        self.parameters = ParameterTable(system_id)
        self.autopilot = firmware_of(autopilot, vehicle_type)(self.parameters, self.store, self.places)
        self.truth = BodyState()
        self._navigation = Navigation(Random(f"{seed}/{system_id}/navigation"))
        self._wind = Wind(wind or MeanWind(), Random(f"{seed}/{system_id}/wind"))
        self._instruments = Instruments(system_id, clock, self.places, self.autopilot, self.store, Readings(), Battery())
        self._notices: list[Notice] = [Text("Sunqar simulated copter, ArduCopter V4.6.0 profile")]
        habits = habits_of(autopilot)
        host = Host(self._instruments, self.parameters, habits, self._notices.append, self._say, f"{seed}/{system_id}")
        self._router = ServiceRouter(system_id, services_for(host), habits, clock.boot_ms)
        self._landed_at_s = 0.0

    @property
    def battery(self) -> Battery:
        return self._instruments.battery

    def step(self) -> list[Any]:
        """Advance by one clock step; the messages the vehicle sends at this instant."""
        now_s = self.clock.boot_s
        of = self._instruments
        command: Command = self.autopilot.update(of.readings, of.battery, now_s)
        if of.battery.charge <= 0.0:
            command = MotionCommand()
        self.truth = self._airframe.step(self.truth, command, self._wind.step(self.truth.position.up, STEP_S), STEP_S)
        of.battery = drain(of.battery, self.truth.load, STEP_S)
        self._swap_battery(now_s)
        of.readings = self._navigation.step(self.truth, now_s, STEP_S)
        self._notices.extend(self.autopilot.take_notices())
        notices, self._notices[:] = self._notices.copy(), []
        out = [wire for notice in notices for wire in self._router.on_notice(notice, now_s)]
        out.extend(self._router.on_time(now_s))
        return out

    def on_message(self, wire: Any) -> list[Any]:
        """Replies to one message from a station: whatever the service that handles it says."""
        return self._router.on_message(wire, self.clock.boot_s)

    def _swap_battery(self, now_s: float) -> None:
        if self.autopilot.armed or not self.truth.on_ground:
            self._landed_at_s = now_s
        elif self.battery.charge < BATTERY_SWAP_BELOW and now_s - self._landed_at_s >= BATTERY_SWAP_AFTER_S:
            self._instruments.battery = Battery()
            self.autopilot.battery_replaced()

    def _say(self, text: str, severity: int) -> None:
        self._notices.append(Text(text, severity))
