"""The link to the vehicle now: heard at all, and how much of it is lost on the way."""

from collections.abc import Iterable

from ground_station.messages import LinkState
from ground_station.safety.checklist import CheckResult, PreflightFacts, blocker, ok, warning
from ground_station.safety.words import Words

MUCH, TOO_MUCH = 0.05, 0.25
GOOD = Words("The link is good.", "Связь хорошая.", "Байланыс жақсы.")
LOST = Words("The vehicle is not heard.", "Аппарата не слышно.", "Аппарат естілмейді.")
LOSSY = Words("{share:.0%} of its messages are lost.", "Теряется {share:.0%} сообщений.", "Хабарлардың {share:.0%} жоғалады.")
SILENT = Words("No heartbeat for {age:.0f} s.", "Нет пульса {age:.0f} с.", "{age:.0f} с бойы белгі жоқ.")
RADIO = Words("Distance, aerial or interference.", "Расстояние, антенна или помехи.", "Қашықтық, антенна немесе кедергі.")
STEP = Words(
    "Check power, aerials and the link's address.",
    "Проверьте питание, антенны и адрес связи.",
    "Қорек, антенна және байланыс мекенжайын тексеріңіз.",
)


def link(facts: PreflightFacts) -> Iterable[CheckResult]:
    state = facts.state
    lost = state.health.loss_fraction if state.health else None
    if state.link is LinkState.LOST:
        yield blocker("link.lost", LOST, SILENT.fill(age=state.heartbeat_age_s), STEP)
    elif lost is not None and lost > MUCH:
        yield (blocker if lost > TOO_MUCH else warning)("link.loss", LOSSY.fill(share=lost), RADIO, STEP)
    else:
        yield ok("link", GOOD)
