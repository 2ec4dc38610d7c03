"""What each source is judged by: the rules switched on for it, on their terms, over the scene in force. Read again and again."""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from geo.core import Database, SceneRow, SceneStore, SourceRuleRow, SourceRuleStore
from geo.primitives import LocalFrame, LonLat, VisionError
from vision import (
    Rule,
    SceneFeature,
    Terms,
    road_scene as read_road,
    rules_named,
    scene_features,
    scene_on_timeline,
    terms_of,
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RulePlan:
    """`key` is equal when nothing has changed. Without rules nothing is judged; `terms` are the source's own, by rule."""

    key: tuple[object, ...] = ()
    scene_edition: int | None = None
    features: tuple[SceneFeature, ...] = ()
    rules: tuple[Rule, ...] = ()
    terms: Mapping[str, Terms] = field(default_factory=dict)


NO_PLAN = RulePlan()


@dataclass(frozen=True, slots=True)
class BookPage:
    """Of one source: the rules that are switched on as the database has them, and the plan made of those."""

    rows: tuple[SourceRuleRow, ...] = ()
    plan: RulePlan = NO_PLAN


EMPTY_PAGE = BookPage()


class RuleBook:
    """Scenes are only read when their edition has changed."""

    def __init__(self, database: Database) -> None:
        self._scenes, self._rules = SceneStore(database), SourceRuleStore(database)
        self._plans: dict[str, RulePlan] = {}

    async def read(self) -> dict[str, BookPage]:
        """By source. Raises: `GeoError` when the database does not answer."""
        rows: defaultdict[str, list[SourceRuleRow]] = defaultdict(list)
        for row in await self._rules.enabled():
            rows[row.source_id].append(row)
        editions = await self._scenes.editions_in_force(list(rows))
        plans = {source_id: await self._plan(source_id, editions.get(source_id), of) for source_id, of in rows.items()}
        self._plans = plans
        return {source_id: BookPage(tuple(of), plans[source_id]) for source_id, of in rows.items()}

    async def _plan(self, source_id: str, edition: int | None, rows: Sequence[SourceRuleRow]) -> RulePlan:
        key = (edition, *((row.rule, repr(row.schedule), repr(row.excluded)) for row in rows))
        before = self._plans.get(source_id)
        if before is not None and before.key == key:
            return before
        scene = None if edition is None else await self._scenes.get(source_id, edition)
        try:
            return RulePlan(key) if scene is None else rule_plan(key, scene, rows)
        except VisionError as error:  # written by an earlier program, or by hand; the API lets none through
            logger.warning("source %s is not judged: %s", source_id, error.one_line(), extra={"source_id": source_id})
            return RulePlan(key)


def rule_plan(key: tuple[object, ...], scene: SceneRow, rows: Sequence[SourceRuleRow]) -> RulePlan:
    """Raises: `VisionError` naming the feature, the rule or the term that cannot be judged by."""
    features = scene_features(scene.features, name=scene.source_id)
    read_road(scene_on_timeline(features, None), LocalFrame(LonLat(0.0, 0.0)))
    terms = {row.rule: terms_of(row.schedule, row.excluded, of=f"'{row.rule}' on '{row.source_id}'") for row in rows}
    return RulePlan(key, scene.edition, features, rules_named([row.rule for row in rows]), terms)
