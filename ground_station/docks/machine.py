"""The state of a dock, from what it reports and what was asked of it. Pure: told the time, sends nothing."""

from dataclasses import dataclass, replace
from typing import Literal

from ground_station.docks.device import DockReport

DockStateName = Literal["closed", "opening", "open", "closing", "charging", "fault", "unreachable"]
LID_WITHIN_S = 30.0
CHARGES_WITHIN_S = 20.0


@dataclass(frozen=True, slots=True)
class Dock:
    """`wanted` and `wanted_s`: the last thing asked and when. `fault` is a code: lid_stuck, no_charge, or the dock's own words."""

    state: DockStateName = "unreachable"
    fault: str = ""
    wanted: Literal["open", "close", "charge"] | None = None
    wanted_s: float = 0.0
    report: DockReport | None = None


def asked(dock: Dock, wanted: Literal["open", "close", "charge"], now_s: float) -> Dock:
    """Something new was asked: an old fault is tried again."""
    return replace(dock, wanted=wanted, wanted_s=now_s, fault="")


def reported(dock: Dock, report: DockReport, now_s: float) -> Dock:
    waited_s = now_s - dock.wanted_s
    if report.fault:
        return replace(dock, state="fault", fault=report.fault, report=report)
    goal = "open" if dock.wanted == "open" else "closed"
    if dock.wanted is not None and report.lid != goal:
        if waited_s > LID_WITHIN_S:
            return replace(dock, state="fault", fault="lid_stuck", report=report)
        return replace(dock, state="opening" if goal == "open" else "closing", fault="", report=report)
    if report.lid == "moving":
        return replace(dock, state="opening", fault="", report=report)
    if report.lid == "open":
        return replace(dock, state="open", fault="", report=report)
    if dock.wanted == "charge" and not report.charging and waited_s > CHARGES_WITHIN_S:
        return replace(dock, state="fault", fault="no_charge", report=report)
    return replace(dock, state="charging" if report.charging else "closed", fault="", report=report)


def silent(dock: Dock) -> Dock:
    """It does not answer: nothing is known any more."""
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
