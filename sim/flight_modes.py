"""What a flight mode does, apart from what it is called and numbered."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum


class Behaviour(Enum):
    """How a vehicle flies in a mode when nobody touches the sticks."""

    HOLD = "hold"
    DRIFT = "drift"  # level, at this height; the wind carries it away
    CRUISE = "cruise"  # straight on, at this height
    GUIDED = "guided"
    MISSION = "mission"
    RETURN = "return"
    RETRACE = "retrace"  # home along the way it came
    LANDING_SEQUENCE = "landing sequence"  # the mission from its DO_LAND_START
    LAND = "land"
    DESCEND = "descend"  # straight down without a position
    CIRCLE = "circle"
    TAKEOFF = "takeoff"


class StandardMode(IntEnum):
    """MAV_STANDARD_MODE."""

    NON_STANDARD = 0
    POSITION_HOLD = 1
    ORBIT = 2
    CRUISE = 3
    ALTITUDE_HOLD = 4
    SAFE_RECOVERY = 5
    MISSION = 6
    LAND = 7
    TAKEOFF = 8


@dataclass(frozen=True, slots=True)
class FlightMode:
    """One mode of one firmware. `number` is the `custom_mode` of HEARTBEAT; `label` is the name a station shows."""

    number: IntEnum
    behaviour: Behaviour
    label: str
    standard: StandardMode = StandardMode.NON_STANDARD
    armable: bool = False
    needs_position: bool = True
    automatic: bool = False  # flies by itself: no stick is needed
    selectable: bool = True
    hovering: bool | None = None  # a VTOL flies it on its rotors, on its wing, or as it flies now

    @property
    def name(self) -> str:
        return self.number.name


ModeTable = Mapping[int, FlightMode]


def mode_table(*modes: FlightMode) -> dict[int, FlightMode]:
    return {int(mode.number): mode for mode in modes}
