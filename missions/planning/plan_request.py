"""One door for all patterns: a request in, a plan or the reasons why there is none out."""

from dataclasses import replace
from importlib import import_module

from missions.airspace.certificate import certify
from missions.airspace.certificate_check import certificate_findings
from missions.findings import has_errors
from missions.patterns.catalogue import PATTERNS
from missions.planning.context import PlanContext, prepared
from missions.planning.result import PlanResult
from missions.requests.request import PlanRequest


def plan_request(request: PlanRequest, context: PlanContext | None = None) -> PlanResult:
    """Plan by the pattern of the request. Never raises for what a person may enter: every reason is a finding with the way out."""
    module, function = PATTERNS[request.pattern].planner.split(":")
    request, context = prepared(request, context or PlanContext())
    result: PlanResult = getattr(import_module(module), function)(request, context)
    return proven(result, context)


def proven(result: PlanResult, context: PlanContext) -> PlanResult:
    """The result with the certificate of each flight and what they say; a plan that flies through a forbidden zone is no plan."""
    if result.plan is None:
        return result
    plans = [sortie.plan for sortie in result.sorties] or [result.plan]
    certificates = [certify(plan, context.zones, at=context.at, heights=context.heights) for plan in plans]
    said = {finding.code for finding in result.findings}
    found = [finding for certificate in certificates for finding in certificate_findings(certificate) if finding.code not in said]
    findings = (*result.findings, *dict.fromkeys(found))
    if has_errors(findings):
        return replace(result, plan=None, findings=findings, certificate=certificates[0], sorties=())
    sorties = tuple(replace(sortie, certificate=one) for sortie, one in zip(result.sorties, certificates, strict=False))
    return replace(result, findings=findings, certificate=certificates[0], sorties=sorties)
