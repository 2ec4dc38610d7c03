"""Airspace zones in force during the flight, at its heights, along every leg and the way home."""

from collections.abc import Iterable

from ground_station.safety.checklist import CheckResult, PreflightFacts, blocker, ok, warning
from ground_station.safety.words import Words

FREE = Words("No airspace zone on the way.", "На пути нет зон воздушного пространства.", "Жолда әуе аймағы жоқ.")
UNREAD = Words("Airspace could not be looked up.", "Не удалось проверить воздушное пространство.", "Әуе кеңістігін тексеру мүмкін болмады.")
NO_FLY = Words(
    "{where} enters the no-fly zone “{name}”.", "{where} заходит в запретную зону «{name}».", "{where} «{name}» тыйым аймағына кіреді."
)
RESTRICTED = Words(
    "{where} enters the restricted zone “{name}”.",
    "{where} заходит в зону ограничения «{name}».",
    "{where} «{name}» шектеу аймағына кіреді.",
)
CONTROLLED = Words(
    "{where} enters controlled airspace “{name}”.",
    "{where} заходит в контролируемую зону «{name}».",
    "{where} «{name}» бақыланатын аймағына кіреді.",
)
DANGER = Words(
    "{where} enters the danger area “{name}”.", "{where} заходит в опасную зону «{name}».", "{where} «{name}» қауіпті аймағына кіреді."
)
CONDITIONAL = Words(
    "{where} enters “{name}”, where conditions apply.",
    "{where} заходит в зону «{name}», где действуют условия.",
    "{where} шарттары бар «{name}» аймағына кіреді.",
)
LEG = Words("The leg to item {leg}", "Участок к точке {leg}", "{leg}-нүктеге дейінгі бөлік")
HOME = Words("The way home", "Путь домой", "Үйге қайту жолы")
START = Words("The start", "Место взлёта", "Ұшу орны")
AUTHORITY = Words("Authority: {authority}.", "Ведомство: {authority}.", "Ведомство: {authority}.")
NO_DATABASE = Words("The database did not answer.", "База данных не ответила.", "Дерекқор жауап бермеді.")
AROUND = Words("Lead the plan around it.", "Проложите план в обход.", "Жоспарды айналып өткізіңіз.")
PERMIT = Words(
    "Get the permission and name it when you sign.",
    "Получите разрешение и назовите его при подписи.",
    "Рұқсат алып, қол қойғанда оны атаңыз.",
)
TELL = Words("Tell the authority before you fly.", "Предупредите ведомство до полёта.", "Ұшпас бұрын ведомствоға хабарлаңыз.")
CONDITIONS = Words("Read its conditions.", "Прочтите её условия.", "Оның шарттарын оқыңыз.")
AGAIN = Words("Check again in a moment.", "Повторите проверку чуть позже.", "Сәлден кейін қайта тексеріңіз.")
_KINDS = {
    "no_fly": (blocker, NO_FLY, AROUND),
    "restricted": (blocker, RESTRICTED, PERMIT),
    "danger": (blocker, DANGER, AROUND),
    "conditional": (warning, CONDITIONAL, CONDITIONS),
    "controlled": (warning, CONTROLLED, TELL),
}


def airspace(facts: PreflightFacts) -> Iterable[CheckResult]:
    if facts.zones is None:
        yield warning("airspace.unread", UNREAD, NO_DATABASE, AGAIN)
        return
    told: set[str] = set()
    for zone in facts.zones:
        if zone.zone_id in told or zone.kind not in _KINDS:
            continue
        told.add(zone.zone_id)
        kind, text, step = _KINDS[zone.kind]
        where = HOME if zone.leg is None else START if zone.leg == 0 else LEG.fill(leg=zone.leg)
        sentence = Words(
            text.en.format(where=where.en, name=zone.name.en),
            text.ru.format(where=where.ru, name=zone.name.ru),
            text.kk.format(where=where.kk, name=zone.name.kk),
        )
        yield kind(f"airspace.{zone.zone_id}", sentence, AUTHORITY.fill(authority=zone.authority), step)
    if not told:
        yield ok("airspace", FREE)
