"""JSON in the one form that is hashed and signed: RFC 8785, JSON Canonicalization Scheme."""

import hashlib
import json
from typing import Any

import rfc8785


def canonical(content: Any) -> bytes:
    return rfc8785.dumps(content)


def sha256_hex(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def read_canonical(content: bytes) -> Any:
    """The value of canonical JSON. Raises: `ValueError` when it is no JSON, or JSON in another form: then it is not what was signed."""
    try:
        value = json.loads(content.decode("utf-8"), parse_constant=_refused, parse_int=_number)
        same = canonical(value) == content
    except (rfc8785.CanonicalizationError, RecursionError) as error:
        raise ValueError("cannot be brought into canonical form") from error
    if not same:
        raise ValueError("is not in canonical form")
    return value


def _refused(word: str) -> Any:
    raise ValueError(f"holds {word}")


def _number(digits: str) -> int:
    if len(digits) > 17:
        raise ValueError("holds a number too long")
    return int(digits)
