"""STATUSTEXT: what the vehicle says in words. A text longer than one message leaves in chunks under one id."""

from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.notices import Notice, Text
from sim.services.host import Host
from sim.services.service import Service

CHUNK_BYTES = 50
IDS = 65535  # ids run from 1; 0 says that the text is whole


class Texts(Service):
    def __init__(self, host: Host) -> None:
        self._last_id = 0

    def on_notice(self, notice: Notice, now_s: float) -> list[Any]:
        if not isinstance(notice, Text):
            return []
        whole = notice.text.encode()
        if len(whole) <= CHUNK_BYTES:
            return [mavlink.MAVLink_statustext_message(notice.severity, whole)]
        self._last_id = self._last_id % IDS + 1
        # The last chunk is the one shorter than a whole message; a text of a whole number of chunks is closed by an empty one.
        chunks = [whole[start : start + CHUNK_BYTES] for start in range(0, len(whole) + 1, CHUNK_BYTES)]
        return [mavlink.MAVLink_statustext_message(notice.severity, chunk, self._last_id, number) for number, chunk in enumerate(chunks)]
