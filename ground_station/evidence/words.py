"""Words of stills and case sheets in Kazakh, Russian and English. Each language is one file with the same keys."""

import json
from functools import lru_cache
from pathlib import Path
from typing import cast

LANGUAGES = ("kk", "ru", "en")
FOLDER = Path(__file__).parent / "words_of"


@lru_cache
def words(language: str) -> dict[str, str]:
    return cast(dict[str, str], json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8")))


def word(language: str, key: str, **values: str) -> str:
    """Raises: `KeyError` for a word no language has."""
    return words(language)[key].format(**values) if values else words(language)[key]


def rule_title(language: str, code: str) -> str:
    """What a rule is called; of one that has no name yet, its code in plain letters."""
    return words(language).get(f"rule.{code}", code.replace("_", " "))


def label_word(language: str, label: str) -> str:
    return words(language).get(f"label.{label}", label)


def unit(language: str, name: str) -> str:
    return words(language).get(f"unit.{name}", name)


def decimal(language: str, value: float) -> str:
    """As many digits as are worth reading; comma or point as the language has it."""
    text = f"{value:.0f}" if abs(value) >= 1000 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    text = text.replace("-", "−")
    return text if language == "en" else text.replace(".", ",")
