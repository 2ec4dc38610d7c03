"""Clips from segments: blurred ones are made anew, originals are copied as they are. Beside each a description of what it is."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import av

from geo.core import FootageExportRow, FootageSegmentRow
from geo.primitives import VisionError
from ground_station.footage.hiding import Hiding, pictures, shown
from ground_station.footage.segment_writer import fingerprint
from ground_station.footage.shelf import Shelf
from ground_station.footage.showing import USUAL_FRAME_RATE
from ground_station.video.encode import VideoWriter

GAP_S = 1.0  # a longer time without a picture is told in the description
Going = Callable[[float], bool]  # share done -> whether to go on


class ClipAbandoned(Exception):
    """Nobody wants the clip any more."""


@dataclass(frozen=True, slots=True)
class Clip:
    """What was made: its file below the folder of clips, and its description."""

    path: str
    size_bytes: int
    sha256: str
    detail: dict[str, Any]


def make_clip(export: FootageExportRow, segments: Sequence[FootageSegmentRow], shelf: Shelf, hiding: Hiding, going: Going) -> Clip:
    """Make the MP4 and the JSON beside it. Blocking. Raises: `VisionError` without footage, `ClipAbandoned` once `going` says no."""
    if not segments:
        raise VisionError(
            f"'{export.source_id}' has no recording between {export.started_at:%H:%M:%S} and {export.ended_at:%H:%M:%S}.",
            code="footage.none",
            hint="Look in the timeline for what is recorded.",
        )
    name = f"{export.export_id}.mp4"
    file = shelf.clip(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_suffix(".half")
    try:
        made = _copied(export, segments, shelf, half, going) if export.original else _hidden(export, segments, shelf, hiding, half, going)
        size_bytes, digest = fingerprint(half)
        detail = _description(export, segments, shelf) | made | {"file": name, "size_bytes": size_bytes, "sha256": digest}
        half.replace(file)
        file.with_suffix(".json").write_text(json.dumps(detail, ensure_ascii=False, indent=1), encoding="utf-8")
    finally:
        half.unlink(missing_ok=True)
    return Clip(name, size_bytes, digest, detail)


def _hidden(
    export: FootageExportRow, segments: Sequence[FootageSegmentRow], shelf: Shelf, hiding: Hiding, file: Path, going: Going
) -> dict[str, Any]:
    people = plates = count = 0
    models: set[str | None] = set()
    whole_s = (export.ended_at - export.started_at).total_seconds()
    with VideoWriter(file, USUAL_FRAME_RATE) as writer:
        for segment in segments:
            start_s = (segment.started_at - export.started_at).total_seconds()
            redaction = hiding.redaction(segment, lambda start_s=start_s: going(_share(start_s, whole_s)))  # type: ignore[misc]
            people, plates = people + redaction.count("person"), plates + redaction.count("plate")
            models.add(redaction.model)
            for image in pictures(shelf.segment(segment.path)):
                time_s = start_s + image.time_s
                if time_s < 0:
                    continue
                if time_s >= whole_s:
                    break
                if not going(_share(time_s, whole_s)):
                    raise ClipAbandoned
                writer.write(shown(image, redaction).image, time_s)
                count += 1
    if not count:
        raise VisionError("No picture lies in the interval asked for.", code="footage.none", hint="Widen the interval.")
    return {
        "pictures": count,
        "redactions": {
            "whole_picture": None in models,
            "models": sorted(model for model in models if model),
            "people": people,
            "plates": plates,
            "method": "mosaic over everybody and every plate found, and where they were between sightings",
        },
    }


def _copied(export: FootageExportRow, segments: Sequence[FootageSegmentRow], shelf: Shelf, file: Path, going: Going) -> dict[str, Any]:
    """Packets as they are, from the keyframe at or before the start."""
    first, count = segments[0], 0
    if any((s.codec, s.width_px, s.height_px) != (first.codec, first.width_px, first.height_px) for s in segments):
        raise VisionError(
            "The camera was set to another codec or size within this interval; originals are not mixed.",
            code="footage.mixed",
            hint="Export the parts before and after the change one by one.",
        )
    whole_s = (export.ended_at - export.started_at).total_seconds()
    with av.open(str(file), "w", format="mp4", options={"movflags": "faststart"}) as target:
        stream: Any = None
        last_dts = -1
        for segment in segments:
            offset_s = (segment.started_at - first.started_at).total_seconds()
            if not going(_share((segment.started_at - export.started_at).total_seconds(), whole_s)):
                raise ClipAbandoned
            with av.open(str(shelf.segment(segment.path))) as source:
                origin = source.streams.video[0]
                stream = stream or target.add_stream_from_template(origin)
                for packet in source.demux(origin):
                    if not packet.size or packet.pts is None or packet.dts is None or packet.time_base is None:
                        continue
                    shift = round(offset_s / packet.time_base)
                    packet.dts = max(packet.dts + shift, last_dts + 1)
                    packet.pts = max(packet.pts + shift, packet.dts)
                    last_dts = packet.dts
                    packet.stream = stream
                    target.mux(packet)
                    count += 1
    return {"pictures": count, "redactions": None, "starts_at": first.started_at.isoformat()}


def _description(export: FootageExportRow, segments: Sequence[FootageSegmentRow], shelf: Shelf) -> dict[str, Any]:
    return {
        "product": "Sunqar",
        "source_id": export.source_id,
        "from": export.started_at.isoformat(),
        "to": export.ended_at.isoformat(),
        "original": export.original,
        "reason": export.reason,
        "asked_by": export.asked_by,
        "asked_at": None if export.asked_at is None else export.asked_at.isoformat(),
        "clock": sorted({segment.clock for segment in segments}),
        "segments": [
            {
                "started_at": segment.started_at.isoformat(),
                "ended_at": None if segment.ended_at is None else segment.ended_at.isoformat(),
                "sha256": segment.sha256,
                "unchanged": fingerprint(shelf.segment(segment.path))[1] == segment.sha256,
            }
            for segment in segments
        ],
        "gaps": _gaps(segments),
    }


def _gaps(segments: Sequence[FootageSegmentRow]) -> list[dict[str, str]]:
    gaps, end = [], None
    for segment in segments:
        if end is not None and (segment.started_at - end).total_seconds() > GAP_S:
            gaps.append({"from": _text(end), "to": _text(segment.started_at)})
        end = segment.ended_at
    return gaps


def _text(instant: datetime) -> str:
    return instant.isoformat()


def _share(time_s: float, whole_s: float) -> float:
    return min(1.0, max(0.0, time_s / whole_s)) if whole_s > 0 else 1.0
