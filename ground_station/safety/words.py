"""A sentence in the three languages people here read. Written where it is meant, so that no check lacks a language."""

from dataclasses import dataclass

LANGUAGES = ("en", "ru", "kk")


@dataclass(frozen=True, slots=True)
class Words:
    """`{name}` in a text is replaced by `fill(name=…)`."""

    en: str
    ru: str
    kk: str

    def fill(self, **values: object) -> "Words":
        return Words(self.en.format(**values), self.ru.format(**values), self.kk.format(**values))

    def to_json(self) -> dict[str, str]:
        return {"en": self.en, "ru": self.ru, "kk": self.kk}


def same(text: str) -> Words:
    """What is quoted as it is, such as the autopilot's own words."""
    return Words(text, text, text)
