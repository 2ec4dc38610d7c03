"""PX4's ULog: definitions (formats, information, parameters), then data of subscribed topics and logged texts.

Source: PX4 guide, "ULog File Format", version 1; read by pyulog.
"""

import struct

MAGIC = b"ULog\x01\x12\x35\x01"
_SIZES = {"uint64_t": "Q", "uint32_t": "I", "uint16_t": "H", "uint8_t": "B", "int32_t": "i", "float": "f", "double": "d", "bool": "?"}
_TOPICS: dict[str, tuple[tuple[str, str, int], ...]] = {
    "vehicle_global_position": (("double", "lat", 0), ("double", "lon", 0), ("float", "alt", 0), ("float", "eph", 0), ("float", "epv", 0)),
    "vehicle_local_position": (
        ("float", "x", 0),
        ("float", "y", 0),
        ("float", "z", 0),
        ("float", "vx", 0),
        ("float", "vy", 0),
        ("float", "vz", 0),
        ("float", "heading", 0),
    ),
    "vehicle_attitude": (("float", "q", 4),),
    "sensor_gps": (
        ("uint64_t", "time_utc_usec", 0),
        ("double", "latitude_deg", 0),
        ("double", "longitude_deg", 0),
        ("double", "altitude_msl_m", 0),
        ("float", "hdop", 0),
        ("float", "vel_m_s", 0),
        ("uint8_t", "fix_type", 0),
        ("uint8_t", "satellites_used", 0),
    ),
    "battery_status": (
        ("float", "voltage_v", 0),
        ("float", "current_a", 0),
        ("float", "discharged_mah", 0),
        ("float", "remaining", 0),
    ),
    "vehicle_status": (("uint8_t", "arming_state", 0), ("uint8_t", "nav_state", 0), ("uint8_t", "system_type", 0)),
    "home_position": (("double", "lat", 0), ("double", "lon", 0), ("float", "alt", 0)),
    "mission_result": (("int32_t", "seq_reached", 0), ("uint16_t", "seq_current", 0), ("uint16_t", "seq_total", 0)),
    "camera_capture": (
        ("uint64_t", "timestamp_utc", 0),
        ("double", "lat", 0),
        ("double", "lon", 0),
        ("float", "alt", 0),
        ("uint32_t", "seq", 0),
    ),
}


class ULogFile:
    """One log. `data` grows as topics are written; `parameters` are those in force at its beginning."""

    def __init__(self, started_us: int, parameters: dict[str, float | int], information: dict[str, str | int]) -> None:
        self.data = bytearray(MAGIC + struct.pack("<Q", started_us))
        self._message(b"B", bytes(40))
        for name, fields in _TOPICS.items():
            text = "uint64_t timestamp;" + "".join(f"{kind}{f'[{length}]' if length else ''} {field};" for kind, field, length in fields)
            self._message(b"F", f"{name}:{text}".encode())
        for key, value in information.items():
            if isinstance(value, str):
                raw = value.encode()
                self._keyed(b"I", f"char[{len(raw)}] {key}", raw)
            else:
                self._keyed(b"I", f"uint32_t {key}", struct.pack("<I", value))
        for key, number in parameters.items():
            kind, layout = ("int32_t", "<i") if isinstance(number, int) else ("float", "<f")
            self._keyed(b"P", f"{kind} {key}", struct.pack(layout, number))
        self._topics: dict[str, tuple[int, struct.Struct]] = {}
        for number_, (name, fields) in enumerate(_TOPICS.items()):
            layout_ = struct.Struct("<Q" + "".join((str(length) if length else "") + _SIZES[kind] for kind, _, length in fields))
            self._topics[name] = (number_, layout_)
            self._message(b"A", struct.pack("<BH", 0, number_) + name.encode())

    def write(self, topic: str, time_us: int, *values: float) -> None:
        number, layout = self._topics[topic]
        self._message(b"D", struct.pack("<H", number) + layout.pack(time_us, *values))

    def text(self, severity: int, time_us: int, words: str) -> None:
        """A logged text; levels are syslog's, as digits."""
        self._message(b"L", bytes([0x30 + severity]) + struct.pack("<Q", time_us) + words.encode())

    def _keyed(self, kind: bytes, key: str, value: bytes) -> None:
        self._message(kind, bytes([len(key)]) + key.encode() + value)

    def _message(self, kind: bytes, body: bytes) -> None:
        self.data += struct.pack("<H", len(body)) + kind + body
