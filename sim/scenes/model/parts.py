"""Words every part of a scene file is made of. Places are metres east and north of `origin`, times are seconds of the scene, headings
clockwise from north. Unknown keys are refused, so that a misspelt one is not silently without effect.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Point = tuple[Annotated[float, Field(ge=-5_000, le=5_000)], Annotated[float, Field(ge=-5_000, le=5_000)]]
Heading = Annotated[float, Field(ge=0, le=360)]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
