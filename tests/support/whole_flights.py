"""A plan flown to its end by a simulated copter, and what was flown beside what was planned."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.primitives import LocalFrame, LonLat
from ground_station.mavlink import Address, WireItem, mavlink
from ground_station.vehicles import autopilots
from missions import MissionPlan, PlanResult
from sim.battery import CELLS
from sim.modes import Mode
from tests.support.simulated_flight import AKTAU, Flight

# Of a cell, on average over a discharge.
_CELL_V = 3.85
_LONGEST_S = 7200.0
COPTER = Address(1, 1)
WAYPOINT = int(mavlink.MAV_CMD_NAV_WAYPOINT)


@dataclass(frozen=True, slots=True)
class FlownPhoto:
    """Where the camera was and looked, truly; the frame is that of home."""

    place: tuple[float, float, float]
    pitch_deg: float
    heading_deg: float


@dataclass(frozen=True, slots=True, eq=False)
class FlownPlan:
    """`track` (n, 3) in metres from home each fifth of a second; `reached` are wire numbers of items in the order told."""

    flight: Flight
    seconds: float
    energy_wh: float
    photos: list[FlownPhoto]
    reached: list[int]
    wire: list[WireItem]
    track: NDArray[np.float64]

    @property
    def ground_track(self) -> shapely.LineString:
        return shapely.LineString(self.track[:, :2])

    def not_reached(self) -> list[int]:
        """Items with a command of navigation that the vehicle never told it had reached; the return home is not one of them."""
        wanted = [item.seq for item in self.wire if item.command in (mavlink.MAV_CMD_NAV_WAYPOINT, mavlink.MAV_CMD_NAV_TAKEOFF)]
        first = 1 if self.flight.copter.autopilot.store.first else 0
        return [seq for seq in wanted if seq >= first and seq not in set(self.reached)]


def upload_to(flight: Flight, plan: MissionPlan, home: LonLat = AKTAU) -> tuple[int, list[WireItem]]:
    """The plan as the station words it for this autopilot, on board; gives the result of the closing acknowledgement."""
    identity = flight.copter.autopilot.firmware.identity
    dialect = autopilots.autopilot_for(identity.autopilot, identity.vehicle_type)
    wire = dialect.to_wire(plan.flight_items(), home, 0.0)
    replies = flight.tell(mavlink.MAVLink_mission_count_message(1, 1, len(wire), 0))
    while replies and replies[0].get_type().startswith("MISSION_REQUEST"):
        replies = flight.tell(wire[replies[0].seq].to_message(COPTER, 0))
    return int(replies[0].type), wire


def fly(result: PlanResult, autopilot: str, *, seed: int = 3, **vehicle: Any) -> FlownPlan:
    """Upload, arm, start and wait until the motors stop."""
    assert result.plan is not None, result.findings
    flight = Flight(seed=seed, autopilot=autopilot, **vehicle)
    if vehicle.get("vehicle_type") == "plane":
        _stand_towards_take_off(flight, result.plan)
    accepted, wire = upload_to(flight, result.plan)
    assert accepted == mavlink.MAV_MISSION_ACCEPTED, accepted
    if autopilot == "ardupilot":
        assert flight.command(mavlink.MAV_CMD_DO_SET_MODE, 1, Mode.GUIDED) == 0
        assert flight.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1) == 0
        assert flight.command(mavlink.MAV_CMD_DO_SET_MODE, 1, Mode.AUTO) == 0
    assert flight.command(mavlink.MAV_CMD_MISSION_START) == 0
    begun_s, used_mah = flight.clock.boot_s, flight.copter.battery.used_mah
    photos: list[FlownPhoto] = []
    track: list[tuple[float, float, float]] = []
    steps = 0
    while flight.copter.autopilot.armed:
        before = flight.copter.autopilot.trigger.photos
        flight.step()
        truth, look = flight.copter.truth, flight.copter.gimbal
        if flight.copter.autopilot.trigger.photos > before:
            place = truth.position
            photos.append(FlownPhoto((place.east, place.north, place.up), look.pitch_deg, look.heading_deg(truth.heading_deg)))
        if steps % 10 == 0:
            track.append((truth.position.east, truth.position.north, truth.position.up))
        steps += 1
        assert flight.clock.boot_s - begun_s < _LONGEST_S, f"still flying item {flight.copter.autopilot.run.current}"
    used_mah = flight.copter.battery.used_mah - used_mah
    return FlownPlan(
        flight=flight,
        seconds=flight.clock.boot_s - begun_s,
        energy_wh=used_mah / 1000.0 * CELLS * _CELL_V,
        photos=photos,
        reached=[message.seq for message in flight.of("MISSION_ITEM_REACHED")],
        wire=wire,
        track=np.array(track),
    )


def _stand_towards_take_off(flight: Flight, plan: MissionPlan) -> None:
    """A plane takes off along its nose; whoever starts it is told where to (`take_off_course`)."""
    place = plan.items[0].position
    if place is not None:
        east, north = LocalFrame(AKTAU).offset_m(place)
        body = flight.copter.body
        body.truth = body.truth._replace(heading_deg=float(np.degrees(np.arctan2(east, north))) % 360.0)
        # Until it knows.
        flight.run(5.0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Flown beside planned. `photo_m` is the farthest any photo is from one that was planned, `aside_m` from the planned way;
    `aim_deg` the worst angle between where the camera looked and should have: to the subject, or as planned for the nearest photo."""

    photos_planned: int
    photos_taken: int
    photo_m: float
    aside_m: float
    aim_deg: float
    time_off: float
    energy_off: float


def compared(result: PlanResult, flown: FlownPlan, subject: tuple[float, float] | None = None) -> Comparison:
    """`subject` (east, north) from home is what every photo looks at, at the height that was planned. Fails for a plan without numbers."""
    assert result.statistics is not None
    places = flown.flight.copter.places

    def local(lon_deg: float, lat_deg: float, up_m: float) -> tuple[float, float, float]:
        level = places.level(round(lat_deg * 1e7), round(lon_deg * 1e7))
        return level.east, level.north, up_m

    wanted = np.array([local(*photo.position.as_tuple(), photo.altitude_m) for photo in result.photos])
    aims_wanted = _directions([(photo.pitch_deg, photo.heading_deg) for photo in result.photos])
    first = flown.flight.copter.autopilot.store.first
    waypoints = [item for item in flown.wire[first:] if item.command == WAYPOINT]
    way = shapely.LineString([local(item.y / 1e7, item.x / 1e7, item.z) for item in waypoints])
    worst_m = worst_deg = aside_m = 0.0
    for photo in flown.photos:
        place = np.array(photo.place)
        away = np.linalg.norm(wanted - place, axis=1)
        near = np.flatnonzero(away <= away.min() + 0.5)
        aim = _directions([(photo.pitch_deg, photo.heading_deg)])[0]
        best = int(near[(aims_wanted[near] @ aim).argmax()])
        right = aims_wanted[best]
        if subject is not None:
            seen = wanted[best] + right * np.hypot(*(np.array(subject) - wanted[best][:2])) / max(np.hypot(*right[:2]), 1e-9)
            right = (seen - place) / np.linalg.norm(seen - place)
        worst_m = max(worst_m, float(away.min()))
        aside_m = max(aside_m, way.distance(shapely.Point(place)))
        worst_deg = max(worst_deg, float(np.degrees(np.arccos(np.clip(right @ aim, -1.0, 1.0)))))
    numbers = result.statistics
    return Comparison(
        photos_planned=len(wanted),
        photos_taken=len(flown.photos),
        photo_m=worst_m,
        aside_m=aside_m,
        aim_deg=worst_deg,
        time_off=flown.seconds / numbers.duration_s - 1.0,
        energy_off=flown.energy_wh / numbers.energy_wh - 1.0,
    )


def _directions(aims: list[tuple[float, float]]) -> NDArray[np.float64]:
    """(n, 3) east, north, up."""
    pitch, heading = np.radians(np.array(aims).reshape(-1, 2)).T
    return np.column_stack([np.cos(pitch) * np.sin(heading), np.cos(pitch) * np.cos(heading), np.sin(pitch)])
