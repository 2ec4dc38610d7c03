"""Packages stamped by an authority outside, over real HTTP."""

from pathlib import Path

import pytest

from geo.primitives import VisionError
from ground_station.evidence.container import packed, unpacked
from ground_station.evidence.days import read_day, sealed_day
from ground_station.evidence.timestamps import TimestampAuthority, read_roots
from ground_station.evidence.verification import verified
from tests.support.evidence import KEY, noisy_film, package_of
from tests.support.timestamp_authority import timestamp_authority


def test_a_stamped_package_says_when_it_existed_and_a_stamp_of_another_one_is_found(tmp_path: Path) -> None:
    film = noisy_film(tmp_path / "film.mp4", seconds=10)
    with timestamp_authority(tmp_path) as authority:
        asked = TimestampAuthority(authority.url, 10.0)
        one, other = package_of(film, timestamper=asked), package_of(film, timestamper=asked)
        day = sealed_day("2026-05-02", [one.manifest_sha256], None, KEY, asked)
        authority.old = True
        with pytest.raises(VisionError, match="another"):
            asked.stamp(b"something else")
        authority.away = True
        unstamped = package_of(film, timestamper=asked)
        root = read_roots(authority.root)
    with_root = verified(one.content, KEY.public, roots=root)
    assert (with_root.whole, with_root.stamp is not None and with_root.stamp.trusted) == (True, True)
    assert with_root.stamped_at is not None
    without = verified(one.content)
    assert (without.whole, without.stamp is not None and without.stamp.trusted) == (True, None), "not claimed to be checked"

    files = dict(unpacked(one.content).files)
    files["timestamp.tsr"] = unpacked(other.content).files["timestamp.tsr"]
    assert "'timestamp.tsr' was changed after signing." in verified(packed(files)).faults
    del files["timestamp.tsr"]
    assert any("'timestamp.tsr' is missing" in fault for fault in verified(packed(files)).faults)

    (tmp_path / "another").mkdir()
    with timestamp_authority(tmp_path / "another") as stranger:
        assert "not signed under the root given" in verified(one.content, roots=read_roots(stranger.root)).faults[0]
    assert read_day(day.to_bytes())[1] == []
    assert day.timestamp is not None
    changed = day.to_bytes().replace(day.timestamp[-8:].encode(), b"00000000")
    assert read_day(changed)[1], "the stamp of a day is signed with it"
    assert verified(unstamped.content).whole
    assert "timestamp.tsr" not in unpacked(unstamped.content).files, "an authority that is away holds up no case"
