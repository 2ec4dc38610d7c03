"""The key that signs tokens: from the settings, else a file in the data folder, made on first use."""

import os
import secrets

from geo.primitives import SettingsError
from ground_station.settings import Settings

MINIMUM_LENGTH = 32  # characters; HS256 wants at least 256 bits


def secret_key(settings: Settings) -> str:
    """The signing key; makes `<data_dir>/secret_key` (mode 0600) when there is none.

    Raises: `SettingsError` when the key is too short to be safe or the file cannot be read or written.
    """
    if settings.secret_key is not None:
        return _checked(settings.secret_key.get_secret_value(), "SUNQAR_SECRET_KEY")
    path = settings.data_dir / "secret_key"
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            # Written whole under another name, then linked: two processes starting at once agree on one key.
            draft = path.with_name(f".secret_key.{os.getpid()}")
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(48))
            try:
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return _checked(path.read_text().strip(), str(path))
    except OSError as error:
        raise SettingsError(
            f"The signing key {path} cannot be read or made ({error.strerror}).",
            code="settings.secret_key",
            hint="Make the data folder writable, or set SUNQAR_SECRET_KEY.",
        ) from error


def _checked(key: str, origin: str) -> str:
    if len(key) < MINIMUM_LENGTH:
        raise SettingsError(
            f"The signing key in {origin} has {len(key)} characters.",
            code="settings.secret_key",
            hint=f"Use at least {MINIMUM_LENGTH} random characters, or remove it to have one made.",
        )
    return key
