"""One flipped bit anywhere in an evidence package, in its files, headers or table of contents, is found."""

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings, strategies as st

from ground_station.evidence.container import unpacked
from ground_station.evidence.package import BuiltPackage
from ground_station.evidence.verification import verified
from tests.support.evidence import KEY, noisy_film, package_of


@lru_cache
def _package() -> BuiltPackage:
    with TemporaryDirectory() as folder:
        return package_of(noisy_film(Path(folder) / "film.mp4", seconds=10))


@lru_cache
def _around_the_files() -> tuple[int, ...]:
    """Positions of all bytes that belong to no file."""
    content, inside = _package().content, set()
    for data in unpacked(content).files.values():
        begin = content.index(data)
        inside.update(range(begin, begin + len(data)))
    return tuple(position for position in range(len(content)) if position not in inside)


def _flipped(position: int, bit: int) -> bytes:
    content = bytearray(_package().content)
    content[position] ^= 1 << bit
    return bytes(content)


@settings(max_examples=60, deadline=None)
@given(st.data(), st.integers(0, 7))
def test_a_bit_flipped_in_a_file_is_found_and_the_file_named(data: st.DataObject, bit: int) -> None:
    files = unpacked(_package().content).files
    name = data.draw(st.sampled_from(sorted(files)))
    position = _package().content.index(files[name]) + data.draw(st.integers(0, len(files[name]) - 1))
    faults = verified(_flipped(position, bit), KEY.public).faults
    assert any(name in fault for fault in faults), faults


@settings(max_examples=150, deadline=None)
@given(st.data(), st.integers(0, 7))
def test_a_bit_flipped_around_the_files_is_found(data: st.DataObject, bit: int) -> None:
    assert verified(_package().content, KEY.public).whole
    assert verified(_flipped(data.draw(st.sampled_from(_around_the_files())), bit), KEY.public).faults
