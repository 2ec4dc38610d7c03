"""Signals by the clock: cycles that a live source can be judged by.

A live source's own timeline begins whenever it is connected, so a cycle must say the instant its `offset_s` counts from (`since`).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from geo.primitives import GeoError, VisionError, parse_instant
from vision.scene import SceneFeature


def on_timeline(features: Sequence[SceneFeature], epoch: datetime | None) -> tuple[SceneFeature, ...]:
    """The features for a source whose second 0 is `epoch`: cycles by the clock become those of its timeline, other cycles are unknown.

    None is for a source on the timeline the scene was drawn for, a film: there the cycles by the clock are unknown.
    Raises: `VisionError` naming the signal whose `since` is no instant.
    """
    placed = [_placed(number, one, epoch) for number, one in enumerate(features)]
    unknown = {_named(one, "id") for one, before in zip(placed, features, strict=True) if _cycle(before) and not _cycle(one)}
    # A rail crossing is nothing without its signal; a stop line is still one.
    return tuple(one for one in placed if _kind(one) != "rail_crossing" or _named(one, "signal") not in unknown)


def by_clock(features: Sequence[SceneFeature]) -> bool:
    """Whether any of their signals runs by the clock."""
    return any("since" in _cycle(one) for one in features)


def _kind(feature: SceneFeature) -> object:
    return _named(feature, "kind")


def _named(feature: SceneFeature, name: str) -> object:
    return (feature.properties or {}).get(name)


def _cycle(feature: SceneFeature) -> dict[str, Any]:
    cycle = _named(feature, "schedule") if _kind(feature) == "signal" else None
    return cycle if isinstance(cycle, dict) else {}


def _placed(number: int, feature: SceneFeature, epoch: datetime | None) -> SceneFeature:
    cycle = _cycle(feature)
    if not cycle or ("since" not in cycle and epoch is None):
        return feature
    properties = dict(feature.properties or {})
    if "since" in cycle:
        since = _instant(number, cycle["since"])
        if epoch is not None:
            later_s = (since - epoch).total_seconds()
            rest = {name: value for name, value in cycle.items() if name != "since"}
            properties["schedule"] = {**rest, "offset_s": float(rest.get("offset_s", 0.0)) + later_s}
            return feature.model_copy(update={"properties": properties})
    del properties["schedule"]
    return feature.model_copy(update={"properties": properties})


def _instant(number: int, told: object) -> datetime:
    try:
        return parse_instant(str(told))
    except GeoError as error:
        raise VisionError(
            f"Feature {number} of the scene cannot be judged by: schedule.since {told!r} is no instant.",
            code="vision.scene_feature",
            hint="Write it as 2026-05-01T12:00:00Z: when the first green begins.",
        ) from error
