"""MISB ST 0601 UAS Datalink Local Set: packed and parsed, byte for byte.

A set is the 16-byte universal key, a BER length, then items of tag, length and value; the precision time stamp (tag 2) comes first and the
checksum (tag 1), a running 16-bit sum over everything before its value, last. Angles are mapped linearly onto integers.
Source: MISB ST 0601 (ranges, tags, checksum), SMPTE ST 336 (BER lengths, BER-OID tags).
"""

from dataclasses import dataclass

from geo.primitives.errors import LinkError

KLV_UNIVERSAL_KEY = bytes.fromhex("060e2b34020b01010e01030101000000")
CHECKSUM, TIME, VERSION = 1, 2, 65
EDITION = 19  # of ST 0601: the value of tag 65


@dataclass(frozen=True, slots=True)
class Item:
    """How a tag's value becomes an integer: `low..high` onto all codes, or symmetric for signed ones, whose lowest code means unknown."""

    name: str
    size: int
    low: float = 0.0
    high: float = 0.0

    @property
    def signed(self) -> bool:
        return self.low < 0 < self.high and self.low == -self.high

    def pack(self, value: float) -> bytes:
        """Raises `LinkError` for a value outside the tag's range."""
        if self.low == self.high:
            return int(value).to_bytes(self.size, "big")
        if not self.low <= value <= self.high:
            raise LinkError(f"{self.name} {value:g} is outside {self.low:g}..{self.high:g}.", code="klv_range", hint="Leave the tag out.")
        if self.signed:
            return round(value / self.high * ((1 << 8 * self.size - 1) - 1)).to_bytes(self.size, "big", signed=True)
        return round((value - self.low) / (self.high - self.low) * ((1 << 8 * self.size) - 1)).to_bytes(self.size, "big")

    def parse(self, data: bytes) -> float | None:
        """None for the code that says the value is unknown."""
        if self.low == self.high:
            return int.from_bytes(data, "big")
        if self.signed:
            most = (1 << 8 * len(data) - 1) - 1
            code = int.from_bytes(data, "big", signed=True)
            return None if code == -most - 1 else code / most * self.high
        return int.from_bytes(data, "big") / ((1 << 8 * len(data)) - 1) * (self.high - self.low) + self.low


ITEMS = {
    CHECKSUM: Item("checksum", 2),
    TIME: Item("precision_time_us", 8),
    5: Item("platform_heading_deg", 2, 0.0, 360.0),
    6: Item("platform_pitch_deg", 2, -20.0, 20.0),
    7: Item("platform_roll_deg", 2, -50.0, 50.0),
    13: Item("sensor_lat_deg", 4, -90.0, 90.0),
    14: Item("sensor_lon_deg", 4, -180.0, 180.0),
    15: Item("sensor_altitude_amsl_m", 2, -900.0, 19_000.0),
    16: Item("sensor_hfov_deg", 2, 0.0, 180.0),
    17: Item("sensor_vfov_deg", 2, 0.0, 180.0),
    18: Item("sensor_azimuth_deg", 4, 0.0, 360.0),
    19: Item("sensor_elevation_deg", 4, -180.0, 180.0),
    20: Item("sensor_roll_deg", 4, 0.0, 360.0),
    21: Item("slant_range_m", 4, 0.0, 5_000_000.0),
    23: Item("frame_centre_lat_deg", 4, -90.0, 90.0),
    24: Item("frame_centre_lon_deg", 4, -180.0, 180.0),
    25: Item("frame_centre_elevation_m", 2, -900.0, 19_000.0),
    75: Item("sensor_altitude_ellipsoid_m", 2, -900.0, 19_000.0),
    78: Item("frame_centre_ellipsoid_m", 2, -900.0, 19_000.0),
    90: Item("platform_pitch_full_deg", 4, -90.0, 90.0),
    91: Item("platform_roll_full_deg", 4, -90.0, 90.0),
    VERSION: Item("version", 1),
}
BY_NAME = {item.name: tag for tag, item in ITEMS.items()}


def checksum(data: bytes) -> int:
    """Sum of 16-bit words from the first byte of the key to the length of the checksum item; an odd last byte is a high byte."""
    return sum(byte << (8 * ((index + 1) % 2)) for index, byte in enumerate(data)) & 0xFFFF


def packed_klv(values: dict[str, float]) -> bytes:
    """One whole set of the values by name (units in the names). Raises `LinkError` without a time or for a value out of range."""
    if "precision_time_us" not in values:
        raise LinkError("A local set needs its precision time stamp.", code="klv_time", hint="Give precision_time_us.")
    tags = sorted(BY_NAME[name] for name in values if BY_NAME[name] not in (TIME, CHECKSUM, VERSION))
    body = b"".join(_item(tag, values) for tag in (TIME, *tags)) + bytes([VERSION, 1, int(values.get("version", EDITION))])
    head = KLV_UNIVERSAL_KEY + ber_length(len(body) + 4) + body + bytes([CHECKSUM, 2])
    return head + checksum(head).to_bytes(2, "big")


def _item(tag: int, values: dict[str, float]) -> bytes:
    item = ITEMS[tag]
    value = item.pack(values[item.name])
    return bytes([tag, len(value)]) + value


def ber_length(length: int) -> bytes:
    """Short form below 128, long form from there on."""
    if length < 128:
        return bytes([length])
    data = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(data)]) + data


def parsed_klv(data: bytes) -> dict[str, float | None]:
    """The known tags of one whole set by name; unknown ones are skipped, as the standard asks. Raises `LinkError` for a broken set."""
    if not data.startswith(KLV_UNIVERSAL_KEY):
        raise _broken("does not begin with the universal key of ST 0601")
    at, end = _length(data, len(KLV_UNIVERSAL_KEY))
    end += at
    if len(data) < end:
        raise _broken(f"ends after {len(data)} of {end} bytes")
    values: dict[str, float | None] = {}
    while at < end:
        tag, at = _tag(data, at)
        at, size = _length(data, at)
        if at + size > end:
            raise _broken(f"has an item {tag} longer than the set")
        if tag == CHECKSUM:
            told, found = int.from_bytes(data[at : at + size], "big"), checksum(data[:at])
            if told != found:
                raise _broken(f"has checksum {told:04x}, not {found:04x}")
        elif tag in ITEMS:
            values[ITEMS[tag].name] = ITEMS[tag].parse(data[at : at + size])
        at += size
    return values


def klv_set_end(data: bytes, at: int) -> int:
    """Where the set that begins at `at` ends; the end of the data for one that is cut off."""
    try:
        begin, size = _length(data, at + len(KLV_UNIVERSAL_KEY))
    except LinkError:
        return len(data)
    return min(len(data), begin + size)


def _tag(data: bytes, at: int) -> tuple[int, int]:
    tag = 0
    while True:
        if at >= len(data):
            raise _broken("ends inside a tag")
        byte = data[at]
        tag, at = tag << 7 | byte & 0x7F, at + 1
        if byte < 0x80:
            return tag, at


def _length(data: bytes, at: int) -> tuple[int, int]:
    """Where the value begins, and its length."""
    if at >= len(data):
        raise _broken("ends inside a length")
    first, at = data[at], at + 1
    if first < 0x80:
        return at, first
    count = first & 0x7F
    if count == 0 or at + count > len(data):
        raise _broken("has a length that is not definite")
    return at + count, int.from_bytes(data[at : at + count], "big")


def _broken(how: str) -> LinkError:
    return LinkError(f"The KLV local set {how}.", code="klv", hint="Skip it; the next one may be whole.")
