"""What the autopilot broadcasts once: an item reached, a picture taken, a home set."""

from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.notices import HomeSet, ItemReached, Notice, PhotoTaken
from sim.services.host import Host
from sim.services.service import Service
from sim.telemetry import camera_feedback, message


class Announcements(Service):
    """MISSION_ITEM_REACHED, CAMERA_FEEDBACK and HOME_POSITION."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def on_notice(self, notice: Notice, now_s: float) -> list[Any]:
        of = self._host.of
        match notice:
            case ItemReached(index):
                return [mavlink.MAVLink_mission_item_reached_message(index)]
            case PhotoTaken(number, position):
                return [camera_feedback(of, number, position)]
            case HomeSet(position):
                lat, lon = of.places.lat_lon_e7(position)
                of.store.set_home(lat, lon, of.places.ground_amsl_m + position.up)
                home = message(of, mavlink.MAVLINK_MSG_ID_HOME_POSITION)
                return [] if home is None else [home]
        return []
