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
    return tuple(_placed(number, one, epoch) for number, one in enumerate(features))


def by_clock(features: Sequence[SceneFeature]) -> bool:
    """Whether any of their signals runs by the clock."""
    return any("since" in _cycle(one) for one in features)


def _cycle(feature: SceneFeature) -> dict[str, Any]:
    properties = feature.properties or {}
    cycle = properties.get("schedule") if properties.get("kind") == "signal" else None
    return cycle if isinstance(cycle, dict) else {}


def _placed(number: int, feature: SceneFeature, epoch: datetime | None) -> SceneFeature:
    cycle = _cycle(feature)
    if not cycle or ("since" not in cycle and epoch is None):
        return feature
    properties = dict(feature.properties or {})
    if "since" in cycle:
        since = _instant(number, cycle["since"])
        if epoch is not None:
            rest = {name: value for name, value in cycle.items() if name != "since"}
            offset_s = rest.get("offset_s", 0.0)
            length_s = sum(float(rest.get(name, 0.0)) for name in ("green_s", "yellow_s", "red_s")) or 1.0
            properties["schedule"] = {**rest, "offset_s": (offset_s + (since - epoch).total_seconds()) % length_s}
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
