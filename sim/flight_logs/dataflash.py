"""ArduPilot's DataFlash log: every message is described by an FMT message before its first use.

Values come in the format's own units: L degrees times 1e7, c and e hundredths. Source: ArduPilot's AP_Logger/LogStructure.h; read by
pymavlink's DFReader.
"""

import struct

_CODES = {
    "b": "b",
    "B": "B",
    "h": "h",
    "H": "H",
    "i": "i",
    "I": "I",
    "f": "f",
    "n": "4s",
    "N": "16s",
    "Z": "64s",
    "c": "h",
    "C": "H",
    "e": "i",
    "E": "I",
    "L": "i",
    "M": "B",
    "q": "q",
    "Q": "Q",
}
HEAD = b"\xa3\x95"
FMT_TYPE = 128
FMT_LENGTH = 89
_MESSAGES: dict[str, tuple[str, str]] = {
    "PARM": ("QNff", "TimeUS,Name,Value,Default"),
    "GPS": ("QBBIHBcLLeffffB", "TimeUS,I,Status,GMS,GWk,NSats,HDop,Lat,Lng,Alt,Spd,GCrs,VZ,Yaw,U"),
    "ATT": ("QffffffB", "TimeUS,DesRoll,Roll,DesPitch,Pitch,DesYaw,Yaw,AEKF"),
    "POS": ("QLLfff", "TimeUS,Lat,Lng,Alt,RelHomeAlt,RelOriginAlt"),
    "MODE": ("QMBB", "TimeUS,Mode,ModeNum,Rsn"),
    "BAT": ("QBfffffcfBBB", "TimeUS,Inst,Volt,VoltR,Curr,CurrTot,EnrgTot,Temp,Res,RemPct,H,SH"),
    "MSG": ("QZ", "TimeUS,Message"),
    "ERR": ("QBB", "TimeUS,Subsys,ECode"),
    "EV": ("QB", "TimeUS,Id"),
    "ARM": ("QBIBB", "TimeUS,ArmState,ArmChecks,Forced,Method"),
    "ORGN": ("QBLLe", "TimeUS,Type,Lat,Lng,Alt"),
    "CMD": ("QHHHffffLLfB", "TimeUS,CTot,CNum,CId,Prm1,Prm2,Prm3,Prm4,Lat,Lng,Alt,Frame"),
    "CAM": ("QBHIHLLeeeccC", "TimeUS,I,Img,GPSTime,GPSWeek,Lat,Lng,Alt,RelAlt,GPSAlt,R,P,Y"),
}


class DataFlashLog:
    """One log. `data` grows as messages are written."""

    def __init__(self) -> None:
        self.data = bytearray()
        self._layouts: dict[str, tuple[int, struct.Struct]] = {}
        self._format(FMT_TYPE, FMT_LENGTH, "FMT", "BBnNZ", "Type,Length,Name,Format,Columns")
        for number, (name, (format_, columns)) in enumerate(_MESSAGES.items(), FMT_TYPE + 1):
            layout = struct.Struct("<" + "".join(_CODES[code] for code in format_))
            self._layouts[name] = (number, layout)
            self._format(number, layout.size + 3, name, format_, columns)

    def write(self, name: str, *values: float | bytes) -> None:
        """One message. Raises `struct.error` for a value that does not fit its column."""
        number, layout = self._layouts[name]
        self.data += HEAD + bytes([number]) + layout.pack(*values)

    def _format(self, number: int, length: int, name: str, format_: str, columns: str) -> None:
        self.data += (
            HEAD + bytes([FMT_TYPE]) + struct.pack("<BB4s16s64s", number, length, name.encode(), format_.encode(), columns.encode())
        )
