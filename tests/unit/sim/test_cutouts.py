"""Cut-outs for training show one thing each, where its label says, and can be laid onto any picture."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from geo.primitives import VisionError
from sim import write_cutouts
from sim.scenes.cutouts import NAMES
from vision.training.drawn.cutouts import Cutouts


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("machines")
    write_cutouts(folder, 18, seed=4)
    return folder


def test_every_class_is_drawn_where_its_label_says(folder: Path) -> None:
    seen = set()
    for file in sorted(folder.glob("*.png")):
        image = cv2.imread(str(file), cv2.IMREAD_UNCHANGED)
        assert image is not None
        number, *shares = (float(word) for word in file.with_suffix(".txt").read_text(encoding="utf-8").split())
        centre, size = np.array(shares[:2]) * image.shape[1], np.array(shares[2:]) * image.shape[1]
        low, high = np.floor(centre - size / 2).astype(int), np.ceil(centre + size / 2).astype(int)
        solid = image[..., 3] == 255
        rows, columns = np.nonzero(solid)
        # What is not shadow lies within the label, and the label is no larger than that.
        assert (columns.min(), rows.min()) >= (low[0] - 3, low[1] - 3)
        assert np.abs(np.array([columns.min(), columns.max()]) - [low[0], high[0]]).max() < 14
        assert np.abs(np.array([rows.min(), rows.max()]) - [low[1], high[1]]).max() < 14
        seen.add(NAMES[int(number)])
    assert seen == set(NAMES)


def test_the_same_seed_draws_the_same_pictures(folder: Path, tmp_path: Path) -> None:
    write_cutouts(tmp_path, 3, seed=4)
    for file in sorted(tmp_path.glob("*.png")):
        assert file.read_bytes() == (folder / file.name).read_bytes()


def test_things_laid_onto_a_picture_are_where_their_boxes_say_and_silent_ones_have_none(folder: Path) -> None:
    cutouts = Cutouts(folder, silent=("vehicle",))
    names = set()
    for seed in range(20):
        image = np.full((320, 320, 3), 128, np.uint8)
        for name, (x1, y1, x2, y2) in cutouts.draw(image, np.random.default_rng(seed)):
            assert 0 <= x1 < x2 <= 320
            assert 0 <= y1 < y2 <= 320
            assert (image[int(y1) : int(y2) + 1, int(x1) : int(x2) + 1] != 128).any()
            names.add(name)
    assert names <= set(NAMES) - {"vehicle"}
    assert len(names) > 2


def test_pictures_without_transparency_are_refused(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "one.png"), np.zeros((8, 8, 3), np.uint8))
    (tmp_path / "one.txt").write_text("0 0.5 0.5 1 1\n", encoding="utf-8")
    (tmp_path / "data.yaml").write_text("names: [crane]\n", encoding="utf-8")
    with pytest.raises(VisionError, match="no transparency"):
        Cutouts(tmp_path, ())
