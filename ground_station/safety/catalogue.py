"""All pre-flight checks, in the order shown. To add one: a file in `checks/`, one line here, one row in its test."""

from ground_station.safety.checklist import Check, CheckResult, PreflightFacts, Severity
from ground_station.safety.checks.airspace import airspace
from ground_station.safety.checks.arming import arming
from ground_station.safety.checks.battery import battery
from ground_station.safety.checks.clock import clock
from ground_station.safety.checks.conflict import conflict
from ground_station.safety.checks.estimator import estimator
from ground_station.safety.checks.failsafes import failsafes
from ground_station.safety.checks.fence import fence
from ground_station.safety.checks.gnss import gnss
from ground_station.safety.checks.home import home
from ground_station.safety.checks.lease import lease
from ground_station.safety.checks.link import link
from ground_station.safety.checks.mission import mission
from ground_station.safety.checks.remote_id import remote_id
from ground_station.safety.checks.station_id import station_id
from ground_station.safety.checks.wind import wind

CHECKS: tuple[Check, ...] = (
    lease,
    link,
    arming,
    remote_id,
    gnss,
    estimator,
    battery,
    mission,
    fence,
    home,
    airspace,
    conflict,
    wind,
    failsafes,
    station_id,
    clock,
)
_ORDER = list(Severity)


def preflight(facts: PreflightFacts) -> tuple[CheckResult, ...]:
    """Every check's results, blockers first, each group in the order of the catalogue."""
    results = [result for check in CHECKS for result in check(facts)]
    return tuple(sorted(results, key=lambda result: _ORDER.index(result.severity)))


def blockers(results: tuple[CheckResult, ...]) -> tuple[CheckResult, ...]:
    return tuple(result for result in results if result.severity is Severity.BLOCKER)
