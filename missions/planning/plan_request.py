"""One door for all patterns: a request in, a plan or the reasons why there is none out."""

from importlib import import_module

from missions.patterns.catalogue import PATTERNS
from missions.planning.context import PlanContext
from missions.planning.result import PlanResult
from missions.requests.request import PlanRequest


def plan_request(request: PlanRequest, context: PlanContext | None = None) -> PlanResult:
    """Plan by the pattern of the request. Never raises for what a person may enter: every reason is a finding with the way out."""
    module, function = PATTERNS[request.pattern].planner.split(":")
    result: PlanResult = getattr(import_module(module), function)(request, context or PlanContext())
    return result
