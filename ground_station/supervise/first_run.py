"""What a data folder needs once: the schema, the signing key and the first account."""

from anyio.to_thread import run_sync

from geo.core import UserStore, open_database, upgrade
from ground_station.accounts import Role, generate_password, hash_password
from ground_station.secret_key import secret_key
from ground_station.settings import Settings

ADMIN = "admin"


async def prepare_database(settings: Settings, database_url: str) -> str | None:
    """Bring the schema up to date and make account `admin` when there is no account.

    Returns: the generated password, to be shown once; None when there were accounts or the password was given in the settings.
    """
    await run_sync(upgrade, database_url)
    secret_key(settings)
    async with open_database(database_url) as database:
        users = UserStore(database)
        if await users.count():
            return None
        given = settings.admin_password.get_secret_value() if settings.admin_password else None
        password = given or generate_password()
        await users.add(ADMIN, Role.ADMIN, hash_password(password))
        return None if given else password
