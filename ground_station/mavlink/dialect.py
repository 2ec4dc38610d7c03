"""The one place that names the MAVLink dialect: pymavlink's generated `ardupilotmega`, version 2, which contains `common`.

pymavlink ships without types; `WireMessage` is what the station relies on.
"""

from collections.abc import Callable
from typing import Any, Protocol

from pymavlink.dialects.v20 import ardupilotmega

from ground_station.mavlink.young import extend


class WireMessage(Protocol):
    """A decoded message, or one about to be encoded. Fields are attributes named as in the MAVLink definition."""

    def get_type(self) -> str: ...
    def get_msgId(self) -> int: ...  # noqa: N802  pymavlink's name
    def get_srcSystem(self) -> int: ...  # noqa: N802  pymavlink's name
    def get_srcComponent(self) -> int: ...  # noqa: N802  pymavlink's name
    def get_seq(self) -> int: ...
    def __getattr__(self, name: str) -> Any: ...
    def __setattr__(self, name: str, value: Any) -> None: ...


extend(ardupilotmega)
mavlink: Any = ardupilotmega


# CRC-16/MCRF4XX of bytes, MAVLink's checksum: native where pymavlink brings its native one.
checksum: Callable[[bytes], int] = ardupilotmega.mcrf4xx or (lambda data: int(ardupilotmega.x25crc(data).crc))


def enum_name(enum: str, value: int, prefix: str) -> str:
    """'MAV_RESULT', 4, 'MAV_RESULT_' -> 'failed'. Unknown values become their number."""
    entry = mavlink.enums.get(enum, {}).get(value)
    return str(value) if entry is None else str(entry.name).removeprefix(prefix).lower().replace("_", " ")
