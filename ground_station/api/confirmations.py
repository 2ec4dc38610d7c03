"""Confirmation tokens: a dangerous command is asked for twice, the second time with what the first answered.

A token lives 30 s, works once, and only for the same user, vehicle, command and parameters. Kept in memory on purpose:
a restart of `api` forgets them all, which is the safe side.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from geo.primitives import AccessError, utc_now
from ground_station.messages import CommandName

LIFETIME_S = 30.0
NEEDED_FOR = frozenset(
    {
        CommandName.ARM,
        CommandName.DISARM,
        CommandName.TAKEOFF,
        CommandName.GOTO,
        CommandName.LAND,
        CommandName.SET_MODE,
        CommandName.START_MISSION,
        CommandName.RESUME_MISSION,
        CommandName.SKIP_TO_ITEM,
        CommandName.RESHOOT,
        CommandName.CHANGE_MISSION,
    }
)


@dataclass(frozen=True, slots=True)
class Bound:
    """What a token is good for."""

    user: str
    vehicle_id: str
    command: CommandName
    parameters_hash: str

    @classmethod
    def to(cls, user: str, vehicle_id: str, command: CommandName, parameters: dict[str, Any]) -> "Bound":
        canonical = json.dumps(parameters, sort_keys=True, separators=(",", ":"))
        return cls(user, vehicle_id, command, hashlib.sha256(canonical.encode()).hexdigest())


class Confirmations:
    """Tokens given out and not yet used."""

    def __init__(self) -> None:
        self._open: dict[str, tuple[Bound, datetime]] = {}

    def issue(self, bound: Bound) -> tuple[str, datetime]:
        now = utc_now()
        self._open = {token: entry for token, entry in self._open.items() if entry[1] > now}
        token, expires_at = secrets.token_urlsafe(24), now + timedelta(seconds=LIFETIME_S)
        self._open[token] = (bound, expires_at)
        return token, expires_at

    def spend(self, token: str | None, bound: Bound) -> None:
        """Uses the token up, right or wrong. Raises `AccessError` unless it was issued for exactly this."""
        if not token:
            raise AccessError(
                f"Command '{bound.command}' needs a confirmation.",
                code="confirmation_needed",
                hint="Ask for a token at POST …/confirmations with the same command and parameters, and send it along.",
            )
        issued, expires_at = self._open.pop(token, (None, None))
        if issued is None or expires_at is None or expires_at <= utc_now():
            raise AccessError(
                "The confirmation token is unknown, used or older than 30 s.",
                code="confirmation_expired",
                hint="Confirm again.",
            )
        if issued != bound:
            raise AccessError(
                "The confirmation token was given for another user, vehicle, command or other parameters.",
                code="confirmation_mismatch",
                hint="Confirm exactly the command that is sent.",
            )
