"""A case signed and sent to an outside system. Pure but for `send`.

Headers: `Sunqar-Timestamp` (Unix seconds), `Sunqar-Signature` (`v1=` and the HMAC-SHA256, hexadecimal, over timestamp, a full stop and the
body) and `Sunqar-Delivery`, the same in every attempt: the receiver takes a case once however often it comes.
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

import httpx

TOLERANCE_S = 300.0
KEPT_OF_AN_ANSWER = 4000  # characters
# Said of this one moment, not of the case: try again.
PASSING = frozenset({408, 409, 423, 425, 429})


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an attempt; `receipt` is what the other side said, None when it said nothing."""

    outcome: Literal["delivered", "refused", "failed"]
    trouble: str = ""
    receipt: dict[str, Any] | None = None


def body_of(document: Mapping[str, Any]) -> bytes:
    """The bytes that are signed and sent: JSON, members sorted, no spaces."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str).encode()


def signature(secret: str, timestamp: str, body: bytes) -> str:
    return "v1=" + hmac.digest(secret.encode(), timestamp.encode() + b"." + body, sha256).hex()


def is_genuine(secret: str, timestamp: str, body: bytes, signed: str, now_s: float) -> bool:
    """What a receiver has to check: the signature, and that the message is not an old one played again."""
    try:
        fresh = abs(now_s - float(timestamp)) <= TOLERANCE_S
    except ValueError:
        return False
    return fresh and hmac.compare_digest(signature(secret, timestamp, body), signed)


async def send(
    client: httpx.AsyncClient, url: str, secret: str, delivery: UUID, document: Mapping[str, Any], at: datetime, timeout_s: float
) -> Answer:
    """One attempt. Never raises for what the other side does or does not do."""
    body, timestamp = body_of(document), str(int(at.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "Sunqar-Delivery": str(delivery),
        "Sunqar-Timestamp": timestamp,
        "Sunqar-Signature": signature(secret, timestamp, body),
    }
    try:
        answer = await client.post(url, content=body, headers=headers, timeout=timeout_s, follow_redirects=False)
    except httpx.TimeoutException:
        return Answer("failed", f"no answer within {timeout_s:g} s")
    except httpx.HTTPError as error:
        return Answer("failed", f"cannot be reached ({type(error).__name__})")
    receipt = {"status": answer.status_code, "at": at.isoformat(), "sha256": sha256(body).hexdigest(), "answer": _said(answer)}
    if answer.is_success:
        return Answer("delivered", receipt=receipt)
    passing = answer.status_code >= 500 or answer.status_code in PASSING
    return Answer("failed" if passing else "refused", f"answered {answer.status_code}", receipt)


def _said(answer: httpx.Response) -> Any:
    text = answer.text[:KEPT_OF_AN_ANSWER]
    try:
        return json.loads(text)
    except ValueError:
        return text


def retry_after_s(tries: int, first_s: float, longest_s: float) -> float:
    """The wait after so many failed attempts."""
    return min(longest_s, first_s * 2.0 ** min(tries - 1, 40))
