"""Which zones a flight under way or about to start touches, leg by leg at the time of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from geo.primitives import LocalFrame
from missions.airspace.flown_legs import FlownLeg3D
from missions.airspace.leg_heights import Ground
from missions.airspace.zone import AirspaceZone
from missions.airspace.zone_contact import contacts, shapes_near


@dataclass(frozen=True, slots=True)
class TimedLeg:
    """A leg and when it is flown; `number` is the caller's own."""

    number: int
    leg: FlownLeg3D
    begins_at: datetime
    ends_at: datetime


def zones_touched(
    legs: Sequence[TimedLeg], zones: Sequence[AirspaceZone], frame: LocalFrame, home_amsl_m: float | None, margin_m: float
) -> list[tuple[int, int]]:
    """(leg number, index of the zone) in the order of the legs, each once: in force when the leg is flown, at its heights, nearer than
    the margin. The ground is taken to be level with home."""
    flown = [timed.leg for timed in legs]
    found = contacts(flown, shapes_near(zones, frame, flown), Ground(frame, None, home_amsl_m))
    hits = {
        (legs[contact.leg].number, contact.zone): None
        for contact in sorted(found, key=lambda contact: (contact.leg, contact.zone))
        if contact.distance_m <= margin_m and zones[contact.zone].in_force(legs[contact.leg].begins_at, legs[contact.leg].ends_at)
    }
    return list(hits)
