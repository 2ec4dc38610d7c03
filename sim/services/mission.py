"""Mission, fence and rally points: what a station may store in the vehicle, read back, clear, and which item is current."""

import zlib
from collections.abc import Mapping
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.dialect import MissionAck, MissionCurrent
from sim.fence_store import ACCEPTED as KEPT
from sim.mission_store import StoredItem
from sim.services.host import Host
from sim.services.plan_transfer import PlanRules, PlanTransfer, Store
from sim.services.service import ACCEPTED, DENIED, Builder, Command, CommandHandler, Outcome, Service
from sim.telemetry import message

_ALL = int(mavlink.MAV_MISSION_TYPE_ALL)


class Missions(Service):
    handles = frozenset(
        {
            "MISSION_COUNT",
            "MISSION_ITEM_INT",
            "MISSION_ITEM",
            "MISSION_REQUEST_LIST",
            "MISSION_REQUEST_INT",
            "MISSION_REQUEST",
            "MISSION_CLEAR_ALL",
            "MISSION_ACK",
            "MISSION_WRITE_PARTIAL_LIST",
            "MISSION_SET_CURRENT",
        }
    )

    def __init__(self, host: Host) -> None:
        self._host = host
        plans, pilot = host.plans, host.autopilot
        self._ids: dict[int, tuple[int, int]] = {}
        mission_rules = PlanRules(
            may_clear=lambda: not host.habits.home_is_item_zero or pilot.may_clear_mission(),
            changed=pilot.mission_changed,
            received_text="Flight plan received" if host.habits.home_is_item_zero else None,
        )
        self._transfers = {
            int(store.mission_type): PlanTransfer(
                store,
                growing,
                rules,
                host.habits,
                say=host.say,
                plan_id=lambda store=store: self._plan_id(store),  # type: ignore[misc]
                current=lambda: int(pilot.run.current),
            )
            for store, growing, rules in (
                (plans.mission, plans.mission, mission_rules),
                (plans.fence, None, PlanRules(accept=self._accept_fence)),
                (plans.rally, plans.rally, PlanRules()),
            )
        }

    @property
    def commands(self) -> Mapping[int, CommandHandler]:
        return {mavlink.MAV_CMD_DO_SET_MISSION_CURRENT: self._set_current}

    @property
    def messages(self) -> Mapping[int, Builder]:
        return {mavlink.MAVLINK_MSG_ID_MISSION_CURRENT: self._mission_current}

    def on_message(self, wire: Any, now_s: float) -> list[Any]:
        kind = wire.get_type()
        if kind == "MISSION_SET_CURRENT":
            if self._host.autopilot.run.jump(wire.seq):
                return [self._mission_current()]
            self._host.say(f"Mission: item {wire.seq} does not exist", mavlink.MAV_SEVERITY_WARNING)
            return []
        mission_type = getattr(wire, "mission_type", 0)
        if kind == "MISSION_CLEAR_ALL":
            return [self._clear(wire, mission_type)]
        transfer = self._transfers.get(mission_type)
        if transfer is None:
            return [] if kind == "MISSION_ACK" else [_ack(wire, mavlink.MAV_MISSION_UNSUPPORTED, mission_type)]
        return transfer.on_message(wire, now_s)

    def on_time(self, now_s: float) -> list[Any]:
        return [wire for transfer in self._transfers.values() for wire in transfer.on_time(now_s)]

    def _clear(self, wire: Any, mission_type: int) -> Any:
        kinds = [mission_type] if mission_type != _ALL else list(self._transfers)
        if any(kind not in self._transfers for kind in kinds) or (mission_type == _ALL and not self._host.habits.clears_all_types):
            return _ack(wire, mavlink.MAV_MISSION_UNSUPPORTED, mission_type)
        sender = (wire.get_srcSystem(), wire.get_srcComponent())
        results = [self._transfers[kind].clear(sender) for kind in kinds]
        return _ack(wire, next((result for result in results if result != KEPT), KEPT), mission_type)

    def _accept_fence(self, items: list[StoredItem]) -> tuple[int, str | None]:
        """ArduPilot calls a fence that is none an ERROR; PX4 INVALID, and it also refuses one that would be breached where it stands."""
        host = self._host
        fault = host.plans.fence.fault(items)
        if fault is not None:
            host.say(fault, mavlink.MAV_SEVERITY_WARNING)
            result = mavlink.MAV_MISSION_INVALID if host.habits.atomic_upload else mavlink.MAV_MISSION_ERROR
            return int(result), "Fence validation failed"
        if host.habits.atomic_upload and host.autopilot.home is not None:
            here = host.of.places.lat_lon_e7(host.autopilot.home)
            if not host.plans.fence.would_hold(items, here, host.of.places):
                return int(mavlink.MAV_MISSION_INVALID), "Geofence invalid: it does not hold the home position"
        return KEPT, None

    def _plan_id(self, store: Store) -> int:
        """Opaque id of a plan: the same contents have the same id, and 0 stands for no plan."""
        revision = getattr(store, "revision", 0)
        known = self._ids.get(int(store.mission_type))
        if known is not None and known[0] == revision:
            return known[1]
        items = store.items
        found = 0 if not items else zlib.crc32(repr(items).encode()) or 1
        self._ids[int(store.mission_type)] = (revision, found)
        return found

    def _mission_current(self) -> Any:
        base: Any = message(self._host.of, mavlink.MAVLINK_MSG_ID_MISSION_CURRENT)
        plans = self._host.plans
        ids = [self._plan_id(store) if self._host.habits.tells_plan_ids else 0 for store in (plans.mission, plans.fence, plans.rally)]
        return MissionCurrent(base.seq, base.total, base.mission_state, base.mission_mode, *ids)

    def _set_current(self, command: Command) -> Outcome:
        """p1 the item (-1 leaves it), p2 = 1 begins the mission and its jump counters anew."""
        run = self._host.autopilot.run
        number = int(command.parameters[0])
        if command.parameters[1] == 1.0:
            run.rewind()
        if number >= 0 and not run.jump(number):
            return DENIED
        return ACCEPTED, [self._mission_current()]


def _ack(wire: Any, result: int, mission_type: int) -> Any:
    return MissionAck(wire.get_srcSystem(), wire.get_srcComponent(), int(result), mission_type)
