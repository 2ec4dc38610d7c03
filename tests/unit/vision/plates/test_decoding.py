"""What a recogniser says step by step, read under the grammars."""

import numpy as np
import pytest

from vision.plates.decoding import GAP, OTHER, Steps, decode
from vision.plates.grammar import ALPHABET

SURE = 0.97


def said(text: str, sure: float = SURE) -> Steps:
    """Steps of a recogniser that reads `text`; `?` is a sign of no plate."""
    steps = np.full((2 * len(text) + 1, OTHER + 1), (1.0 - sure) / (OTHER + 1))
    steps[::2, GAP] += sure
    for place, character in enumerate(text):
        steps[2 * place + 1, OTHER if character == "?" else ALPHABET.index(character)] += sure
    return steps


@pytest.mark.parametrize(
    ("recognised", "text", "grammar"),
    [
        ("123ABC12", "123ABC12", "kz_2012"),
        ("I23ABCI2", "123ABC12", "kz_2012"),
        ("1230BC02", "123OBC02", "kz_2012"),
        ("O23ABC0Z", "023ABC02", "kz_2012"),
        ("470PW012", "470PWO12", "kz_2012"),
        ("KZ123ABC12", "123ABC12", "kz_2012"),
        ("KZ123AB12", "123AB12", "kz_2012_entity"),
        ("?123ABC12", "123ABC12", "kz_2012"),
        ("R123ABC", "R123ABC", "kz_1993"),
        ("RI23A8C", "R123ABC", "kz_1993"),
        ("A123BC777RUS", "A123BC777", "ru_three_digit_region"),
        ("01A123BC", "01A123BC", "uz"),
        ("AB1234AG", "AB1234AG", "tm"),
        ("RK878AC", "RK878AC", None),
        ("WXY184", "WXY184", None),
    ],
)
def test_a_place_tells_which_of_two_like_signs_it_is(recognised: str, text: str, grammar: str | None) -> None:
    decoded = decode(said(recognised))

    assert decoded is not None
    assert decoded.text == text
    assert (decoded.grammar and decoded.grammar.code) == grammar


def test_rows_of_a_square_plate_are_said_in_order_wherever_the_region_stands() -> None:
    below, above = decode(said("123ABC12"), two_rows=True), decode(said("12312ABC"), two_rows=True)

    assert below is not None
    assert above is not None
    assert below.text == above.text == "123ABC12"


def test_doubt_about_one_character_is_told_of_that_character() -> None:
    steps = said("123ABC12")
    steps[9, ALPHABET.index("B")], steps[9, ALPHABET.index("R")] = 0.55, 0.42

    decoded = decode(steps)

    assert decoded is not None
    assert decoded.text == "123ABC12"
    assert int(decoded.confidences.argmin()) == 4
    assert decoded.confidences[4] == pytest.approx(0.56, abs=0.03)
    assert np.delete(decoded.confidences, 4).min() > 0.9


def test_a_region_that_does_not_exist_is_never_read() -> None:
    steps = said("123ABC12")
    steps[13] = said("9")[1] * 0.6 + said("1")[1] * 0.4  # the first digit of the region: 9 or 1

    decoded = decode(steps)

    assert decoded is not None
    assert decoded.grammar is None or decoded.text == "123ABC12"


def test_a_text_in_doubled_letters_needs_the_gap_between_them() -> None:
    decoded = decode(said("111AAA11"))

    assert decoded is not None
    assert decoded.text == "111AAA11"


def test_no_steps_are_no_text() -> None:
    assert decode(np.zeros((0, OTHER + 1))) is None
    assert decode(said("")) is None or decode(said("")).share < 0.9  # type: ignore[union-attr]
