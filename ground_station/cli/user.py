"""`sunqar user`: Accounts."""

import sys
from typing import Annotated

import typer

app = typer.Typer(help="Accounts.", no_args_is_help=True)

ROLES = "viewer, inspector, officer, operator, pilot or admin"


@app.command()
def add(
    name: str,
    role: Annotated[str, typer.Option(help=f"One of {ROLES}.")],
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")] = False,
) -> None:
    """Make an account; asks for its password."""
    import anyio

    from geo.core import UserStore, open_database
    from geo.primitives import AccessError
    from ground_station.accounts import Role, check_name, hash_password
    from ground_station.reachable_database import reachable_database
    from ground_station.settings import load_settings

    if role not in list(Role):
        raise AccessError(f"There is no role {role!r}.", code="access.role", hint=f"Use {ROLES}.")
    stored_name = check_name(name)
    password_hash = hash_password(_password(password_stdin))

    async def store(url: str) -> None:
        async with open_database(url, max_connections=1) as database:
            await UserStore(database).add(stored_name, role, password_hash)

    with reachable_database(load_settings()) as url:
        _migrate(url)
        anyio.run(store, url)
    typer.echo(f"Account {stored_name} ({role}) made.")


@app.command("list")
def list_users() -> None:
    """Every account with its role."""
    import anyio

    from geo.core import UserRow, UserStore, open_database
    from ground_station.reachable_database import reachable_database
    from ground_station.settings import load_settings

    async def read(url: str) -> list[UserRow]:
        async with open_database(url, max_connections=1) as database:
            return await UserStore(database).all()

    with reachable_database(load_settings()) as url:
        _migrate(url)
        users = anyio.run(read, url)
    for user in users:
        typer.echo(f"{user.name}\t{user.role}\t{user.created_at:%Y-%m-%d}")


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _migrate(url: str) -> None:
    from geo.core import upgrade

    upgrade(url)
