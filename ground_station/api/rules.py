"""The catalogue of rules: what each looks for, in which edition, by which numbers."""

from typing import Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from ground_station.api.auth import signed_in
from vision import RULES, RuleCard

router = APIRouter(prefix="/api/v1/rules", tags=["rules"], dependencies=[Depends(signed_in)])


class RuleParameterView(BaseModel):
    value: float
    unit: str
    why: str


class RuleView(BaseModel):
    code: str
    edition: str = Field(description="Changes whenever a verdict could")
    source_tier: Literal["T0", "T1", "T2", "T3"] = Field(description="How closely a source must be looked at for it")
    subjects: list[str] = Field(description="Classes of things it is about")
    parameters: dict[str, RuleParameterView]

    @classmethod
    def of(cls, card: RuleCard) -> "RuleView":
        parameters = {name: RuleParameterView(value=one.value, unit=one.unit, why=one.why) for name, one in sorted(card.parameters.items())}
        return cls(
            code=card.code, edition=card.edition, source_tier=card.source_tier, subjects=sorted(card.subjects), parameters=parameters
        )


class RuleList(BaseModel):
    items: list[RuleView]


@router.get("")
async def list_rules() -> RuleList:
    """In the order of the catalogue."""
    return RuleList(items=[RuleView.of(rule.card) for rule in RULES])
