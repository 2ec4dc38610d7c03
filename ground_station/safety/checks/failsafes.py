"""Failsafe parameters as they really are on board: what the vehicle does when the link, the radio or the charge goes.

Sources: ArduPilot parameter reference (FS_GCS_ENABLE, FS_THR_ENABLE, BATT_FS_LOW_ACT …); PX4 parameter reference (NAV_DLL_ACT,
NAV_RCL_ACT, GF_ACTION, COM_LOW_BAT_ACT). A line of a table is one rule.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ground_station.safety.checklist import CheckResult, PreflightFacts, ok, warning
from ground_station.safety.words import Words

SET = Words("Failsafes are set: {names}.", "Защитные действия настроены: {names}.", "Қорғаныс әрекеттері бапталған: {names}.")
UNREAD = Words(
    "Failsafe parameters could not be read: {names}.",
    "Не удалось прочитать параметры защиты: {names}.",
    "Қорғаныс параметрлерін оқу мүмкін болмады: {names}.",
)
SILENT = Words("The vehicle did not answer in time.", "Аппарат не ответил вовремя.", "Аппарат уақытында жауап бермеді.")
AGAIN = Words("Check the link and check again.", "Проверьте связь и повторите проверку.", "Байланысты тексеріп, қайталаңыз.")
IS_ZERO = Words("{name} is 0.", "{name} = 0.", "{name} = 0.")
SET_TO = Words("Set {name} to {value}.", "Установите {name} = {value}.", "{name} = {value} қойыңыз.")

GCS = Words(
    "The ground-station failsafe is off: without this station the vehicle flies on.",
    "Защита от потери станции выключена: без станции аппарат продолжит полёт.",
    "Станция жоғалғандағы қорғаныс өшірулі: станциясыз аппарат ұша береді.",
)
RADIO = Words(
    "The radio failsafe is off: nothing happens when the transmitter is lost.",
    "Защита от потери пульта выключена: при потере пульта ничего не произойдёт.",
    "Пульт жоғалғандағы қорғаныс өшірулі: пульт жоғалса ештеңе болмайды.",
)
BATTERY_LOW = Words(
    "The low-battery failsafe only warns.", "При низком заряде аппарат только предупредит.", "Заряд азайғанда аппарат тек ескертеді."
)
BATTERY_CRITICAL = Words(
    "The critical-battery failsafe only warns.",
    "При критическом заряде аппарат только предупредит.",
    "Заряд тым азайғанда аппарат тек ескертеді.",
)
FENCE = Words(
    "Leaving the fence only warns.", "При выходе за ограждение аппарат только предупредит.", "Қоршаудан шыққанда аппарат тек ескертеді."
)


@dataclass(frozen=True, slots=True)
class Rule:
    """`names` are the spellings of one parameter; a value of 0 is what is told."""

    code: str
    names: tuple[str, ...]
    off: Words
    advised: str


ARDUPILOT = (
    Rule("gcs", ("FS_GCS_ENABLE", "FS_GCS_ENABL"), GCS, "1"),
    Rule("radio", ("FS_THR_ENABLE", "THR_FAILSAFE"), RADIO, "1"),
    Rule("battery_low", ("BATT_FS_LOW_ACT",), BATTERY_LOW, "2"),
    Rule("battery_critical", ("BATT_FS_CRT_ACT",), BATTERY_CRITICAL, "1"),
)
PX4 = (
    Rule("gcs", ("NAV_DLL_ACT",), GCS, "2"),
    Rule("radio", ("NAV_RCL_ACT",), RADIO, "2"),
    Rule("fence_action", ("GF_ACTION",), FENCE, "2"),
    Rule("battery_low", ("COM_LOW_BAT_ACT",), BATTERY_LOW, "3"),
)
RULES = {"ardupilot": ARDUPILOT, "px4": PX4}


def names_to_read(autopilot: str) -> tuple[tuple[str, ...], ...]:
    """Groups of spellings the checks look at; of each group one answer is enough."""
    groups = tuple(rule.names for rule in RULES.get(autopilot, ()))
    if autopilot == "px4":
        return (*groups, ("BAT1_CAPACITY",), ("RTL_RETURN_ALT",))
    return (*groups, ("FENCE_ENABLE",), ("BATT_CAPACITY",), ("RTL_ALT_M", "RTL_ALT"), ("MAV_GCS_SYSID", "SYSID_MYGCS"))


def failsafes(facts: PreflightFacts) -> Iterable[CheckResult]:
    good, unread = [], []
    for rule in RULES.get(facts.state.autopilot, ()):
        value = facts.parameter(*rule.names)
        name = next((n for n in rule.names if facts.onboard and n in facts.onboard.parameters), rule.names[0])
        if value is None:
            unread.append(name)
        elif value == 0:
            yield warning(f"failsafe.{rule.code}", rule.off, IS_ZERO.fill(name=name), SET_TO.fill(name=name, value=rule.advised))
        else:
            good.append(name)
    if unread:
        yield warning("failsafe.unread", UNREAD.fill(names=", ".join(unread)), SILENT, AGAIN)
    elif good:
        yield ok("failsafe", SET.fill(names=", ".join(good)))
