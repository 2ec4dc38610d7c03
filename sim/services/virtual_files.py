"""Generated files: `@PARAM`, `@MISSION` and `@SYS` of ArduPilot, and PX4's component metadata (`mftp:///etc/extras/...`)."""

import json
import lzma
import struct
import zlib
from collections.abc import Mapping
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.dialect import ComponentMetadata
from sim.mission_store import StoredItem
from sim.parameters import REAL32
from sim.services.event_definitions import EVENTS_FILE
from sim.services.host import Host
from sim.services.packed_parameters import pack
from sim.services.plan_transfer import Store
from sim.services.service import Builder, Service

MISSION_MAGIC = 0x763D
_ITEM = struct.Struct("<ffffiifHHBBBBBB")  # mavlink_mission_item_int_t in wire order
_HEADER = struct.Struct("<HHHHH")
GENERAL = "/etc/extras/component_general.json.xz"
PARAMETERS = "/etc/extras/parameters.json.xz"
EVENTS = "/etc/extras/all_events.json.xz"
PARAMETER_TYPE, EVENTS_TYPE = 1, 4  # COMP_METADATA_TYPE


class VirtualFiles(Service):
    """Offers the files; announces the metadata by COMPONENT_METADATA where the firmware has it."""

    def __init__(self, host: Host) -> None:
        self._host = host
        files = host.files
        self._has_metadata = host.habits.parameters_bytewise
        if self._has_metadata:
            for path, make in ((GENERAL, self._general), (PARAMETERS, self._parameters), (EVENTS, lambda: EVENTS_FILE)):
                files.offer(path, lambda _, make=make: _compressed(make()))  # type: ignore[misc]
            return
        files.offer("/@PARAM/param.pck", lambda size: pack(host.parameters.all(), size))
        files.offer("/@PARAM/param.pck?withdefaults=1", lambda size: pack(host.parameters.all(), size, defaults=self._defaults()))
        for name, store in (("mission", host.plans.mission), ("fence", host.plans.fence), ("rally", host.plans.rally)):
            files.offer(f"/@MISSION/{name}.dat", lambda _, store=store: _plan_file(store))  # type: ignore[misc]
        files.offer("/@SYS/uarts.txt", lambda _: b"UARTV1\nSERIAL0 OTG1  MAVLink2\n")
        files.offer("/@SYS/timers.txt", lambda _: f"TIMERV1\nboot {host.clock.boot_ms} ms\n".encode())

    @property
    def messages(self) -> Mapping[int, Builder]:
        return {ComponentMetadata.id: self._metadata} if self._has_metadata else {}

    def _metadata(self) -> Any:
        crc = zlib.crc32(_compressed(self._general()))
        return ComponentMetadata(self._host.clock.boot_ms, crc, f"mftp://{GENERAL}")

    def _general(self) -> dict[str, Any]:
        kinds = ((PARAMETER_TYPE, PARAMETERS, self._parameters()), (EVENTS_TYPE, EVENTS, EVENTS_FILE))
        return {
            "version": 1,
            "metadataTypes": [
                {"type": kind, "uri": f"mftp://{path}", "fileCrc": zlib.crc32(_compressed(contents))} for kind, path, contents in kinds
            ],
        }

    def _parameters(self) -> dict[str, Any]:
        defaults = self._defaults()
        return {
            "version": 1,
            "parameters": [
                {
                    "name": found.name,
                    "type": "Float" if found.kind == REAL32 else "Int32",
                    "default": defaults[found.name] if found.kind == REAL32 else int(defaults[found.name]),
                    "group": found.name.split("_")[0],
                }
                for found in self._host.parameters.all()
            ],
        }

    def _defaults(self) -> dict[str, float]:
        return {found.name: found.default for found in self._host.parameters.all()}


def _compressed(contents: Any) -> bytes:
    return lzma.compress(json.dumps(contents, separators=(",", ":"), sort_keys=True).encode(), check=lzma.CHECK_CRC32)


def _plan_file(store: Store) -> bytes:
    """A plan in ArduPilot's packed form: header, then each item as MISSION_ITEM_INT's payload."""
    items = store.items
    header = _HEADER.pack(MISSION_MAGIC, store.mission_type, 0, 0, len(items))
    return header + b"".join(_packed_item(index, item, store.mission_type) for index, item in enumerate(items))


def _packed_item(index: int, item: StoredItem, mission_type: int) -> bytes:
    floats = (item.param1, item.param2, item.param3, item.param4, item.x, item.y, item.z)
    return _ITEM.pack(*floats, index, item.command, 0, mavlink.MAV_COMP_ID_ALL, item.frame, 0, item.autocontinue, mission_type)
