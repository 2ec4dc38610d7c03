"""The vehicle's clock: tracks, pictures and findings carry its time."""

from collections.abc import Iterable

from ground_station.safety.checklist import CheckResult, PreflightFacts, ok, warning
from ground_station.safety.words import Words

ALLOWED_S = 2.0
GOOD = Words("The clocks agree.", "Часы совпадают.", "Сағаттар сәйкес.")
OFF = Words(
    "The vehicle's clock is {offset:.0f} s off.", "Часы аппарата расходятся на {offset:.0f} с.", "Аппарат сағаты {offset:.0f} с ауытқыған."
)
CAUSE = Words(
    "It has no time from GNSS yet, or this computer's clock is wrong.",
    "Нет времени от ГНСС или неверны часы этого компьютера.",
    "ГНСС уақыты жоқ немесе осы компьютер сағаты қате.",
)
STEP = Words(
    "Wait for GNSS, then check this computer's clock.",
    "Дождитесь ГНСС, затем проверьте часы компьютера.",
    "ГНСС күтіңіз, сосын компьютер сағатын тексеріңіз.",
)


def clock(facts: PreflightFacts) -> Iterable[CheckResult]:
    offset_s = facts.state.health.clock_offset_s if facts.state.health else None
    if offset_s is None:
        return
    if abs(offset_s) > ALLOWED_S:
        yield warning("clock", OFF.fill(offset=abs(offset_s)), CAUSE, STEP)
    else:
        yield ok("clock", GOOD)
