"""Time stamps of an outside authority: RFC 3161 tokens over a SHA-256, asked for over HTTP and checked."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

import httpx
from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, VerificationError, VerifierBuilder, decode_timestamp_response

from geo.primitives import SettingsError, VisionError

SHA256_OID = "2.16.840.1.101.3.4.2.1"
GRANTED = (0, 1)  # PKIStatus: granted, granted with modifications
MOST_BYTES = 1 << 20


class Timestamper(Protocol):
    def stamp(self, content: bytes) -> bytes:
        """A time stamp response over `content`. Blocking. Raises: `VisionError`."""
        ...


class TimestampAuthority:
    """An authority at an address."""

    def __init__(self, url: str, timeout_s: float) -> None:
        self._url, self._timeout_s = url, timeout_s

    def stamp(self, content: bytes) -> bytes:
        request = TimestampRequestBuilder().data(content).hash_algorithm(HashAlgorithm.SHA256).nonce(nonce=True).build()
        try:
            answer = httpx.post(
                self._url, content=request.as_bytes(), headers={"content-type": "application/timestamp-query"}, timeout=self._timeout_s
            )
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise self._refused(str(error) or type(error).__name__) from error
        try:
            told = read_stamp(answer.content, content)
            nonce = decode_timestamp_response(answer.content).tst_info.nonce
        except ValueError as error:
            raise self._refused(str(error)) from error
        if told.fault or nonce != request.nonce:
            raise self._refused(told.fault or "it answers another question")
        return answer.content

    def _refused(self, why: str) -> VisionError:
        return VisionError(
            f"The time stamp authority {self._url} gave no time stamp: {why.rstrip('.')}.",
            code="evidence.timestamp",
            hint="Check SUNQAR_EVIDENCE__TIMESTAMP_URL and the way to it, or leave it out.",
        )


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a token says. `trusted`: signed under one of the roots given; None when none were. `fault` says why it is none."""

    at: datetime | None
    trusted: bool | None = None
    fault: str = ""


def read_stamp(token: bytes, content: bytes, roots: Sequence[Certificate] = ()) -> Stamp:
    """Whether a token stamps `content`; never raises for what is in the token."""
    if len(token) > MOST_BYTES:
        return Stamp(None, fault="it is too large to be a time stamp")
    try:
        response = decode_timestamp_response(token)
        if response.status not in GRANTED:
            return Stamp(None, fault=f"the authority refused, status {response.status}")
        imprint = response.tst_info.message_imprint
        at = response.tst_info.gen_time
    except (ValueError, VerificationError) as error:
        return Stamp(None, fault=f"it cannot be read ({error})")
    digest = hashlib.sha256(content).digest()
    if imprint.hash_algorithm.dotted_string != SHA256_OID or imprint.message != digest:
        return Stamp(at, fault="it stamps another content")
    if not roots:
        return Stamp(at)
    builder = VerifierBuilder()
    for root in roots:
        builder = builder.add_root_certificate(root)
    try:
        builder.build().verify(response, digest)
    except (VerificationError, ValueError) as error:
        return Stamp(at, trusted=False, fault=f"it is not signed under the root given ({error})")
    return Stamp(at, trusted=True)


def read_roots(path: Path) -> list[Certificate]:
    """Certificates of authorities, PEM. Raises: `SettingsError`."""
    try:
        return load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"'{path}' holds no certificate ({error}).", code="settings.timestamp_root", hint="Give the authority's root as PEM."
        ) from error
