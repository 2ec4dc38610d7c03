"""Energy of vehicles as their own flights showed it, in a TOML file: one table a vehicle, its name the id."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from geo.primitives import MissionError
from missions.planning.endurance import EnergyModel

ENERGY_FILE = "energy.toml"  # in the data folder
_MEMBERS = tuple(field.name for field in fields(EnergyModel))


def known_energies(path: Path) -> dict[str, EnergyModel]:
    """By vehicle. A file that is not there holds none; members left out are those of the assumed vehicle.

    Raises: `MissionError` naming the vehicle and the member that is unknown or no number above zero.
    """
    if not path.exists():
        return {}
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _wrong(path, f"is not TOML: {error}") from error
    return {vehicle: _energy(path, vehicle, table) for vehicle, table in tables.items()}


def write_energies(path: Path, energies: Mapping[str, EnergyModel]) -> None:
    """The whole file anew, or not at all."""
    lines = []
    for vehicle, energy in sorted(energies.items()):
        name = vehicle.replace("\\", "\\\\").replace('"', '\\"')
        lines += [f'["{name}"]', *(f"{member} = {value:.6g}" for member, value in asdict(energy).items()), ""]
    beside = path.with_name(f"{path.name}.new")
    beside.write_text("\n".join(lines), encoding="utf-8")
    beside.replace(path)


def _energy(path: Path, vehicle: str, table: Any) -> EnergyModel:
    if not isinstance(table, dict):
        raise _wrong(path, f"has a member '{vehicle}' outside a table")
    for member, value in table.items():
        if member not in _MEMBERS:
            raise _wrong(path, f"has an unknown member '{member}' for vehicle '{vehicle}'")
        least = value >= 0.0 if member == "reserve" and _is_number(value) else _is_number(value) and value > 0.0
        if not least or (member == "reserve" and value > 0.9):
            raise _wrong(path, f"has {member} {value!r:.40} for vehicle '{vehicle}', which cannot be")
    return EnergyModel(**table)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _wrong(path: Path, what: str) -> MissionError:
    return MissionError(f"{path} {what}.", code="mission.energy_file", hint=f"A vehicle is a table with {', '.join(_MEMBERS)}.")
