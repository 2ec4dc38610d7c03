"""What every message on the bus has in common."""

from pydantic import BaseModel, ConfigDict


class Message(BaseModel):
    """Base of all bus messages: closed, immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def encode(self) -> bytes:
        return self.__pydantic_serializer__.to_json(self)
