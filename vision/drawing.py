"""Pictures for people: boxes, labels, trails. People and plates are made unrecognisable first, whoever they belong to."""

from collections.abc import Sequence

import cv2
import numpy as np

from vision.detections import Box
from vision.frames import BgrImage
from vision.inference.detector import PEOPLE
from vision.mosaic import hide
from vision.pipeline import FrameResult, TrackedBox
from vision.redaction import HOLD_S, grown, hidden_boxes
from vision.tracks import Track

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
    """A copy of the frame with people and plates hidden, trails of the last seconds, boxes and labels."""
    image = result.frame.image.copy()
    hide(image, [*hidden_boxes(result.detections), *_unseen(alive, result.frame.time_s)])
    thickness = max(1, round(min(image.shape[:2]) / 360))
    for track in alive:
        _draw_trail(image, track, result.frame.time_s, thickness)
    for box in result.boxes:
        _draw_box(image, box, thickness)
    return image


def _unseen(alive: Sequence[Track], now_s: float) -> list[Box]:
    """Where people were a moment ago whom the detector missed in this picture."""
    return [grown(t.last.bbox_px) for t in alive if t.label in PEOPLE and 0.0 < now_s - t.last.time_s <= HOLD_S]


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
