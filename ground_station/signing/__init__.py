"""Keys for signed MAVLink links: kept encrypted, put on vehicles over a direct wire, changed and taken off again."""

from ground_station.signing.setup import SigningSetup, SigningStatus, is_direct
from ground_station.signing.store import KeyStore

__all__ = ["KeyStore", "SigningSetup", "SigningStatus", "is_direct"]
