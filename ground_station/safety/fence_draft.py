"""A fence before it is put on board: is the vehicle inside, is home, and is there room to stop before its edge."""

import math
from collections.abc import Iterable

from shapely import Point, Polygon

from geo.primitives import LocalFrame, LonLat
from ground_station.safety.checklist import CheckResult, blocker, ok, warning
from ground_station.safety.checks.home import inside
from ground_station.safety.words import Words
from missions import Geofence

BRAKING_MPS2 = 2.5  # the usual limit of a copter's position controller (WPNAV_ACCEL, MPC_ACC_HOR)
REACTION_S = 1.0  # until a breach is noticed and braking begins
GOOD = Words(
    "Home and vehicle are inside; from the edge it is {room:.0f} m to home.",
    "Дом и аппарат внутри; от границы до дома {room:.0f} м.",
    "Үй мен аппарат ішінде; шетінен үйге дейін {room:.0f} м.",
)
NO_HOME = Words("Home is not known yet.", "Точка дома ещё неизвестна.", "Үй нүктесі әлі белгісіз.")
HOME_OUT = Words("Home would lie outside this fence.", "Дом оказался бы вне ограждения.", "Үй қоршаудан тыс қалар еді.")
HERE_OUT = Words(
    "The vehicle would be outside this fence at once.",
    "Аппарат сразу оказался бы вне ограждения.",
    "Аппарат бірден қоршаудан тыс қалар еді.",
)
BREAKS = Words(
    "The breach action would begin as soon as it is on board.",
    "Действие при нарушении начнётся сразу после загрузки.",
    "Бұзу әрекеті жүктелген бойда басталады.",
)
REDRAW = Words("Draw it around home and vehicle.", "Обведите им дом и аппарат.", "Оны үй мен аппаратты қамтитындай сызыңыз.")
TIGHT = Words(
    "Only {room:.0f} m from home to the edge; at {speed:g} m/s it needs {needed:.0f} m to stop.",
    "От дома до границы всего {room:.0f} м; при {speed:g} м/с на остановку нужно {needed:.0f} м.",
    "Үйден шетке дейін небәрі {room:.0f} м; {speed:g} м/с кезінде тоқтауға {needed:.0f} м керек.",
)
OVERSHOOTS = Words("It would overshoot the edge.", "Он проскочит границу.", "Ол шекарадан өтіп кетеді.")
WIDEN = Words("Make it wider or fly slower.", "Сделайте его шире или летите медленнее.", "Оны кеңейтіңіз немесе баяу ұшыңыз.")
UNKNOWN_CAUSE = Words("There is no fix yet.", "Пока нет решения ГНСС.", "ГНСС шешімі әлі жоқ.")
WAIT = Words("Wait for a fix and check again.", "Дождитесь решения ГНСС и проверьте снова.", "ГНСС шешімін күтіп, қайта тексеріңіз.")


def check_draft(fence: Geofence, home: LonLat | None, position: LonLat | None, speed_mps: float) -> Iterable[CheckResult]:
    """`speed_mps`: the fastest it will fly inside."""
    if home is None:
        yield warning("fence.no_home", NO_HOME, UNKNOWN_CAUSE, WAIT)
    broken = False
    for code, words, place in (("fence.home_outside", HOME_OUT, home), ("fence.vehicle_outside", HERE_OUT, position)):
        if place is not None and not inside(fence, place):
            broken = True
            yield blocker(code, words, BREAKS, REDRAW)
    if home is None or broken:
        return
    room_m, needed_m = edge_distance_m(fence, home), stopping_distance_m(speed_mps)
    if room_m < needed_m:
        yield warning("fence.tight", TIGHT.fill(room=room_m, speed=speed_mps, needed=needed_m), OVERSHOOTS, WIDEN)
    elif math.isfinite(room_m):
        yield ok("fence.draft", GOOD.fill(room=room_m))


def stopping_distance_m(speed_mps: float) -> float:
    """From noticing to standing still."""
    return speed_mps * REACTION_S + speed_mps**2 / (2.0 * BRAKING_MPS2)


def edge_distance_m(fence: Geofence, place: LonLat) -> float:
    """From a place to the nearest edge of any shape; infinite without one."""
    frame = LocalFrame(place)
    edges = [Polygon(frame.to_en_m([v.as_tuple() for v in p.vertices])).exterior for p in fence.polygons]
    edges += [Point(frame.offset_m(c.centre)).buffer(c.radius_m, quad_segs=32).exterior for c in fence.circles]
    return min((edge.distance(Point(0.0, 0.0)) for edge in edges), default=math.inf)
