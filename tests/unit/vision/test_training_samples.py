"""Training samples show what their boxes say, a seed repeats them, and a wrong recipe is named."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from geo.primitives import VisionError
from vision.training import pictures
from vision.training.pictures import LabelledSamples
from vision.training.recipe import LabelledSet, Recipe, read_recipe

SIDE_PX = 160
RECIPES = Path(pictures.__file__).parent / "recipes"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One dark picture with one bright rectangle, labelled."""
    folder = tmp_path_factory.mktemp("data") / "set"
    folder.mkdir()
    image = np.full((300, 400, 3), 20, np.uint8)
    image[120:160, 200:280] = 250
    cv2.imwrite(str(folder / "one.png"), image)
    (folder / "one.txt").write_text(f"1 {240 / 400} {140 / 300} {80 / 400} {40 / 300}\n", encoding="utf-8")
    return folder


def _samples(folder: Path) -> LabelledSamples:
    part = LabelledSet(folder="set", names=("nothing", "minibus"), meaning={"minibus": "car", "nothing": "ignore"}, from_above=True)
    return LabelledSamples(folder.parent, part, ("person", "car"))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_box_lies_where_the_thing_is_however_it_was_turned(folder: Path, seed: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pictures, "recoloured", lambda image, random: image)
        sample = _samples(folder).draw(np.random.default_rng(seed), SIDE_PX)
    rows, columns = np.nonzero(sample.image[..., 0] > 180)
    assert sample.image.shape == (SIDE_PX, SIDE_PX, 3)
    for box in sample.boxes:
        assert box == pytest.approx([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1], abs=2.5)
    assert set(sample.classes.tolist()) <= {1}


def test_a_seed_repeats_its_samples(folder: Path) -> None:
    first, second = (_samples(folder).draw(np.random.default_rng(3), SIDE_PX) for _ in range(2))
    assert first.image.tobytes() == second.image.tobytes()
    assert first.boxes.tolist() == second.boxes.tolist()


def test_a_class_the_network_does_not_have_is_named(folder: Path) -> None:
    with pytest.raises(VisionError, match="'minibus', which is no class of the network"):
        LabelledSamples(folder.parent, LabelledSet(folder="set", names=("car", "minibus")), ("car",))


def test_a_wrong_recipe_is_named_with_its_entry(tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.toml"
    recipe.write_text('crop_px = 100\n[[set]]\nfolder = "a"\nnames = ["car"]\n', encoding="utf-8")
    with pytest.raises(VisionError, match="wrong at 'crop_px'"):
        read_recipe(recipe)


@pytest.mark.parametrize("path", sorted(RECIPES.glob("*.toml")), ids=lambda path: path.stem)
def test_shipped_recipes_can_be_read(path: Path) -> None:
    assert isinstance(read_recipe(path), Recipe)
