"""A simulated copter flown step by step in a test, as a station would see it."""

from collections.abc import Callable
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from geo.primitives import LonLat
from ground_station.flight_data.tape import timed
from sim import MeanWind, SimClock, SimulatedVehicle
from sim.clock import STEP_S
from sim.modes import Mode
from sim.vector import Vector

AKTAU = LonLat(51.16, 43.6505)
START_UNIX_MS = 1_767_225_600_000
STATION = (254, 190)


def from_station(message: Any, station: tuple[int, int] = STATION) -> Any:
    """The message as it arrives: packed and parsed, sent by the station."""
    sender = mavlink.MAVLink(None, *station)
    return mavlink.MAVLink(None).parse_buffer(bytearray(message.pack(sender)))[0]


class Flight:
    """One copter, everything it sent so far, and verbs to fly it."""

    def __init__(self, *, seed: int = 1, wind: MeanWind | None = None, ready: bool = True, **vehicle: Any) -> None:
        self.clock = SimClock(START_UNIX_MS)
        self.copter = SimulatedVehicle(1, AKTAU, self.clock, seed=seed, wind=wind, **vehicle)
        self.sent: list[Any] = []
        self.track: list[Vector] = []
        self.fastest_mps = 0.0
        if ready:
            self.run(5.0)

    @property
    def position(self) -> Vector:
        return self.copter.truth.position

    def step(self) -> None:
        self.clock.advance()
        self.sent.extend(self.copter.step())
        self.track.append(self.position)
        self.fastest_mps = max(self.fastest_mps, self.copter.truth.velocity.level_length())

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / STEP_S)):
            self.step()

    def until(self, condition: Callable[[], bool], within_s: float) -> None:
        """Fly on until the condition holds; fails naming where the vehicle was."""
        for _ in range(round(within_s / STEP_S)):
            if condition():
                return
            self.step()
        pilot = self.copter.autopilot
        raise AssertionError(f"not reached within {within_s:g} s: {pilot.mode.name} at {self.copter.truth}, item {pilot.run.current}")

    def tell(self, message: Any, station: tuple[int, int] = STATION) -> list[Any]:
        return self.copter.on_message(from_station(message, station))

    def command(self, number: int, *parameters: float) -> int:
        """COMMAND_LONG; gives the result of its acknowledgement."""
        padded = (*parameters, *[0.0] * (7 - len(parameters)))
        return int(self.tell(mavlink.MAVLink_command_long_message(1, 1, number, 0, *padded))[0].result)

    def command_int(self, number: int, place: Vector, *parameters: float, frame: int = 6) -> int:
        lat, lon = self.copter.places.lat_lon_e7(place)
        padded = (*parameters, *[0.0] * (4 - len(parameters)))
        return int(self.tell(mavlink.MAVLink_command_int_message(1, 1, frame, number, 0, 0, *padded, lat, lon, place.up))[0].result)

    def tlog(self) -> bytes:
        """All that was sent, as a station would have recorded it."""
        at_us, frames = 0, []
        for message in self.sent:
            # Heartbeats of the gimbal and the camera are their own; what leaves the autopilot has no component yet.
            packed = message.pack(mavlink.MAVLink(None, 1, message.get_srcComponent() or 1))
            at_us = getattr(message, "time_boot_ms", at_us // 1000) * 1000
            frames.append(timed(START_UNIX_MS * 1000 + at_us, packed))
        return b"".join(frames)

    def texts(self) -> list[str]:
        return [message.text.decode() if isinstance(message.text, bytes) else message.text for message in self.of("STATUSTEXT")]

    def of(self, kind: str, component: int | None = None) -> list[Any]:
        """Messages of a kind; heartbeats are the autopilot's unless a component is named (0: as it leaves the autopilot)."""
        wanted = 0 if component is None and kind == "HEARTBEAT" else component
        return [message for message in self.sent if message.get_type() == kind and wanted in (None, message.get_srcComponent())]

    def take_off(self, height_m: float) -> None:
        assert self.command(mavlink.MAV_CMD_DO_SET_MODE, 1, Mode.GUIDED) == 0
        assert self.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1) == 0
        assert self.command(mavlink.MAV_CMD_NAV_TAKEOFF, 0, 0, 0, 0, 0, 0, height_m) == 0
        self.until(lambda: self.position.up > height_m - 0.7, 60)

    def item(
        self, seq: int, number: int, place: Vector | None = None, *parameters: float, frame: int = 6, height_m: float | None = None
    ) -> Any:
        lat, lon = (0, 0) if place is None else self.copter.places.lat_lon_e7(place)
        height = height_m if height_m is not None else 0.0 if place is None else place.up
        padded = (*parameters, *[0.0] * (4 - len(parameters)))
        return mavlink.MAVLink_mission_item_int_message(1, 1, seq, frame, number, 0, 1, *padded, lat, lon, height, 0)

    def upload(self, items: list[Any]) -> int:
        """A well-behaved upload; gives the result of the closing acknowledgement."""
        replies = self.tell(mavlink.MAVLink_mission_count_message(1, 1, len(items), 0))
        while replies and replies[0].get_type() == "MISSION_REQUEST":
            replies = self.tell(items[replies[0].seq])
        return int(replies[0].type)

    def square_mission(self, side_m: float = 60.0, height_m: float = 30.0) -> list[Any]:
        """Home, take-off, speed, four corners with pictures on one side, return."""
        corners = [Vector(side_m, 0, height_m), Vector(side_m, side_m, height_m), Vector(0, side_m, height_m)]
        return [
            self.item(0, mavlink.MAV_CMD_NAV_WAYPOINT, Vector(0, 0, 0)),
            self.item(1, mavlink.MAV_CMD_NAV_TAKEOFF, None, height_m=height_m),
            self.item(2, mavlink.MAV_CMD_DO_CHANGE_SPEED, None, 1, 6, -1),
            self.item(3, mavlink.MAV_CMD_NAV_WAYPOINT, corners[0]),
            self.item(4, mavlink.MAV_CMD_DO_SET_CAM_TRIGG_DIST, None, 10, 0, 1),
            self.item(5, mavlink.MAV_CMD_NAV_WAYPOINT, corners[1]),
            self.item(6, mavlink.MAV_CMD_DO_SET_CAM_TRIGG_DIST, None, 0),
            self.item(7, mavlink.MAV_CMD_NAV_LOITER_TIME, corners[2], 4),
            self.item(8, mavlink.MAV_CMD_NAV_RETURN_TO_LAUNCH),
        ]
