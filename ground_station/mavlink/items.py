"""A mission item as it crosses the wire, before and after any meaning is given to it."""

import math
from dataclasses import dataclass, replace

from ground_station.mavlink.dialect import WireMessage, mavlink
from ground_station.mavlink.exchange import Address


@dataclass(frozen=True, slots=True)
class WireItem:
    """MISSION_ITEM_INT without its addresses. `x` and `y` are 1e7-scaled latitude and longitude in global frames."""

    seq: int
    frame: int
    command: int
    params: tuple[float, float, float, float]
    x: int
    y: int
    z: float
    autocontinue: bool = True
    current: bool = False

    def renumbered(self, seq: int) -> "WireItem":
        return replace(self, seq=seq)

    def to_message(self, target: Address, mission_type: int) -> WireMessage:
        message: WireMessage = mavlink.MAVLink_mission_item_int_message(
            target.system_id,
            target.component_id,
            self.seq,
            self.frame,
            self.command,
            int(self.current),
            int(self.autocontinue),
            *self.params,
            self.x,
            self.y,
            self.z,
            mission_type,
        )
        return message

    @classmethod
    def from_message(cls, message: WireMessage) -> "WireItem":
        return cls(
            seq=message.seq,
            frame=message.frame,
            command=message.command,
            params=(_number(message.param1), _number(message.param2), _number(message.param3), _number(message.param4)),
            x=message.x,
            y=message.y,
            z=_number(message.z),
            autocontinue=bool(message.autocontinue),
            current=bool(message.current),
        )


def _number(value: float) -> float:
    """NaN as the one object `math.nan`, so that an item read twice is equal to itself."""
    return math.nan if math.isnan(value) else value
