"""Energy of vehicles as their own flights showed it, in a TOML file: one table a vehicle, its name the id. A table of a plane says so."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from geo.primitives import MissionError
from missions.planning.endurance import EnergyModel
from missions.planning.wing_endurance import WingEnergyModel

ENERGY_FILE = "energy.toml"  # in the data folder
_COPTER = tuple(field.name for field in fields(EnergyModel))
_PLANE = tuple(field.name for field in fields(WingEnergyModel))
# Above these the number cannot be meant; `reserve` alone may be zero.
_MOST: Mapping[str, float] = {"reserve": 0.9, "efficiency": 1.0}


def known_energies(path: Path) -> dict[str, EnergyModel]:
    """Of copters, by vehicle. A file that is not there holds none; members left out are those of the assumed vehicle.

    Raises: `MissionError` naming the vehicle and the member that is unknown or no number above zero.
    """
    return {vehicle: model for vehicle, model in _known(path).items() if isinstance(model, EnergyModel)}


def known_wings(path: Path) -> dict[str, WingEnergyModel]:
    """Of planes, as `known_energies` of copters."""
    return {vehicle: model for vehicle, model in _known(path).items() if isinstance(model, WingEnergyModel)}


def keep_energy(path: Path, vehicle: str, energy: EnergyModel | WingEnergyModel) -> None:
    """In the file in place of what it held of the vehicle. The whole file anew, or not at all."""
    lines = []
    for name, model in sorted((_known(path) | {vehicle: energy}).items()):
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        kind = ['kind = "plane"'] if isinstance(model, WingEnergyModel) else []
        lines += [f'["{quoted}"]', *kind, *(f"{member} = {value:.6g}" for member, value in asdict(model).items()), ""]
    beside = path.with_name(f"{path.name}.new")
    beside.write_text("\n".join(lines), encoding="utf-8")
    beside.replace(path)


def _known(path: Path) -> dict[str, EnergyModel | WingEnergyModel]:
    if not path.exists():
        return {}
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _wrong(path, f"is not TOML: {error}") from error
    return {vehicle: _energy(path, vehicle, table) for vehicle, table in tables.items()}


def _energy(path: Path, vehicle: str, table: Any) -> EnergyModel | WingEnergyModel:
    if not isinstance(table, dict):
        raise _wrong(path, f"has a member '{vehicle}' outside a table")
    kind = table.pop("kind", "copter")
    if kind not in ("copter", "plane"):
        raise _wrong(path, f"has kind {kind!r:.40} for vehicle '{vehicle}', which is neither copter nor plane")
    members = _PLANE if kind == "plane" else _COPTER
    for member, value in table.items():
        if member not in members:
            raise _wrong(path, f"has an unknown member '{member}' for vehicle '{vehicle}'", members)
        least = value >= 0.0 if member == "reserve" and _is_number(value) else _is_number(value) and value > 0.0
        if not least or value > _MOST.get(member, value):
            raise _wrong(path, f"has {member} {value!r:.40} for vehicle '{vehicle}', which cannot be", members)
    return WingEnergyModel(**table) if kind == "plane" else EnergyModel(**table)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _wrong(path: Path, what: str, members: tuple[str, ...] = _COPTER) -> MissionError:
    hint = f'A vehicle is a table with {", ".join(members)}; that of a plane says kind = "plane".'
    return MissionError(f"{path} {what}.", code="mission.energy_file", hint=hint)
