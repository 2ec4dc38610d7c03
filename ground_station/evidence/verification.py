"""Checks a package: nothing was changed, added, taken out or renamed since it was signed. Every fault is one plain sentence."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.x509 import Certificate
from pydantic import ValidationError

from ground_station.evidence.canonical import canonical, read_canonical, sha256_hex
from ground_station.evidence.container import unpacked
from ground_station.evidence.days import read_day
from ground_station.evidence.manifest import MANIFEST, SIGNATURE, TIMESTAMP, Manifest, Signature, plain
from ground_station.evidence.signing_key import key_id_of, signed_by
from ground_station.evidence.timestamps import Stamp, read_stamp

OUTSIDE = (MANIFEST, SIGNATURE, TIMESTAMP)  # not listed in the manifest: the signature covers them itself


@dataclass(slots=True)
class Verdict:
    """`faults` is empty when the package is whole. `stamped_at` is the authority's word; `in_day`: the day file given holds it."""

    faults: list[str] = field(default_factory=list)
    manifest: Manifest | None = None
    files: int = 0
    key_given: bool = False
    stamp: Stamp | None = None
    in_day: str | None = None

    @property
    def whole(self) -> bool:
        return not self.faults and self.manifest is not None

    @property
    def stamped_at(self) -> datetime | None:
        return None if self.stamp is None else self.stamp.at


def verified(content: bytes, key: bytes | None = None, day: bytes | None = None, roots: Sequence[Certificate] = ()) -> Verdict:
    """Check the bytes of a package; with `key`, that it was signed with that one; with `day`, that it belongs to that day.

    Never raises for what is in them.
    """
    found = unpacked(content)
    verdict = Verdict(list(found.faults), files=len(found.files), key_given=key is not None)
    files = found.files
    if not files:
        return verdict
    for name in (MANIFEST, SIGNATURE):
        if name not in files and not found.faults:
            verdict.faults.append(f"'{name}' is missing: this is no evidence package, or it was taken out.")
    signature = _signature(files.get(SIGNATURE), key, verdict)
    if MANIFEST not in files:
        return verdict
    if signature is not None and sha256_hex(files[MANIFEST]) != signature.seal.manifest_sha256:
        verdict.faults.append(f"'{MANIFEST}' was changed after signing.")
        return verdict
    try:
        manifest = verdict.manifest = Manifest.model_validate(read_canonical(files[MANIFEST]))
    except (ValueError, ValidationError):
        verdict.faults.append(f"'{MANIFEST}' is no manifest of an evidence package of this version, or was changed.")
        return verdict
    if signature is not None and (manifest.key_id, manifest.public_key) != (signature.seal.key_id, signature.seal.public_key):
        verdict.faults.append("The manifest names another key than the one it is signed with.")
    _check_files(files, manifest, verdict, readable=not found.faults)
    if signature is not None:
        _check_stamp(files, signature, roots, verdict)
    if day is not None:
        _check_day(day, sha256_hex(files[MANIFEST]), manifest, verdict)
    return verdict


def _signature(content: bytes | None, key: bytes | None, verdict: Verdict) -> Signature | None:
    if content is None:
        return None
    try:
        signature = Signature.model_validate(read_canonical(content))
    except (ValueError, ValidationError):
        verdict.faults.append(f"'{SIGNATURE}' is no signature of an evidence package, or was changed.")
        return None
    seal = signature.seal
    public = bytes.fromhex(seal.public_key)
    if key is not None and public != key:
        verdict.faults.append(f"The package is signed with key {seal.key_id}, not with the key given, {key_id_of(key)}.")
    if key_id_of(public) != seal.key_id or not signed_by(public, bytes.fromhex(signature.signature), canonical(plain(seal))):
        verdict.faults.append(f"The signature does not fit: '{SIGNATURE}' was changed after signing.")
        return None
    return signature


def _check_files(files: dict[str, bytes], manifest: Manifest, verdict: Verdict, *, readable: bool) -> None:
    listed = {one.path: one for one in manifest.files}
    for path, facts in listed.items():
        if path not in files:
            if readable:  # else it may only lie behind the damage
                verdict.faults.append(f"'{path}' is missing: the manifest lists it.")
        elif len(files[path]) != facts.size_bytes or sha256_hex(files[path]) != facts.sha256:
            verdict.faults.append(f"'{path}' was changed after signing.")
    verdict.faults += [
        f"'{path}' does not belong to the package: the manifest does not list it." for path in files if path not in (*listed, *OUTSIDE)
    ]


def _check_stamp(files: dict[str, bytes], signature: Signature, roots: Sequence[Certificate], verdict: Verdict) -> None:
    token, told = files.get(TIMESTAMP), signature.seal.timestamp_sha256
    if token is None and told is None:
        return
    if token is None:
        verdict.faults.append(f"'{TIMESTAMP}' is missing: the signature names it.")
    elif told is None:
        verdict.faults.append(f"'{TIMESTAMP}' does not belong to the package: the signature names none.")
    elif sha256_hex(token) != told:
        verdict.faults.append(f"'{TIMESTAMP}' was changed after signing.")
    else:
        verdict.stamp = read_stamp(token, files[MANIFEST], roots)
        if verdict.stamp.fault:
            verdict.faults.append(f"The time stamp does not fit: {verdict.stamp.fault}.")


def _check_day(content: bytes, manifest_sha256: str, manifest: Manifest, verdict: Verdict) -> None:
    day, faults = read_day(content)
    verdict.faults += faults
    if day is None or faults:
        return
    if day.facts.public_key != manifest.public_key:
        verdict.faults.append(f"The day {day.facts.day} is signed with key {day.facts.key_id}, the package with {manifest.key_id}.")
    if manifest_sha256 not in day.facts.leaves:
        verdict.faults.append(f"The day {day.facts.day} does not hold this package; it was made on {manifest.chain.day}.")
    else:
        verdict.in_day = day.facts.day
