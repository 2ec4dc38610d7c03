"""A model says what it is for and how often it is wrong, and a card never speaks for other weights."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from geo.primitives import VisionError
from vision import DEFAULT_MODEL, SHIPPED_MODELS, Frame, ModelCard, models_in, open_detector, read_card, write_card

MEBIBYTE = 1 << 20


@pytest.fixture(params=list(models_in(SHIPPED_MODELS)), ids=lambda path: path.stem)
def shipped(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def _changed(tmp_path: Path, **members: Any) -> Path:
    """A copy of the default model whose card differs in some members."""
    copy = tmp_path / DEFAULT_MODEL.name
    copy.write_bytes(DEFAULT_MODEL.read_bytes())
    card = read_card(DEFAULT_MODEL)
    assert card is not None
    write_card(copy, ModelCard.model_validate(card.model_dump() | members))
    return copy


def test_every_shipped_model_is_small_and_has_a_card_of_its_own_weights(shipped: Path) -> None:
    card = read_card(shipped)
    assert card is not None
    assert shipped.stat().st_size <= 12 * MEBIBYTE
    assert card.licence
    assert all(source.licence and source.attribution for source in card.data)
    assert card.measured
    assert card.limits
    assert set(card.experimental_classes) <= {word for word in card.classes.values() if word is not None}


def test_shipped_models_together_stay_small() -> None:
    assert sum(path.stat().st_size for path in SHIPPED_MODELS.iterdir()) <= 40 * MEBIBYTE


def test_the_first_start_finds_vehicles_and_people_without_a_network(shared_data: Path) -> None:
    image = cv2.imread(str(shared_data / "images" / "bus.jpg"))
    found = open_detector(DEFAULT_MODEL, confidence=0.25, threads=1).detect(Frame("street", 0, 0.0, np.asarray(image, np.uint8)))
    assert found.labels.count("person") >= 3
    assert "bus" in found.labels


def test_the_shipped_detector_knows_cars_from_straight_above(shared_data: Path) -> None:
    folder = shared_data / "drone-vehicles" / "cats"
    detector = open_detector(DEFAULT_MODEL, confidence=0.3, threads=1, overhead=False)
    asked = found = 0
    for label in sorted(folder.glob("*.txt"))[::15]:
        image = cv2.imread(str(label.with_suffix(".jpg")))
        seen = detector.detect(Frame(label.stem, 0, 0.0, np.asarray(image, np.uint8))).of({"car", "truck", "bus"})
        asked += len(label.read_text(encoding="utf-8").splitlines())
        found += len(seen)
    assert found == pytest.approx(asked, rel=0.2)


def test_the_shipped_plate_detector_finds_plates_of_countries_it_never_saw(shared_data: Path) -> None:
    detector = open_detector(SHIPPED_MODELS / "plates.onnx", confidence=0.25, threads=1)
    pictures = sorted((shared_data / "plates").glob("*/*.jpg"))[::9]
    found = [detector.detect(Frame(path.stem, 0, 0.0, np.asarray(cv2.imread(str(path)), np.uint8))).of({"plate"}) for path in pictures]
    assert sum(len(one) > 0 for one in found) >= 0.8 * len(pictures)


def test_a_card_of_other_weights_is_refused(tmp_path: Path) -> None:
    model = _changed(tmp_path, sha256="0" * 64)
    with pytest.raises(VisionError, match="belongs to other weights") as raised:
        open_detector(model)
    assert raised.value.code == "vision.card_of_other_weights"


def test_a_card_with_other_classes_than_the_network_is_refused(tmp_path: Path) -> None:
    model = _changed(tmp_path, classes={"car": "car", "bus": "bus"})
    with pytest.raises(VisionError, match="has 80 classes but its card names 2"):
        open_detector(model)


def test_a_broken_card_is_named_with_its_wrong_entry(tmp_path: Path) -> None:
    model = _changed(tmp_path)
    card = json.loads(model.with_suffix(".card.json").read_text(encoding="utf-8"))
    model.with_suffix(".card.json").write_text(json.dumps(card | {"made": "yesterday"}), encoding="utf-8")
    with pytest.raises(VisionError, match="is wrong at 'made'"):
        read_card(model)


def test_a_card_gives_classes_our_words_and_keeps_some_silent(tmp_path: Path, shared_data: Path) -> None:
    card = read_card(DEFAULT_MODEL)
    assert card is not None
    classes = card.classes | {"person": None, "bus": "Lorry"}
    detector = open_detector(_changed(tmp_path, classes=classes), confidence=0.25, threads=1)
    found = detector.detect(Frame("street", 0, 0.0, np.asarray(cv2.imread(str(shared_data / "images" / "bus.jpg")), np.uint8)))
    assert "truck" in found.labels
    assert not {"person", "bus"} & set(found.labels)


def test_a_model_without_a_card_works(tmp_path: Path) -> None:
    model = _changed(tmp_path)
    model.with_suffix(".card.json").unlink()
    assert read_card(model) is None
    assert "car" in open_detector(model, threads=1).names
