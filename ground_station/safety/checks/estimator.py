"""The autopilot's estimate of where it is: EKF_STATUS_REPORT (ArduPilot) or ESTIMATOR_STATUS (PX4)."""

from collections.abc import Iterable

from ground_station.safety.checklist import CheckResult, PreflightFacts, blocker, ok, warning
from ground_station.safety.words import Words

GOOD = Words("The position estimate is healthy.", "Оценка положения исправна.", "Орын бағалауы жарамды.")
BAD = Words("The position estimate is not usable: {detail}.", "Оценка положения непригодна: {detail}.", "Орын бағалауы жарамсыз: {detail}.")
POOR = Words("The position estimate is poor: {detail}.", "Оценка положения слабая: {detail}.", "Орын бағалауы нашар: {detail}.")
SILENT = Words(
    "The state of the position estimate is not known.", "Состояние оценки положения неизвестно.", "Орын бағалауының күйі белгісіз."
)
CAUSE = Words(
    "Sensors disagree or are not settled yet.", "Датчики расходятся или ещё не установились.", "Датчиктер келіспейді немесе әлі орнықпады."
)
UNSAID = Words("The autopilot sends no estimator status.", "Автопилот не передаёт состояние фильтра.", "Автопилот сүзгі күйін жібермейді.")
WAIT = Words(
    "Keep it still for a minute; then check compass and GNSS.",
    "Не двигайте аппарат минуту, затем проверьте компас и ГНСС.",
    "Аппаратты бір минут қозғамаңыз, сосын компас пен ГНСС тексеріңіз.",
)
READ = Words("Read its messages before you fly.", "Перед полётом прочтите его сообщения.", "Ұшпас бұрын хабарларын оқыңыз.")


def estimator(facts: PreflightFacts) -> Iterable[CheckResult]:
    health = facts.state.health
    if health is None or health.estimator is None:
        yield warning("estimator.silent", SILENT, UNSAID, READ)
    elif health.estimator == "bad":
        yield blocker("estimator", BAD.fill(detail=health.estimator_detail), CAUSE, WAIT)
    elif health.estimator == "poor":
        yield warning("estimator", POOR.fill(detail=health.estimator_detail), CAUSE, WAIT)
    else:
        yield ok("estimator", GOOD)
