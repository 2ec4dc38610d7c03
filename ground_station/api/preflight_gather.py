"""Gathers what the pre-flight checks look at: the vehicle's state, what it answers, the plan it carries, airspace, wind."""

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import numpy as np
from anyio import to_thread

from geo.core import AirspaceStore, MissionRow, MissionStore
from geo.primitives import GeoError, LocalFrame, LonLat, SunqarError, utc_now
from ground_station.airspace_zones import zone_of_row
from ground_station.api.services import Services
from ground_station.api.vehicle_services import ask_vehicle
from ground_station.api.vehicles import known_vehicle
from ground_station.messages import VehicleState
from ground_station.microservices.plans import FenceParameters
from ground_station.safety.checklist import Limits, MissionFacts, OnboardFacts, PreflightFacts, Purpose, RemoteIdFacts, ZoneCrossed
from ground_station.safety.checks.failsafes import names_to_read
from ground_station.safety.conflicts import Conflict, Separation, Trajectory, meetings
from ground_station.safety.fitting import groups_to_read, moves, performance, wing_energy
from ground_station.safety.flight_path import timed_path
from ground_station.safety.performance import Performance
from ground_station.safety.words import Words
from ground_station.tokens import Account
from missions import (
    CALM,
    FlownLeg3D,
    Geofence,
    PathKind,
    TimedLeg,
    VehicleDynamics,
    Wind,
    WingEnergyModel,
    plan_from_json,
    return_legs,
    zones_touched,
)

logger = logging.getLogger(__name__)

ASK_WITHIN_S = 6.0
TAKEOFF_HIGH_M = 50.0  # airspace over the place of a take-off is looked at up to here
ZONE_MARGIN_M = 20.0  # room to brake: a copter at 10 m/s stops within it (ArduCopter's 2.5 m/s² with its jerk limit)
WAY_HOME = 1_000_000  # leg numbers from here on are ways home from an item


async def gather(services: Services, account: Account, vehicle_id: str, purpose: Purpose, *, fresh: bool = True) -> PreflightFacts:
    """Raises `NotFound` for a vehicle never heard. What cannot be had is None, and the checks say so."""
    state = known_vehicle(services, vehicle_id)
    onboard = await _onboard(services, account, state, fresh=fresh)
    lease = await services.leases.holder(vehicle_id)
    entered = await services.preflight.wind(vehicle_id)
    limits = Limits(services.settings.safety.wind_limit_mps, services.settings.safety.reserve_fraction)
    facts = PreflightFacts(
        purpose=purpose,
        now=utc_now(),
        user=account.name,
        state=services.vehicles.get(vehicle_id) or state,
        lease_holder=lease.holder if lease else None,
        station_system_id=services.settings.station.system_id,
        limits=limits,
        onboard=onboard,
        wind=entered or wind_of(state),
        wind_entered=entered is not None,
    )
    mission = await _mission(services, facts) if purpose == "mission" else None
    facts = replace(facts, mission=mission, meets=_meets(services, facts, mission))
    return replace(facts, zones=await _zones(services, facts))


def wind_of(state: VehicleState) -> Wind | None:
    health = state.health
    if health is None or health.wind_speed_mps is None or health.wind_from_deg is None:
        return None
    return Wind(health.wind_speed_mps, health.wind_from_deg)


async def _onboard(services: Services, account: Account, state: VehicleState, *, fresh: bool) -> OnboardFacts | None:
    if not fresh and (known := services.onboard.get(state.vehicle_id)) is not None:
        return known
    own = groups_to_read(state.autopilot, state.vehicle_type)
    asked = {"groups": [list(group) for group in dict.fromkeys((*names_to_read(state.autopilot), *own))]}
    try:
        answer: dict[str, Any] = await ask_vehicle(services, account, state.vehicle_id, "preflight_facts", asked, ASK_WITHIN_S)
    except SunqarError as error:
        logger.info("pre-flight facts of %s: %s", state.vehicle_id, error.message)
        return None
    prearm = answer["prearm"]
    fence = await _fence(services, account, state.vehicle_id, fresh=fresh)
    told = answer.get("remote_id")
    remote_id = RemoteIdFacts(bool(told["ready"]), told["reason"]) if told else None
    facts = OnboardFacts(answer["parameters"], None if prearm is None else tuple(prearm), fence, remote_id, answer["asks_station"])
    services.onboard.put(state.vehicle_id, facts)
    return facts


async def _fence(services: Services, account: Account, vehicle_id: str, *, fresh: bool) -> Geofence | None:
    """What it carries, read back; None when it does not answer."""
    try:
        answer = await ask_vehicle(services, account, vehicle_id, "fence", {"refresh": fresh}, ASK_WITHIN_S)
    except SunqarError as error:
        logger.info("fence of %s: %s", vehicle_id, error.message)
        return None
    return FenceParameters(polygons=answer["polygons"], circles=answer["circles"]).geofence()


async def _mission(services: Services, facts: PreflightFacts) -> MissionFacts | None:
    carried = facts.state.mission
    if carried is None or carried.mission_id is None:
        return None
    row = await MissionStore(services.database).get(carried.mission_id)
    if row is None:
        return None
    uploaded_at = services.commands.uploaded_at(facts.state.vehicle_id)
    if row.state == "approved" and row.approved_at and uploaded_at and uploaded_at > row.approved_at:
        row = replace(row, state="uploaded")  # the record of it follows the upload by a moment
    group = [] if row.group_id is None else await MissionStore(services.database).of_group(row.group_id)
    return replace(mission_facts(row, facts), beside=frozenset(one.mission_id for one in group) - {row.mission_id})


def mission_facts(row: MissionRow, facts: PreflightFacts) -> MissionFacts:
    plan = plan_from_json(row.content.plan)
    state = facts.state
    start = LonLat(state.lon_deg, state.lat_deg) if state.lon_deg is not None and state.lat_deg is not None else facts.home
    forecast = None
    if start is not None and plan.items:
        forecast = timed_path(plan, start, home=facts.home, wind=facts.wind or CALM, how=performance(facts))
    return MissionFacts(row.mission_id, row.content.name, row.state, row.approved_by, row.content.content_hash, plan, forecast)


def onboard_performance(state: VehicleState, onboard: OnboardFacts | None) -> Performance:
    """The same for a vehicle in flight, from what it answered last."""
    return performance(PreflightFacts("takeoff", state.at, "", state, None, 0, onboard=onboard))


def as_they_answered(services: Services) -> tuple[dict[str, VehicleDynamics], dict[str, WingEnergyModel]]:
    """How vehicles move and what their wings have to spend, by id, of those that were asked for their parameters since the start."""
    told = [(state, services.onboard.last(state.vehicle_id)) for state in services.vehicles.all()]
    facts = [PreflightFacts("takeoff", state.at, "", state, None, 0, onboard=onboard) for state, onboard in told if onboard is not None]
    wings = [one for one in facts if one.state.vehicle_type == "plane"]
    return {one.state.vehicle_id: moves(one) for one in facts}, {one.state.vehicle_id: wing_energy(one) for one in wings}


def _meets(services: Services, facts: PreflightFacts, mission: MissionFacts | None) -> tuple[Conflict, ...]:
    """Conflicts of this flight, started now, with everything in the air."""
    state = facts.state
    if mission is None or (path := mission.forecast) is None or state.altitude_amsl_m is None:
        return ()
    ground_m = state.altitude_amsl_m - (state.altitude_above_home_m or 0.0)
    own = Trajectory(state.vehicle_id, path.points_m + np.array([0.0, 0.0, ground_m]), path.times_s)
    others: list[Trajectory] = []
    beside: list[Trajectory] = []
    for vehicle_id, following in services.safety.flights.items():
        other = None if vehicle_id == state.vehicle_id else services.vehicles.get(vehicle_id)
        if other is None or (trajectory := following.trajectory(other, path.frame)) is None:
            continue
        # One that has left its plan is kept apart by nothing.
        keeps_to_it = following.on_plan and other.mission is not None and other.mission.mission_id in mission.beside
        (beside if keeps_to_it else others).append(trajectory)
    safety = services.settings.safety
    separation = Separation(safety.separation_m, safety.separation_height_m, safety.separation_time_s)
    return tuple(meetings(own, others, beside, separation))


async def _zones(services: Services, facts: PreflightFacts) -> tuple[ZoneCrossed, ...] | None:
    legs = legs_of(facts)
    if not legs.timed:
        return ()
    try:
        rows = await AirspaceStore(services.database).around(legs.places(), ZONE_MARGIN_M)
    except GeoError as error:
        logger.warning("airspace was not looked up: %s", error.message)
        return None
    zones = [zone_of_row(row) for row in rows]
    touched = await to_thread.run_sync(zones_touched, legs.timed, zones, legs.frame, _home_amsl_m(facts), ZONE_MARGIN_M)
    return tuple(
        ZoneCrossed(
            rows[zone].zone_id,
            rows[zone].kind,
            Words(rows[zone].name_en, rows[zone].name_ru, rows[zone].name_kk),
            rows[zone].authority,
            None if number >= WAY_HOME else number,
        )
        for number, zone in touched
    )


def _home_amsl_m(facts: PreflightFacts) -> float | None:
    state = facts.state
    return None if state.altitude_amsl_m is None else state.altitude_amsl_m - (state.altitude_above_home_m or 0.0)


@dataclass(frozen=True, slots=True)
class FlightLegs:
    frame: LocalFrame
    timed: list[TimedLeg]

    def places(self) -> list[LonLat]:
        """Ends of all legs, one after the other; two at least, so that they make a line."""
        points = [point for timed in self.timed for point in (timed.leg.start, timed.leg.end)]
        return [self.frame.place(east, north) for east, north, _ in points]


def legs_of(facts: PreflightFacts) -> FlightLegs:
    """The flight's legs by item number, then the straight way home from each item, as a failsafe would fly it."""
    path = facts.mission.forecast if facts.mission else None
    if path is None:
        state = facts.state
        if state.lon_deg is None or state.lat_deg is None:
            return FlightLegs(LocalFrame(LonLat(0.0, 0.0)), [])
        climb = FlownLeg3D(PathKind.TAKE_OFF, 0, (0.0, 0.0, 0.0), (0.0, 0.0, TAKEOFF_HIGH_M), 0.0)
        until = facts.now + timedelta(minutes=30)
        return FlightLegs(LocalFrame(LonLat(state.lon_deg, state.lat_deg)), [TimedLeg(0, climb, facts.now, until)])
    points = [(east, north, max(up, 0.0)) for east, north, up in path.points_m.tolist()]
    instants = [facts.now + timedelta(seconds=seconds) for seconds in path.times_s.tolist()]
    timed = [
        TimedLeg(item, FlownLeg3D(PathKind.LEG, item, points[i], points[i + 1], 0.0), instants[i], instants[i + 1])
        for i, item in enumerate(path.items[1:].tolist())
    ]
    home = (*path.frame.offset_m(facts.home), 0.0) if facts.home else points[0]
    return_m = performance(facts).return_altitude_m
    for i in range(1, len(points)):
        end = instants[i] + timedelta(seconds=path.duration_s)
        timed += [TimedLeg(WAY_HOME + i, leg, instants[i], end) for leg in return_legs(points[i], home, i, 0.0, return_m)]
    return FlightLegs(path.frame, timed)
