"""The whole chain on rendered plates, on a car of a scene, and on real pictures."""

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim import Detail, Scene, Stage
from sim.plates import PAPER, PlateText, Sighting, seen_plate
from sim.scenes.view import FixedView
from vision import Frame, PlateReader, PlatesOfTracks, TrackedBox, judge_plates, open_plate_reader
from vision.plates.reading import PlateRead, PlateVote


@pytest.fixture(scope="module")
def reader() -> PlateReader:
    return open_plate_reader(threads=1)


def read(reader: PlateReader, plate: PlateText, sighting: Sighting) -> PlateRead:
    picture, box = seen_plate(plate, sighting, np.random.default_rng(7))
    vote = PlateVote()
    reader.look(picture, box, vote)
    result = vote.result()
    assert result is not None
    return result


@pytest.mark.parametrize(
    ("plate", "sighting", "grammar"),
    [
        (PlateText(("508", "OBO", "12")), Sighting(24.0), "kz_2012"),
        (PlateText(("508", "OBO", "12")), Sighting(20.0, yaw_deg=28.0, pitch_deg=-25.0, roll_deg=3.0), "kz_2012"),
        (PlateText(("118", "BI", "02")), Sighting(22.0, light=0.35, noise=6.0, jpeg_quality=60), "kz_2012_entity"),
        (PlateText(("R508", "BOO")), Sighting(22.0, blur_px=0.8), "kz_1993"),
        (PlateText(("274", "DAS", "12"), two_rows=True), Sighting(24.0, yaw_deg=-15.0), "kz_2012"),
    ],
    ids=["straight", "aside and from above", "dusk", "old series", "two rows"],
)
def test_a_legible_plate_is_read_exactly(reader: PlateReader, plate: PlateText, sighting: Sighting, grammar: str) -> None:
    result = read(reader, plate, sighting)

    assert (result.text, result.grammar) == (plate.text, grammar)


@pytest.mark.parametrize(
    ("sighting", "why"),
    [(Sighting(6.0), "too small"), (Sighting(24.0, light=0.08), "too little contrast")],
    ids=["far", "dark"],
)
def test_what_is_not_legible_is_not_guessed(reader: PlateReader, sighting: Sighting, why: str) -> None:
    result = read(reader, PlateText(("508", "OBO", "12"), paper=PAPER), sighting)

    assert (result.text, result.why) == (None, why)


@pytest.mark.parametrize("sighting", [Sighting(20.0, blur_px=5.0), Sighting(12.0, motion_px=9.0)], ids=["out of focus", "too fast"])
def test_what_runs_together_is_not_guessed(reader: PlateReader, sighting: Sighting) -> None:
    assert not read(reader, PlateText(("508", "OBO", "12")), sighting).legible


def test_the_plate_of_a_car_in_a_scene_is_the_one_its_truth_says(reader: PlateReader) -> None:
    camera = {"kind": "fixed", "name": "gate", "at": [0, 0], "height_m": 4, "heading_deg": 0, "pitch_deg": -9, "hfov_deg": 18}
    parts: dict[str, Any] = {
        "cameras": [camera | {"size_px": [1280, 720]}],
        "origin": [51.16, 43.65],
        "duration_s": 2,
        "summary": "A car stands before a gate.",
    }
    parts["actors"] = [{"kind": "car", "id": "guest", "at": [0, 22], "heading_deg": 180, "plate": "508 OBO 12"}]
    stage = Stage(Scene.model_validate({"name": "gate", **parts}), Detail(60.0, 0.2, 200.0, 2.0))
    picture = FixedView(stage, stage.scene.cameras[0]).picture(0.5, 0)  # type: ignore[arg-type]

    plates = PlatesOfTracks(reader)
    car = TrackedBox(1, "car", 0.9, (440.0, 180.0, 840.0, 560.0), True)
    for number in range(10):
        plates.look(Frame("gate", number, number / 5.0, picture), [car])

    result = plates.read(1)
    assert result is not None
    assert result.text == "508OBO12"
    assert plates.looks == 3, "three pictures agree: no more are looked at"
    plates.forget(1)
    assert plates.read(1) is None


def test_real_plates_of_elsewhere_are_read_or_left_unsaid(reader: PlateReader, shared_data: Path) -> None:
    """Single pictures of 30 European cars; the labels themselves write the letter O for a zero at times."""
    folder = shared_data / "plates" / "eu"
    verdicts: Counter[str | None] = Counter()
    for picture in sorted(folder.glob("test_0[0-4]*.jpg")):
        for one in judge_plates(reader, picture):
            same = one.verdict == "wrong" and one.read is not None and one.label is not None
            alike = same and str(one.read.text).replace("O", "0") == one.label.text.replace("O", "0")  # type: ignore[union-attr]
            verdicts["exact" if alike else one.verdict] += 1

    assert verdicts["wrong"] == 0
    assert verdicts["exact"] >= 10
