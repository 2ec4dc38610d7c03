"""Signing for blockers: a named person takes them on, for one vehicle, one plan and exactly these, with a reason.

The signature is HMAC-SHA-256 over canonical JSON of everything signed, under a key derived from the secret key; it stands in the audit log
beside what was signed, so that anyone with the key can show that neither was changed.
"""

import hashlib
import hmac
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from missions import canonical_json

_PURPOSE = b"sunqar preflight override v1"


@dataclass(frozen=True, slots=True)
class Override:
    """`checks` are the results as they stood (code, severity, text); `codes` the blockers taken on; `plan_hash` None without a plan."""

    user: str
    vehicle_id: str
    purpose: str
    reason: str
    plan_hash: str | None
    codes: tuple[str, ...]
    checks: tuple[dict[str, Any], ...]
    signed_at: datetime
    expires_at: datetime
    signature: str = ""

    def signed(self, secret: str) -> "Override":
        return replace(self, signature=_signature(self, secret))

    def genuine(self, secret: str) -> bool:
        return hmac.compare_digest(self.signature, _signature(self, secret))

    def covers(self, *, user: str, vehicle_id: str, purpose: str, plan_hash: str | None, codes: set[str], now: datetime) -> bool:
        """Whether it is good for this start: nobody else's, no other plan, no blocker that was not there, not run out."""
        same = (self.user, self.vehicle_id, self.purpose, self.plan_hash) == (user, vehicle_id, purpose, plan_hash)
        return same and codes <= set(self.codes) and now < self.expires_at

    def to_json(self) -> dict[str, Any]:
        value = asdict(self)
        return value | {"signed_at": self.signed_at.isoformat(), "expires_at": self.expires_at.isoformat()}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Override":
        instants = {name: datetime.fromisoformat(value[name]) for name in ("signed_at", "expires_at")}
        return cls(**(value | instants | {"codes": tuple(value["codes"]), "checks": tuple(value["checks"])}))


def _signature(override: Override, secret: str) -> str:
    signed = {key: value for key, value in override.to_json().items() if key != "signature"}
    key = hmac.new(secret.encode(), _PURPOSE, hashlib.sha256).digest()
    return hmac.new(key, canonical_json(signed).encode(), hashlib.sha256).hexdigest()
