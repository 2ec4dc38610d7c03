"""Signing in and who may do what. Every route but health, sign-in and the page itself asks here."""

from collections.abc import Callable
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Depends, Request
from fastapi.security import OAuth2PasswordBearer, OAuth2PasswordRequestForm
from pydantic import BaseModel

from geo.core import AuditLog, UserStore
from geo.primitives import AccessError
from ground_station.accounts import Role, verify_password
from ground_station.api.errors import TooManyAttempts
from ground_station.api.services import ServicesNeeded
from ground_station.tokens import LIFETIME_S, Account, Unauthenticated

router = APIRouter(prefix="/api/v1/auth", tags=["accounts"])

_bearer = OAuth2PasswordBearer(tokenUrl="/api/v1/auth/token", auto_error=False)


class User(BaseModel):
    name: str
    role: Role


class Token(BaseModel):
    access_token: str
    token_type: str = "bearer"
    expires_in_s: int
    user: User


def signed_in(services: ServicesNeeded, token: Annotated[str | None, Depends(_bearer)]) -> Account:
    """The account asking. Raises `Unauthenticated` without a valid token."""
    if token is None:
        raise Unauthenticated("This needs a signed-in account.")
    return services.tokens.read(token)


SignedIn = Annotated[Account, Depends(signed_in)]


def role_needed(*roles: Role) -> Callable[[Account], Account]:
    """Dependency that lets only these roles through."""

    def check(account: SignedIn) -> Account:
        if account.role not in roles:
            raise AccessError(
                f"{account.name} has the role {account.role}; this needs {' or '.join(roles)}.",
                code="role_needed",
                hint="Ask an administrator, who may use `sunqar user add`.",
            )
        return account

    return check


Pilot = Annotated[Account, Depends(role_needed(Role.PILOT, Role.ADMIN))]
Admin = Annotated[Account, Depends(role_needed(Role.ADMIN))]


@router.post("/token")
async def sign_in(request: Request, services: ServicesNeeded, form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> Token:
    """Name and password -> bearer token for one shift."""
    name, address = form.username.strip().lower(), request.client.host if request.client else ""
    if wait_s := services.throttle.wait_s(name, address):
        raise TooManyAttempts(f"Too many failed attempts to sign in as {name!r}.", retry_after_s=wait_s)
    user = await UserStore(services.database).get_by_name(name)
    if not await to_thread.run_sync(verify_password, form.password, user.password_hash if user else None) or user is None:
        services.throttle.failed(name, address)
        raise Unauthenticated("The name or the password is wrong.", code="wrong_credentials", hint="Check both and try again.")
    services.throttle.succeeded(name, address)
    await AuditLog(services.database).append(actor=name, action="signed_in", subject=f"user/{name}", detail={"address": address})
    role = Role(user.role)
    return Token(access_token=services.tokens.issue(name, role), expires_in_s=LIFETIME_S, user=User(name=name, role=role))


@router.get("/me")
async def me(account: SignedIn) -> User:
    return User(name=account.name, role=account.role)


def described(description: str) -> dict[int | str, dict[str, Any]]:
    """OpenAPI entry of the one error form, for routers."""
    return {"default": {"description": description, "content": {"application/problem+json": {"schema": {"type": "object"}}}}}
