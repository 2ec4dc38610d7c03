"""The person who asks is the one in control."""

from collections.abc import Iterable

from ground_station.safety.checklist import CheckResult, PreflightFacts, blocker, ok
from ground_station.safety.words import Words

HELD = Words("You are in control.", "Управление у вас.", "Басқару сізде.")
OTHER = Words("{holder} is in control.", "Управляет {holder}.", "{holder} басқаруда.")
FREE = Words("Nobody is in control.", "Аппаратом никто не управляет.", "Аппаратты ешкім басқармайды.")
CAUSE = Words(
    "Only the holder of the control lease may start.",
    "Начать полёт может только тот, у кого управление.",
    "Ұшуды тек басқаруды ұстаушы бастайды.",
)
ASK = Words("Ask {holder} for control.", "Попросите управление у {holder}.", "{holder} қолданушысынан басқаруды сұраңыз.")
TAKE = Words("Take control.", "Возьмите управление.", "Басқаруды алыңыз.")


def lease(facts: PreflightFacts) -> Iterable[CheckResult]:
    if facts.lease_holder == facts.user:
        yield ok("lease", HELD)
    elif facts.lease_holder is None:
        yield blocker("lease", FREE, CAUSE, TAKE)
    else:
        yield blocker("lease", OTHER.fill(holder=facts.lease_holder), CAUSE, ASK.fill(holder=facts.lease_holder))
