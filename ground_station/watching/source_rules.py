"""Rules on one source over all its runs: what it is judged by now, since when, and whether it can be judged by at all.

A source that may look or date wrongly judges nothing, and says so in the database; what it has found since it was last known to be right is
marked doubtful there. All of it ends by itself when the trouble does, or when the camera is calibrated anew.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from geo.core import Database, SourceRuleRow, SourceRuleStore, ViolationRow, ViolationStore
from geo.primitives import utc_now
from ground_station.messages import SourceTrouble
from ground_station.watching.rule_book import NO_PLAN, RulePlan

logger = logging.getLogger(__name__)

# Dark alone suspends nothing: things are still where they are seen, and those that are not seen are abstained from.
SUSPENDING: frozenset[SourceTrouble] = frozenset({"clock", "covered", "defocused", "frozen", "moved", "turned"})
TellCases = Callable[[Sequence[ViolationRow]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Between `since`, when the source was last known to be right, and `noticed_at` its findings are doubtful."""

    why: str
    since: datetime
    noticed_at: datetime


class SourceRules:
    def __init__(self, source_id: str) -> None:
        self._source_id = source_id
        self.plan: RulePlan = NO_PLAN
        self.since = utc_now()  # what began before was not judged by all that holds now
        self.doubt: Doubt | None = None
        self._sure = False

    @property
    def judging(self) -> bool:
        return bool(self.plan.rules) and self.doubt is None

    def adopt(self, plan: RulePlan) -> None:
        """From now on, for what begins from now on."""
        if plan.key != self.plan.key:
            logger.info("source %s is judged by %s", self._source_id, ", ".join(rule.card.code for rule in plan.rules) or "no rule")
            self.plan, self.since = plan, utc_now()

    def look(self, troubles: Mapping[SourceTrouble, datetime], *, sure: bool) -> None:
        """The troubles that stand, each with when the source was last known to be without it. `sure`: all that can be asked was asked."""
        standing = {name: since for name, since in troubles.items() if name in SUSPENDING}
        self._sure = sure and not standing
        if standing:
            why, since = ", ".join(sorted(standing)), min(standing.values())
            if self.doubt is None:
                self.doubt = Doubt(why, since, utc_now())
            elif self.doubt.why != why:
                self.doubt = Doubt(why, min(since, self.doubt.since), self.doubt.noticed_at)
        elif sure and self.doubt is not None:
            self.doubt, self.since = None, utc_now()

    async def settle(self, database: Database, rows: Sequence[SourceRuleRow], tell: TellCases) -> None:
        """Make the database say the same. Again and again: cases may be on their way to it still. Raises: `GeoError`."""
        rules, doubt = SourceRuleStore(database), self.doubt
        if doubt is not None:
            if any(row.suspended_since is None for row in rows):
                await rules.suspend(self._source_id, doubt.since, doubt.why)
            cases = await ViolationStore(database).doubt(self._source_id, doubt.since, doubt.noticed_at, f"source: {doubt.why}")
            await tell(cases)
        elif self._sure and any(row.suspended_since is not None for row in rows):
            await rules.resume(self._source_id)
