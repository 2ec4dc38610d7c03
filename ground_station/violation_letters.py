"""Cases on the bus: what a source found becomes a row, and a row is told to all who show cases."""

from collections.abc import Iterable

from nats.aio.client import Client

from geo.core import FoundViolation, MeasureRow, ViolationRow
from geo.primitives import LonLat
from ground_station.bus.subjects import STORED
from ground_station.messages import ViolationMeasure, ViolationMessage

STORED_VIOLATION = f"{STORED}.violation"
_SAME = (
    *("violation_id", "rule", "rule_edition", "source_id", "vehicle_id", "observation_id", "track_id", "scene_edition", "model"),
    *("label", "confidence", "from_at", "at", "until_at", "bbox_px", "accuracy_m", "feature", "doubtful_why", "verdict_hash"),
)


def found_violation(message: ViolationMessage) -> FoundViolation:
    measure = message.measure
    placed = message.lon_deg is not None and message.lat_deg is not None
    return FoundViolation(
        **{name: getattr(message, name) for name in _SAME},
        proof_at=tuple(message.proof_at),
        position=LonLat(message.lon_deg, message.lat_deg) if placed else None,  # type: ignore[arg-type]
        legal_order=message.legal_order,
        measure=None if measure is None else MeasureRow(**measure.model_dump()),
    )


def violation_message(row: ViolationRow) -> ViolationMessage:
    found = row.found
    measure = found.measure
    return ViolationMessage.model_validate(
        {name: getattr(found, name) for name in _SAME}
        | {
            "proof_at": list(found.proof_at),
            "lon_deg": None if found.position is None else found.position.lon_deg,
            "lat_deg": None if found.position is None else found.position.lat_deg,
            "legal_order": row.legal_order_id,
            "measure": None
            if measure is None
            else ViolationMeasure(value=measure.value, uncertainty=measure.uncertainty, limit=measure.limit, unit=measure.unit),
            "evidence_tier": row.evidence_tier,
            "state": row.state,
        }
    )


async def tell_cases(client: Client, rows: Iterable[ViolationRow]) -> None:
    """What has been committed of them, for everybody who shows cases."""
    for row in rows:
        await client.publish(STORED_VIOLATION, violation_message(row).encode())
