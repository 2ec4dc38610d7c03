"""What a dock does by itself around a flight: open for one that comes home, close over one that has landed, charge it.

Pure: told the time, the dock and what telemetry shows of its vehicle; says what to ask of the device, and why in words.
"""

from dataclasses import dataclass, replace

from ground_station.docks.machine import STILL_FULL, Dock, Wanted

PAD_M = 3.0  # by telemetry, where the dock does not feel what stands in it
BESIDE_M = 30.0  # further away it has landed somewhere else, and is not the dock's concern
COMES_HOME_M = 500.0
SETTLES_S = 3.0
STARTS_WITHIN_S = 180.0


@dataclass(frozen=True, slots=True)
class Sighting:
    """What telemetry shows of the dock's vehicle now. `distance_m` from the dock, level; None where its place is not known."""

    vehicle_id: str
    flying: bool
    armed: bool
    distance_m: float | None
    charge: float | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to ask of the device; `why` goes to the audit log in words and as a code: in_air, landed, put_on_pad, no_start, stands."""

    wanted: Wanted
    code: str
    why: str


def next_step(dock: Dock, seen: Sighting | None, now_s: float) -> tuple[Dock, Step | None]:
    """The dock with what was learnt, and what it is to do now. Nothing is learnt from a vehicle that is not heard."""
    if seen is None:
        return replace(dock, landed_s=None), None
    if seen.flying:
        return _in_flight(dock, seen)
    return _landed(dock, seen, now_s) if dock.away else _at_home(dock, seen, now_s)


def stands_on_pad(dock: Dock, seen: Sighting) -> bool:
    """The dock's own sensor has the last word; else the place."""
    if dock.report is not None and dock.report.vehicle_present is not None:
        return dock.report.vehicle_present
    return seen.distance_m is not None and seen.distance_m <= PAD_M


def _in_flight(dock: Dock, seen: Sighting) -> tuple[Dock, Step | None]:
    dock = replace(dock, away=True, beside=False, landed_s=None, leaving_s=None)
    near = seen.distance_m is not None and seen.distance_m <= COMES_HOME_M
    if near and dock.state in ("closed", "closing", "charging", "ready"):
        return dock, Step("open", "in_air", f"{seen.vehicle_id} is in the air {seen.distance_m:.0f} m away")
    return dock, None


def _landed(dock: Dock, seen: Sighting, now_s: float) -> tuple[Dock, Step | None]:
    """It was away and stands on the ground: on the pad, beside it, or somewhere else."""
    if seen.armed:
        return replace(dock, landed_s=None), None
    if dock.landed_s is None:
        return replace(dock, landed_s=now_s), None
    if now_s - dock.landed_s < SETTLES_S or dock.report is None:
        return dock, None
    if stands_on_pad(dock, seen):
        home = replace(dock, away=False, landed_s=None)
        return home, Step("close", "landed", f"{seen.vehicle_id} has landed on the pad") if dock.report.lid != "closed" else None
    if seen.distance_m is not None and seen.distance_m <= BESIDE_M:
        return replace(dock, away=False, landed_s=None, beside=True), None
    return dock, None


def _at_home(dock: Dock, seen: Sighting, now_s: float) -> tuple[Dock, Step | None]:
    if dock.report is None or seen.armed or not stands_on_pad(dock, seen):
        return dock, None
    if dock.beside:  # somebody has put it where it belongs
        return replace(dock, beside=False), Step("close", "put_on_pad", f"{seen.vehicle_id} was put on the pad")
    if dock.state == "open" and dock.leaving_s is not None and now_s - dock.leaving_s > STARTS_WITHIN_S:
        return replace(dock, leaving_s=None), Step("close", "no_start", f"{seen.vehicle_id} did not start within {STARTS_WITHIN_S:.0f} s")
    charge = dock.report.charge_fraction if dock.report.charge_fraction is not None else seen.charge
    # Asked for and not flowing yet: the state says what is wrong with it. Flowed once and stopped: asked for anew.
    waits = dock.wanted == "charge" and not dock.charged
    if dock.state == "closed" and not waits and (dock.charge_next or (charge is not None and charge < STILL_FULL)):
        known = "" if charge is None else f" with {charge:.0%}"
        return replace(dock, charge_next=False), Step("charge", "stands", f"{seen.vehicle_id} stands in it{known}")
    return dock, None
