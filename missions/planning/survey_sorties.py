"""The flights a survey is cut into, each a mission plan of its own; and whether several vehicles come in each other's way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.primitives import LocalFrame, LonLat
from missions.findings import Finding, Severity
from missions.plan import MissionPlan
from missions.planning.coverage import EDGE_INSET_M
from missions.planning.endurance import CopterDynamics, EnergyModel
from missions.planning.flight import EveryMetres, Flight, Leg
from missions.planning.footprints import photo_positions
from missions.planning.result import Sortie, places
from missions.planning.route import Route
from missions.planning.sorties import FlightPart, SplitTask, split_route
from missions.planning.visibility import Area, PathFinder
from missions.requests.survey import SurveyRequest
from missions.wind import CALM

Points = NDArray[np.float64]

# Between the ways of several vehicles to and from their lines, and above the height of the lines: twice what barometers may differ by.
SEPARATION_M = 10.0
# Vehicles that come nearer than this at one height are said to meet.
_NEAR_M = 15.0


@dataclass(frozen=True, slots=True)
class SurveyFlights:
    """What the sorties of one survey share. `plan_of` gives the mission of a flight from a home."""

    request: SurveyRequest
    frame: LocalFrame
    anywhere: Area
    trigger_m: float
    altitude_m: float
    speed_mps: float
    energy: EnergyModel
    dynamics: CopterDynamics
    plan_of: Callable[[Flight, LonLat, str], MissionPlan]

    def split(self, route: Route) -> tuple[tuple[Sortie, ...], tuple[Route, ...], list[Finding]]:
        """The sorties and their routes; an error when a battery does not reach some line and home again."""
        starts = self.request.vehicles
        homes = [start.home for start in starts] or ([] if self.request.home is None else [self.request.home])
        if not homes:
            message = "Sorties need home: each begins and ends there. Add --home LAT,LON or set home on the map."
            return (), (), [Finding(Severity.ERROR, "home_needed", None, message)]
        task = SplitTask(
            route=route,
            homes=tuple(np.array(self.frame.offset_m(home)) for home in homes),
            anywhere=PathFinder(self.anywhere, EDGE_INSET_M),
            trigger_m=self.trigger_m,
            altitude_m=self.altitude_m,
            speed_mps=self.speed_mps,
            energy=self.energy,
            by_battery=self.request.sorties,
            dynamics=self.dynamics,
            wind=self.request.wind or CALM,
        )
        parts = split_route(task)
        if parts is None:
            message = (
                f"A battery of {self.energy.battery_wh:g} Wh with {self.energy.reserve:.0%} kept does not reach the farthest line and home "
                "again. Move home nearer, lower the altitude or the reserve, or take a larger battery."
            )
            return (), (), [Finding(Severity.ERROR, "out_of_reach", None, message)]
        sorties = tuple(self._sortie(number, parts, homes) for number in range(len(parts)))
        return sorties, tuple(part.route for part in parts), list(self._meetings(parts))

    def _sortie(self, number: int, parts: Sequence[FlightPart], homes: Sequence[LonLat]) -> Sortie:
        part = parts[number]
        start = self.request.vehicles[part.vehicle] if self.request.vehicles else None
        vehicle = "" if start is None else start.name or f"vehicle {part.vehicle + 1}"
        name = ", ".join(word for word in (self.request.name, vehicle, f"flight {number + 1} of {len(parts)}") if word)
        photos = photo_positions(part.route, self.trigger_m)
        following = next((other for other in parts[number + 1 :] if other.vehicle == part.vehicle), None)
        places_shown = places(self.frame, photos)
        resume = None if following is None else places(self.frame, following.route.lines[0][:1])[0]
        return Sortie(
            plan=self.plan_of(self._legs(part), homes[part.vehicle], name),
            vehicle=part.vehicle,
            name=name,
            distance_m=round(part.estimate.distance_m, 1),
            duration_s=round(part.estimate.duration_s, 1),
            energy_wh=round(part.estimate.energy_wh, 1),
            photos=len(photos),
            start=places_shown[0],
            resume=resume,
            path=places(self.frame, part.route.points),
        )

    def _legs(self, part: FlightPart) -> Flight:
        """Several vehicles go to their lines and home one above the other."""
        transit_m = self.altitude_m + (SEPARATION_M * (part.vehicle + 1) if len(self.request.vehicles) > 1 else 0.0)
        legs = flight_of(part.route, self.altitude_m, self.trigger_m)
        if transit_m == self.altitude_m:
            return legs
        raised = [replace(leg, points=np.column_stack([leg.points[:, :2], np.full(len(leg.points), transit_m)])) for leg in legs]
        return (raised[0], *legs[1:-1], raised[-1])

    def _meetings(self, parts: Sequence[FlightPart]) -> list[Finding]:
        """Vehicles whose lines cross at one height, or that climb where another one passes below."""
        findings = []
        for number, one in enumerate(parts):
            for other in parts[number + 1 :]:
                if one.vehicle == other.vehicle:
                    continue
                place = _crossing(one, other) or _climb_through(one, other) or _climb_through(other, one)
                if place is not None:
                    lon, lat = self.frame.to_lonlat_deg([place])[0]
                    message = (
                        f"Vehicles {one.vehicle + 1} and {other.vehicle + 1} meet at {lat:.6f}, {lon:.6f} nearer than {_NEAR_M:g} m "
                        "at one height. Start the second when the first has passed, or move its home."
                    )
                    findings.append(Finding(Severity.WARNING, "vehicles_meet", None, message))
        return findings


def flight_of(route: Route, altitude_m: float, trigger_m: float) -> Flight:
    camera = EveryMetres(round(trigger_m, 3))
    return tuple(
        Leg(
            np.column_stack([part.points, np.full(len(part.points), altitude_m)]),
            camera if part.photographed else None,
            gaze=part.gaze,
        )
        for part in route.parts
    )


def _level(part: FlightPart) -> shapely.LineString:
    """What is flown at the height of the lines."""
    return shapely.LineString(np.vstack([piece.points for piece in part.route.parts[1:-1]]))


def _crossing(one: FlightPart, other: FlightPart) -> tuple[float, float] | None:
    near = shapely.intersection(_level(one), _level(other))
    return None if near.is_empty else _place(near)


def _climb_through(climbing: FlightPart, passing: FlightPart) -> tuple[float, float] | None:
    """Where a vehicle climbs or descends through the height at which a lower one comes and goes."""
    if passing.vehicle > climbing.vehicle:
        return None
    ways = shapely.MultiLineString([passing.route.parts[0].points, passing.route.parts[-1].points])
    route = climbing.route
    for place in (route.parts[0].points[0], route.parts[0].points[-1], route.parts[-1].points[0]):
        if ways.distance(shapely.Point(place)) < _NEAR_M:
            return float(place[0]), float(place[1])
    return None


def _place(geometry: shapely.Geometry) -> tuple[float, float]:
    east, north = shapely.get_coordinates(geometry)[0]
    return float(east), float(north)
