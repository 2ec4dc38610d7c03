"""What the vehicle carries is exactly what was approved."""

from collections.abc import Iterable

from ground_station.safety.checklist import CheckResult, PreflightFacts, blocker, ok
from ground_station.safety.words import Words

SAME = Words("“{name}” on board is the approved plan.", "«{name}» на борту: утверждённый план.", "Борттағы «{name}» бекітілген жоспар.")
NONE = Words("There is no mission on board.", "На борту нет задания.", "Бортта тапсырма жоқ.")
STRANGE = Words(
    "The mission on board was not uploaded here.", "Задание на борту загружено не отсюда.", "Борттағы тапсырма осы жерден жүктелмеген."
)
CHANGED = Words("“{name}” was changed after its upload.", "«{name}» изменили после загрузки.", "«{name}» жүктелгеннен кейін өзгертілді.")
NOT_LOADED = Words("Nothing was uploaded, or it was cleared.", "Ничего не загружали или удалили.", "Ештеңе жүктелмеген немесе өшірілген.")
ELSEWHERE = Words(
    "Another program put it there, or the station was restarted.",
    "Его загрузила другая программа, или станцию перезапустили.",
    "Оны басқа бағдарлама жүктеген немесе станция қайта қосылған.",
)
DRAFT = Words(
    "The newest revision is not the one on board, or is not approved.",
    "Последняя версия не та, что на борту, или не утверждена.",
    "Соңғы нұсқа борттағы емес немесе бекітілмеген.",
)
UPLOAD = Words("Approve the plan and upload it.", "Утвердите план и загрузите его.", "Жоспарды бекітіп, жүктеңіз.")


def mission(facts: PreflightFacts) -> Iterable[CheckResult]:
    if facts.purpose != "mission":
        return
    carried, known = facts.state.mission, facts.mission
    if carried is None or carried.total_items == 0:
        yield blocker("mission.none", NONE, NOT_LOADED, UPLOAD)
    elif known is None:
        yield blocker("mission.strange", STRANGE, ELSEWHERE, UPLOAD)
    elif known.approved_by is None or known.state in ("proposed", "draft", "approved") or known.plan.content_hash() != known.content_hash:
        yield blocker("mission.changed", CHANGED.fill(name=known.name), DRAFT, UPLOAD)
    elif len(known.plan.items) != carried.total_items:
        yield blocker("mission.strange", STRANGE, ELSEWHERE, UPLOAD)
    else:
        yield ok("mission", SAME.fill(name=known.name))
