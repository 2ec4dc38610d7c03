"""Is the remote identification ready? The transmitter's own word (OPEN_DRONE_ID_ARM_STATUS); nothing where none is carried."""

from collections.abc import Iterable

from ground_station.safety.checklist import CheckResult, PreflightFacts, blocker, ok
from ground_station.safety.words import Words

READY = Words("Remote identification is ready.", "Удалённая идентификация готова.", "Қашықтан сәйкестендіру дайын.")
NOT_READY = Words(
    "Remote identification is not ready: {reason}",
    "Удалённая идентификация не готова: {reason}",
    "Қашықтан сәйкестендіру дайын емес: {reason}",
)
NO_REASON = Words("it gives no reason", "причину она не сообщает", "себебін айтпайды")
TRANSMITTER = Words("The transmitter on board says so.", "Так сообщает передатчик на борту.", "Борттағы таратқыш осылай хабарлайды.")
ENTER = Words(
    "Give the operator's place under “Operator” in the vehicle's panel.",
    "Укажите место оператора в разделе «Оператор» панели аппарата.",
    "Аппарат панеліндегі «Оператор» бөлімінде оператордың орнын көрсетіңіз.",
)


def remote_id(facts: PreflightFacts) -> Iterable[CheckResult]:
    told = facts.onboard.remote_id if facts.onboard else None
    if told is None:
        return
    if told.ready:
        yield ok("remote_id", READY)
        return
    en, ru, kk = ((told.reason or silent) for silent in (NO_REASON.en, NO_REASON.ru, NO_REASON.kk))
    text = Words(NOT_READY.en.format(reason=en), NOT_READY.ru.format(reason=ru), NOT_READY.kk.format(reason=kk))
    yield blocker("remote_id", text, TRANSMITTER, ENTER)
