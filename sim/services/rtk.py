"""Corrections from a base station: while GPS_RTCM_DATA comes, the fix becomes RTK float and after a while RTK fixed."""

from collections.abc import Mapping
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.services.host import Host
from sim.services.service import Builder, Service
from sim.telemetry import message

FRESH_S = 5.0
FIXED_AFTER_S = 10.0
RTK_FLOAT, RTK_FIXED = 5, 6  # GPS_FIX_TYPE
EPH_CM = {RTK_FLOAT: 30, RTK_FIXED: 2}


class Rtk(Service):
    handles = frozenset({"GPS_RTCM_DATA", "GPS_INJECT_DATA"})

    def __init__(self, host: Host) -> None:
        self._host = host
        self._heard_s: float | None = None
        self._since_s = 0.0

    @property
    def messages(self) -> Mapping[int, Builder]:
        return {mavlink.MAVLINK_MSG_ID_GPS_RAW_INT: self._gps}

    def on_message(self, wire: Any, now_s: float) -> list[Any]:
        if self._heard_s is None or now_s - self._heard_s > FRESH_S:
            self._since_s = now_s
        self._heard_s = now_s
        return []

    def _gps(self) -> Any:
        wire: Any = message(self._host.of, mavlink.MAVLINK_MSG_ID_GPS_RAW_INT)
        now_s = self._host.clock.boot_s
        if wire is not None and wire.fix_type >= 3 and self._heard_s is not None and now_s - self._heard_s <= FRESH_S:
            wire.fix_type = RTK_FIXED if now_s - self._since_s >= FIXED_AFTER_S else RTK_FLOAT
            wire.h_acc = EPH_CM[wire.fix_type] * 10
        return wire
