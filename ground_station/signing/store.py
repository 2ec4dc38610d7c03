"""Signing keys at rest: one file a vehicle in `<data_dir>/signing/`, AES-256-GCM under a key derived from the secret key.

The timestamps of signed streams lie beside them, so that nothing said before a restart is believed again after it.
"""

import base64
import json
import logging
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from geo.primitives import SettingsError, utc_now
from ground_station.mavlink.signing import KEY_BYTES, SigningClock, SigningKey
from ground_station.private_file import write_private
from ground_station.vehicles.guard import SigningGuard

logger = logging.getLogger(__name__)

FOLDER = "signing"
CLOCK_FILE = "timestamps.json"
_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class StoredKey:
    key: SigningKey
    made_at: datetime


class KeyStore:
    """Keys by system id."""

    def __init__(self, data_dir: Path, secret: str) -> None:
        self._folder = data_dir / FOLDER
        derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"sunqar mavlink signing keys").derive(secret.encode())
        self._cipher = AESGCM(derived)

    def get(self, system_id: int) -> StoredKey | None:
        """Raises: `SettingsError` when the file was made under another secret key or has been changed."""
        path = self._path(system_id)
        if not path.exists():
            return None
        try:
            raw = base64.b64decode(path.read_text(), validate=True)
            opened = json.loads(self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], path.stem.encode()))
            key = SigningKey(bytes.fromhex(opened["key"]), bool(opened["required"]))
            return StoredKey(key, datetime.fromisoformat(opened["made_at"]))
        except (InvalidTag, ValueError, KeyError, OSError) as error:
            raise SettingsError(
                f"The signing key {path} cannot be opened.",
                code="signing.key_unreadable",
                hint="Restore the SUNQAR_SECRET_KEY it was made under, or set the vehicle up anew by wire.",
            ) from error

    def put(self, system_id: int, key: SigningKey) -> None:
        assert len(key.secret) == KEY_BYTES
        path, nonce = self._path(system_id), os.urandom(_NONCE_BYTES)
        plain = json.dumps({"key": key.secret.hex(), "required": key.required, "made_at": utc_now().isoformat()}).encode()
        write_private(path, base64.b64encode(nonce + self._cipher.encrypt(nonce, plain, path.stem.encode())).decode())

    def remove(self, system_id: int) -> None:
        self._path(system_id).unlink(missing_ok=True)

    def guard(self) -> SigningGuard:
        """Everything known, ready for a network. A key that cannot be opened locks its vehicle out instead of letting it in unsigned."""
        keys: dict[int, SigningKey] = {}
        for path in sorted(self._folder.glob("mav-*.key")):
            system_id = int(path.stem.removeprefix("mav-"))
            try:
                stored = self.get(system_id)
            except SettingsError as error:
                logger.error("%s Nothing %s says is believed until then.", error.one_line(), path.stem)
                stored = StoredKey(SigningKey(os.urandom(KEY_BYTES)), utc_now())
            if stored is not None:
                keys[system_id] = stored.key
        ticks, streams = self._read_clock()
        guard = SigningGuard(keys, SigningClock(ticks))
        guard.gate.newest.update(streams)
        return guard

    def save_clock(self, guard: SigningGuard) -> None:
        """Call at least once a minute while anything is signed."""
        streams = {":".join(map(str, stream)): ticks for stream, ticks in guard.gate.newest.items()}
        write_private(self._folder / CLOCK_FILE, json.dumps({"ticks": guard.clock.ticks, "streams": streams}))

    def _read_clock(self) -> tuple[int, dict[tuple[int, int, int], int]]:
        try:
            known = json.loads((self._folder / CLOCK_FILE).read_text())
            streams: dict[tuple[int, int, int], int] = {}
            for name, ticks in known["streams"].items():
                system_id, component_id, link_id = (int(part) for part in name.split(":"))
                streams[system_id, component_id, link_id] = int(ticks)
            return int(known["ticks"]), streams
        except FileNotFoundError:
            return 0, {}
        except (OSError, ValueError, KeyError, TypeError) as error:
            logger.warning("signing timestamps cannot be read (%s); the clock of this machine stands in", error)
            return 0, {}

    def _path(self, system_id: int) -> Path:
        return self._folder / f"mav-{system_id}.key"
