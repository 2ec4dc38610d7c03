"""Bearer tokens: JWT, HS256. A token names the account, its role and its purpose; a token for one purpose opens nothing else."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt

from geo.primitives import AccessError, from_unix_s, utc_now
from ground_station.accounts import Role

LIFETIME_S = 12 * 3600  # one shift
USER_PURPOSE = "sunqar"
VIDEO_PURPOSE = "sunqar-video"
VIDEO_ORIGINAL_PURPOSE = "sunqar-video-original"  # pictures with nothing hidden
_ALGORITHM = "HS256"


class Unauthenticated(AccessError):
    code = "unauthenticated"
    hint = "Sign in at POST /api/v1/auth/token and send the token as 'Authorization: Bearer …'."


@dataclass(frozen=True, slots=True)
class Account:
    """Who is asking, as the token says. `expires_at` bounds long-lived sockets too."""

    name: str
    role: Role
    expires_at: datetime


class Tokens:
    """Issues and reads tokens under one key."""

    def __init__(self, key: str) -> None:
        self._key = key

    def issue(self, name: str, role: Role, *, purpose: str = USER_PURPOSE, lifetime_s: int = LIFETIME_S) -> str:
        now = utc_now()
        claims = {"sub": name, "role": role.value, "aud": purpose, "iat": now, "exp": now + timedelta(seconds=lifetime_s)}
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM)

    def read(self, token: str, *, purpose: str = USER_PURPOSE) -> Account:
        """Raises `Unauthenticated` on a token that is forged, expired or for another purpose."""
        try:
            claims = jwt.decode(token, self._key, algorithms=[_ALGORITHM], audience=purpose, options={"require": ["sub", "exp", "aud"]})
            return Account(str(claims["sub"]), Role(claims["role"]), from_unix_s(float(claims["exp"])))
        except jwt.ExpiredSignatureError:
            raise Unauthenticated("The token has expired.", code="token_expired", hint="Sign in again.") from None
        except (jwt.InvalidTokenError, KeyError, ValueError):
            raise Unauthenticated("The token is not valid here.", code="token_invalid", hint="Sign in again.") from None
