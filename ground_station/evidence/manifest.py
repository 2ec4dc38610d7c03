"""What a package says: the manifest, field by field. The form of its JSON is `sunqar-evidence/1`.

Instants are UTC in ISO 8601; `_s` are seconds of the film's own timeline; places are WGS84; boxes are pixels of the film's pictures.
"""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

FORMAT = "sunqar-evidence/1"
MANIFEST, SIGNATURE, TIMESTAMP = "manifest.json", "signature.json", "timestamp.tsr"
Sha256 = str
HEX_32 = r"^[0-9a-f]{64}$"


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ParameterFacts(Part):
    value: float
    unit: str
    why: str


class RuleFacts(Part):
    """The rule and the edition that judged, with the numbers in force."""

    code: str
    edition: str
    source_tier: str
    parameters: dict[str, ParameterFacts]


class MeasureFacts(Part):
    """`uncertainty` is two sigmas."""

    value: float
    uncertainty: float
    limit: float
    unit: str


class OrderFacts(Part):
    """The legal order; `reference` as the scene names it. The rest is known where orders are kept."""

    reference: str
    authority: str | None = None
    number: str | None = None
    title: dict[str, str] = Field(default_factory=dict)
    issued_on: str | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None


class SourceFacts(Part):
    """What filmed. `position` is [longitude, latitude] of a fixed camera; `certificate` of a certified device, which tier A needs."""

    source_id: str
    name: str
    kind: str
    vehicle_id: str | None = None
    position: tuple[float, float] | None = None
    certificate: str | None = None


class PlaceFacts(Part):
    """`accuracy_m` is the radius that holds the truth with 95 % probability."""

    lon_deg: float
    lat_deg: float
    accuracy_m: float


class ModelFacts(Part):
    """The detector, by the SHA-256 of its weights; `card` names the file with what it was made from and how often it is wrong."""

    sha256: str
    name: str | None = None
    card: str | None = None


class ClockFacts(Part):
    """`kind`: the camera's own stamps, arrival at the station, the film's own start, a simulation, or none at all."""

    kind: Literal["stamped", "arrival", "film", "simulated", "unknown"]
    offset_s: float | None = None
    sigma_s: float | None = None
    source: str | None = None


class PlateFacts(Part):
    """A plate as read: text, what grammar it follows, share of certainty of each letter; where it was seen."""

    text: str
    grammar: str | None = None
    posterior: tuple[float, ...] = ()
    bbox_px: tuple[float, float, float, float] | None = None
    time_s: float | None = None


class ReviewFacts(Part):
    reviewer: str
    decision: str
    reason: str
    seconds_spent: float | None = None
    at: datetime


class AccessFacts(Part):
    """Who did what with the case until the package was made."""

    who: str
    what: str
    at: datetime
    why: str = ""


class CaseFacts(Part):
    """What is claimed. `measured` is None for rules that measure nothing; `at` is None for films that do not know their date."""

    case_id: str
    evidence_tier: Literal["A", "B", "C"]
    rule: RuleFacts
    measured: MeasureFacts | None
    order: OrderFacts | None
    source: SourceFacts
    label: str
    track_id: int
    feature: str
    confidence: float
    observations: int
    from_s: float
    at_s: float
    proof_s: tuple[float, ...]
    at: datetime | None
    place: PlaceFacts | None
    model: ModelFacts
    clock: ClockFacts
    plate: PlateFacts | None = None
    reviews: tuple[ReviewFacts, ...] = ()


class StillFacts(Part):
    """One still. `pts` counts in `time_base` of the film as recorded; `bbox_px` is the thing's box in it, before the data bar was added."""

    file: str
    what: Literal["before", "at", "after"]
    asked_s: float
    time_s: float
    pts: int
    time_base: str
    at: datetime | None
    bbox_px: tuple[float, float, float, float] | None


class PieceFacts(Part):
    """A recorded file the clip was copied from; `sha256` is of the whole file."""

    name: str
    sha256: Sha256
    begins_s: float


class OriginalFacts(Part):
    """The clip as copied: packets untouched. `packets_sha256` is over their bytes alone, whatever they are wrapped in."""

    sha256: Sha256
    size_bytes: int
    packets: int
    packets_sha256: Sha256
    codec: str
    size_px: tuple[int, int]
    time_base: str
    first_pts: int
    pieces: tuple[PieceFacts, ...]


class ClipFacts(Part):
    """The clip in the package, from a keyframe on. `hidden`: made anew with people and plates hidden; the original stays where it is."""

    file: str
    begins_s: float
    ends_s: float
    hidden: bool
    original: OriginalFacts


class RedactionFacts(Part):
    """What was hidden. `whole_picture`: nothing could search the pictures, so all of them are veiled."""

    model: str | None
    whole_picture: bool
    people: int
    plates: int
    plate_of_the_case_shown: bool
    method: str


class ChainFacts(Part):
    """`previous_root` is the newest day sealed when the package was made."""

    day: str
    previous_day: str | None
    previous_root: Sha256 | None


class FileFacts(Part):
    path: str
    size_bytes: int
    sha256: Sha256


class Manifest(Part):
    """`kind` original: the clip is as recorded, for a `reason`."""

    format: Literal["sunqar-evidence/1"]
    product: Literal["Sunqar"]
    package_id: str
    kind: Literal["hidden", "original"]
    reason: str | None
    made_at: datetime
    made_by: str
    case: CaseFacts
    stills: tuple[StillFacts, ...]
    plate_crop: str | None
    clip: ClipFacts
    track: str
    scene: str | None
    redactions: RedactionFacts
    access_log: tuple[AccessFacts, ...]
    chain: ChainFacts
    limits: dict[str, str]
    key_id: str
    public_key: str = Field(pattern=HEX_32)
    files: tuple[FileFacts, ...]


class Seal(Part):
    """What the key signs. `timestamp_sha256` is of the RFC 3161 token over the manifest; None when there is none."""

    algorithm: Literal["Ed25519"]
    format: Literal["sunqar-evidence/1"]
    key_id: str
    manifest_sha256: Sha256 = Field(pattern=HEX_32)
    public_key: str = Field(pattern=HEX_32)
    timestamp_sha256: Sha256 | None = Field(pattern=HEX_32)


class Signature(Part):
    """`signature.json`: the seal, and 64 bytes over its canonical JSON."""

    seal: Seal
    signature: str = Field(pattern=r"^[0-9a-f]{128}$")


def plain(part: BaseModel) -> dict[str, Any]:
    """As JSON holds it."""
    return part.model_dump(mode="json")
