"""H.264 byte stream: NAL units, parameter sets, codec string, capture time.

Sources: ITU-T H.264 Annex B and 7.3; ISO/IEC 14496-15 5.2.4.1 (avcC); RFC 6381 (codec string);
MISB ST 0604 (precision time stamp in user_data_unregistered SEI).
"""

import re
from dataclasses import dataclass
from datetime import datetime

from geo.primitives import from_unix_s

SEI, IDR, SPS, PPS, AUD, FILLER = 6, 5, 7, 8, 9, 12
_START_CODE = re.compile(rb"\x00\x00\x01")
_MISB_UUID = b"MISPmicrosectime"
_USER_DATA_UNREGISTERED = 5


@dataclass(frozen=True, slots=True)
class ParameterSets:
    """What a decoder must know before the first picture."""

    sps: bytes
    pps: tuple[bytes, ...]

    @property
    def codec(self) -> str:
        """RFC 6381: profile, constraint flags and level, straight from the SPS."""
        return f"avc1.{self.sps[1]:02X}{self.sps[2]:02X}{self.sps[3]:02X}"

    def avcc(self) -> bytes:
        """AVCDecoderConfigurationRecord with four-byte lengths."""
        record = bytes([1, self.sps[1], self.sps[2], self.sps[3], 0xFF, 0xE1])
        record += len(self.sps).to_bytes(2, "big") + self.sps + bytes([len(self.pps)])
        for pps in self.pps:
            record += len(pps).to_bytes(2, "big") + pps
        if self.sps[1] in (100, 110, 122, 144):  # High profiles carry chroma and depth; 4:2:0, 8 bits is what browsers play
            record += bytes([0xFD, 0xF8, 0xF8, 0])
        return record


def split_annex_b(data: bytes) -> list[bytes]:
    """NAL units of a byte stream with start codes; what stands before the first start code is no unit."""
    starts = [match.end() for match in _START_CODE.finditer(data)]
    if not starts:
        return []
    ends = [start - 3 for start in starts[1:]] + [len(data)]
    # Zeros before the next start code belong to it (four-byte codes) or are padding; a NAL never ends in a zero byte.
    units = (data[start:end].rstrip(b"\x00") for start, end in zip(starts, ends, strict=True))
    return [unit for unit in units if unit]


def split_lengths(data: bytes, length_size: int) -> list[bytes]:
    """NAL units each preceded by its length, as in MP4, MKV and FLV. A length past the end ends the list."""
    units, at = [], 0
    while at + length_size <= len(data):
        size = int.from_bytes(data[at : at + length_size], "big")
        at += length_size
        if not 0 < size <= len(data) - at:
            break
        units.append(data[at : at + size])
        at += size
    return units


def parameter_sets_in(units: list[bytes]) -> ParameterSets | None:
    """The first SPS and all PPS among the units; None unless both are there."""
    sps = next((unit for unit in units if unit[0] & 31 == SPS and len(unit) >= 4), None)
    pps = tuple(dict.fromkeys(unit for unit in units if unit[0] & 31 == PPS))
    return ParameterSets(sps, pps) if sps is not None and pps else None


class NalReader:
    """Splits packets the way their container framed them, which the stream's extradata says."""

    def __init__(self, extradata: bytes | None) -> None:
        self._length_size: int | None = None
        self.parameter_sets: ParameterSets | None = None
        if extradata and extradata[0] == 1 and len(extradata) > 6:
            self._length_size = (extradata[4] & 3) + 1
            self.parameter_sets = parameter_sets_in(_units_of_avcc(extradata))
        elif extradata:
            self.parameter_sets = parameter_sets_in(split_annex_b(extradata))

    def units(self, packet: bytes) -> list[bytes]:
        """NAL units of one packet; remembers parameter sets that travel in it."""
        units = split_annex_b(packet) if self._length_size is None else split_lengths(packet, self._length_size)
        self.parameter_sets = parameter_sets_in(units) or self.parameter_sets
        return units


def _units_of_avcc(record: bytes) -> list[bytes]:
    units, at = [], 5
    for mask in (31, 255):
        count = record[at] & mask if at < len(record) else 0
        at += 1
        for _ in range(count):
            size = int.from_bytes(record[at : at + 2], "big")
            units.append(record[at + 2 : at + 2 + size])
            at += 2 + size
    return [unit for unit in units if unit]


def sample_of(units: list[bytes]) -> bytes:
    """One MP4 sample: pictures and SEI with four-byte lengths. Parameter sets live in the init segment instead."""
    kept = (unit for unit in units if unit[0] & 31 not in (SPS, PPS, AUD, FILLER))
    return b"".join(len(unit).to_bytes(4, "big") + unit for unit in kept)


def captured_at(units: list[bytes]) -> datetime | None:
    """The camera's own instant from a MISB ST 0604 time stamp, when the stream carries one."""
    for unit in units:
        if unit[0] & 31 != SEI or _MISB_UUID not in unit:
            continue
        message = unit[1:].replace(b"\x00\x00\x03", b"\x00\x00")
        start = message.index(_MISB_UUID) if _MISB_UUID in message else -1
        # UUID, status byte, then 8 bytes of microseconds with a 0xFF after each pair against start-code emulation
        stamp = message[start + 17 : start + 28]
        if start < 2 or message[start - 2] != _USER_DATA_UNREGISTERED or len(stamp) < 11:
            continue
        microseconds = int.from_bytes(stamp[0:2] + stamp[3:5] + stamp[6:8] + stamp[9:11], "big")
        try:
            return from_unix_s(microseconds / 1e6)
        except (OverflowError, ValueError, OSError):
            return None
    return None
