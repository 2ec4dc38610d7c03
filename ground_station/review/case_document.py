"""A case as an outside system gets it: what, where, when, by which right, by which model, and who looked at it."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from geo.core import Database, EvidencePackageRow, EvidenceStore, LegalOrderRow, LegalOrderStore, ReviewRow, ReviewStore, ViolationRow

FORMAT = "sunqar-case/1"
AI_NOTICE = {
    "kk": "Істі автоматты жүйе анықтады (жасанды интеллект қатысты); шешімді лауазымды адам қабылдады.",
    "ru": "Случай выявлен автоматической системой (участвовал искусственный интеллект); решение принял сотрудник.",
    "en": "The case was found by an automatic system (artificial intelligence took part); an officer decided.",
}


def case_document(
    case: ViolationRow, order: LegalOrderRow | None, reviews: Sequence[ReviewRow], packages: Sequence[EvidencePackageRow]
) -> dict[str, Any]:
    """Plain JSON members only. `packages` are named by their fingerprints."""
    found = case.found
    return {
        "format": FORMAT,
        "violation_id": str(found.violation_id),
        "state": case.state,
        "evidence_tier": case.evidence_tier,
        "rule": found.rule,
        "rule_edition": found.rule_edition,
        "model": found.model,
        "ai_notice": AI_NOTICE,
        "source_id": found.source_id,
        "vehicle_id": found.vehicle_id,
        "from_at": found.from_at.isoformat(),
        "at": found.at.isoformat(),
        "until_at": found.until_at.isoformat(),
        "proof_at": [instant.isoformat() for instant in found.proof_at],
        "position": None if found.position is None else list(found.position.as_tuple()),
        "accuracy_m": found.accuracy_m,
        "label": found.label,
        "confidence": found.confidence,
        "measure": None if found.measure is None else asdict(found.measure),
        "feature": found.feature,
        "plate": case.plate,
        "doubtful_why": found.doubtful_why,
        "verdict_hash": found.verdict_hash,
        "legal_order": None if order is None else _order(order),
        "certificate_id": case.certificate_id,
        "reviews": [
            {
                "reviewer": review.reviewer,
                "decision": review.decision,
                "reason": review.reason,
                "note": review.note,
                "seconds_spent": round(review.seconds_spent, 1),
                "blind": review.blind,
                "at": review.at.isoformat(),
            }
            for review in reviews
        ],
        "evidence": [{"package_id": str(one.package_id), "sha256": one.sha256, "manifest_sha256": one.manifest_sha256} for one in packages],
    }


async def gathered_document(database: Database, case: ViolationRow) -> dict[str, Any]:
    """The same with all that is kept of the case."""
    violation_id = case.found.violation_id
    order = None if case.legal_order_id is None else await LegalOrderStore(database).get(case.legal_order_id)
    packages = await EvidenceStore(database).page(violation_id=violation_id)
    return case_document(case, order, await ReviewStore(database).reviews(violation_id), packages.items)


def withdrawal_document(case: ViolationRow, order: LegalOrderRow | None) -> dict[str, Any]:
    """Tells whoever was handed a case that it does not hold any more, and why."""
    return {
        "format": FORMAT,
        "withdrawn": True,
        "violation_id": str(case.found.violation_id),
        "state": case.state,
        "why": case.found.doubtful_why or (None if order is None else order.revoked_why) or "",
        "legal_order": None if order is None else _order(order),
    }


def _order(order: LegalOrderRow) -> dict[str, Any]:
    setup = order.setup
    return {
        "id": order.order_id,
        "authority": setup.authority,
        "number": setup.number,
        "title": {"kk": setup.title_kk, "ru": setup.title_ru, "en": setup.title_en},
        "issued_on": setup.issued_on.isoformat(),
        "valid_from": setup.valid_from.isoformat(),
        "valid_to": None if setup.valid_to is None else setup.valid_to.isoformat(),
        "revoked_at": None if order.revoked_at is None else order.revoked_at.isoformat(),
        "document_url": setup.document_url,
    }
