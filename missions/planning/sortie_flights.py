"""The flights a plan is cut into, as they will be flown over the ground; and whether several vehicles come in each other's way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely

from geo.primitives import LonLat
from missions.findings import Finding, Severity, Values, error
from missions.planning.context import PlanContext
from missions.planning.endurance import FlightEstimate
from missions.planning.flight import Flight, path_of
from missions.planning.room import FlightRoom
from missions.planning.sorties import FlightPart, SplitTask, split_flight
from missions.planning.vehicle_kind import Cost, VehicleKind
from missions.requests.request import PlanRequest
from missions.terrain.planned import OverGround, over_ground

# Vehicles that come nearer than this at one height are said to meet.
_NEAR_M = 15.0


@dataclass(frozen=True, slots=True)
class Flown:
    """One flight of a plan: `level` before the ground was followed, `over` after. `name` is empty for the only one."""

    vehicle: int
    home: LonLat | None
    name: str
    level: Flight
    over: OverGround
    estimate: FlightEstimate

    @property
    def flight(self) -> Flight:
        return self.over.flight


@dataclass(frozen=True, slots=True)
class Flights:
    """What the flights of one plan share. `shared`: several vehicles may take part, `split`: batteries may be changed."""

    request: PlanRequest
    context: PlanContext
    room: FlightRoom
    vehicle: VehicleKind
    cost: Cost

    def of(self, whole: Flight, *, shared: bool, split: bool) -> tuple[tuple[Flown, ...], list[Finding]]:
        """The flights, and what there is to say; an error when a battery does not reach some line and home again."""
        by_battery = self.request.sorties and split
        starts = self.request.vehicles if shared else self.request.vehicles[:1]
        findings = self._not_counted(shared=shared, split=split)
        if not by_battery and len(starts) < 2:
            only = self._flown(FlightPart(0, whole), self.request.home, "")
            return (only,), [*findings, *only.over.findings]
        homes = [start.home for start in starts] or ([] if self.request.home is None else [self.request.home])
        if not homes:
            message = "Sorties need home: each begins and ends there. Add --home LAT,LON or set home on the map."
            return (), [*findings, error("home_needed", message, form="sorties")]
        task = SplitTask(
            flight=whole,
            homes=tuple(np.array(self.room.frame.offset_m(home)) for home in homes),
            ways=self.vehicle.ways(self.room.finder, self.cost.speed_mps),
            cost=self.cost,
            by_battery=by_battery,
            flown=lambda part: self._flown(part, homes[part.vehicle], "").estimate,
        )
        parts = split_flight(task)
        if parts is None:
            energy = self.cost.energy
            message = (
                f"A battery of {energy.battery_wh:g} Wh with {energy.reserve:.0%} kept does not reach the farthest line and home "
                "again. Move home nearer, lower the altitude or the reserve, or take a larger battery."
            )
            return (), [*findings, error("out_of_reach", message, wh=energy.battery_wh, percent=round(100.0 * energy.reserve))]
        idle = [self._called(number) for number in range(len(starts)) if number not in {part.vehicle for part in parts}]
        if idle:
            message = f"Nothing is left for {' and '.join(idle)}: the others are done before they would be there. Leave them out."
            findings.append(Finding(Severity.INFO, "vehicle_idle", None, message, values={"names": ", ".join(idle)}))
        flown = tuple(self._flown(part, homes[part.vehicle], self._name(number, parts)) for number, part in enumerate(parts))
        findings += [replace(found, message=f"{one.name}: {found.message}") for one in flown for found in one.over.findings]
        return flown, [*findings, *self._meetings(flown)]

    def _flown(self, part: FlightPart, home: LonLat | None, name: str) -> Flown:
        over = over_ground(
            part.flight,
            self.room.frame,
            self.context.heights,
            self.request,
            home=home,
            speed_mps=self.vehicle.most_over_ground_mps(self.cost.speed_mps),
            limits=self.vehicle.climb_limits,
            turn_radius_m=self.vehicle.turn_radius_m(self.cost.speed_mps),
        )
        place = None if home is None else np.array(self.room.frame.offset_m(home))
        over = replace(over, flight=self.vehicle.risen(over.flight, place, self.room.finder, self.cost.speed_mps))
        return Flown(part.vehicle, home, name, part.flight, over, self.cost.of(over.flight))

    def _name(self, number: int, parts: Sequence[FlightPart]) -> str:
        called = self._called(parts[number].vehicle) if self.request.vehicles else ""
        return ", ".join(word for word in (called, f"flight {number + 1} of {len(parts)}") if word)

    def _called(self, vehicle: int) -> str:
        return self.request.vehicles[vehicle].name or f"vehicle {vehicle + 1}"

    def _not_counted(self, *, shared: bool, split: bool) -> list[Finding]:
        """What a request may say and its pattern cannot be; said, never silently dropped."""
        asked = {"several vehicles": len(self.request.vehicles) > 1 and not shared, "sorties": self.request.sorties and not split}
        left = [word for word, is_asked in asked.items() if is_asked]
        if not left:
            return []
        words = " and ".join(left)
        pattern = self.request.pattern.replace("_", " ")
        message = (
            f"Of a {pattern} there is one flight of one vehicle: {words} do not count. Leave them out, or plan one {pattern} for each."
        )
        form = "both" if len(left) > 1 else left[0].split()[0]
        return [Finding(Severity.WARNING, "not_counted", None, message, values={"form": form, "pattern": self.request.pattern})]

    def _meetings(self, flights: Sequence[Flown]) -> Iterator[Finding]:
        """Vehicles whose lines cross at one height, or that climb where another one passes below."""
        for number, one in enumerate(flights):
            for other in flights[number + 1 :]:
                if one.vehicle == other.vehicle:
                    continue
                place = _crossing(one, other) or _climb_through(one, other) or _climb_through(other, one)
                if place is not None:
                    lon, lat = self.room.frame.to_lonlat_deg([place])[0]
                    message = (
                        f"Vehicles {one.vehicle + 1} and {other.vehicle + 1} meet at {lat:.6f}, {lon:.6f} nearer than {_NEAR_M:g} m "
                        "at one height. Start the second when the first has passed, or move its home."
                    )
                    values: Values = {"one": one.vehicle + 1, "other": other.vehicle + 1, "near": _NEAR_M}
                    yield Finding(Severity.WARNING, "vehicles_meet", None, message, LonLat(float(lon), float(lat)), values)


def _crossing(one: Flown, other: Flown) -> tuple[float, float] | None:
    """Where what is flown between the ways from home and back crosses, when heights overlap."""
    mine, theirs = (path_of(flown.level[1:-1]) for flown in (one, other))
    if mine[:, 2].min() - theirs[:, 2].max() >= _NEAR_M or theirs[:, 2].min() - mine[:, 2].max() >= _NEAR_M:
        return None
    near = shapely.intersection(_line(mine), _line(theirs))
    if near.is_empty:
        return None
    east, north = shapely.get_coordinates(near)[0]
    return float(east), float(north)


def _climb_through(climbing: Flown, passing: Flown) -> tuple[float, float] | None:
    """Where a vehicle climbs or descends through the height at which a lower one comes and goes."""
    if passing.vehicle > climbing.vehicle:
        return None
    ways = shapely.union(_line(passing.level[0].points), _line(passing.level[-1].points))
    out, back = climbing.level[0].points, climbing.level[-1].points
    for place in (out[0], out[-1], back[0]):
        if ways.distance(shapely.Point(place[:2])) < _NEAR_M:
            return float(place[0]), float(place[1])
    return None


def _line(points: np.ndarray) -> shapely.Geometry:
    return shapely.LineString(points[:, :2]) if len(points) > 1 else shapely.Point(points[0, :2])
