"""The key that signs evidence: from the settings, else a file in the data folder, made on first use. Ed25519, RFC 8032."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from geo.primitives import SettingsError
from ground_station.private_file import write_private
from ground_station.settings import Settings

FILE = "evidence_key.pem"
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class EvidenceKey:
    """Signs; `public` are its 32 public bytes."""

    private: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    @property
    def key_id(self) -> str:
        return key_id_of(self.public)

    def sign(self, content: bytes) -> bytes:
        return self.private.sign(content)

    def public_pem(self) -> str:
        return self.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def key_id_of(public: bytes) -> str:
    """Short enough to be read out over the telephone: the first half of the SHA-256 of the public key."""
    return hashlib.sha256(public).hexdigest()[:32]


def signed_by(public: bytes, signature: bytes, content: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


def evidence_key(settings: Settings) -> EvidenceKey:
    """The key of this station; makes `<data_dir>/evidence_key.pem` (mode 0600) when there is none.

    Raises: `SettingsError` when it is no Ed25519 key, or the file cannot be read or made.
    """
    told = settings.evidence.key
    if told is not None:
        return _read(told.get_secret_value().encode(), "SUNQAR_EVIDENCE__KEY")
    path = settings.data_dir / FILE
    try:
        if not path.exists():
            _make(path)
        return _read(path.read_bytes(), str(path))
    except OSError as error:
        raise SettingsError(
            f"The key that signs evidence, {path}, cannot be read or made ({error.strerror}).",
            code="settings.evidence_key",
            hint="Make the data folder writable, or set SUNQAR_EVIDENCE__KEY.",
        ) from error


def _make(path: Path) -> None:
    """Written whole under another name, then linked: two processes starting at once agree on one key."""
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    draft = path.with_name(f".{path.name}.new.{os.getpid()}")
    write_private(draft, pem)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _read(pem: bytes, origin: str) -> EvidenceKey:
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _unusable(origin) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _unusable(origin)
    return EvidenceKey(key)


def _unusable(origin: str) -> SettingsError:
    return SettingsError(
        f"The key in {origin} is no Ed25519 key.",
        code="settings.evidence_key",
        hint="Make one with `openssl genpkey -algorithm ed25519`, or remove it to have one made.",
    )


def read_public_key(path: Path) -> bytes:
    """The 32 bytes of a public key given to check against: PEM, or 64 hexadecimal digits. Raises: `SettingsError`."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SettingsError(
            f"The key file '{path}' cannot be read ({error.strerror}).", code="settings.evidence_key", hint="Check the path."
        ) from error
    try:
        if b"BEGIN PUBLIC KEY" in content:
            key = load_pem_public_key(content)
            if isinstance(key, Ed25519PublicKey):
                return key.public_bytes_raw()
        elif len(raw := bytes.fromhex(content.decode("ascii").strip())) == KEY_BYTES:
            return raw
    except (ValueError, UnsupportedAlgorithm):
        pass
    raise SettingsError(
        f"'{path}' holds no public Ed25519 key.",
        code="settings.evidence_key",
        hint="Take the file that `sunqar evidence key` writes on the station, or its 64 hexadecimal digits.",
    )
