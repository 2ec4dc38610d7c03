"""Remote identification: a transmitter on board (component 236) that says who and where the vehicle is, and where its operator is.

The operator's place comes from the station, OPEN_DRONE_ID_SYSTEM once and SYSTEM_UPDATE while it moves; without a fresh one the
transmitter says in ARM_STATUS that the vehicle is not good to arm. Whether that blocks arming is the firmware's choice:
DID_OPTIONS of ArduPilot, COM_ARM_ODID of PX4. Source: MAVLink OpenDroneID service, ArduPilot's AP_OpenDroneID.
"""

from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.services.host import Host
from sim.services.service import Service

COMPONENT = mavlink.MAV_COMP_ID_ODID_TXRX_1
PLACE_EVERY_S = 0.5
STATIC_EVERY_S = 1.0
OPERATOR_FRESH_S = 3.0
EPOCH_UNIX_S = 1_546_300_800  # 2019-01-01, from which remote identification counts
ENFORCE_ARMING = 1  # of DID_OPTIONS
BLOCKS = 2  # COM_ARM_ODID: 0 off, 1 warns, 2 blocks
UNKNOWN_ALTITUDE_M = -1000.0
UNKNOWN_DIRECTION_CDEG = 36100
NO_MAC = [0] * 20
UAS_ID_BYTES = 20
_GOOD, _BAD = mavlink.MAV_ODID_ARM_STATUS_GOOD_TO_ARM, mavlink.MAV_ODID_ARM_STATUS_PRE_ARM_FAIL_GENERIC
_KINDS = {1: mavlink.MAV_ODID_UA_TYPE_AEROPLANE}  # by MAV_TYPE; what rotors carry is one kind, what takes off on rotors another
_HYBRID = frozenset(range(19, 26))
_M = mavlink


class RemoteId(Service):
    """Switched on by DID_ENABLE or COM_ARM_ODID; silent otherwise, as without the transmitter."""

    component_id = COMPONENT
    handles = frozenset(
        {
            "OPEN_DRONE_ID_BASIC_ID",
            "OPEN_DRONE_ID_SYSTEM",
            "OPEN_DRONE_ID_SYSTEM_UPDATE",
            "OPEN_DRONE_ID_OPERATOR_ID",
            "OPEN_DRONE_ID_SELF_ID",
        }
    )

    def __init__(self, host: Host) -> None:
        self._host = host
        self._place_s = self._static_s = 0.0
        self._serial = _uas_id(f"1990QSNQR{host.system_id:08d}".encode())
        self._identity = (int(_M.MAV_ODID_ID_TYPE_SERIAL_NUMBER), self._kind, self._serial)
        self._system: Any | None = None
        self._system_s = -OPERATOR_FRESH_S
        self._operator = (0, b"")
        self._purpose = (0, b"")
        self._takeoff_up_m = 0.0
        self._was_armed = False

    def on_message(self, wire: Any, now_s: float) -> list[Any]:
        if not self._on:
            return []
        match wire.get_type():
            case "OPEN_DRONE_ID_SYSTEM":
                self._system, self._system_s = wire, now_s
            case "OPEN_DRONE_ID_SYSTEM_UPDATE" if self._system is not None:
                self._system_s = now_s
                for name in ("operator_latitude", "operator_longitude", "operator_altitude_geo", "timestamp"):
                    setattr(self._system, name, getattr(wire, name))
            case "OPEN_DRONE_ID_OPERATOR_ID":
                self._operator = (wire.operator_id_type, _bytes(wire.operator_id))
            case "OPEN_DRONE_ID_SELF_ID":
                self._purpose = (wire.description_type, _bytes(wire.description))
            case "OPEN_DRONE_ID_BASIC_ID" if wire.id_type not in (0, _M.MAV_ODID_ID_TYPE_SERIAL_NUMBER):
                # A session or registration id; the serial number was written in by the maker.
                self._identity = (wire.id_type, wire.ua_type or self._kind, _uas_id(_bytes(wire.uas_id)))
        return []

    def on_time(self, now_s: float) -> list[Any]:
        pilot = self._host.autopilot
        if pilot.armed and not self._was_armed:
            self._takeoff_up_m = self._host.of.believed.position.up
        self._was_armed = pilot.armed
        if not self._on:
            pilot.vetoes.pop("remote_id", None)
            return []
        wrong = self._what_is_wrong(now_s)
        if wrong and self._enforced:
            pilot.vetoes["remote_id"] = f"OpenDroneID: {wrong}" if self._is_ardupilot else "Open Drone ID system not ready"
        else:
            pilot.vetoes.pop("remote_id", None)
        out: list[Any] = []
        if now_s - self._static_s >= STATIC_EVERY_S - 1e-9:
            self._static_s = now_s
            out += self._static(wrong)
        if now_s - self._place_s >= PLACE_EVERY_S - 1e-9:
            self._place_s = now_s
            out.append(self._location())
        return out

    @property
    def _is_ardupilot(self) -> bool:
        return "DID_ENABLE" in self._host.parameters

    @property
    def _on(self) -> bool:
        parameters = self._host.parameters
        return parameters.get("DID_ENABLE") != 0 or parameters.get("COM_ARM_ODID") != 0

    @property
    def _enforced(self) -> bool:
        parameters = self._host.parameters
        return parameters.flag("DID_OPTIONS", ENFORCE_ARMING) or parameters.get("COM_ARM_ODID") == BLOCKS

    @property
    def _kind(self) -> int:
        vehicle_type = self._host.autopilot.firmware.identity.vehicle_type
        if vehicle_type in _HYBRID:
            return int(_M.MAV_ODID_UA_TYPE_HYBRID_LIFT)
        return int(_KINDS.get(vehicle_type, _M.MAV_ODID_UA_TYPE_HELICOPTER_OR_MULTIROTOR))

    def _what_is_wrong(self, now_s: float) -> str:
        """Why the vehicle may not fly, in ArduPilot's words; empty when it may."""
        system = self._system
        if system is None or (system.operator_latitude == 0 and system.operator_longitude == 0):
            return "operator location must be set"
        return "SYSTEM not available" if now_s - self._system_s > OPERATOR_FRESH_S else ""

    # Messages -----------------------------------------------------------------------------------------------------------------

    def _static(self, wrong: str) -> list[Any]:
        system = self._system
        beat = _M.MAVLink_heartbeat_message(_M.MAV_TYPE_ODID, _M.MAV_AUTOPILOT_INVALID, 0, 0, _M.MAV_STATE_ACTIVE, 3)
        status = _M.MAVLink_open_drone_id_arm_status_message(_BAD if wrong else _GOOD, wrong.encode())
        out = [beat, status, _M.MAVLink_open_drone_id_basic_id_message(0, 0, NO_MAC, *self._identity)]
        if system is not None:
            out.append(
                _M.MAVLink_open_drone_id_system_message(
                    0,
                    0,
                    NO_MAC,
                    system.operator_location_type,
                    system.classification_type,
                    system.operator_latitude,
                    system.operator_longitude,
                    system.area_count,
                    system.area_radius,
                    system.area_ceiling,
                    system.area_floor,
                    system.category_eu,
                    system.class_eu,
                    system.operator_altitude_geo,
                    int(self._host.clock.unix_us / 1e6) - EPOCH_UNIX_S,
                )
            )
        if self._operator[1]:
            out.append(_M.MAVLink_open_drone_id_operator_id_message(0, 0, NO_MAC, *self._operator))
        if self._purpose[1]:
            out.append(_M.MAVLink_open_drone_id_self_id_message(0, 0, NO_MAC, *self._purpose))
        return out

    def _location(self) -> Any:
        of, pilot = self._host.of, self._host.autopilot
        state, ready = of.believed, of.readings.ready
        lat, lon = of.places.lat_lon_e7(state.position) if ready else (0, 0)
        amsl_m = of.places.ground_amsl_m + state.position.up
        lost = pilot.armed and of.readings.gps.kind < 3
        status = _M.MAV_ODID_STATUS_AIRBORNE if pilot.flying else _M.MAV_ODID_STATUS_GROUND
        speed = state.velocity
        return _M.MAVLink_open_drone_id_location_message(
            0,
            0,
            NO_MAC,
            _M.MAV_ODID_STATUS_EMERGENCY if lost else status,
            round(speed.bearing_deg() * 100) % 36000 if ready else UNKNOWN_DIRECTION_CDEG,
            min(25425, round(speed.level_length() * 100)),
            max(-6200, min(6200, round(speed.up * 100))),
            lat,
            lon,
            amsl_m,
            amsl_m if ready else UNKNOWN_ALTITUDE_M,
            _M.MAV_ODID_HEIGHT_REF_OVER_TAKEOFF,
            state.position.up - self._takeoff_up_m if pilot.armed else 0.0,
            _M.MAV_ODID_HOR_ACC_3_METER if ready else _M.MAV_ODID_HOR_ACC_UNKNOWN,
            _M.MAV_ODID_VER_ACC_10_METER if ready else _M.MAV_ODID_VER_ACC_UNKNOWN,
            _M.MAV_ODID_VER_ACC_10_METER,
            _M.MAV_ODID_SPEED_ACC_1_METERS_PER_SECOND if ready else _M.MAV_ODID_SPEED_ACC_UNKNOWN,
            of.clock.unix_us / 1e6 % 3600.0,
            _M.MAV_ODID_TIME_ACC_1_0_SECOND,
        )


def _uas_id(value: bytes) -> bytes:
    """As long as the field, which is an array of numbers and not a text."""
    return value.ljust(UAS_ID_BYTES, b"\0")


def _bytes(value: Any) -> bytes:
    """A text field, which pymavlink gives as text or as a list of numbers."""
    data = value.encode() if isinstance(value, str) else bytes(value)
    return data.rstrip(b"\0")
