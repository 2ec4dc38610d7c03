"""What a firmware would not take of a fence or of rally points, or would keep otherwise than meant: said before sending."""

from collections.abc import Iterable, Sequence

from geo.primitives import LonLat
from ground_station.mavlink import mavlink
from ground_station.safety.checklist import CheckResult, blocker, warning
from ground_station.safety.checks.home import inside
from ground_station.safety.words import Words
from ground_station.vehicles.autopilots.plan_limits import PlanLimits
from missions import Geofence, RallyPoint

_FENCE, _RALLY = mavlink.MAV_PROTOCOL_CAPABILITY_MISSION_FENCE, mavlink.MAV_PROTOCOL_CAPABILITY_MISSION_RALLY

NO_FENCE = Words("This vehicle takes no fence.", "Этот аппарат не принимает ограждение.", "Бұл аппарат қоршауды қабылдамайды.")
NO_RALLY = Words(
    "This vehicle takes no rally points.", "Этот аппарат не принимает точки сбора.", "Бұл аппарат жиналу нүктелерін қабылдамайды."
)
NOT_IN_IT = Words("Its firmware says so itself.", "Об этом говорит сама прошивка.", "Мұны микробағдарламаның өзі айтады.")
OTHER_FIRMWARE = Words(
    "Load firmware that has it, or fly without.",
    "Установите прошивку с этой функцией или летите без неё.",
    "Ол бар микробағдарламаны орнатыңыз немесе онсыз ұшыңыз.",
)
FULL = Words(
    "This fence has {count} corners and circles; the vehicle has room for {most}.",
    "В ограждении {count} углов и кругов, у аппарата место для {most}.",
    "Қоршауда {count} бұрыш пен шеңбер бар, аппаратта {most} орын ғана.",
)
RALLY_FULL = Words(
    "There are {count} rally points; the vehicle has room for {most}.",
    "Точек сбора {count}, у аппарата место для {most}.",
    "Жиналу нүктелері {count}, аппаратта {most} орын ғана.",
)
CORNERS = Words(
    "Area {number} has {count} corners; the vehicle takes at most {most}.",
    "В области {number} углов {count}, аппарат принимает не больше {most}.",
    "{number}-аймақта {count} бұрыш бар, аппарат ең көбі {most} қабылдайды.",
)
NO_ROOM = Words("Its memory is that large.", "Такова его память.", "Жады сондай ғана.")
SIMPLIFY = Words("Use fewer corners and shapes.", "Уменьшите число углов и фигур.", "Бұрыштар мен фигураларды азайтыңыз.")
HOME_OUT = Words(
    "The vehicle refuses a fence that does not hold its home.",
    "Аппарат не примет ограждение, в котором нет его точки дома.",
    "Аппарат үй нүктесі кірмейтін қоршауды қабылдамайды.",
)
WOULD_BREACH = Words("It would be breached at once.", "Оно было бы нарушено сразу.", "Ол бірден бұзылар еді.")
AROUND_HOME = Words("Draw it around home.", "Обведите им точку дома.", "Оны үй нүктесін қамтитындай сызыңыз.")
EVERY_AREA = Words(
    "The vehicle must be inside all {count} areas at once, and its home is not.",
    "Аппарат должен быть сразу во всех областях ({count}), а его дом — нет.",
    "Аппарат барлық {count} аймақтың ішінде бірге болуы тиіс, ал үйі олай емес.",
)
MAYBE_EVERY_AREA = Words(
    "Unless {parameter} says otherwise, the vehicle must be inside all {count} areas at once; its home is not.",
    "Если {parameter} не задан иначе, аппарат должен быть сразу во всех областях ({count}), а его дом — нет.",
    "{parameter} басқаша айтпаса, аппарат барлық {count} аймақтың ішінде бірге болуы тиіс; үйі олай емес.",
)
ONE_AREA = Words(
    "Draw one area, or set bit {bit} of {parameter}: then any one area is enough.",
    "Нарисуйте одну область или включите бит {bit} в {parameter}: тогда достаточно любой.",
    "Бір аймақ сызыңыз немесе {parameter} ішіндегі {bit}-битті қосыңыз: сонда біреуі жетеді.",
)


def fence_refusals(
    fence: Geofence, limits: PlanLimits, home: LonLat | None, capabilities: int | None, *, any_area: bool | None
) -> Iterable[CheckResult]:
    """`any_area`: whether being inside one of several areas is enough; None where it has not been asked."""
    if capabilities is not None and not capabilities & _FENCE:
        yield blocker("fence.not_taken", NO_FENCE, NOT_IN_IT, OTHER_FIRMWARE)
        return
    count = sum(len(polygon.vertices) for polygon in fence.polygons) + len(fence.circles)
    if limits.fence_items is not None and count > limits.fence_items:
        yield blocker("fence.no_room", FULL.fill(count=count, most=limits.fence_items), NO_ROOM, SIMPLIFY)
    for number, polygon in enumerate(fence.polygons, start=1):
        if limits.polygon_corners is not None and len(polygon.vertices) > limits.polygon_corners:
            words = CORNERS.fill(number=number, count=len(polygon.vertices), most=limits.polygon_corners)
            yield blocker("fence.too_many_corners", words, NO_ROOM, SIMPLIFY)
    if home is None:
        return
    if limits.wants_home_inside and not inside(fence, home):
        yield blocker("fence.home_refused", HOME_OUT, WOULD_BREACH, AROUND_HOME)
    areas = areas_to_stay_in(fence)
    if limits.keeps_to_every_area and areas > 1 and not any_area and inside(fence, home) and not inside(fence, home, of_every_area=True):
        parameter, bit = limits.any_area_by or ("", 0)
        way_out = ONE_AREA.fill(parameter=parameter, bit=bit.bit_length() - 1)
        if any_area is None:
            yield warning("fence.every_area", MAYBE_EVERY_AREA.fill(count=areas, parameter=parameter), WOULD_BREACH, way_out)
        else:
            yield blocker("fence.every_area", EVERY_AREA.fill(count=areas), WOULD_BREACH, way_out)


def areas_to_stay_in(fence: Geofence) -> int:
    return sum(polygon.inclusion for polygon in fence.polygons) + sum(circle.inclusion for circle in fence.circles)


def rally_refusals(points: Sequence[RallyPoint], limits: PlanLimits, capabilities: int | None) -> Iterable[CheckResult]:
    if capabilities is not None and not capabilities & _RALLY:
        yield blocker("rally.not_taken", NO_RALLY, NOT_IN_IT, OTHER_FIRMWARE)
    elif limits.rally_points is not None and len(points) > limits.rally_points:
        yield blocker("rally.no_room", RALLY_FULL.fill(count=len(points), most=limits.rally_points), NO_ROOM, SIMPLIFY)
