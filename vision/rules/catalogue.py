"""All rules. A new one is a file and a line here."""

from collections.abc import Sequence

from geo.primitives import VisionError
from vision.rules.public.closed_area import InClosedArea
from vision.rules.rule import Rule
from vision.rules.traffic.box_junction import BoxJunctionBlocked
from vision.rules.traffic.forbidden_area import BUS_LANE, NO_ENTRY, RESTRICTED_ZONE
from vision.rules.traffic.forbidden_turn import TurnForbidden
from vision.rules.traffic.illegal_stop import IllegalStop
from vision.rules.traffic.overtaking import Overtaking
from vision.rules.traffic.pedestrian_priority import PedestrianPriority
from vision.rules.traffic.rail_crossing import RailCrossingClosed
from vision.rules.traffic.red_light import RedLight
from vision.rules.traffic.shoulder import ShoulderDriven
from vision.rules.traffic.solid_line import SolidLineCrossed
from vision.rules.traffic.speeding import Speeding
from vision.rules.traffic.stalled import Stalled
from vision.rules.traffic.stop_line import PastStopLine
from vision.rules.traffic.wrong_way import WrongWay

RULES: tuple[Rule, ...] = (
    Speeding(),
    RedLight(),
    PastStopLine(),
    SolidLineCrossed(),
    WrongWay(),
    Overtaking(),
    TurnForbidden(),
    RailCrossingClosed(),
    ShoulderDriven(),
    BUS_LANE,
    NO_ENTRY,
    RESTRICTED_ZONE,
    BoxJunctionBlocked(),
    IllegalStop(),
    Stalled(),
    PedestrianPriority(),
    InClosedArea(),
)


def rules_named(codes: Sequence[str]) -> tuple[Rule, ...]:
    """The rules of these codes, in their order here; `all` names every one. Raises: `VisionError` for a code nobody has."""
    known = {rule.card.code: rule for rule in RULES}
    for code in codes:
        if code != "all" and code not in known:
            raise VisionError(f"There is no rule '{code}'.", code="vision.rule", hint=f"Rules: all, {', '.join(known)}.")
    return tuple(rule for rule in RULES if "all" in codes or rule.card.code in codes)
