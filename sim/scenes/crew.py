"""The people on site: they load a vehicle's legs as its mission and start it once it is ready to fly."""

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from geo.primitives import LocalFrame, LonLat
from sim.mission_store import StoredItem
from sim.scenes.model import DroneCamera, SceneVehicle
from sim.vector import Vector
from sim.vehicle import SimulatedVehicle

TAKEOFF_AND_SPEED = 2  # items before the first leg


class Crew:
    """Of one vehicle with legs. `update` once a step; `under_way` from the leg on that the scene begins at."""

    def __init__(self, plan: SceneVehicle, frame: LocalFrame, vehicle: SimulatedVehicle, *, brings_home: bool) -> None:
        """`brings_home` ends the mission with a return (a plane circles over its home); without it the vehicle stays over its last leg."""
        self._vehicle = vehicle
        self._started = False
        store = vehicle.store
        items = _items(plan, frame)
        if brings_home:  # a wing that only returns would circle over its home for ever
            home = frame.place(*plan.home)
            landing = StoredItem(mavlink.MAV_CMD_NAV_VTOL_LAND, x=round(home.lat_deg * 1e7), y=round(home.lon_deg * 1e7))
            items.append(landing if plan.type == "vtol" else StoredItem(mavlink.MAV_CMD_NAV_RETURN_TO_LAUNCH))
        store.replace(([StoredItem(mavlink.MAV_CMD_NAV_WAYPOINT)] if store.first else []) + items)
        vehicle.autopilot.mission_changed()
        self._begins_at = store.first + TAKEOFF_AND_SPEED + plan.begin_at_leg - 1

    @property
    def started(self) -> bool:
        return self._started

    @property
    def under_way(self) -> bool:
        autopilot = self._vehicle.autopilot
        return autopilot.armed and autopilot.run.current >= self._begins_at

    def update(self) -> None:
        """Sets off once, when nothing keeps it on the ground; a pilot who was quicker is left alone."""
        vehicle = self._vehicle
        if self._started:
            return
        if vehicle.autopilot.armed:
            self._started = True
        elif vehicle.body.readings.ready and not vehicle.autopilot.arming_obstacles():
            vehicle.autopilot.arm()
            vehicle.autopilot.helm.start_mission()
            self._started = True


def aim(part: DroneCamera, home_m: tuple[float, float], vehicle: SimulatedVehicle) -> None:
    """Point the vehicle's gimbal as the scene has it. `home_m` is where the vehicle's own metres begin, east and north in the scene."""
    gimbal = vehicle.gimbal
    gimbal.pitch_deg = gimbal.wanted_pitch_deg = part.pitch_deg
    if part.looks_at is not None:
        east, north, up = part.looks_at
        gimbal.place = Vector(east - home_m[0], north - home_m[1], up)


def _items(plan: SceneVehicle, frame: LocalFrame) -> list[StoredItem]:
    """Take-off, speed, legs."""

    def item(command: int, place: LonLat, altitude_m: float) -> StoredItem:
        return StoredItem(command, x=round(place.lat_deg * 1e7), y=round(place.lon_deg * 1e7), z=altitude_m)

    takeoff = mavlink.MAV_CMD_NAV_VTOL_TAKEOFF if plan.type == "vtol" else mavlink.MAV_CMD_NAV_TAKEOFF
    items = [
        item(takeoff, frame.place(*plan.home), plan.altitude_m),
        StoredItem(mavlink.MAV_CMD_DO_CHANGE_SPEED, param1=1.0, param2=plan.speed_mps, param3=-1.0),
    ]
    for leg in plan.legs:
        items.append(item(mavlink.MAV_CMD_NAV_WAYPOINT, frame.place(leg.east_m, leg.north_m), leg.altitude_m or plan.altitude_m))
    return items
