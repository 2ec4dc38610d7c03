"""Follows every run of missions by telemetry: states, covered ground, who may fly what waits. Nothing is sent to an aircraft from here.

Of several copies of the api one follows a run, and all show it. What it needs is in the database, so that another copy, or the same one
after a restart, goes on where it stopped: the way flown meanwhile is read from the stored track.
"""

import logging
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import anyio
from anyio import to_thread
from nats.errors import Error as NatsError

from geo.core import AuditLog, EventStore, MissionRow, MissionStore, RunRow, RunShotRow, RunSlotRow, RunStore, TrackStore
from geo.primitives import SunqarError, new_id, utc_now
from ground_station.api.camera_models import cameras_of
from ground_station.api.run_views import SlotSeen, busy_vehicles, planned_for, run_state
from ground_station.api.services import Services
from ground_station.bus.subjects import RUN_STATE
from ground_station.messages import CommandState, LinkState, RunState
from ground_station.runs.coverage import SlotCoverage
from ground_station.runs.machine import IN_THE_AIR, Change, next_change, sighting_of
from ground_station.runs.passed import Passed, passed_photo
from missions import CameraModel, plan_from_json

logger = logging.getLogger(__name__)

PERIOD_S = 1.0
KEPT_FOR_S = 5.0  # after this another copy takes a run over
UPLOAD_WITHIN_S = 180.0
LANDED_LOOKS = 2  # the verdict on a flight is told within a second of its landing
LOOKS_BACK = 2
STORED_WITHIN_S = 5.0  # what was heard just before is in the database by then
BY_ITSELF = "run"  # who did it, in the audit log


class KeptSlot:
    """What is in memory of one slot, made anew from the database at any time."""

    def __init__(self, mission: MissionRow, shots: Sequence[RunShotRow], cameras: Mapping[str, CameraModel]) -> None:
        self.mission = mission
        self.plan = plan_from_json(mission.content.plan)
        self.coverage = SlotCoverage(self.plan, shots, cameras)
        self.seen = SlotSeen(mission.content.name, self.plan.vehicle_type, planned_for(self.plan))
        self.landed_looks = 0
        self.looks_back = LOOKS_BACK  # what happened while nobody looked is read from the database
        self.looked_back_s = -math.inf
        self.away_since = mission.created_at
        self.share: float | None = None  # as it stands in the database
        self.derived: dict[UUID, bool] = {}  # missions met on board, and whether each is a change of this one


class RunWatch:
    """`run` until cancelled; `look` is one round."""

    def __init__(self, services: Services) -> None:
        self._services, self._id = services, new_id()
        self._store = RunStore(services.database)
        self._slots: dict[tuple[UUID, int], KeptSlot] = {}

    async def run(self) -> None:
        try:
            while True:
                try:
                    await self.look()
                except SunqarError as error:
                    logger.warning("runs: %s", error.message)
                await anyio.sleep(PERIOD_S)
        finally:
            with anyio.move_on_after(PERIOD_S, shield=True):
                try:
                    await self._store.release(self._id)
                except SunqarError as error:
                    logger.debug("runs were not released: %s", error.message)

    async def look(self) -> None:
        mine = await self._store.claim(self._id, KEPT_FOR_S)
        under_way = await self._store.open()
        rows = [row for row in under_way if row.run_id in mine]
        self._services.runs.follow({slot.vehicle_id for row in rows for slot in row.slots if slot.vehicle_id and slot.state in IN_THE_AIR})
        busy = busy_vehicles(under_way)
        for row in rows:
            slots = [await self._look_at(slot) for slot in row.slots]
            await self._tell(replace(row, slots=tuple(slots)), busy)
        known = {(row.run_id, slot.number) for row in rows for slot in row.slots}
        self._slots = {key: kept for key, kept in self._slots.items() if key in known}

    async def _look_at(self, slot: RunSlotRow) -> RunSlotRow:
        kept = await self._kept(slot)
        if slot.over:
            return slot
        slot = await self._adopt_change(slot, kept)
        state = self._services.vehicles.get(slot.vehicle_id or "")
        seen = sighting_of(state, slot.flying_id)
        kept.seen.link_lost = slot.state in IN_THE_AIR and (state is None or state.link is LinkState.LOST)
        if seen is not None and seen.online:
            kept.seen.item, kept.seen.items = seen.item, seen.items
        slot = await self._take_photographs(slot, kept)
        if slot.state == RunState.UPLOADING and (failed := self._upload_failed(slot)):
            return await self._change(slot, kept, Change(RunState.WAITING_FOR_DRONE, failed))
        if slot.state == RunState.UPLOADING and self._upload_under_way(slot):
            return slot
        change = None if seen is None else next_change(RunState(slot.state), seen, slot.vehicle_id or "")
        kept.landed_looks = kept.landed_looks + 1 if change is not None and change.landed_early else 0
        if change is None or 0 < kept.landed_looks < LANDED_LOOKS:
            return slot
        return await self._change(slot, kept, change)

    async def _kept(self, slot: RunSlotRow) -> KeptSlot:
        """On the ground a share that is another one was written by somebody who counted a log: everything is read anew."""
        key, waits = (slot.run_id, slot.number), slot.state not in IN_THE_AIR
        kept = self._slots.get(key)
        if kept is None or (waits and slot.share != kept.share):
            mission = await MissionStore(self._services.database).get(slot.mission_id)
            assert mission is not None, "a slot goes with its mission"
            shots = await self._store.shots(slot.run_id, slot.number)
            self._slots[key] = kept = KeptSlot(mission, shots, await cameras_of(self._services))
            if waits:
                kept.seen.covered = await to_thread.run_sync(kept.coverage.covered, slot.sortie)
        kept.share = slot.share
        return kept

    async def _adopt_change(self, slot: RunSlotRow, kept: KeptSlot) -> RunSlotRow:
        """A mission changed under way is still this one: the vehicle carries it under its new id."""
        state = self._services.vehicles.get(slot.vehicle_id or "")
        aboard = state.mission.mission_id if state is not None and state.mission is not None else None
        if aboard is None or aboard == slot.flying_id or slot.state not in IN_THE_AIR:
            return slot
        if aboard not in kept.derived:
            row = await MissionStore(self._services.database).get(aboard)
            source = row.proposal if row is not None else None
            kept.derived[aboard] = (
                source is not None
                and source.get("source_kind") == "change"
                and source.get("source_id")
                in {
                    str(slot.mission_id),
                    str(slot.flying_id),
                }
            )
        if not kept.derived[aboard]:
            return slot
        return await self._store.change(replace(slot, flying_id=aboard)) or slot

    async def _take_photographs(self, slot: RunSlotRow, kept: KeptSlot) -> RunSlotRow:
        if slot.state not in IN_THE_AIR or slot.vehicle_id is None:
            return slot
        passed = self._services.runs.take(slot.vehicle_id)
        if kept.looks_back and time.monotonic() - kept.looked_back_s >= STORED_WITHIN_S:
            passed = [*await self._flown_meanwhile(slot, kept, passed[0].at if passed else utc_now()), *passed]
        fresh: list[RunShotRow] = []
        for place in passed:
            if place.shot is not None:
                fresh += kept.coverage.photographed(slot.sortie, place.shot, place.at)
            else:
                fresh += kept.coverage.fly(slot.sortie, place.position, place.height_m, place.at)
        if fresh:
            await self._store.add_shots(slot, fresh)
            covered = await to_thread.run_sync(kept.coverage.covered, slot.sortie)
            kept.seen.covered = covered
            share = None if covered is None else round(covered.share, 5)
            return await self._store.change(replace(slot, share=share, traced_at=utc_now())) or slot
        if kept.seen.covered is None:
            kept.seen.covered = await to_thread.run_sync(kept.coverage.covered, slot.sortie)
        return slot

    async def _flown_meanwhile(self, slot: RunSlotRow, kept: KeptSlot, until: datetime) -> list[Passed]:
        """Its way and its photographs since somebody last looked; the photographs once more later, for those not yet stored."""
        first = kept.looks_back == LOOKS_BACK
        if first:
            kept.away_since = slot.traced_at or slot.changed_at
        kept.looks_back, kept.looked_back_s = kept.looks_back - 1, time.monotonic()
        vehicle_id, database = slot.vehicle_id or "", self._services.database
        track = await TrackStore(database).between(vehicle_id, kept.away_since, until) if first else []
        events = await EventStore(database).between(vehicle_id, kept.away_since, utc_now())
        seen = [passed_photo(event.at, event.detail, 0.0) for event in events if event.kind == "photo"]
        return [
            *(Passed(row.at, row.position, row.altitude_above_home_m) for row in track if row.altitude_above_home_m is not None),
            *(photo for photo in seen if photo is not None),
        ]

    def _upload_failed(self, slot: RunSlotRow) -> str | None:
        update = None if slot.command_id is None else self._services.commands.get(slot.command_id)
        if update is not None and update.state is CommandState.FAILED:
            return update.reason or "The upload failed."
        if (utc_now() - slot.changed_at).total_seconds() > UPLOAD_WITHIN_S:
            return f"{slot.vehicle_id} was not seen with the mission on board within {UPLOAD_WITHIN_S:.0f} s."
        return None

    def _upload_under_way(self, slot: RunSlotRow) -> bool:
        """Also true of one that is about to be sent. After a restart nothing is known of it, and what is on board decides."""
        update = None if slot.command_id is None else self._services.commands.get(slot.command_id)
        return slot.command_id is None or (update is not None and update.state is not CommandState.DONE)

    async def _change(self, slot: RunSlotRow, kept: KeptSlot, change: Change) -> RunSlotRow:
        """Write what has become of it, and note it. When somebody was faster, the next look sees what they wrote."""
        new = replace(slot, state=change.state.value, reason=change.reason)
        if change.landed_early and kept.coverage.nothing_left:
            new = replace(new, state=RunState.FINISHED.value, reason=None)
        elif change.landed_early:
            new = replace(new, sortie=slot.sortie + 1, flying_id=None, command_id=None)
        elif change.state is RunState.WAITING_FOR_DRONE:
            new = replace(new, flying_id=None, command_id=None)
        elif change.state is RunState.FLYING and slot.state == RunState.READY:
            kept.looks_back = 0  # from here on everything is heard
        written = await self._store.change(new)
        if written is None:
            return slot
        detail = {"slot": slot.number, "from": slot.state, "vehicle_id": slot.vehicle_id, "reason": new.reason, "share": slot.share}
        await AuditLog(self._services.database).append(BY_ITSELF, f"run.{written.state}", f"run/{slot.run_id}", detail)
        return written

    async def _tell(self, row: RunRow, busy: set[str]) -> None:
        seen = {slot.number: self._slots[row.run_id, slot.number].seen for slot in row.slots}
        for slot in row.slots:
            if seen[slot.number].covered is None:
                kept = self._slots[row.run_id, slot.number]
                kept.seen.covered = await to_thread.run_sync(kept.coverage.covered, slot.sortie)
        told = run_state(row, seen, self._services, busy)
        try:
            await self._services.bus.publish(f"{RUN_STATE}.{row.run_id}", told.encode())
        except NatsError as error:
            logger.debug("run not told: %s", error)
