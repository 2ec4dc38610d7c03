"""Wind against the limit, as the vehicle estimates it or a person entered it."""

from collections.abc import Iterable

from ground_station.safety.checklist import CheckResult, PreflightFacts, blocker, ok, warning
from ground_station.safety.words import Words

STRONG_SHARE = 0.7
GOOD = Words("Wind {speed:.0f} m/s of {limit:.0f}.", "Ветер {speed:.0f} м/с из {limit:.0f}.", "Жел {speed:.0f} м/с, шегі {limit:.0f}.")
STRONG = Words(
    "Wind {speed:.0f} m/s, near the limit of {limit:.0f}.",
    "Ветер {speed:.0f} м/с, близко к пределу {limit:.0f}.",
    "Жел {speed:.0f} м/с, {limit:.0f} шегіне жақын.",
)
TOO_STRONG = Words(
    "Wind {speed:.0f} m/s, above the limit of {limit:.0f}.",
    "Ветер {speed:.0f} м/с, выше предела {limit:.0f}.",
    "Жел {speed:.0f} м/с, {limit:.0f} шегінен жоғары.",
)
UNKNOWN = Words("The wind is not known.", "Ветер неизвестен.", "Жел белгісіз.")
ESTIMATED = Words(
    "The vehicle's own estimate, from {direction:.0f}°.",
    "Оценка самого аппарата, с {direction:.0f}°.",
    "Аппараттың өз бағасы, {direction:.0f}° жақтан.",
)
ENTERED = Words("As entered, from {direction:.0f}°.", "Введено вручную, с {direction:.0f}°.", "Қолмен енгізілген, {direction:.0f}° жақтан.")
NOBODY = Words(
    "The vehicle sends no estimate and nobody entered it.",
    "Аппарат его не оценивает, и никто не ввёл.",
    "Аппарат бағаламайды, ешкім енгізбеген.",
)
ENTER = Words("Measure it and enter it here.", "Измерьте и введите здесь.", "Өлшеп, осында енгізіңіз.")
WAIT = Words(
    "Wait for calmer weather, or fly lower and nearer.",
    "Дождитесь затишья или летите ниже и ближе.",
    "Тынышталғанын күтіңіз немесе төмен әрі жақын ұшыңыз.",
)


def wind(facts: PreflightFacts) -> Iterable[CheckResult]:
    if facts.wind is None:
        yield warning("wind.unknown", UNKNOWN, NOBODY, ENTER)
        return
    limit, speed = facts.limits.wind_mps, facts.wind.speed_mps
    values = {"speed": speed, "limit": limit}
    cause = (ENTERED if facts.wind_entered else ESTIMATED).fill(direction=facts.wind.from_deg)
    if speed > limit:
        yield blocker("wind", TOO_STRONG.fill(**values), cause, WAIT)
    elif speed > STRONG_SHARE * limit:
        yield warning("wind", STRONG.fill(**values), cause, WAIT)
    else:
        yield ok("wind", GOOD.fill(**values))
