"""A plan flown to its end by a simulated copter, and what was flown beside what was planned."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.primitives import LonLat
from ground_station.mavlink import Address, WireItem, mavlink
from ground_station.vehicles import autopilots
from missions import MissionPlan, PlanResult
from sim.battery import CELLS
from sim.modes import Mode
from tests.support.simulated_flight import AKTAU, STATION, Flight

# Of a cell, on average over a discharge.
_CELL_V = 3.85
_LONGEST_S = 7200.0
COPTER = Address(1, 1)


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
    def line(self) -> shapely.LineString:
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


def fly(result: PlanResult, autopilot: str, *, seed: int = 3, **vehicle: object) -> FlownPlan:
    """Upload, arm, start and wait until the motors stop."""
    assert result.plan is not None, result.findings
    flight = Flight(seed=seed, autopilot=autopilot, **vehicle)
    accepted, wire = upload_to(flight, result.plan)
    assert accepted == mavlink.MAV_MISSION_ACCEPTED, accepted
    if autopilot == "ardupilot":
        assert flight.command(mavlink.MAV_CMD_DO_SET_MODE, 1, Mode.GUIDED) == 0
        assert flight.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1) == 0
        assert flight.command(mavlink.MAV_CMD_DO_SET_MODE, 1, Mode.AUTO) == 0
    assert flight.command(mavlink.MAV_CMD_MISSION_START) == 0
    begun_s, used_mah = flight.clock.boot_s, flight.copter.battery.used_mah
    photos: list[FlownPhoto] = []
    track, energy_j = [], 0.0
    steps = 0
    while flight.copter.autopilot.armed:
        before = flight.copter.autopilot.trigger.photos
        flight.step()
        truth, look = flight.copter.truth, flight.copter.gimbal
        energy_j += flight.copter.battery.current_a * CELLS * _CELL_V / 50.0
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


@dataclass(frozen=True, slots=True)
class Comparison:
    """Flown beside planned. Photos are matched in their order where as many were taken, else each to the nearest one planned."""

    photos_planned: int
    photos_taken: int
    place_m: float
    aim_deg: float
    seconds: float
    planned_s: float
    energy_wh: float
    planned_wh: float

    @property
    def time_off(self) -> float:
        return self.seconds / self.planned_s - 1.0

    @property
    def energy_off(self) -> float:
        return self.energy_wh / self.planned_wh - 1.0


def compared(result: PlanResult, flown: FlownPlan) -> Comparison:
    """Raises `AssertionError` for a plan without numbers."""
    assert result.statistics is not None
    frame = flown.flight.copter.places
    planned = []
    for photo in result.photos:
        level = frame.level(round(photo.position.lat_deg * 1e7), round(photo.position.lon_deg * 1e7))
        planned.append((level.east, level.north, photo.altitude_m))
    wanted = np.array(planned)
    aims_wanted = _directions([(photo.pitch_deg, photo.heading_deg) for photo in result.photos])
    taken = np.array([photo.place for photo in flown.photos]).reshape(-1, 3)
    aims = _directions([(photo.pitch_deg, photo.heading_deg) for photo in flown.photos])
    worst_m = worst_deg = 0.0
    for number, (place, aim) in enumerate(zip(taken, aims, strict=True)):
        if len(taken) == len(wanted):
            match = number
        else:
            # One place may have many photos with aims of their own.
            away = np.linalg.norm(wanted - place, axis=1)
            near = np.flatnonzero(away <= away.min() + 0.5)
            match = int(near[(aims_wanted[near] @ aim).argmax()])
        worst_m = max(worst_m, float(np.linalg.norm(wanted[match] - place)))
        worst_deg = max(worst_deg, float(np.degrees(np.arccos(np.clip(aims_wanted[match] @ aim, -1.0, 1.0)))))
    numbers = result.statistics
    return Comparison(
        len(wanted), len(taken), worst_m, worst_deg, flown.seconds, numbers.duration_s, flown.energy_wh, numbers.energy_wh
    )


def _directions(aims: list[tuple[float, float]]) -> NDArray[np.float64]:
    """(n, 3) east, north, up."""
    pitch, heading = np.radians(np.array(aims).reshape(-1, 2)).T
    return np.column_stack([np.cos(pitch) * np.sin(heading), np.cos(pitch) * np.cos(heading), np.sin(pitch)])


__all__ = ["COPTER", "STATION", "Comparison", "FlownPhoto", "FlownPlan", "compared", "fly", "upload_to"]
