"""The limits of the law beside a plan: what it goes beyond, and what it cannot tell, each with act, date and whether it was verified."""

from collections.abc import Iterable, Sequence

from pydantic import BaseModel, Field

from ground_station.settings import Settings
from missions import AirspaceZone, MissionPlan, law_limits, limit_marks, nearest_aerodrome


class LimitView(BaseModel):
    id: str
    country: str
    met: bool = Field(description="The plan goes beyond it: a permission is needed")
    here: str = Field(description="By what number; empty where a plan cannot tell")
    values: dict[str, float | str] = Field(description="Of `here`: kind of the limit, number, name of what is near")
    text: str
    act: str
    date: str
    source: str
    verified: bool = Field(description="Read in a text of the authority; else second-hand")


def limits_of(settings: Settings, plans: Sequence[MissionPlan], zones: Iterable[AirspaceZone]) -> list[LimitView]:
    """Of several flights the one that goes beyond a limit speaks for it. Those met first."""
    if not settings.safety.law or not plans:
        return []
    law, near = law_limits(settings.safety.law), list(zones)
    held = [limit_marks(plan, law, aerodrome=nearest_aerodrome(plan, near)) for plan in plans]
    worst = {mark.limit.id: mark for mark in sorted((mark for marks in held for mark in marks), key=lambda mark: mark.met)}
    order = {limit.id: number for number, limit in enumerate(law.limits)}
    return [
        LimitView.model_validate(mark.to_json()) for mark in sorted(worst.values(), key=lambda mark: (not mark.met, order[mark.limit.id]))
    ]
