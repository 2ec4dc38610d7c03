"""Which mission each vehicle carries from here, on disk: a station that was killed still knows it when it is back."""

import json
import logging
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from geo.primitives import LonLat
from ground_station.vehicles import UploadedMission, Vehicle

logger = logging.getLogger(__name__)

FILE = "uploaded-missions.json"


class UploadedMissions:
    """`follow` gives a vehicle what is remembered of it, and writes down what has changed. One small file, replaced whole."""

    def __init__(self, data_dir: Path) -> None:
        self._file = data_dir / FILE
        self._kept = self._read()
        self._met: set[str] = set()

    def _read(self) -> dict[str, UploadedMission]:
        try:
            rows = json.loads(self._file.read_text())
            return {
                vehicle_id: UploadedMission(
                    UUID(row["mission_id"]) if row["mission_id"] else None,
                    int(row["items"]),
                    LonLat(*row["endless_at"]) if row.get("endless_at") else None,
                )
                for vehicle_id, row in rows.items()
            }
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            logger.warning("%s cannot be read and is begun anew: %s", self._file, error)
            return {}

    def follow(self, vehicles: Iterable[Vehicle]) -> None:
        """Call often. A vehicle met for the first time gets its mission; that it now carries another one it tells by its count."""
        changed = False
        for vehicle in vehicles:
            vehicle_id = vehicle.vehicle_id
            if vehicle_id not in self._met:
                self._met.add(vehicle_id)
                if vehicle.uploaded is None and vehicle.estimate.mission_total in (None, self._items_of(vehicle_id)):
                    vehicle.uploaded = self._kept.get(vehicle_id)
            if vehicle.uploaded is self._kept.get(vehicle_id):
                continue
            changed = True
            if vehicle.uploaded is None:
                del self._kept[vehicle_id]
            else:
                self._kept[vehicle_id] = vehicle.uploaded
        if changed:
            self._write()

    def _items_of(self, vehicle_id: str) -> int | None:
        kept = self._kept.get(vehicle_id)
        return kept.items if kept else None

    def _write(self) -> None:
        rows = {
            vehicle_id: {
                "mission_id": str(kept.mission_id) if kept.mission_id else None,
                "items": kept.items,
                "endless_at": kept.endless_at.as_tuple() if kept.endless_at else None,
            }
            for vehicle_id, kept in self._kept.items()
        }
        new = self._file.with_suffix(".new")
        try:
            new.write_text(json.dumps(rows))
            new.replace(self._file)
        except OSError as error:
            logger.warning("%s cannot be written: %s", self._file, error)
