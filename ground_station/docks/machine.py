"""The state of a dock, from what it reports, what was asked of it and where its vehicle is. Pure: told the time, sends nothing."""

from dataclasses import dataclass, replace
from typing import Literal

from ground_station.docks.device import DockReport

DockStateName = Literal["closed", "opening", "open", "away", "closing", "charging", "ready", "fault", "unreachable"]
Wanted = Literal["open", "close", "charge"]
LID_WITHIN_S = 30.0
CHARGES_WITHIN_S = 20.0
FULL = 0.98  # takes no current any more
STILL_FULL = 0.9  # a charger lets a full battery rest down to here


@dataclass(frozen=True, slots=True)
class Dock:
    """`wanted` and `wanted_s`: the last thing asked and when. `fault`: lid_stuck, no_charge, landed_beside, or the dock's own words.

    `away`: its vehicle is in the air, or has not come back to the pad. `beside`: it stands next to the pad. `landed_s`: since when
    it stands still. `leaving_s`: when the lid was opened for a start that has not been seen yet. `charged`: current flowed since the
    lid was closed. `charge_next`: to be charged once the lid is closed.
    """

    state: DockStateName = "unreachable"
    fault: str = ""
    wanted: Wanted | None = None
    wanted_s: float = 0.0
    report: DockReport | None = None
    away: bool = False
    beside: bool = False
    landed_s: float | None = None
    leaving_s: float | None = None
    charged: bool = False
    charge_next: bool = False


def asked(dock: Dock, wanted: Wanted, now_s: float) -> Dock:
    """Something new was asked: an old fault is tried again."""
    return replace(
        dock, wanted=wanted, wanted_s=now_s, fault="", beside=False, charged=False, leaving_s=None, charge_next=wanted == "close"
    )


def reported(dock: Dock, report: DockReport, now_s: float, charge: float | None = None) -> Dock:
    """`charge` is the vehicle's own word on its battery, where the dock does not measure it."""
    dock = replace(dock, report=report, charged=dock.charged or report.charging)
    state, fault = _judged(dock, report, now_s, report.charge_fraction if report.charge_fraction is not None else charge)
    return replace(dock, state=state, fault=fault)


def _judged(dock: Dock, report: DockReport, now_s: float, charge: float | None) -> tuple[DockStateName, str]:
    if report.fault:
        return "fault", report.fault
    waited_s = now_s - dock.wanted_s
    goal = "open" if dock.wanted == "open" else "closed"
    if dock.wanted is not None and report.lid != goal:
        if waited_s > LID_WITHIN_S:
            return "fault", "lid_stuck"
        return ("opening" if goal == "open" else "closing"), ""
    if dock.beside:
        return "fault", "landed_beside"
    if report.lid == "moving":
        return "opening", ""
    if report.lid == "open":
        return ("away" if dock.away else "open"), ""
    if report.charging:
        return "charging", ""
    if dock.away or report.vehicle_present is False:
        return "closed", ""
    if dock.wanted == "charge" and not dock.charged:  # asked for, and no current yet
        if charge is not None and charge >= FULL:
            return "ready", ""
        return ("fault", "no_charge") if waited_s > CHARGES_WITHIN_S else ("closed", "")
    # A charger that has stopped by itself is done, where nobody knows better.
    full = dock.charged if charge is None else charge >= STILL_FULL
    return ("ready" if full and not dock.charge_next else "closed"), ""


def silent(dock: Dock) -> Dock:
    """It does not answer: nothing is known any more but where its vehicle is."""
    return replace(dock, state="unreachable", report=None)


def weather_against(report: DockReport | None, wind_limit_mps: float, rain_limit_mm_h: float) -> str | None:
    """Why nothing may start now, in words; None when it may. A dock without sensors does not forbid."""
    if report is None:
        return None
    if report.wind_mps is not None and report.wind_mps > wind_limit_mps:
        return f"wind {report.wind_mps:.0f} m/s, at most {wind_limit_mps:g}"
    if report.rain_mm_h is not None and report.rain_mm_h > rain_limit_mm_h:
        return f"rain {report.rain_mm_h:.1f} mm/h, at most {rain_limit_mm_h:g}"
    return None
