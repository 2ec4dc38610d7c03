"""One door for all patterns: a request in, a plan or the reasons why there is none out."""

from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from typing import Any

from geo.primitives import LonLat
from missions.airspace.certificate import certify
from missions.airspace.certificate_check import certificate_findings
from missions.findings import has_errors, placed
from missions.patterns.catalogue import PATTERNS
from missions.planning.checks import at_its_item
from missions.planning.context import PlanContext, prepared
from missions.planning.result import PlanResult
from missions.requests.request import PlanRequest


def plan_request(request: PlanRequest, context: PlanContext | None = None) -> PlanResult:
    """Plan by the pattern of the request. Never raises for what a person may enter: every reason is a finding with the way out."""
    module, function = PATTERNS[request.pattern].planner.split(":")
    request, context = prepared(request, context or PlanContext())
    result: PlanResult = proven(getattr(import_module(module), function)(request, context), context)
    # Rings repeat their first corner.
    drawn = list(dict.fromkeys(_positions(request.drawn()["coordinates"])))
    if not drawn:
        return result
    middle = LonLat(*(sum(axis) / len(drawn) for axis in zip(*drawn, strict=True)))
    return replace(result, findings=placed(result.findings, middle))


def proven(result: PlanResult, context: PlanContext) -> PlanResult:
    """The result with the certificate of each flight and what they say; a plan that flies through a forbidden zone is no plan."""
    if result.plan is None:
        return result
    plans = [sortie.plan for sortie in result.sorties] or [result.plan]
    certificates = [certify(plan, context.zones, at=context.at, heights=context.heights) for plan in plans]
    said = {finding.code for finding in result.findings}
    found = [
        at_its_item(finding, plan)
        for plan, certificate in zip(plans, certificates, strict=True)
        for finding in certificate_findings(certificate)
        if finding.code not in said
    ]
    findings = (*result.findings, *dict.fromkeys(found))
    if has_errors(findings):
        return replace(result, plan=None, findings=findings, certificate=certificates[0], sorties=())
    sorties = tuple(replace(sortie, certificate=one) for sortie, one in zip(result.sorties, certificates, strict=False))
    return replace(result, findings=findings, certificate=certificates[0], sorties=sorties)


def _positions(coordinates: Any) -> Iterator[tuple[float, float]]:
    """Of a drawing that may be too broken to be a geometry."""
    if coordinates and isinstance(coordinates[0], int | float):
        yield coordinates[0], coordinates[1]
    else:
        for part in coordinates:
            yield from _positions(part)
