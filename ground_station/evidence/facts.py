"""What is known of a violation, as its package says it."""

from datetime import datetime, timedelta
from pathlib import Path

from geo.primitives import LocalFrame
from ground_station.evidence.manifest import (
    CaseFacts,
    ClockFacts,
    MeasureFacts,
    ModelFacts,
    OrderFacts,
    ParameterFacts,
    PlaceFacts,
    RuleFacts,
    SourceFacts,
)
from vision import RULES, Measure, Track, Violation, read_card


def rule_facts(code: str, edition: str) -> RuleFacts:
    """The rule with its numbers, where that edition is the one this program has; of another edition the numbers are not known."""
    card = next((rule.card for rule in RULES if rule.card.code == code), None)
    if card is None or card.edition != edition:
        return RuleFacts(code=code, edition=edition, source_tier="unknown", parameters={})
    parameters = {name: ParameterFacts(value=one.value, unit=one.unit, why=one.why) for name, one in card.parameters.items()}
    return RuleFacts(code=code, edition=edition, source_tier=card.source_tier, parameters=parameters)


def model_facts(file: Path, sha256: str) -> tuple[ModelFacts, bytes | None]:
    """The detector, and its card as it goes into the package."""
    card = read_card(file)
    if card is None:
        return ModelFacts(sha256=sha256, name=file.name), None
    return ModelFacts(sha256=sha256, name=card.name, card="model-card.json"), (card.model_dump_json(indent=1) + "\n").encode()


def measure_facts(measure: Measure | None) -> MeasureFacts | None:
    if measure is None:
        return None
    return MeasureFacts(value=measure.value, uncertainty=measure.uncertainty, limit=measure.limit, unit=measure.unit)


def case_of(
    found: Violation,
    track: Track,
    *,
    case_id: str,
    source: SourceFacts,
    model: ModelFacts,
    clock: ClockFacts,
    began_at: datetime | None,
    local: LocalFrame | None,
) -> CaseFacts:
    """A violation found in a film that began at `began_at`."""
    place = None if local is None else local.place(*found.en_m)
    return CaseFacts(
        case_id=case_id,
        evidence_tier=found.evidence_tier,
        rule=rule_facts(found.rule, found.edition),
        measured=measure_facts(found.measure),
        order=None if found.legal_order is None else OrderFacts(reference=found.legal_order),
        source=source,
        label=track.label,
        track_id=track.track_id,
        feature=found.feature,
        confidence=track.confidence,
        observations=track.observations,
        from_s=found.from_s,
        at_s=found.at_s,
        proof_s=found.proof_s,
        at=None if began_at is None else began_at + timedelta(seconds=found.at_s),
        place=None if place is None else PlaceFacts(lon_deg=place.lon_deg, lat_deg=place.lat_deg, accuracy_m=found.accuracy_m),
        model=model,
        clock=clock,
    )
