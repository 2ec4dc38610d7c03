"""A mission changed while it is flown, without the server: the changed plan, or what is wrong with it."""

import typer

from geo.primitives import LonLat, MissionError
from missions import MissionPlan, Severity, check_plan, with_altitude, with_waypoint


def higher(plan: MissionPlan, item: int, by_m: float) -> MissionPlan:
    """From `item` on so much higher, or lower when negative. Raises: `MissionError`, also where a check finds an error."""
    return _judged(plan, with_altitude(plan, item, by_m))


def by_way_of(plan: MissionPlan, item: int, lat_deg: float, lon_deg: float, altitude_m: float) -> MissionPlan:
    """Over this place on the way to `item`; the new one has its number. Raises: as `higher`."""
    return _judged(plan, with_waypoint(plan, item, LonLat(lon_deg, lat_deg), altitude_m))


def _judged(before: MissionPlan, changed: MissionPlan) -> MissionPlan:
    known = {finding.code for finding in check_plan(before)}
    for finding in check_plan(changed):
        if finding.severity is Severity.ERROR:
            raise MissionError(f"Not changed: {finding.message}", code=finding.code, hint="Nothing was sent.")
        if finding.code not in known:
            typer.echo(f"{finding.severity.value}: {finding.message}", err=True)
    return changed
