"""Is the autopilot willing to arm? Its own words are the reasons: it knows, we ask (MAV_CMD_RUN_PREARM_CHECKS, SYS_STATUS PREARM bit)."""

import re
from collections.abc import Iterable

from ground_station.safety.checklist import CheckResult, PreflightFacts, blocker, ok, warning
from ground_station.safety.words import Words, same

READY = Words("The autopilot is ready to arm.", "Автопилот готов к взлёту.", "Автопилот ұшуға дайын.")
REFUSES = Words(
    "The autopilot refuses to arm: {reason}",
    "Автопилот не разрешает запуск моторов: {reason}",
    "Автопилот моторларды іске қосуға рұқсат бермейді: {reason}",
)
NO_REASON = Words("it gives no reason", "причину он не сообщает", "себебін айтпайды")
UNKNOWN = Words(
    "The autopilot does not say whether it would arm.",
    "Автопилот не сообщает, готов ли он к запуску.",
    "Автопилот іске қосуға дайын екенін айтпайды.",
)
OWN_CHECKS = Words("Its own checks before arming failed.", "Его собственные проверки не пройдены.", "Оның өз тексерулері өтпеді.")
NO_BIT = Words("It reports no pre-arm state.", "Он не передаёт состояние предполётных проверок.", "Ол ұшу алдындағы күйін жібермейді.")
MEND = Words("Mend what it names, then check again.", "Устраните названное и проверьте снова.", "Аталғанды түзетіп, қайта тексеріңіз.")
LOOK = Words("Look at its messages before you arm.", "Перед запуском прочтите его сообщения.", "Іске қоспас бұрын хабарларын оқыңыз.")


CHANGES_MODE = Words(
    "Ready; it changes to a mode it arms in first.",
    "Готов; сначала перейдёт в режим, в котором запускаются моторы.",
    "Дайын; алдымен қозғалтқыш іске қосылатын режимге ауысады.",
)
ASKS_US = Words(
    "Ready; it asks this station and is allowed when nothing else stands in the way.",
    "Готов; спрашивает эту станцию и получит разрешение, когда других препятствий не будет.",
    "Дайын; осы станциядан сұрайды, басқа кедергі қалмағанда рұқсат алады.",
)
NOT_ARMABLE = "mode not armable"  # ArduPilot, after a mission; the station enters the guided mode before it arms
OUR_WORD = re.compile(r"\bdenied\b|auxiliary authori[sz]ation", re.IGNORECASE)


def arming(facts: PreflightFacts) -> Iterable[CheckResult]:
    ready = facts.state.ready_to_arm
    told = (facts.onboard.prearm or ()) if facts.onboard else ()
    # What this station denies is no reason of its own: the checks behind the denial stand in the list already.
    own = tuple(reason for reason in told if not _our_word(facts, reason))
    reasons = tuple(reason for reason in own if not reason.casefold().endswith(NOT_ARMABLE))
    if facts.state.armed or ready is True:
        yield ok("arming", READY)
    elif (told and not own) or (not told and _our_word(facts, facts.state.status_text or "")):
        yield ok("arming", ASKS_US)
    elif told and not reasons:
        yield ok("arming", CHANGES_MODE)
    elif ready is None and not reasons:
        yield warning("arming.unknown", UNKNOWN, NO_BIT, LOOK)
    elif reasons:
        for number, reason in enumerate(reasons, 1):
            yield blocker(f"arming.{number}", REFUSES.fill(reason=reason), OWN_CHECKS, MEND)
    else:
        said = facts.state.status_text or ""
        spoken = said.casefold().startswith(("prearm", "arm:", "preflight", "arming denied"))
        words = same(said) if spoken else NO_REASON
        yield blocker(
            "arming",
            Words(REFUSES.en.format(reason=words.en), REFUSES.ru.format(reason=words.ru), REFUSES.kk.format(reason=words.kk)),
            OWN_CHECKS,
            MEND,
        )


def _our_word(facts: PreflightFacts, reason: str) -> bool:
    return facts.onboard is not None and facts.onboard.asks_station and OUR_WORD.search(reason) is not None
