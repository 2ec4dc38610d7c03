"""Health of the program's own processes."""

from datetime import datetime

from ground_station.messages.base import Message


class ProcessStatus(Message):
    process: str
    at: datetime
    ready: bool
    detail: str = ""
