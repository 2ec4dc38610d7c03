"""Satellite navigation good enough to fly by: fix, satellites, dilution of precision.

Numbers: ArduPilot asks for a 3D fix, 6 satellites (AP_GPS) and HDOP 1.4 (GPS_HDOP_GOOD 140); PX4 for 6 satellites (EKF2_REQ_NSATS).
"""

from collections.abc import Iterable

from ground_station.safety.checklist import CheckResult, PreflightFacts, blocker, ok, warning
from ground_station.safety.words import Words

FIX_3D, LEAST_SATELLITES, GOOD_SATELLITES, GOOD_HDOP, WORST_HDOP = 3, 6, 9, 1.4, 4.0
GOOD = Words(
    "GNSS: 3D fix, {satellites} satellites.", "ГНСС: 3D-решение, спутников: {satellites}.", "ГНСС: 3D шешім, жерсерік: {satellites}."
)
NONE = Words("No GNSS data.", "Нет данных ГНСС.", "ГНСС деректері жоқ.")
NO_FIX = Words("No 3D position fix.", "Нет 3D-решения ГНСС.", "ГНСС 3D шешімі жоқ.")
FEW = Words("Only {satellites} satellites.", "Всего спутников: {satellites}.", "Жерсерік саны небәрі {satellites}.")
POOR = Words("Position dilution HDOP {hdop:.1f}.", "Геометрический фактор HDOP {hdop:.1f}.", "HDOP факторы {hdop:.1f}.")
CAUSE = Words(
    "Too little of the sky is seen, or reception is disturbed.",
    "Закрыто небо или помехи приёму.",
    "Аспан жабық немесе қабылдауға кедергі бар.",
)
SILENT = Words("The receiver does not report.", "Приёмник не отвечает.", "Қабылдағыш жауап бермейді.")
WAIT = Words(
    "Wait in the open, away from metal and masts.",
    "Подождите на открытом месте, вдали от металла и мачт.",
    "Ашық жерде, металл мен діңгектерден алыс күтіңіз.",
)
CABLE = Words("Check the receiver and its cable.", "Проверьте приёмник и его кабель.", "Қабылдағыш пен кабельді тексеріңіз.")


def gnss(facts: PreflightFacts) -> Iterable[CheckResult]:
    gps = facts.state.gps
    if gps is None:
        yield blocker("gnss.silent", NONE, SILENT, CABLE)
        return
    if gps.fix_type < FIX_3D:
        yield blocker("gnss.fix", NO_FIX, CAUSE, WAIT)
        return
    findings = []
    if gps.satellites is not None and gps.satellites < GOOD_SATELLITES:
        kind = blocker if gps.satellites < LEAST_SATELLITES else warning
        findings.append(kind("gnss.satellites", FEW.fill(satellites=gps.satellites), CAUSE, WAIT))
    if gps.hdop is not None and gps.hdop > GOOD_HDOP:
        kind = blocker if gps.hdop > WORST_HDOP else warning
        findings.append(kind("gnss.hdop", POOR.fill(hdop=gps.hdop), CAUSE, WAIT))
    yield from findings or [ok("gnss", GOOD.fill(satellites=gps.satellites if gps.satellites is not None else "–"))]
