"""Evidence packages: what goes in, what is hidden, and that every way of changing one is found and named."""

import json
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fontTools.ttLib import TTFont

from geo.primitives import AccessError, VisionError
from ground_station.evidence.canonical import sha256_hex
from ground_station.evidence.clip_copy import FilmPiece, copied_clip
from ground_station.evidence.container import packed, unpacked
from ground_station.evidence.days import PreviousDay, read_day, sealed_day
from ground_station.evidence.package import BuiltPackage
from ground_station.evidence.signing_key import EvidenceKey
from ground_station.evidence.stills import FONTS
from ground_station.evidence.verification import verified
from ground_station.evidence.words import LANGUAGES, words
from tests.support.evidence import AT_S, FPS, KEY, OTHER_PLATE, OWN_PLATE, PERSON, noisy_film, package_of
from vision import RULES


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return noisy_film(tmp_path_factory.mktemp("film") / "film.mp4")


@pytest.fixture(scope="module")
def package(film: Path) -> BuiltPackage:
    return package_of(film)


@pytest.fixture(scope="module")
def hidden(film: Path) -> BuiltPackage:
    return package_of(film, original_reason=None)


def _packets(content: bytes) -> list[bytes]:
    with av.open(BytesIO(content)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def test_the_clip_is_the_recorded_packets_from_the_keyframe_before(film: Path, package: BuiltPackage) -> None:
    clip = package.manifest.clip
    recorded, copied = _packets(film.read_bytes()), _packets(unpacked(package.content).files[clip.file])
    first = round(clip.begins_s * FPS)
    assert copied == recorded[first : first + len(copied)]
    assert clip.begins_s == AT_S - 6.0
    assert clip.ends_s >= AT_S + 6.0
    assert clip.original.packets_sha256 == sha256_hex(b"".join(copied))


def test_a_clip_goes_on_from_one_recording_to_the_next(film: Path, tmp_path: Path) -> None:
    clip = copied_clip([FilmPiece(film, 0.0), FilmPiece(film, 16.0)], 12.0, 20.0, tmp_path)
    with av.open(str(clip.path)) as container:
        times_s = [frame.time for frame in container.decode(video=0) if frame.time <= 8.0]
    assert clip.begins_s == 12.0
    assert times_s[-1] == pytest.approx(8.0)
    assert np.allclose(np.diff(times_s), 1 / FPS, atol=0.002)
    assert len(clip.pieces) == 2


def test_what_lies_outside_of_the_film_is_refused(film: Path, tmp_path: Path) -> None:
    with pytest.raises(VisionError, match="No picture of the film"):
        copied_clip([FilmPiece(film)], 100.0, 112.0, tmp_path)


def _roughness(package: BuiltPackage, box: tuple[float, float, float, float], still: str = "stills/at.jpg") -> float:
    image = cv2.imdecode(np.frombuffer(unpacked(package.content).files[still], np.uint8), cv2.IMREAD_GRAYSCALE)
    left, top, right, bottom = (round(side) for side in box)
    return float(np.abs(np.diff(image[top + 2 : bottom - 2, left + 2 : right - 2].astype(int), axis=1)).mean())


def test_people_and_other_plates_are_hidden_in_the_stills_and_the_plate_of_the_case_is_not(package: BuiltPackage) -> None:
    assert _roughness(package, OWN_PLATE) > 3 * max(_roughness(package, PERSON), _roughness(package, OTHER_PLATE))
    assert package.manifest.redactions.plate_of_the_case_shown
    assert (package.manifest.redactions.people, package.manifest.redactions.plates) == (1, 1)


def test_without_a_reason_the_original_stays_out_and_is_named_by_its_hash(package: BuiltPackage, hidden: BuiltPackage) -> None:
    files = unpacked(hidden.content).files
    assert hidden.manifest.kind == "hidden"
    assert [name for name in files if name.startswith("clip/")] == ["clip/hidden.mp4"]
    assert hidden.manifest.clip.original.sha256 == package.manifest.clip.original.sha256
    assert hidden.manifest.clip.original.sha256 not in [sha256_hex(content) for content in files.values()]
    assert verified(hidden.content).whole


def test_an_original_without_a_reason_is_refused(film: Path) -> None:
    with pytest.raises(AccessError, match="needs a reason"):
        package_of(film, original_reason="  ")


def test_a_package_unpacks_with_any_program_and_tells_who_made_it(package: BuiltPackage) -> None:
    with zipfile.ZipFile(BytesIO(package.content)) as archive:
        assert archive.testzip() is None
        manifest = json.loads(archive.read("manifest.json"))
        assert {"verify.html", "track.json", "scene.json", "case-sheet.kk.pdf", "stills/before.jpg"} <= set(archive.namelist())
    assert manifest["access_log"][-1]["what"] == "evidence.made_original"
    assert manifest["stills"][1]["pts"] * eval_fraction(manifest["stills"][1]["time_base"]) == pytest.approx(AT_S, abs=0.06)


def eval_fraction(text: str) -> float:
    above, below = text.split("/")
    return int(above) / int(below)


def _repacked(change: Callable[[dict[str, bytes]], object]) -> Callable[[BuiltPackage], bytes]:
    def changed(package: BuiltPackage) -> bytes:
        files = dict(unpacked(package.content).files)
        change(files)
        return packed(files)

    return changed


def _swap(files: dict[str, bytes]) -> None:
    files["stills/before.jpg"], files["stills/after.jpg"] = files["stills/after.jpg"], files["stills/before.jpg"]


def _by_zipfile(name: str, method: int = zipfile.ZIP_STORED, content: bytes = b"x") -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        archive.writestr(zipfile.ZipInfo(name), content, method)
    return target.getvalue()


def _twice(package: BuiltPackage) -> bytes:
    first = packed({"case-sheet.en.pdf": unpacked(package.content).files["case-sheet.en.pdf"]})
    return first[: first.index(b"PK\x01\x02")] + package.content


TAMPERED: dict[str, tuple[Callable[[BuiltPackage], bytes], str]] = {
    "empty": (lambda _: b"", "is empty"),
    "another file": (lambda _: b"%PDF-1.7", "does not begin as a package"),
    "cut in the middle": (lambda package: package.content[:200_000], "cut off"),
    "cut at the end": (lambda package: package.content[:-5], "cut off"),
    "appended": (lambda package: package.content + b"\n", "1 bytes were added"),
    "swapped": (_repacked(_swap), "'stills/after.jpg' was changed"),
    "renamed": (_repacked(lambda files: files.update({"stills/zt.jpg": files.pop("stills/at.jpg")})), "'stills/at.jpg' is missing"),
    "missing": (_repacked(lambda files: files.pop("track.json")), "'track.json' is missing"),
    "extra": (_repacked(lambda files: files.update({"more.txt": b"x"})), "'more.txt' does not belong"),
    "unsigned": (_repacked(lambda files: files.pop("signature.json")), "'signature.json' is missing"),
    "another manifest": (
        _repacked(lambda files: files.update({"manifest.json": files["manifest.json"].replace(b"red_light", b"redlights")})),
        "'manifest.json' was changed",
    ),
    "twice": (_twice, "is in the package twice"),
    "path out of the folder": (lambda _: _by_zipfile("../../etc/cron.d/x"), "outside of its folder"),
    "absolute path": (lambda _: _by_zipfile("/etc/passwd"), "outside of its folder"),
    "bomb": (lambda _: _by_zipfile("manifest.json", zipfile.ZIP_DEFLATED, bytes(50_000_000)), "is compressed"),
}


@pytest.mark.parametrize(("tamper", "said"), TAMPERED.values(), ids=TAMPERED)
def test_every_way_of_changing_a_package_is_found_and_named(
    tamper: Callable[[BuiltPackage], bytes], said: str, package: BuiltPackage
) -> None:
    verdict = verified(tamper(package))
    assert not verdict.whole
    assert any(said in fault for fault in verdict.faults), verdict.faults


def test_a_package_signed_anew_by_somebody_else_is_whole_but_not_with_the_key_of_the_station(film: Path) -> None:
    own = package_of(film, original_reason=None)
    other = EvidenceKey(Ed25519PrivateKey.generate())
    assert verified(own.content, KEY.public).whole
    assert "not with the key given" in verified(own.content, other.public).faults[0]


def test_days_are_chained_and_name_what_they_do_not_hold(package: BuiltPackage, hidden: BuiltPackage) -> None:
    first = sealed_day("2026-05-01", [hidden.manifest_sha256], None, KEY)
    second = sealed_day("2026-05-02", [package.manifest_sha256], PreviousDay("2026-05-01", first.facts.merkle_root), KEY)
    assert verified(package.content, KEY.public, second.to_bytes()).in_day == "2026-05-02"
    assert "does not hold this package" in verified(package.content, day=first.to_bytes()).faults[0]
    assert read_day(second.to_bytes())[1] == []
    for forged in (first.facts.merkle_root, package.manifest_sha256):
        changed = second.to_bytes().replace(forged.encode(), b"0" * 64)
        assert read_day(changed)[1], "a day with another package or another day before it is not the day that was signed"
    unchained = sealed_day("2026-05-02", [package.manifest_sha256], None, KEY)
    assert unchained.facts.merkle_root != second.facts.merkle_root


def test_words_are_the_same_in_every_language_and_can_all_be_printed() -> None:
    english = words("en")
    for language in LANGUAGES:
        assert words(language).keys() == english.keys()
        assert {f"rule.{rule.card.code}" for rule in RULES} <= words(language).keys()
    for font in ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"):
        letters = set(TTFont(FONTS / font).getBestCmap())
        missing = {letter for language in LANGUAGES for text in words(language).values() for letter in text if ord(letter) not in letters}
        assert missing == set()
