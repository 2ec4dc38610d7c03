"""One simulated vehicle: body, battery, wind, navigation and autopilot, stepped together, with MAVLink messages at its edge."""

from random import Random
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from geo.primitives import LonLat
from sim.airframes import BodyState, Command, MotionCommand, airframe_of
from sim.battery import Battery, drain
from sim.clock import STEP_S, SimClock
from sim.commands import CommandDesk
from sim.firmware import firmware_of
from sim.local_place import LocalPlaces
from sim.mission_receiver import MissionReceiver
from sim.mission_store import MissionStore
from sim.notices import HomeSet, ItemReached, Notice, PhotoTaken, Text
from sim.parameters import Parameter, ParameterTable
from sim.sensors import Navigation, Readings
from sim.streams import Streams
from sim.telemetry import Instruments, camera_feedback, message
from sim.wind import MeanWind, Wind

GROUND_AMSL_M = 10.0
BATTERY_SWAP_AFTER_S = 60.0  # on the ground, disarmed: someone puts in a full one, so a long demonstration goes on
BATTERY_SWAP_BELOW = 0.9
TEXT_BYTES = 50


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
        self._streams = Streams()
        self._notices: list[Notice] = [Text("Sunqar simulated copter, ArduCopter V4.6.0 profile")]
        self._desk = CommandDesk(self._instruments, self._streams, self._say)
        self._receiver = MissionReceiver(
            self.store, may_clear=self.autopilot.may_clear_mission, on_complete=self.autopilot.mission_changed, say=self._say
        )
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
        out = [wire for notice in self._notices for wire in self._announce(notice)]
        self._notices.clear()
        out.extend(self._receiver.on_time(now_s))
        for message_id in self._streams.due(self.clock.boot_ms):
            wire = message(of, message_id)
            if wire is not None:
                out.append(wire)
        return out

    def on_message(self, wire: Any) -> list[Any]:
        """Replies to one message from a station. Messages for other systems are ignored; any component is answered."""
        target = getattr(wire, "target_system", 0)
        if target not in (0, self.system_id) or wire.get_srcSystem() == self.system_id:
            return []
        kind = wire.get_type()
        if kind.startswith("MISSION_") and kind != "MISSION_SET_CURRENT":
            return self._receiver.on_message(wire, self.clock.boot_s)
        match kind:
            case "COMMAND_LONG" | "COMMAND_INT":
                return self._desk.answer(wire)
            case "SET_MODE":
                self._desk.select_mode(wire.custom_mode)
            case "SET_POSITION_TARGET_GLOBAL_INT":
                self._desk.position_target(wire)
            case "MISSION_SET_CURRENT":
                if self.autopilot.run.jump(wire.seq):
                    return [message(self._instruments, mavlink.MAVLINK_MSG_ID_MISSION_CURRENT)]
            case "REQUEST_DATA_STREAM":
                hz = float(wire.req_message_rate) if wire.start_stop else 0.0
                self._streams.set_group(wire.req_stream_id, hz, self.clock.boot_ms)
            case "PARAM_REQUEST_LIST":
                return [self._parameter(found, found.index) for found in self.parameters.all()]
            case "PARAM_REQUEST_READ":
                return self._read_parameter(wire)
            case "PARAM_SET":
                stored = self.parameters.set(_name(wire.param_id), wire.param_value)
                return [] if stored is None else [self._parameter(stored, 65535)]
            case "TIMESYNC":
                if wire.tc1 == 0:
                    return [mavlink.MAVLink_timesync_message(self.clock.boot_ms * 1_000_000, wire.ts1)]
            case "PING":
                if wire.target_system == 0:
                    return [mavlink.MAVLink_ping_message(self.clock.unix_us, wire.seq, wire.get_srcSystem(), wire.get_srcComponent())]
        return []

    def _read_parameter(self, wire: Any) -> list[Any]:
        if wire.param_index >= 0:
            found = self.parameters.at(wire.param_index)
            return [] if found is None else [self._parameter(found, found.index)]
        found = self.parameters.find(_name(wire.param_id))
        # ArduPilot answers reads by name with the index of nothing.
        return [] if found is None else [self._parameter(found, 65535)]

    def _parameter(self, found: Parameter, index: int) -> Any:
        return mavlink.MAVLink_param_value_message(found.name.encode(), found.value, found.kind, len(self.parameters), index)

    def _announce(self, notice: Notice) -> list[Any]:
        match notice:
            case Text(text, severity):
                return [mavlink.MAVLink_statustext_message(severity, text.encode()[:TEXT_BYTES])]
            case ItemReached(index):
                return [mavlink.MAVLink_mission_item_reached_message(index)]
            case PhotoTaken(number, position):
                return [camera_feedback(self._instruments, number, position)]
            case HomeSet(position):
                lat, lon = self.places.lat_lon_e7(position)
                self.store.set_home(lat, lon, self.places.ground_amsl_m + position.up)
                home = message(self._instruments, mavlink.MAVLINK_MSG_ID_HOME_POSITION)
                return [] if home is None else [home]

    def _swap_battery(self, now_s: float) -> None:
        if self.autopilot.armed or not self.truth.on_ground:
            self._landed_at_s = now_s
        elif self.battery.charge < BATTERY_SWAP_BELOW and now_s - self._landed_at_s >= BATTERY_SWAP_AFTER_S:
            self._instruments.battery = Battery()
            self.autopilot.battery_replaced()

    def _say(self, text: str, severity: int) -> None:
        self._notices.append(Text(text, severity))


def _name(param_id: Any) -> str:
    text = param_id.decode("ascii", "replace") if isinstance(param_id, bytes) else str(param_id)
    return text.rstrip("\x00")
