"""All rules. A new one is a file and a line here."""

from vision.rules.rule import Rule
from vision.rules.traffic.closed_area import BUS_LANE, NO_ENTRY
from vision.rules.traffic.illegal_stop import IllegalStop
from vision.rules.traffic.pedestrian_priority import PedestrianPriority
from vision.rules.traffic.red_light import RedLight
from vision.rules.traffic.solid_line import SolidLineCrossed
from vision.rules.traffic.speeding import Speeding
from vision.rules.traffic.stop_line import PastStopLine
from vision.rules.traffic.wrong_way import WrongWay

RULES: tuple[Rule, ...] = (
    Speeding(),
    RedLight(),
    PastStopLine(),
    SolidLineCrossed(),
    WrongWay(),
    BUS_LANE,
    NO_ENTRY,
    IllegalStop(),
    PedestrianPriority(),
)
BY_CODE = {rule.code: rule for rule in RULES}
