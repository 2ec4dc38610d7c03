"""Pictures for people: boxes, labels, trails. Heads are made unrecognisable first, whoever they belong to."""

from collections.abc import Sequence

import cv2
import numpy as np

from vision.detections import Box, Detections
from vision.frames import BgrImage
from vision.pipeline import FrameResult, TrackedBox
from vision.tracks import Track

HEAD_SHARE = 0.3  # upper part of a person's box; the head is a seventh of a standing body, boxes and poses vary
HEAD_MARGIN = 0.1
MOSAIC_CELLS = 5  # cells across a head: nothing to recognise at any size
TRAIL_S = 3.0
# Colours of the label, blue green red, told apart by colour-blind eyes as well (Okabe and Ito, 2008).
COLOURS = {
    "person": (0, 159, 230),
    "bicycle": (115, 158, 0),
    "motorcycle": (66, 228, 240),
    "car": (233, 180, 86),
    "truck": (0, 94, 213),
    "bus": (167, 121, 204),
}
OTHER_COLOUR = (200, 200, 200)


def annotated(result: FrameResult, alive: Sequence[Track]) -> BgrImage:
    """A copy of the frame with heads blurred, trails of the last seconds, boxes and labels."""
    image = result.frame.image.copy()
    blur_heads(image, result.detections)
    thickness = max(1, round(min(image.shape[:2]) / 360))
    for track in alive:
        _draw_trail(image, track, result.frame.time_s, thickness)
    for box in result.boxes:
        _draw_box(image, box, thickness)
    return image


def blur_heads(image: BgrImage, detections: Detections) -> None:
    """Replace, in place, the upper part of every person by a coarse mosaic."""
    for row, label in enumerate(detections.labels):
        if label == "person":
            _mosaic(image, detections.box(row))


def _mosaic(image: BgrImage, box: Box) -> None:
    x1, y1, x2, y2 = box
    side, up = HEAD_MARGIN * (x2 - x1), HEAD_MARGIN * (y2 - y1)
    height, width = image.shape[:2]
    left, right = max(0, int(x1 - side)), min(width, int(np.ceil(x2 + side)))
    top, bottom = max(0, int(y1 - up)), min(height, int(np.ceil(y1 + HEAD_SHARE * (y2 - y1))))
    if right - left < 2 or bottom - top < 2:
        return
    part = image[top:bottom, left:right]
    rows = max(1, round(MOSAIC_CELLS * part.shape[0] / part.shape[1]))
    coarse = cv2.resize(part, (min(MOSAIC_CELLS, part.shape[1]), min(rows, part.shape[0])), interpolation=cv2.INTER_AREA)
    image[top:bottom, left:right] = cv2.resize(coarse, (part.shape[1], part.shape[0]), interpolation=cv2.INTER_NEAREST)


def _draw_trail(image: BgrImage, track: Track, now_s: float, thickness: int) -> None:
    recent = [point.bbox_px for point in track.points if now_s - point.time_s <= TRAIL_S]
    if len(recent) > 1:
        feet = np.array([[(x1 + x2) / 2, y2] for x1, _, x2, y2 in recent]).round().astype(np.int32)
        cv2.polylines(image, [feet], False, COLOURS.get(track.label, OTHER_COLOUR), thickness, cv2.LINE_AA)


def _draw_box(image: BgrImage, box: TrackedBox, thickness: int) -> None:
    colour = COLOURS.get(box.label, OTHER_COLOUR)
    x1, y1, x2, y2 = (round(value) for value in box.bbox_px)
    cv2.rectangle(image, (x1, y1), (x2, y2), colour, thickness if box.confirmed else 1, cv2.LINE_AA)
    if not box.confirmed:
        return
    text, font, scale = f"{box.label} {box.track_id}", cv2.FONT_HERSHEY_SIMPLEX, 0.4 * max(1.0, min(image.shape[:2]) / 480)
    (width, height), baseline = cv2.getTextSize(text, font, scale, thickness)
    pad = thickness + 1
    left = int(np.clip(x1, 0, max(0, image.shape[1] - width - 2 * pad)))
    top = y1 - height - baseline - pad if y1 - height - baseline - pad >= 0 else min(y1, image.shape[0] - height - baseline - pad)
    cv2.rectangle(image, (left, top), (left + width + 2 * pad, top + height + baseline + pad), colour, cv2.FILLED)
    cv2.putText(image, text, (left + pad, top + height + pad), font, scale, (20, 20, 20), thickness, cv2.LINE_AA)
