"""Which texts belong to which series of plates."""

import pytest

from vision import grammars_of, normal_text
from vision.plates.grammar import GRAMMARS, grammar_of, said_order


@pytest.mark.parametrize(
    ("text", "codes", "region"),
    [
        ("123 ABC 12", ["kz_2012"], "12"),
        ("777 QQQ 20", ["kz_2012"], "20"),
        ("123 ABC 21", [], None),
        ("123 ABC 00", [], None),
        ("123 AB 02", ["kz_2012_entity"], "02"),
        ("R 123 ABC", ["kz_1993"], "R"),
        ("R 123 AB", ["kz_1993_entity"], "R"),
        ("Q 123 ABC", [], None),
        ("25 ABC 12", ["kz_trailer"], "12"),
        ("25 AB 12", ["kz_motorcycle"], "12"),
        ("H 1234 12", ["kz_foreigner"], "12"),
        ("D 012 345", ["kz_diplomatic"], None),
        ("T 012 345", ["kz_mission_staff"], None),
        ("HC 012 345", ["kz_consular", "ru_trailer"], None),
        ("A 123 BC 77", ["ru"], None),
        ("A 123 BC 777", ["ru_three_digit_region"], None),
        ("D 123 BC 77", [], None),
        ("01 A 123 BC", ["uz"], None),
        ("01 123 ABC", ["uz_entity"], None),
        ("AB 1234 AG", ["tm"], None),
        ("AB 1234 XX", [], None),
        ("10-AB-123", ["az"], None),
        ("WXY 184", [], None),
    ],
)
def test_a_text_belongs_to_its_series_alone(text: str, codes: list[str], region: str | None) -> None:
    found = grammars_of(text)

    assert [one.code for one in found] == codes
    if found:
        assert found[0].region(normal_text(text)) == region


@pytest.mark.parametrize("grammar", [one for one in GRAMMARS if one.two_rows], ids=lambda one: str(one.code))
def test_both_rows_of_a_square_plate_hold_the_whole_text(grammar: object) -> None:
    known = next(one for one in GRAMMARS if one is grammar)
    for rows in known.two_rows:
        laid = "".join(rows)
        assert "".join(laid[at] for at in said_order(known, rows)) == known.pattern


def test_a_region_in_the_upper_row_is_said_last() -> None:
    kz = grammar_of("kz_2012")

    assert [("123" + "12" + "ABC")[at] for at in said_order(kz, ("###%%", "@@@"))] == list("123ABC12")


def test_letters_typed_in_cyrillic_are_the_plates_own() -> None:
    assert normal_text("а 123-вс 77") == "A123BC77"
