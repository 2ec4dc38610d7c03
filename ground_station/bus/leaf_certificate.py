"""Certificates of the door companion computers come in by: an authority made once, and a server certificate for each start.

An invitation carries the authority, so a computer on board speaks to this station and to nobody who pretends to be it.
"""

import ipaddress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from geo.primitives import utc_now
from ground_station.private_file import write_private

AUTHORITY_VALID = timedelta(days=3650)
SERVER_VALID = timedelta(days=825)  # the longest that TLS libraries still accept from any authority
_SLACK = timedelta(days=1)  # an aircraft's clock may be behind


@dataclass(frozen=True, slots=True)
class LeafCertificate:
    """PEM files below `<data_dir>/nats/leaf`."""

    authority: Path
    certificate: Path
    key: Path


def leaf_authority(data_dir: Path) -> Path:
    """The authority's certificate, made when there is none yet."""
    folder = data_dir / "nats" / "leaf"
    _authority(folder / "authority.key", folder / "authority.pem")
    return folder / "authority.pem"


def leaf_certificate(data_dir: Path, hosts: list[str]) -> LeafCertificate:
    """The files, the server's made anew for `hosts` (names or addresses)."""
    folder = data_dir / "nats" / "leaf"
    files = LeafCertificate(folder / "authority.pem", folder / "server.pem", folder / "server.key")
    authority, authority_key = _authority(folder / "authority.key", files.authority)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _draft("Sunqar companions", key, SERVER_VALID)
        .issuer_name(authority.subject)
        .add_extension(x509.SubjectAlternativeName([_name(host) for host in dict.fromkeys(hosts)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    write_private(files.key, _pem(key))
    write_private(files.certificate, certificate.public_bytes(serialization.Encoding.PEM).decode())
    return files


def _authority(key_file: Path, file: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    if key_file.exists() and file.exists():
        kept = serialization.load_pem_private_key(key_file.read_bytes(), None)
        assert isinstance(kept, ec.EllipticCurvePrivateKey), "only elliptic curve keys are written here"
        return x509.load_pem_x509_certificate(file.read_bytes()), kept
    key = ec.generate_private_key(ec.SECP256R1())
    draft = _draft("Sunqar station", key, AUTHORITY_VALID)
    authority = (
        draft.issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Sunqar station")]))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    write_private(key_file, _pem(key))
    write_private(file, authority.public_bytes(serialization.Encoding.PEM).decode())
    return authority, key


def _draft(name: str, key: ec.EllipticCurvePrivateKey, valid: timedelta) -> x509.CertificateBuilder:
    now = utc_now()
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SLACK)
        .not_valid_after(now + valid)
    )


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _pem(key: ec.EllipticCurvePrivateKey) -> str:
    encoded = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return encoded.decode()
