"""Things drawn onto pictures are where their boxes say, and labels of other makers are read as they are meant."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from geo.primitives import VisionError
from vision.training.drawn.samples import DrawnSamples
from vision.training.drawn.things import DRAW
from vision.training.labels import labels_of
from vision.training.pictures import LabelledSamples
from vision.training.recipe import DrawnSet, LabelledSet, read_recipe

SIDE_PX = 160
RECIPES = Path(__file__).parents[3] / "vision" / "training" / "recipes"


def _asphalt(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(100, 140, (SIDE_PX, SIDE_PX, 3), dtype=np.uint8)


@pytest.mark.parametrize("things", sorted(DRAW))
def test_whatever_is_drawn_is_where_its_box_says(things: str) -> None:
    drawn = 0
    for seed in range(12):
        image = _asphalt(seed)
        before = image.copy()
        for name, (x1, y1, x2, y2) in DRAW[things](image, np.random.default_rng(seed)):
            assert 0 <= x1 < x2 <= SIDE_PX
            assert 0 <= y1 < y2 <= SIDE_PX
            part = slice(int(y1), int(y2) + 1), slice(int(x1), int(x2) + 1)
            assert (image[part] != before[part]).any(), f"{name}: nothing was drawn there"
            drawn += 1
    assert drawn > 5


@pytest.mark.parametrize("things", sorted(DRAW))
def test_a_seed_repeats_what_is_drawn(things: str) -> None:
    first, second = _asphalt(1), _asphalt(1)
    assert DRAW[things](first, np.random.default_rng(5)) == DRAW[things](second, np.random.default_rng(5))
    assert first.tobytes() == second.tobytes()


def test_textures_are_cut_from_their_contact_sheet_without_the_names_under_them(tmp_path: Path) -> None:
    (tmp_path / "cc0").mkdir()
    sheet = np.full((370, 320, 3), 255, np.uint8)
    for top in (16, 192):
        for left in (16, 160):
            sheet[top : top + 128, left : left + 128] = 90
    cv2.putText(sheet, "Asphalt001", (30, 160), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (0, 0, 0))
    cv2.imwrite(str(tmp_path / "cc0" / "Asphalt.webp"), sheet, [cv2.IMWRITE_WEBP_QUALITY, 101])
    samples = DrawnSamples(tmp_path, DrawnSet(folder="cc0", things="plates", sheets=True), ("plate",))
    sample = samples.draw(np.random.default_rng(2), SIDE_PX)
    assert sample.image.shape == (SIDE_PX, SIDE_PX, 3)
    assert set(sample.classes.tolist()) <= {0}


def test_boxes_of_pascal_files_and_areas_of_masks_become_labels(tmp_path: Path) -> None:
    (tmp_path / "car.xml").write_text(
        "<annotation><object><name>license-plate</name><bndbox><xmin>10.5</xmin><ymin>20</ymin><xmax>60</xmax><ymax>33</ymax></bndbox>"
        "</object></annotation>",
        encoding="utf-8",
    )
    boxes, classes = labels_of(tmp_path / "car.jpg", (100, 100), "voc", None, ["license-plate"])
    assert boxes.tolist() == [[10.5, 20, 60, 33]]
    assert classes.tolist() == [0]

    mask = np.zeros((400, 500), np.uint8)
    mask[100:300, 50:60] = 30
    mask[302:380, 50:60] = 30  # the same crack, after a stone
    mask[40:90, 300:400] = 60
    mask[5, 5] = 60  # a speck of the brush
    cv2.imwrite(str(tmp_path / "road_mask.png"), mask)
    boxes, classes = labels_of(tmp_path / "road.jpg", (500, 400), "mask", tmp_path, ["60", "30"])
    assert classes.tolist() == [0, 1]
    assert boxes[0] == pytest.approx([300, 40, 400, 90], abs=2)
    assert boxes[1] == pytest.approx([50, 100, 60, 380], abs=3)


def test_labels_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "car.xml").write_text("<annotation><object>", encoding="utf-8")
    with pytest.raises(VisionError, match=r"car\.xml"):
        labels_of(tmp_path / "car.jpg", (10, 10), "voc", None, ["plate"])
    with pytest.raises(VisionError, match="road_mask"):
        labels_of(tmp_path / "road.jpg", (10, 10), "mask", None, ["30"])


def test_a_crack_is_named_by_its_direction_after_the_sample_was_turned(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    image = np.full((200, 200, 3), 120, np.uint8)
    image[20:180, 95:105] = 20
    cv2.imwrite(str(tmp_path / "set" / "one.png"), image)
    (tmp_path / "set" / "one.txt").write_text("0 0.5 0.5 0.05 0.8\n", encoding="utf-8")
    names = ("longitudinal crack", "transverse crack")
    samples = LabelledSamples(tmp_path, LabelledSet(folder="set", names=("crack",), by_direction="crack", from_above=True), names)
    seen = set()
    for seed in range(20):
        sample = samples.draw(np.random.default_rng(seed), SIDE_PX)
        for (x1, y1, x2, y2), number in zip(sample.boxes, sample.classes, strict=True):
            seen.add(names[int(number)])
            assert (y2 - y1 > x2 - x1) == (int(number) == 0)
    assert seen == set(names)


def test_a_recipe_without_any_pictures_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.toml").write_text("seed = 1\n", encoding="utf-8")
    with pytest.raises(VisionError, match="neither a"):
        read_recipe(tmp_path / "empty.toml")


@pytest.mark.parametrize("path", sorted(RECIPES.glob("*.toml")), ids=lambda path: path.stem)
def test_what_recipes_draw_are_classes_of_their_network(path: Path) -> None:
    recipe = read_recipe(path)
    for part in (*recipe.set, *recipe.drawn):
        if part.things is not None:
            names = {name for seed in range(25) for name, _ in DRAW[part.things](_asphalt(seed), np.random.default_rng(seed))}
            assert names <= set(recipe.names)
