"""The plan's fence is on board, is the same one, and is switched on."""

from collections.abc import Iterable

from geo.primitives import LonLat, distance_m
from ground_station.safety.checklist import CheckResult, PreflightFacts, blocker, ok, warning
from ground_station.safety.words import Words
from missions import Geofence

SAME_PLACE_M = 0.1  # the wire rounds to 1e-7 degrees, ArduPilot keeps circles' radii as 32-bit floats
ON = Words("The fence is on board and switched on.", "Ограждение загружено и включено.", "Қоршау жүктелген және қосулы.")
MISSING = Words("The plan's fence is not on board.", "Ограждение плана не загружено на борт.", "Жоспар қоршауы бортқа жүктелмеген.")
OTHER = Words("The fence on board is not the plan's.", "На борту другое ограждение, не из плана.", "Борттағы қоршау жоспардікі емес.")
UNREAD = Words("The fence on board could not be read.", "Не удалось прочитать ограждение с борта.", "Борттағы қоршауды оқу мүмкін болмады.")
OFF = Words("The fence is switched off.", "Ограждение выключено.", "Қоршау өшірулі.")
NONE = Words("There is no fence.", "Ограждения нет.", "Қоршау жоқ.")
NOT_SENT = Words(
    "It was not uploaded, or was cleared since.", "Его не загрузили или удалили после.", "Ол жүктелмеген немесе кейін өшірілген."
)
CHANGED = Words(
    "It was changed after this plan was approved.", "Его изменили после утверждения плана.", "Ол жоспар бекітілгеннен кейін өзгертілген."
)
SILENT = Words("The vehicle did not answer in time.", "Аппарат не ответил вовремя.", "Аппарат уақытында жауап бермеді.")
PARAMETER = Words("{name} is {value:g}.", "{name} = {value:g}.", "{name} = {value:g}.")
PLAIN = Words("Neither plan nor vehicle has one.", "Его нет ни в плане, ни на борту.", "Ол жоспарда да, бортта да жоқ.")
UPLOAD = Words(
    "Upload the plan's fence and check again.", "Загрузите ограждение плана и проверьте снова.", "Жоспар қоршауын жүктеп, қайта тексеріңіз."
)
SWITCH_ON = Words(
    "Set FENCE_ENABLE to 1 (PX4: GF_ACTION above 0).",
    "Установите FENCE_ENABLE = 1 (PX4: GF_ACTION больше 0).",
    "FENCE_ENABLE = 1 қойыңыз (PX4: GF_ACTION 0-ден үлкен).",
)
DRAW = Words(
    "Draw a fence around the area and upload it.",
    "Нарисуйте ограждение вокруг района и загрузите его.",
    "Аудан айналасына қоршау сызып, жүктеңіз.",
)


def fence(facts: PreflightFacts) -> Iterable[CheckResult]:
    planned = facts.mission.plan.geofence if facts.mission and facts.mission.plan.geofence else None
    carried = facts.onboard.fence if facts.onboard else None
    px4 = facts.state.autopilot == "px4"
    name = "GF_ACTION" if px4 else "FENCE_ENABLE"
    switched = facts.parameter(name)
    if planned is not None:
        if carried is None:
            yield warning("fence.unread", UNREAD, SILENT, UPLOAD)
        elif not carried:
            yield blocker("fence.missing", MISSING, NOT_SENT, UPLOAD)
        elif not same_fence(planned, carried):
            yield blocker("fence.other", OTHER, CHANGED, UPLOAD)
        elif switched == 0:
            yield blocker("fence.off", OFF, PARAMETER.fill(name=name, value=0), SWITCH_ON)
        else:
            yield ok("fence", ON)
    elif switched == 0:
        yield warning("fence.off", OFF, PARAMETER.fill(name=name, value=0), SWITCH_ON)
    elif carried:
        yield ok("fence", ON)
    elif switched is None:
        yield warning("fence.none", NONE, PLAIN, DRAW)
    else:
        yield ok("fence", ON)


def same_fence(one: Geofence, other: Geofence) -> bool:
    """Equal shapes in any order of shapes, vertices to a decimetre; the return point is left aside (not every autopilot keeps it)."""

    def near(a: LonLat, b: LonLat) -> bool:
        return distance_m(a, b) <= SAME_PLACE_M

    if len(one.polygons) != len(other.polygons) or len(one.circles) != len(other.circles):
        return False
    polygons, circles = list(other.polygons), list(other.circles)
    for polygon in one.polygons:
        match = next(
            (
                p
                for p in polygons
                if p.inclusion == polygon.inclusion
                and len(p.vertices) == len(polygon.vertices)
                and all(map(near, p.vertices, polygon.vertices))
            ),
            None,
        )
        if match is None:
            return False
        polygons.remove(match)
    for circle in one.circles:
        found = next(
            (
                c
                for c in circles
                if c.inclusion == circle.inclusion and near(c.centre, circle.centre) and abs(c.radius_m - circle.radius_m) <= 0.01
            ),
            None,
        )
        if found is None:
            return False
        circles.remove(found)
    return True
