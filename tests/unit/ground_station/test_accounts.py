"""Account names, passwords, tokens and the key that signs them."""

import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from geo.primitives import AccessError, SettingsError
from ground_station.accounts import Role, check_name, hash_password, verify_password
from ground_station.secret_key import secret_key
from ground_station.settings import Settings
from ground_station.tokens import Tokens, Unauthenticated

KEY = "a test key that is long enough for HS256"


def test_a_password_is_verified_by_its_hash_alone() -> None:
    password_hash = hash_password("correct horse")
    assert password_hash.startswith("$argon2id$")
    assert verify_password("correct horse", password_hash)
    assert not verify_password("wrong horse", password_hash)
    assert not verify_password("correct horse", None)


@pytest.mark.parametrize("name", ["", "-x", "a b", "ж", "x" * 64])
def test_unusable_names_are_refused(name: str) -> None:
    with pytest.raises(AccessError, match="Account name"):
        check_name(name)


def test_names_are_kept_in_lower_case() -> None:
    assert check_name(" Aigul ") == "aigul"


def test_a_short_password_is_refused() -> None:
    with pytest.raises(AccessError, match="5 characters"):
        hash_password("12345")


def test_a_token_opens_only_what_it_was_issued_for() -> None:
    tokens = Tokens(KEY)
    token = tokens.issue("aigul", Role.PILOT, purpose="video")
    assert tokens.read(token, purpose="video").name == "aigul"
    with pytest.raises(Unauthenticated):
        tokens.read(token)
    with pytest.raises(Unauthenticated):
        Tokens(KEY[::-1]).read(token, purpose="video")


def test_an_expired_token_says_so() -> None:
    tokens = Tokens(KEY)
    with pytest.raises(Unauthenticated, match="expired"):
        tokens.read(tokens.issue("aigul", Role.PILOT, lifetime_s=-1))


def test_the_signing_key_is_made_once_and_private(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "new")
    key = secret_key(settings)
    assert len(key) >= 32
    assert secret_key(settings) == key
    assert stat.S_IMODE((tmp_path / "new" / "secret_key").stat().st_mode) == 0o600


def test_a_short_signing_key_is_refused() -> None:
    with pytest.raises(SettingsError, match="SUNQAR_SECRET_KEY"):
        secret_key(Settings(secret_key=SecretStr("short")))
