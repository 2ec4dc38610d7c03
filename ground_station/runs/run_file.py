"""A run without the server: what has been flown of a plan, in a file beside it, so that a later flight goes on where this one ended."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from geo.core import RunShotRow
from geo.primitives import LonLat, MissionError, parse_instant, utc_now
from ground_station.messages import RunState
from missions import Command, MissionItem, MissionPlan, write_atomically

SUFFIX = ".run.json"


@dataclass(slots=True)
class RunFile:
    """`sortie` counts flights from 1; `aboard` is the fingerprint of the items put on board last. Written whole, or not at all."""

    path: Path
    plan_hash: str
    state: RunState = RunState.WAITING_FOR_DRONE
    reason: str | None = None
    vehicle_id: str | None = None
    sortie: int = 1
    aboard: str | None = None
    share: float | None = None
    shots: list[RunShotRow] = field(default_factory=list)

    @classmethod
    def beside(cls, plan_file: Path, plan: MissionPlan) -> "RunFile":
        """What is kept of this plan; a fresh run when nothing is. Raises: `MissionError`: another plan, or unreadable."""
        fresh = cls.fresh(plan_file, plan)
        path, plan_hash = fresh.path, fresh.plan_hash
        if not path.exists():
            return fresh
        try:
            kept = json.loads(path.read_text())
            shots = [_shot(row) for row in kept["shots"]]
            found = cls(path, kept["plan_hash"], RunState(kept["state"]), kept["reason"], kept["vehicle_id"], int(kept["sortie"]))
            found.aboard, found.share, found.shots = kept["aboard"], kept["share"], shots
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise MissionError(
                f"'{path.name}' cannot be read ({error}).", code="run.unreadable", hint="Delete it to begin the mission anew."
            ) from error
        if found.plan_hash != plan_hash:
            raise MissionError(
                f"'{path.name}' is about another plan than '{plan_file.name}' holds now.",
                code="run.other_plan",
                hint="Take the plan it was begun with, or delete it to begin anew.",
            )
        return found

    @classmethod
    def fresh(cls, plan_file: Path, plan: MissionPlan) -> "RunFile":
        return cls(plan_file.with_name(plan_file.name + SUFFIX), plan.content_hash())

    @property
    def begun(self) -> bool:
        return self.path.exists() and self.state is not RunState.FINISHED

    def save(self, state: RunState, reason: str | None = None) -> None:
        self.state, self.reason = state, reason
        kept: dict[str, Any] = {
            "plan_hash": self.plan_hash,
            "state": state.value,
            "reason": reason,
            "vehicle_id": self.vehicle_id,
            "sortie": self.sortie,
            "aboard": self.aboard,
            "share": self.share,
            "at": utc_now().isoformat(),
            "shots": [_row(shot) for shot in self.shots],
        }
        write_atomically(self.path, json.dumps(kept, indent=1).encode())


def fingerprint(items: Sequence[MissionItem]) -> str:
    """Of the places flown to: what a vehicle gives back of them is the same whatever its autopilot makes of the rest."""
    places = [
        (round(item.position.lon_deg, 6), round(item.position.lat_deg, 6), round(item.altitude_m or 0.0, 1))
        for item in items
        if item.command == Command.WAYPOINT and item.position is not None
    ]
    return hashlib.sha256(json.dumps([len(items), places]).encode()).hexdigest()


def _row(shot: RunShotRow) -> list[Any]:
    return [
        *(shot.sortie, shot.source, shot.number, shot.at.isoformat(), *shot.position.as_tuple()),
        *(round(shot.height_m, 2), round(shot.heading_deg, 1), round(shot.pitch_deg, 1)),
    ]


def _shot(row: list[Any]) -> RunShotRow:
    sortie, source, number, at, lon, lat, height_m, heading_deg, pitch_deg = row
    instant: datetime = parse_instant(at)
    return RunShotRow(int(sortie), source, int(number), instant, LonLat(lon, lat), height_m, heading_deg, pitch_deg)
