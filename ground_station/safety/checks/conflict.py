"""Nobody else is where and when this plan will be."""

from collections.abc import Iterable

from ground_station.safety.checklist import CheckResult, PreflightFacts, blocker, ok
from ground_station.safety.words import Words

FREE = Words("No conflict with vehicles in the air.", "Нет конфликтов с аппаратами в воздухе.", "Әуедегі аппараттармен қақтығыс жоқ.")
MEETS = Words(
    "This flight would meet {other} after {minutes:.1f} min.",
    "Полёт пересечётся с {other} через {minutes:.1f} мин.",
    "Бұл ұшу {minutes:.1f} мин кейін {other} аппаратымен кездеседі.",
)
DISTANCE = Words(
    "Least distance {horizontal:.0f} m, {vertical:.0f} m in height.",
    "Наименьшее расстояние {horizontal:.0f} м, по высоте {vertical:.0f} м.",
    "Ең аз қашықтық {horizontal:.0f} м, биіктікте {vertical:.0f} м.",
)
STEP = Words("Start later, or fly at another height.", "Взлетите позже или на другой высоте.", "Кейінірек немесе басқа биіктікте ұшыңыз.")


def conflict(facts: PreflightFacts) -> Iterable[CheckResult]:
    if facts.mission is None or facts.mission.forecast is None:
        return
    for met in facts.meets:
        other = met.second if met.first == facts.state.vehicle_id else met.first
        yield blocker(
            f"conflict.{other}",
            MEETS.fill(other=other, minutes=met.in_s / 60.0),
            DISTANCE.fill(horizontal=met.horizontal_m, vertical=met.vertical_m),
            STEP,
        )
    if not facts.meets:
        yield ok("conflict", FREE)
