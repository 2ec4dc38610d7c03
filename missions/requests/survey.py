"""What a person asks of an area survey. Kept inside the plan, so that a plan can be drawn again and changed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, Self

from missions.requests.kinds import Area, Choice, Number, Ring, Several, read_rings, write_rings
from missions.requests.request import PlanRequest

PASSES = ("single", "crosshatch", "oblique")


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyRequest(PlanRequest):
    """One area, one camera, one resolution. In JSON the holes are the inner rings of the polygon."""

    pattern: ClassVar[str] = "survey"
    drawn_member: ClassVar[str] = "polygon"

    polygon: Annotated[Ring, Area(), "Area to photograph; its holes are neither photographed nor overflown"]
    holes: Annotated[tuple[Ring, ...], Several(Area()), "Inner rings of the polygon"] = ()
    angle_deg: Annotated[float | None, Number("deg", least=-360.0, most=360.0, auto="auto"), "Heading of the lines; auto: the quickest"] = (
        None
    )

    passes: Annotated[
        str, Choice(PASSES), "One grid, two crossing ones, or five with the camera straight down and tilted to four sides"
    ] = "single"

    # Named bases: with slots, a dataclass is made anew and the plain super() still means the old one.
    def to_json(self) -> dict[str, Any]:
        value = PlanRequest.to_json(self)
        del value["holes"]
        return value | {"polygon": write_rings((self.polygon, *self.holes))}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        request = super(SurveyRequest, cls).from_json(value)
        return replace(request, holes=read_rings(value["polygon"], "polygon")[1:])

    @classmethod
    def schema(cls) -> dict[str, Any]:
        schema = super(SurveyRequest, cls).schema()
        del schema["properties"]["holes"]
        return schema
