"""What is known of a vehicle, kept up to date message by message. No clocks, no sockets: the caller says when it is.

Wire units (1e7 degrees, centimetres, centidegrees) end here. Fields a vehicle marks as unknown stay None.
"""

from collections.abc import Callable

from geo.primitives import LonLat
from ground_station.mavlink import WireMessage, mavlink
from ground_station.messages import BatteryInstance, BatteryState
from ground_station.vehicles.autopilots import Autopilot, autopilot_for
from ground_station.vehicles.autopilots.base import Situation
from ground_station.vehicles.batteries import battery_fields, battery_instance
from ground_station.vehicles.happening import Happening
from ground_station.vehicles.streamed_state import STREAMED, STREAMED_NAMES, UNKNOWN_U16, StreamedState
from ground_station.vehicles.texts import TextAssembler, VehicleText

FLYING_ABOVE_M = 1.0  # for autopilots that say nothing about being in the air
MISSION_STATES = {0: "unknown", 1: "none", 2: "not_started", 3: "active", 4: "paused", 5: "complete"}


class VehicleEstimate(StreamedState):
    """The last known value of everything. Read its attributes; `update` is the only way in.

    Slots: more attributes than 30 in a dictionary each would double the time to tell the states of a fleet.
    """

    __slots__ = (
        "_heard_heartbeat",
        "_landed_state_known",
        "_on",
        "_system_status",
        "_texts",
        "armed",
        "autopilot",
        "batteries",
        "capabilities",
        "custom_mode",
        "firmware",
        "flying",
        "home",
        "home_amsl_m",
        "last_text",
        "mission_current",
        "mission_reached",
        "mission_state",
        "mission_total",
        "mode",
        "revision",
        "uid",
    )

    def __init__(self) -> None:
        super().__init__()
        self.revision = 0  # grows with all but streamed telemetry
        self.autopilot: Autopilot = Autopilot(0)
        self.armed = False
        self.mode = ""
        self.custom_mode = -1
        self.flying = False
        self.home: LonLat | None = None
        self.home_amsl_m: float | None = None
        self.batteries: dict[int, BatteryInstance] = {}  # by the vehicle's own numbers
        self.last_text: VehicleText | None = None
        self.mission_current = 0  # item counted from 1, 0 before the first
        self.mission_total: int | None = None
        self.mission_reached: int | None = None
        self.mission_state = "unknown"
        self.firmware: str | None = None
        self.uid: int | None = None
        self.capabilities: int | None = None  # MAV_PROTOCOL_CAPABILITY bits
        self._heard_heartbeat = False
        self._landed_state_known = False
        self._system_status = 0
        self._texts = TextAssembler()
        self._on: dict[str, Callable[[WireMessage], list[Happening] | None]] = {
            "HEARTBEAT": self._on_heartbeat,
            "BATTERY_STATUS": self._on_battery,
            "HOME_POSITION": self._on_home,
            "EXTENDED_SYS_STATE": self._on_extended_state,
            "MISSION_CURRENT": self._on_mission_current,
            "MISSION_ITEM_REACHED": self._on_item_reached,
            "STATUSTEXT": self._on_text,
            "AUTOPILOT_VERSION": self._on_version,
            "HIGH_LATENCY2": self._on_high_latency,
        }

    @property
    def kinds(self) -> frozenset[str]:
        """Names of the messages that change anything here."""
        return frozenset(self._on) | frozenset(STREAMED_NAMES.values())

    def update(self, message: WireMessage) -> list[Happening]:
        """Take in one message of the autopilot; what happened because of it."""
        streamed = STREAMED.get(message.get_msgId())
        if streamed is not None:
            streamed.take(self, *streamed.pick(message))
            return []
        self.revision += 1
        handler = self._on.get(message.get_type())
        return (handler(message) or []) if handler else []

    @property
    def heartbeat_settles(self) -> bool:
        """Whether the last heartbeat, said again, can change nothing: it alone does not when it leaves open whether the vehicle flies."""
        return not self.armed or self._landed_state_known or self.autopilot.is_flying(self._system_status) is not None

    @property
    def situation(self) -> Situation:
        return Situation(self.home, self.home_amsl_m, self.position)

    def _on_heartbeat(self, m: WireMessage) -> list[Happening]:
        self._meet(m)
        armed = bool(m.base_mode & mavlink.MAV_MODE_FLAG_SAFETY_ARMED)
        return self._set_mode(m.base_mode, m.custom_mode, armed, m.system_status)

    def _meet(self, m: WireMessage) -> None:
        if not self._heard_heartbeat or self.autopilot.vehicle_type == "other":
            self.autopilot = autopilot_for(m.autopilot, m.type)

    def _set_mode(self, base_mode: int, custom_mode: int, armed: bool, system_status: int) -> list[Happening]:
        happenings: list[Happening] = []
        mode = self.autopilot.mode_name(base_mode, custom_mode)
        if self._heard_heartbeat and armed != self.armed:
            happenings.append(Happening("armed" if armed else "disarmed", "Armed" if armed else "Disarmed"))
        if self._heard_heartbeat and custom_mode != self.custom_mode:
            happenings.append(Happening("mode_changed", f"Mode {mode}", detail={"mode": mode, "from": self.mode}))
        if armed and not self.armed:
            self.mission_reached = None  # what the last flight reached says nothing about this one
        self.armed, self.mode, self.custom_mode, self._system_status = armed, mode, custom_mode, system_status
        if not armed:
            happenings += self._set_flying(False)
        elif not self._landed_state_known:
            flying = self.autopilot.is_flying(system_status)
            if flying is None:
                flying = (self.altitude_above_home_m or 0.0) > FLYING_ABOVE_M
            happenings += self._set_flying(flying)
        self._heard_heartbeat = True
        return happenings

    def _on_high_latency(self, m: WireMessage) -> list[Happening]:
        """HIGH_LATENCY2: the whole state in 42 bytes. Angles in steps of 2 degrees, speeds in fifths of a metre per second."""
        self._meet(m)
        if abs(m.latitude) <= 900_000_000 and abs(m.longitude) <= 1_800_000_000 and (m.latitude or m.longitude):
            self.lon_deg, self.lat_deg = m.longitude / 1e7, m.latitude / 1e7
        self.altitude_amsl_m = float(m.altitude)
        if self.home_amsl_m is not None:
            self.altitude_above_home_m = m.altitude - self.home_amsl_m
        self.heading_deg = m.heading * 2.0 % 360.0
        self.ground_speed_mps, self.climb_mps = m.groundspeed / 5.0, m.climb_rate / 10.0
        self.battery_fields = battery_fields(m.battery, None, -1)
        self.mission_current = self.autopilot.item_number(m.wp_num)
        base_mode, custom_mode = self.autopilot.high_latency_modes(m)
        armed = self.armed if base_mode is None else bool(base_mode & mavlink.MAV_MODE_FLAG_SAFETY_ARMED)
        up = armed and (self.altitude_above_home_m or 0.0) > FLYING_ABOVE_M
        return self._set_mode(base_mode or 0, custom_mode, armed, mavlink.MAV_STATE_ACTIVE if up else mavlink.MAV_STATE_STANDBY)

    def _set_flying(self, flying: bool) -> list[Happening]:
        if flying == self.flying:
            return []
        self.flying = flying
        if not self._heard_heartbeat:
            return []  # found in the air: it did not take off just now
        return [Happening("took_off", "Took off") if flying else Happening("landed", "Landed")]

    def _on_battery(self, m: WireMessage) -> None:
        known = self.batteries[m.id] = battery_instance(m)
        if m.id == 0:  # the first battery flies the vehicle
            self._has_battery_status = True
            self.battery_fields = {name: getattr(known, name) for name in BatteryState.model_fields}

    def _on_home(self, m: WireMessage) -> None:
        if (m.latitude or m.longitude) and abs(m.latitude) <= 900_000_000 and abs(m.longitude) <= 1_800_000_000:
            self.home = LonLat(m.longitude / 1e7, m.latitude / 1e7)
            self.home_amsl_m = m.altitude / 1e3

    def _on_extended_state(self, m: WireMessage) -> list[Happening]:
        if m.landed_state == mavlink.MAV_LANDED_STATE_UNDEFINED:
            return []
        self._landed_state_known = True
        return self._set_flying(m.landed_state != mavlink.MAV_LANDED_STATE_ON_GROUND)

    def _on_mission_current(self, m: WireMessage) -> list[Happening]:
        self.mission_current = self.autopilot.item_number(m.seq)
        if m.total != UNKNOWN_U16 and (m.total or m.mission_state):  # both 0: a vehicle without these newer fields
            self.mission_total = self.autopilot.item_total(m.total)
        before, self.mission_state = self.mission_state, MISSION_STATES.get(m.mission_state, "unknown")
        if self.mission_state == "complete" and before == "active":
            return [Happening("mission_complete", "Mission complete")]
        return []

    def _on_item_reached(self, m: WireMessage) -> list[Happening]:
        number = self.autopilot.item_number(m.seq)
        if number < 1 or number == self.mission_reached:
            return []  # ArduPilot reports home reached, too, when it arrives at a guided target
        self.mission_reached = number
        return [Happening("item_reached", f"Reached item {number}", detail={"item": number})]

    def _on_text(self, m: WireMessage) -> list[Happening]:
        happenings = []
        for text in self._texts.on_message(m):
            self.last_text = text
            happenings.append(Happening("text", text.text, text.severity))
        return happenings

    def _on_version(self, m: WireMessage) -> None:
        version = m.flight_sw_version
        self.firmware = f"{version >> 24 & 255}.{version >> 16 & 255}.{version >> 8 & 255}"
        self.uid = m.uid or None
        self.capabilities = int(m.capabilities)

    def on_new_mission(self, items: int) -> None:
        """A new mission has been put on board: what was reached belongs to the old one, and its length is known at once."""
        self.revision += 1
        self.mission_total = items
        self.mission_current = 0
        self.mission_reached = None
        self.mission_state = "unknown"
