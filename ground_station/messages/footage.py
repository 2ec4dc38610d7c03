"""Between `api` and `record`: segments made ready to be shown. Only paths cross the bus, never pictures."""

from uuid import UUID

from ground_station.messages.base import Message


class ShowRequest(Message):
    """Make a segment ready to be shown: people and plates hidden."""

    segment_id: UUID


class ShowReply(Message):
    """`mime` of the file made, with its codec; or what went wrong."""

    mime: str = ""
    code: str = ""
    message: str = ""
    hint: str = ""
