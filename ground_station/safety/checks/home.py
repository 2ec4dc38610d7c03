"""Home is known, is where the vehicle stands, and lies inside the fence: a return must not end outside."""

from collections.abc import Iterable

from shapely import Point, Polygon

from geo.primitives import LocalFrame, LonLat, distance_m
from ground_station.safety.checklist import CheckResult, PreflightFacts, blocker, ok, warning
from ground_station.safety.words import Words
from missions import Geofence

FAR_M = 100.0
GOOD = Words("Home is set and inside the fence.", "Точка дома задана и лежит внутри ограждения.", "Үй нүктесі қойылған, қоршау ішінде.")
KNOWN = Words("Home is set.", "Точка дома задана.", "Үй нүктесі қойылған.")
UNKNOWN = Words("Home is not known.", "Точка дома неизвестна.", "Үй нүктесі белгісіз.")
OUTSIDE = Words("Home lies outside the fence.", "Точка дома лежит вне ограждения.", "Үй нүктесі қоршаудан тыс.")
FAR = Words("Home is {away:.0f} m from the vehicle.", "Точка дома в {away:.0f} м от аппарата.", "Үй нүктесі аппараттан {away:.0f} м.")
NO_FIX = Words(
    "The autopilot sets it with the first good fix.",
    "Автопилот задаёт её при первом хорошем решении ГНСС.",
    "Автопилот оны алғашқы жақсы ГНСС шешімімен қояды.",
)
RETURN = Words("A return would break the fence.", "Возврат нарушил бы ограждение.", "Қайту қоршауды бұзар еді.")
MOVED = Words(
    "It was set elsewhere, or the vehicle was carried.",
    "Её задали в другом месте или аппарат перенесли.",
    "Ол басқа жерде қойылған немесе аппарат көшірілген.",
)
WAIT = Words(
    "Wait for a good fix, then check again.",
    "Дождитесь хорошего решения ГНСС и проверьте снова.",
    "Жақсы ГНСС шешімін күтіп, қайта тексеріңіз.",
)
MOVE = Words(
    "Start from inside the fence, or draw it anew.",
    "Взлетайте внутри ограждения или перерисуйте его.",
    "Қоршау ішінен ұшыңыз немесе оны қайта сызыңыз.",
)
SET = Words(
    "Set home where it stands, or restart the autopilot.",
    "Задайте дом здесь или перезапустите автопилот.",
    "Үйді осында қойыңыз немесе автопилотты қайта қосыңыз.",
)


def home(facts: PreflightFacts) -> Iterable[CheckResult]:
    place, state = facts.home, facts.state
    if place is None:
        yield (blocker if facts.purpose == "mission" else warning)("home.unknown", UNKNOWN, NO_FIX, WAIT)
        return
    fences = [
        fence for fence in (facts.mission.plan.geofence if facts.mission else None, facts.onboard.fence if facts.onboard else None) if fence
    ]
    if any(not inside(fence, place) for fence in fences):
        yield blocker("home.outside_fence", OUTSIDE, RETURN, MOVE)
        return
    if not state.flying and state.lon_deg is not None and state.lat_deg is not None:
        away_m = distance_m(place, LonLat(state.lon_deg, state.lat_deg))
        if away_m > FAR_M:
            yield warning("home.far", FAR.fill(away=away_m), MOVED, SET)
            return
    yield ok("home", GOOD if fences else KNOWN)


def inside(fence: Geofence, place: LonLat, *, of_every_area: bool = False) -> bool:
    """Whether a place keeps every rule of a fence; without an inclusion everywhere is allowed.

    `of_every_area`: the vehicle must be inside all inclusions at once, else inside any one of them.
    """
    frame = LocalFrame(place)
    shapes = [(p.inclusion, Polygon(frame.to_en_m([v.as_tuple() for v in p.vertices]))) for p in fence.polygons]
    shapes += [(c.inclusion, Point(frame.offset_m(c.centre)).buffer(c.radius_m, quad_segs=32)) for c in fence.circles]
    here = Point(0.0, 0.0)
    allowed = [shape for inclusion, shape in shapes if inclusion]
    kept = all if of_every_area else any
    return (not allowed or kept(shape.covers(here) for shape in allowed)) and not any(
        shape.covers(here) for inclusion, shape in shapes if not inclusion
    )
