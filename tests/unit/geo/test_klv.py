"""MISB ST 0601: the encodings printed in the standard, checksums, and broken sets."""

import pytest

from geo.primitives import LinkError
from geo.primitives.klv import BY_NAME, ITEMS, KLV_UNIVERSAL_KEY, ber_length, checksum, packed_klv, parsed_klv
from sim.scenes.klv_of_frame import relative_deg

# Example software values and packets of ST 0601, one a tag.
PUBLISHED = [
    (2, 1224807209913000, "000459f4a6aa4aa8"),
    (5, 159.974365, "71c2"),
    (6, -0.4315251, "fd3d"),
    (7, 3.405814, "08b8"),
    (13, 60.176822966978335, "5595b66d"),
    (14, 128.42675904204452, "5b5360c4"),
    (15, 14190.7195, "c221"),
    (16, 144.571298, "cd9c"),
    (17, 152.643626, "d917"),
    (18, 160.71921143697557, "724a0a20"),
    (19, -168.79232483394085, "87f84b86"),
    (20, 176.86543764939194, "7dc55ece"),
    (21, 68590.98328744770, "03830926"),
    (23, -10.542388633146132, "f101a229"),
    (24, 29.157890122923014, "14bc082b"),
    (25, 3216.03723, "34f3"),
]


@pytest.mark.parametrize(("tag", "value", "octets"), PUBLISHED, ids=[ITEMS[tag].name for tag, _, _ in PUBLISHED])
def test_values_are_encoded_as_the_standard_prints_them(tag: int, value: float, octets: str) -> None:
    assert ITEMS[tag].pack(value).hex() == octets
    item = ITEMS[tag]
    step = (item.high - item.low) / (2 ** (8 * item.size) - 1)  # printed values are rounded to within one code
    assert item.parse(bytes.fromhex(octets)) == pytest.approx(value, abs=max(step, 1e-9))


def test_a_set_is_read_back_as_it_was_packed() -> None:
    values = {ITEMS[tag].name: value for tag, value, _ in PUBLISHED}
    found = parsed_klv(packed_klv(values))
    assert found.keys() == values.keys() | {"version"}
    for name, value in values.items():
        item = ITEMS[BY_NAME[name]]
        step = (item.high - item.low) / (2 ** (8 * item.size) - 1)
        assert found[name] == pytest.approx(value, abs=max(step, 1e-9))


def test_the_time_stamp_comes_first_and_the_checksum_last() -> None:
    data = packed_klv({"precision_time_us": 1224807209913000, "sensor_lat_deg": 60.0})
    assert data.startswith(KLV_UNIVERSAL_KEY + bytes([len(data) - 17, 2, 8]))
    assert data[-4:-2] == bytes([1, 2])


def test_the_checksum_is_the_running_sum_of_the_standard() -> None:
    data = packed_klv({"precision_time_us": 1224807209913000, "platform_heading_deg": 159.9744})
    total = 0
    for index, byte in enumerate(data[:-2]):  # bcc += buf[i] << (8 * ((i + 1) % 2)), as the standard's C listing has it
        total = (total + (byte << (8 * ((index + 1) % 2)))) & 0xFFFF
    assert int.from_bytes(data[-2:], "big") == total == checksum(data[:-2])


def test_long_sets_use_the_long_form_of_the_length() -> None:
    assert [ber_length(length).hex() for length in (5, 127, 128, 201, 300)] == ["05", "7f", "8180", "81c9", "82012c"]


def test_unknown_tags_are_skipped() -> None:
    body = bytes([2, 8]) + (7).to_bytes(8, "big") + bytes([0x81, 0x02, 1, 0xFF]) + bytes([65, 1, 19])
    head = KLV_UNIVERSAL_KEY + bytes([len(body) + 4]) + body + bytes([1, 2])
    assert parsed_klv(head + checksum(head).to_bytes(2, "big")) == {"precision_time_us": 7, "version": 19}


def test_a_damaged_set_is_refused() -> None:
    data = packed_klv({"precision_time_us": 1224807209913000, "sensor_lat_deg": 60.0})
    for broken in (
        b"\x00" + data[1:],
        data[:-3],
        data[:30] + bytes([data[30] ^ 4]) + data[31:],
        KLV_UNIVERSAL_KEY,
        KLV_UNIVERSAL_KEY + b"\x80",
    ):
        with pytest.raises(LinkError):
            parsed_klv(broken)


def test_a_value_out_of_range_is_refused_and_an_unknown_one_is_none() -> None:
    with pytest.raises(LinkError, match="platform_pitch_deg 25"):
        packed_klv({"precision_time_us": 1, "platform_pitch_deg": 25.0})
    assert ITEMS[13].parse(bytes.fromhex("80000000")) is None


@pytest.mark.parametrize(
    ("platform", "sensor", "relative"),
    [((90, 0, 0), (100, -30, 0), (10, -30, 0)), ((40, 5, 0), (40, -30, 0), (0, -35, 0)), ((200, 0, 0), (250, -90, 0), (50, -90, 0))],
)
def test_the_sensor_turns_are_relative_to_the_platform(
    platform: tuple[float, float, float], sensor: tuple[float, float, float], relative: tuple[float, float, float]
) -> None:
    assert relative_deg(platform, sensor) == pytest.approx(relative, abs=1e-6)
