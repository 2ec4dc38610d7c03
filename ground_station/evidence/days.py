"""Days of evidence: one Merkle root over all packages of a day, chained to the day before, signed.

Who publishes the root of a day can later add no package to it, take none out and change none, without everybody seeing it.
The tree is that of Certificate Transparency. Source: RFC 6962, section 2.1.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field, ValidationError

from ground_station.evidence.canonical import canonical, read_canonical
from ground_station.evidence.manifest import HEX_32, Part, plain
from ground_station.evidence.signing_key import EvidenceKey, key_id_of, signed_by
from ground_station.evidence.timestamps import Timestamper


class DayFacts(Part):
    """What is signed of a day. `leaves` are the SHA-256 of the packages' manifests in the order they were made.

    `previous_day` is the newest day before it that has a package; `previous_root` that day's root.
    """

    format: Literal["sunqar-evidence-day/1"]
    day: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    leaves: tuple[str, ...]
    merkle_root: str = Field(pattern=HEX_32)
    previous_day: str | None
    previous_root: str | None = Field(pattern=HEX_32)
    key_id: str
    public_key: str = Field(pattern=HEX_32)


class SealedDay(Part):
    """A day's file. `timestamp` is the RFC 3161 token over the canonical JSON of `facts`, in hexadecimal digits; both are signed."""

    facts: DayFacts
    signature: str = Field(pattern=r"^[0-9a-f]{128}$")
    timestamp: str | None = None

    def to_bytes(self) -> bytes:
        return canonical(plain(self))

    def signed(self) -> bytes:
        return canonical({"facts": plain(self.facts), "timestamp": self.timestamp})


@dataclass(frozen=True, slots=True)
class PreviousDay:
    day: str
    root: str


def sealed_day(
    day: str, leaves: Sequence[str], previous: PreviousDay | None, key: EvidenceKey, timestamper: Timestamper | None = None
) -> SealedDay:
    """`leaves` in the order the packages were made. Raises: `VisionError` when the authority gives no time stamp."""
    facts = DayFacts(
        format="sunqar-evidence-day/1",
        day=day,
        leaves=tuple(leaves),
        merkle_root=merkle_root(leaves, previous),
        previous_day=None if previous is None else previous.day,
        previous_root=None if previous is None else previous.root,
        key_id=key.key_id,
        public_key=key.public.hex(),
    )
    token = None if timestamper is None else timestamper.stamp(canonical(plain(facts))).hex()
    unsigned = SealedDay(facts=facts, signature="0" * 128, timestamp=token)
    return unsigned.model_copy(update={"signature": key.sign(unsigned.signed()).hex()})


def merkle_root(leaves: Sequence[str], previous: PreviousDay | None) -> str:
    """The day before, if there is one, is the first leaf: the root says all there was until then."""
    chained = [] if previous is None else [previous.root]
    return _tree([bytes.fromhex(one) for one in (*chained, *leaves)]).hex()


def _tree(leaves: Sequence[bytes]) -> bytes:
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + _tree(leaves[:split]) + _tree(leaves[split:])).digest()


def read_day(content: bytes) -> tuple[SealedDay | None, list[str]]:
    """A day's file, and in plain sentences what is wrong with it."""
    try:
        day = SealedDay.model_validate(read_canonical(content))
    except (ValueError, ValidationError):
        return None, ["The day file is no sealed day of evidence, or was changed."]
    facts = day.facts
    faults = []
    previous = None if facts.previous_root is None else PreviousDay(facts.previous_day or "", facts.previous_root)
    if any(len(one) != 64 or one.strip("0123456789abcdef") for one in facts.leaves):
        return day, ["The day file names a package by something that is no SHA-256."]
    if merkle_root(facts.leaves, previous) != facts.merkle_root:
        faults.append(f"The root of {facts.day} does not follow from its packages.")
    public = bytes.fromhex(facts.public_key)
    if key_id_of(public) != facts.key_id or not signed_by(public, bytes.fromhex(day.signature), day.signed()):
        faults.append(f"The signature of the day {facts.day} does not fit: it was changed after signing.")
    return day, faults


def day_name(facts: DayFacts) -> str:
    return f"evidence-day-{facts.day}.json"
