"""Enough charge for the plan and the reserve on top."""

from collections.abc import Iterable

from ground_station.safety.checklist import CheckResult, PreflightFacts, blocker, ok, warning
from ground_station.safety.words import Words
from missions import EnergyModel

COMFORT = 1.2  # less than a fifth more than needed is told
FEW_FRACTION = 0.4
GOOD = Words(
    "Charge {have:.0%}: the plan takes {need:.0%}, {reserve:.0%} stays in reserve.",
    "Заряд {have:.0%}: на план уйдёт {need:.0%}, резерв {reserve:.0%}.",
    "Заряд {have:.0%}: жоспарға {need:.0%} кетеді, қор {reserve:.0%}.",
)
CHARGED = Words("Charge {have:.0%}.", "Заряд {have:.0%}.", "Заряд {have:.0%}.")
SHORT = Words(
    "The charge does not last: {have:.0%} are there, the plan takes {need:.0%} and {reserve:.0%} stay in reserve.",
    "Заряда не хватит: есть {have:.0%}, план требует {need:.0%}, резерв {reserve:.0%}.",
    "Заряд жетпейді: бары {have:.0%}, жоспарға {need:.0%} керек, қор {reserve:.0%}.",
)
TIGHT = Words(
    "The charge is tight: {have:.0%} for {need:.0%} and a reserve of {reserve:.0%}.",
    "Заряд впритык: {have:.0%} на {need:.0%} и резерв {reserve:.0%}.",
    "Заряд шамалас: {have:.0%}, керегі {need:.0%}, қор {reserve:.0%}.",
)
LOW = Words("Charge only {have:.0%}.", "Заряд всего {have:.0%}.", "Заряд небәрі {have:.0%}.")
UNKNOWN = Words("The charge is not known.", "Заряд неизвестен.", "Заряд белгісіз.")
FLIGHT = Words(
    "Flight {minutes:.0f} min, {energy:.0f} Wh, wind counted in.",
    "Полёт {minutes:.0f} мин, {energy:.0f} Вт·ч с учётом ветра.",
    "Ұшу {minutes:.0f} мин, {energy:.0f} Вт·сағ, жел ескерілген.",
)
SPENT = Words("It is below or near the reserve.", "Он ниже резерва или близок к нему.", "Ол қордан төмен немесе соған жақын.")
NO_MONITOR = Words("The vehicle reports no battery state.", "Аппарат не передаёт состояние батареи.", "Аппарат батарея күйін жібермейді.")
CHANGE = Words(
    "Put in a full battery, or shorten the plan.",
    "Поставьте полную батарею или сократите план.",
    "Толық батарея қойыңыз немесе жоспарды қысқартыңыз.",
)
MONITOR = Words(
    "Set up the battery monitor (BATT_MONITOR).", "Настройте контроль батареи (BATT_MONITOR).", "Батарея бақылауын баптаңыз (BATT_MONITOR)."
)


def battery(facts: PreflightFacts) -> Iterable[CheckResult]:
    have = facts.state.battery.remaining_fraction if facts.state.battery else None
    reserve = facts.limits.reserve_fraction
    if have is None:
        yield warning("battery.unknown", UNKNOWN, NO_MONITOR, MONITOR)
        return
    forecast = facts.mission.forecast if facts.mission and facts.purpose == "mission" else None
    if forecast is None:
        if have < reserve:
            yield blocker("battery.low", LOW.fill(have=have), SPENT, CHANGE)
        elif have < FEW_FRACTION:
            yield warning("battery.low", LOW.fill(have=have), SPENT, CHANGE)
        else:
            yield ok("battery", CHARGED.fill(have=have))
        return
    need = forecast.total_wh / capacity_wh(facts)
    values = {"have": have, "need": need, "reserve": reserve}
    cause = FLIGHT.fill(minutes=forecast.duration_s / 60.0, energy=forecast.total_wh)
    if have < need + reserve:
        yield blocker("battery.energy", SHORT.fill(**values), cause, CHANGE)
    elif have < need * COMFORT + reserve:
        yield warning("battery.energy", TIGHT.fill(**values), cause, CHANGE)
    else:
        yield ok("battery.energy", GOOD.fill(**values))


def capacity_wh(facts: PreflightFacts) -> float:
    """From the vehicle's own capacity in mAh and the voltage it shows, else of the usual survey copter."""
    milliamp_hours = facts.parameter("BATT_CAPACITY", "BAT1_CAPACITY")
    volts = facts.state.battery.voltage_v if facts.state.battery else None
    if milliamp_hours and milliamp_hours > 0 and volts and volts > 3.0:
        return milliamp_hours / 1000.0 * volts
    return EnergyModel().battery_wh
