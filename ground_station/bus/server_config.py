"""Configuration of the private bus: the station's, with a door for companion computers, and that of a computer on board.

A companion may publish the observations, events and status of its own source, and hear the answers to them: whoever takes hold of a
computer on board can command no vehicle and listen to nothing.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ground_station.bus.companions import Companion
from ground_station.bus.leaf_certificate import LeafCertificate
from ground_station.bus.subjects import OBSERVATION, SOURCE_EVENT, SOURCE_STATUS

USER = "sunqar"
_quoted = json.dumps  # the configuration language takes JSON strings


@dataclass(frozen=True, slots=True)
class LeafDoor:
    """Where companion computers come in."""

    host: str
    port: int
    certificate: LeafCertificate


@dataclass(frozen=True, slots=True)
class LeafRemote:
    """The station a computer on board joins: HOST:PORT, and the authority its certificate must come from."""

    address: str
    user: str
    password: str
    authority: Path


def _common(folder: Path, log: Path, name: str, port: int) -> str:
    return (
        f"server_name: {_quoted(name)}\nlisten: {_quoted(f'127.0.0.1:{port}')}\npid_file: {_quoted(str(folder / 'nats.pid'))}\n"
        f"log_file: {_quoted(str(log))}\nlogfile_size_limit: 10MB\nlogfile_max_num: 3\nmax_payload: 8MB\n"
    )


def station_config(folder: Path, log: Path, port: int, password: str, companions: Sequence[Companion], door: LeafDoor | None) -> str:
    """Text for `nats-server --config`."""
    users = [f"{{user: {USER}, password: {_quoted(password)}}}", *map(_companion_user, companions)]
    leaf = "" if door is None else _leaf_door(door)
    return (
        _common(folder, log, "sunqar", port)
        + f"jetstream {{ store_dir: {_quoted(str(folder / 'store'))} }}\nauthorization {{ users: [\n"
        + "\n".join(users)
        + f"\n] }}\n{leaf}"
    )


def companion_config(folder: Path, log: Path, port: int, password: str, remote: LeafRemote) -> str:
    """Text for `nats-server --config` on board. Its streams live in a domain of their own, so both sides keep what they keep."""
    url = f"tls://{remote.user}:{remote.password}@{remote.address}"
    return (
        _common(folder, log, remote.user, port)
        + f"jetstream {{ store_dir: {_quoted(str(folder / 'store'))}, domain: {_quoted(remote.user)} }}\n"
        + f"authorization {{ user: {USER}, password: {_quoted(password)} }}\n"
        + f"leafnodes {{ reconnect: 2, remotes: [{{ url: {_quoted(url)}, tls {{ ca_file: {_quoted(str(remote.authority))} }} }}] }}\n"
    )


def inbox_of(source_id: str) -> str:
    """Where a computer on board hears answers: the only subjects of the station that reach it."""
    return f"_INBOX_{source_id}"


def _companion_user(companion: Companion) -> str:
    says = _quoted([f"{subject}.{companion.source_id}" for subject in (OBSERVATION, SOURCE_EVENT, SOURCE_STATUS)])
    hears = _quoted([f"{inbox_of(companion.source_id)}.>"])
    may = f"{{publish: {{allow: {says}}}, subscribe: {{allow: {hears}}}}}"
    return f"{{user: {_quoted(companion.source_id)}, password: {_quoted(companion.password)}, permissions: {may}}}"


def _leaf_door(door: LeafDoor) -> str:
    tls = f"cert_file: {_quoted(str(door.certificate.certificate))}, key_file: {_quoted(str(door.certificate.key))}"
    return f"leafnodes {{ listen: {_quoted(f'{door.host}:{door.port}')}, tls {{ {tls} }} }}\n"
