"""What was read of a plate, over one picture or many, and the gate before it: below it nothing is said, and the reason is counted."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from vision.plates.decoding import Decoded
from vision.plates.grammar import ALPHABET, grammar_of
from vision.plates.straighten import Sharpness

# The gate before reading. Ten pixels and 24 levels are what makers of plate readers ask of a camera; a stroke is 0.14 of the height
# of a character, so what is blurred by more than that runs together.
LEAST_HEIGHT_PX = 10.0
LEAST_CONTRAST = 24.0
MOST_BLUR = 0.14
# The gate after it. A plate of elsewhere has no grammar to hold it up, so more is asked.
LEAST_CHARACTER = 0.90
LEAST_CHARACTER_ELSEWHERE = 0.97
LEAST_SHARE, LEAST_SHARE_ELSEWHERE = 0.75, 0.90
LEAST_FIT = 1e-4  # of one series to all the recogniser saw: else there is text that is no plate, or one unknown
LEAST_AGREEMENT = 0.6
ALONE_CHARACTER = 0.95  # what a single picture must say of each character
FLOOR = 1e-4  # no one picture may rule a character out


@dataclass(frozen=True, slots=True)
class PlateRead:
    """`text` is None when the plate is not `legible`, and `why` tells the reason: one of few texts, to be counted.

    `confidence` is of each character; `agreeing` of `votes` pictures read this very text. `grammar` None: foreign, not parsed.
    """

    legible: bool
    why: str | None
    text: str | None
    grammar: str | None
    country: str | None
    region: str | None
    confidence: tuple[float, ...]
    votes: int
    agreeing: int
    height_px: float

    def to_json(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "grammar": self.grammar,
            "country": self.country,
            "region": self.region,
            "confidence": [round(value, 4) for value in self.confidence],
            "votes": self.votes,
            "agreeing": self.agreeing,
            "height_px": round(self.height_px, 1),
            "legible": self.legible,
            "why": self.why,
        }


def illegible(sharpness: Sharpness) -> str | None:
    """Why a plate is not even tried; None when it is."""
    if sharpness.height_px < LEAST_HEIGHT_PX:
        return "too small"
    if sharpness.contrast < LEAST_CONTRAST:
        return "too little contrast"
    return "blurred" if sharpness.blur > MOST_BLUR else None


class PlateVote:
    """The pictures of one plate."""

    def __init__(self) -> None:
        self._decoded: list[Decoded] = []
        self._refused: Counter[str] = Counter()
        self._height_px = 0.0

    @property
    def looked(self) -> int:
        return len(self._decoded) + self._refused.total()

    def refuse(self, why: str, sharpness: Sharpness | None = None) -> None:
        self._refused[why] += 1
        self._saw(sharpness)

    def add(self, decoded: Decoded, sharpness: Sharpness) -> None:
        self._decoded.append(decoded)
        self._saw(sharpness)

    def _saw(self, sharpness: Sharpness | None) -> None:
        if sharpness is not None:
            self._height_px = max(self._height_px, sharpness.height_px)

    def result(self) -> PlateRead | None:
        """None when no plate was seen at all."""
        if not self._decoded:
            return self._abstained(self._refused.most_common(1)[0][0]) if self._refused else None
        groups: defaultdict[tuple[str | None, int], list[Decoded]] = defaultdict(list)
        for one in self._decoded:
            groups[None if one.grammar is None else one.grammar.code, len(one.posterior)].append(one)
        (code, _), alike = max(groups.items(), key=lambda group: sum(float(one.confidences.min()) * one.share for one in group[1]))
        fused = _fused(alike)
        confidence = fused.max(axis=1)
        text = "".join(ALPHABET[index] for index in fused.argmax(axis=1))
        agreeing = sum(one.text == text for one in self._decoded)
        why = self._doubt(code, float(confidence.min()), agreeing, max(alike, key=lambda one: one.share * one.fit))
        if why is not None:
            return self._abstained(why)
        grammar = None if code is None else grammar_of(code)
        return PlateRead(
            legible=True,
            why=None,
            text=text,
            grammar=code,
            country=None if grammar is None else grammar.country,
            region=None if grammar is None else grammar.region(text),
            confidence=tuple(float(value) for value in confidence),
            votes=len(self._decoded),
            agreeing=agreeing,
            height_px=self._height_px,
        )

    def _doubt(self, code: str | None, weakest: float, agreeing: int, surest: Decoded) -> str | None:
        if surest.fit < LEAST_FIT:
            return "no known series"
        if surest.share < (LEAST_SHARE_ELSEWHERE if code is None else LEAST_SHARE):
            return "series unclear"
        if agreeing < LEAST_AGREEMENT * len(self._decoded):
            return "pictures disagree"
        alone = ALONE_CHARACTER if agreeing < 2 else LEAST_CHARACTER
        if weakest < (max(alone, LEAST_CHARACTER_ELSEWHERE) if code is None else alone):
            return "a character unclear"
        return None

    def _abstained(self, why: str) -> PlateRead:
        return PlateRead(False, why, None, None, None, None, (), len(self._decoded), 0, self._height_px)


def _fused(alike: list[Decoded]) -> np.ndarray:
    """Pictures of one plate err alike, so n of them count as the square root of n."""
    logs = sum(np.log(one.posterior + FLOOR) for one in alike) * len(alike) ** -0.5
    odds = np.exp(logs - np.max(logs, axis=1, keepdims=True))
    fused: np.ndarray = odds / odds.sum(axis=1, keepdims=True)
    return fused
