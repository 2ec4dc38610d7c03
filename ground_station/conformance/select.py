"""Which checks run. To add a microservice: a file in `checks/`, its name here."""

from collections.abc import Sequence
from importlib import import_module

from geo.primitives import SettingsError
from ground_station.conformance.check import CATALOGUE, Check

# In this order: what later checks rely on comes first, what changes the vehicle most comes last.
GROUPS = (
    "heartbeat",
    "framing",
    "command",
    "time",
    "interval",
    "param",
    "ftp",
    "ftp_sessions",
    "ftp_files",
    "mission",
    "mission_links",
    "mission_endings",
    "mission_errors",
    "fence",
    "rally",
    "modes",
    "status",
    "battery",
    "event",
    "terrain",
    "camera",
    "gimbal",
    "odid",
    "metadata",
    "flight",
    "signing",
)


def load_catalogue() -> list[Check]:
    """Every check, in the order of running."""
    for group in GROUPS:
        import_module(f"ground_station.conformance.checks.{group}")
    return CATALOGUE


def selected(only: Sequence[str]) -> list[Check]:
    """The checks whose group or id is named; all when nothing is. Raises: `SettingsError` naming the groups there are."""
    catalogue = load_catalogue()
    groups = sorted({check.group for check in catalogue})
    ids = {check.id for check in catalogue}
    for name in only:
        if name not in groups and name not in ids:
            raise SettingsError(
                f"--only names '{name}', which is neither a group nor a check.",
                code="conformance.only",
                hint=f"Groups: {', '.join(groups)}; `--list` shows the checks.",
            )
    return [check for check in catalogue if not only or check.group in only or check.id in only]
