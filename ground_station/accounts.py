"""Accounts: passwords and roles. Only argon2 hashes are ever stored."""

import re
import secrets
from enum import StrEnum
from functools import lru_cache

from pwdlib import PasswordHash

from geo.primitives import AccessError

MINIMUM_PASSWORD_LENGTH = 8
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
_HASH = PasswordHash.recommended()


class Role(StrEnum):
    """What an account may do. Everyone signed in may read."""

    VIEWER = "viewer"
    INSPECTOR = "inspector"
    OFFICER = "officer"
    OPERATOR = "operator"
    PILOT = "pilot"
    ADMIN = "admin"


def check_name(name: str) -> str:
    """The name as stored. Raises `AccessError` when it is not a usable account name."""
    lowered = name.strip().lower()
    if not _NAME.fullmatch(lowered):
        raise AccessError(
            f"Account name {name!r} is not usable.",
            code="access.name",
            hint="Use up to 63 letters a-z, digits, dots, dashes and underscores, starting with a letter or digit.",
        )
    return lowered


def hash_password(password: str) -> str:
    """argon2id hash. Raises `AccessError` when the password is too short."""
    if len(password) < MINIMUM_PASSWORD_LENGTH:
        raise AccessError(
            f"The password has {len(password)} characters.",
            code="access.password",
            hint=f"Use at least {MINIMUM_PASSWORD_LENGTH}.",
        )
    return str(_HASH.hash(password))


@lru_cache(maxsize=1)
def _nobody() -> str:
    """Verified against when the name is unknown, so that the answer takes as long as for a known one."""
    return str(_HASH.hash(secrets.token_urlsafe(16)))


def verify_password(password: str, password_hash: str | None) -> bool:
    """Whether the password is the one hashed; with no hash (unknown name) takes the same time and says no.

    Blocking for about 50 ms by design of argon2: call it in a worker thread.
    """
    nobody = _nobody()
    matches = bool(_HASH.verify(password, password_hash or nobody))
    return matches and password_hash is not None


def generate_password() -> str:
    """A password for a first run: 96 bits, easy to copy."""
    return secrets.token_urlsafe(12)
