"""A camera's own settings: the definition file that describes them, and PARAM_EXT to read and change them.

The file is `mftp://[;comp=100]/definition.xml.xz` in the camera's own small file system. Values travel as the bytes of their type, padded
with zeros to 128. Source: MAVLink camera definition, extended parameter protocol.
"""

import lzma
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.services.files import Files
from sim.services.ftp import ftp_message
from sim.services.ftp_server import CAMERA_FTP, FtpServer
from sim.services.host import Host
from sim.services.service import Service

COMPONENT = 100
DEFINITION_PATH = "/definition.xml.xz"
DEFINITION_URI = f"mftp://[;comp={COMPONENT}]{DEFINITION_PATH}".encode()
DEFINITION_VERSION = 1
UINT8, INT32, REAL32 = mavlink.MAV_PARAM_EXT_TYPE_UINT8, mavlink.MAV_PARAM_EXT_TYPE_INT32, mavlink.MAV_PARAM_EXT_TYPE_REAL32
ACCEPTED, VALUE_UNSUPPORTED = mavlink.PARAM_ACK_ACCEPTED, mavlink.PARAM_ACK_VALUE_UNSUPPORTED
PER_STEP = 5
_PACKING = {UINT8: "<B", INT32: "<i", REAL32: "<f"}
_NAMES = {UINT8: "uint8", INT32: "int32", REAL32: "float"}


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting; `options` are its values with their words, the first one its default."""

    name: str
    kind: int
    text: str
    options: tuple[tuple[float, str], ...]


SETTINGS = (
    Setting("CAM_APERTURE", REAL32, "Aperture", ((4.0, "f/4"), (2.8, "f/2.8"), (5.6, "f/5.6"), (8.0, "f/8"), (11.0, "f/11"))),
    Setting("CAM_COLORMODE", UINT8, "Colour", ((0, "Neutral"), (1, "Vivid"), (2, "Black and white"))),
    Setting("CAM_EV", REAL32, "Exposure compensation", ((0.0, "0"), (-2.0, "-2"), (-1.0, "-1"), (1.0, "+1"), (2.0, "+2"))),
    Setting("CAM_EXPMODE", UINT8, "Exposure", ((0, "Automatic"), (1, "Manual"), (2, "Shutter priority"))),
    Setting("CAM_ISO", INT32, "ISO", ((100, "100"), (200, "200"), (400, "400"), (800, "800"), (1600, "1600"), (3200, "3200"))),
    Setting("CAM_SHUTTERSPD", REAL32, "Shutter", ((0.002, "1/500"), (0.001, "1/1000"), (0.0005, "1/2000"), (0.008, "1/125"))),
    Setting("CAM_WBMODE", UINT8, "White balance", ((0, "Automatic"), (1, "Sunny"), (2, "Cloudy"), (3, "Incandescent"))),
)


class CameraSettings(Service):
    component_id = COMPONENT
    handles = frozenset({"PARAM_EXT_REQUEST_LIST", "PARAM_EXT_REQUEST_READ", "PARAM_EXT_SET", "FILE_TRANSFER_PROTOCOL"})

    def __init__(self, host: Host) -> None:
        self._values = {setting.name: float(setting.options[0][0]) for setting in SETTINGS}
        self._to_list: list[int] = []
        files = Files("/log")
        definition = lzma.compress(definition_xml(SETTINGS).encode(), check=lzma.CHECK_CRC32)
        files.offer(DEFINITION_PATH, lambda _: definition)
        self._ftp = FtpServer(files, CAMERA_FTP)

    def on_message(self, wire: Any, now_s: float) -> list[Any]:
        match wire.get_type():
            case "FILE_TRANSFER_PROTOCOL":
                sender = (wire.get_srcSystem(), wire.get_srcComponent())
                return [ftp_message(sender, reply) for reply in self._ftp.on_payload(bytes(wire.payload), sender, now_s)]
            case "PARAM_EXT_REQUEST_LIST":
                self._to_list = list(range(len(SETTINGS)))
            case "PARAM_EXT_REQUEST_READ":
                index = wire.param_index if wire.param_index >= 0 else _index_of(wire.param_id)
                return [self._value(index)] if index is not None and index < len(SETTINGS) else []
            case "PARAM_EXT_SET":
                return self._set(wire)
        return []

    def on_time(self, now_s: float) -> list[Any]:
        out = [ftp_message(sender, reply) for sender, reply in self._ftp.on_time(now_s)]
        now, self._to_list = self._to_list[:PER_STEP], self._to_list[PER_STEP:]
        return [*out, *(self._value(index) for index in now)]

    def _set(self, wire: Any) -> list[Any]:
        """An unknown name gets silence; a value that is no option is answered with the one that stays."""
        index = _index_of(wire.param_id)
        if index is None:
            return []
        setting = SETTINGS[index]
        packing = _PACKING[setting.kind]
        [wanted] = struct.unpack(packing, bytes(wire.param_value[: struct.calcsize(packing)]))
        chosen = next((value for value, _ in setting.options if abs(value - wanted) < 1e-6), None)
        result = VALUE_UNSUPPORTED if chosen is None or wire.param_type != setting.kind else ACCEPTED
        if result == ACCEPTED and chosen is not None:
            self._values[setting.name] = float(chosen)
        return [mavlink.MAVLink_param_ext_ack_message(setting.name.encode(), self._packed(setting), setting.kind, result)]

    def _value(self, index: int) -> Any:
        setting = SETTINGS[index]
        return mavlink.MAVLink_param_ext_value_message(setting.name.encode(), self._packed(setting), setting.kind, len(SETTINGS), index)

    def _packed(self, setting: Setting) -> bytes:
        value = self._values[setting.name]
        return struct.pack(_PACKING[setting.kind], value if setting.kind == REAL32 else int(value))


def definition_xml(settings: Sequence[Setting]) -> str:
    """The camera definition, version 1."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8" ?>',
        "<mavlinkcamera>",
        f'<definition version="{DEFINITION_VERSION}"><model>Survey 20</model><vendor>Sunqar</vendor></definition>',
        "<parameters>",
    ]
    for setting in settings:
        default = _number(setting.options[0][0])
        lines.append(f'<parameter name="{setting.name}" type="{_NAMES[setting.kind]}" default="{default}">')
        lines.append(f"<description>{setting.text}</description><options>")
        lines += [f'<option name={quoteattr(word)} value="{_number(value)}" />' for value, word in setting.options]
        lines.append("</options></parameter>")
    return "\n".join([*lines, "</parameters>", "</mavlinkcamera>", ""])


def _index_of(name: str) -> int | None:
    return next((index for index, setting in enumerate(SETTINGS) if setting.name == name.rstrip("\0")), None)


def _number(value: float) -> str:
    return f"{value:g}"
