"""The vote over pictures, and the gate that would rather say nothing."""

import numpy as np
import pytest

from vision.plates.decoding import Decoded
from vision.plates.grammar import ALPHABET, grammar_of
from vision.plates.reading import PlateRead, PlateVote, illegible
from vision.plates.straighten import Sharpness

SHARP = Sharpness(24.0, 120.0, 0.05)


def read_as(text: str, sure: float = 0.999, *, code: str | None = "kz_2012", share: float = 0.999, fit: float = 0.9) -> Decoded:
    posterior = np.full((len(text), len(ALPHABET)), (1.0 - sure) / (len(ALPHABET) - 1))
    for place, character in enumerate(text):
        posterior[place, ALPHABET.index(character)] = sure
    return Decoded(None if code is None else grammar_of(code), posterior, share, fit)


def vote_of(*decoded: Decoded) -> PlateRead:
    vote = PlateVote()
    for one in decoded:
        vote.add(one, SHARP)
    result = vote.result()
    assert result is not None
    return result


@pytest.mark.parametrize(
    ("sharpness", "why"),
    [
        (SHARP, None),
        (Sharpness(9.9, 120.0, 0.05), "too small"),
        (Sharpness(24.0, 20.0, 0.05), "too little contrast"),
        (Sharpness(24.0, 120.0, 0.2), "blurred"),
    ],
)
def test_a_plate_below_the_gate_is_not_tried(sharpness: Sharpness, why: str | None) -> None:
    assert illegible(sharpness) == why


def test_a_clear_plate_is_read_with_its_series_and_each_character() -> None:
    read = vote_of(read_as("123ABC12"))

    assert read.legible
    assert (read.text, read.grammar, read.country, read.region, read.votes, read.agreeing) == ("123ABC12", "kz_2012", "KZ", "12", 1, 1)
    assert len(read.confidence) == 8


@pytest.mark.parametrize(
    ("decoded", "why"),
    [
        ([read_as("123ABC12", 0.9)], "a character unclear"),
        ([read_as("123ABC12", share=0.6)], "series unclear"),
        ([read_as("123ABC12", fit=1e-6)], "no known series"),
        ([read_as("WXY184", 0.96, code=None)], "a character unclear"),
        ([read_as("123ABC12"), read_as("128ABC12"), read_as("123ABD12"), read_as("723ABC12")], "pictures disagree"),
    ],
)
def test_doubt_is_told_instead_of_a_text(decoded: list[Decoded], why: str) -> None:
    read = vote_of(*decoded)

    assert not read.legible
    assert read.text is None
    assert read.why == why


def test_more_pictures_that_agree_make_surer() -> None:
    one, many = vote_of(read_as("123ABC12", 0.9)), vote_of(*[read_as("123ABC12", 0.9)] * 4)

    assert not one.legible
    assert many.legible
    assert many.agreeing == 4


def test_one_bad_picture_does_not_outvote_the_others() -> None:
    read = vote_of(*[read_as("123ABC12", 0.98)] * 4, read_as("128ABC12", 0.9999))

    assert read.text == "123ABC12"
    assert (read.agreeing, read.votes) == (4, 5)


def test_a_plate_never_large_enough_is_told_as_such() -> None:
    vote = PlateVote()
    vote.refuse("too small", Sharpness(6.0, 90.0, 0.05))
    vote.refuse("too small", Sharpness(8.0, 90.0, 0.05))

    read = vote.result()

    assert read is not None
    assert (read.legible, read.why, read.text, read.height_px) == (False, "too small", None, 8.0)


def test_a_plate_never_seen_is_no_read() -> None:
    assert PlateVote().result() is None
