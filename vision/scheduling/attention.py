"""One source looked at as often as it needs: the detector on some pictures, boxes carried by their motion on the others.

    if attention.see(frame):                      # cheap: has something changed, is it time?
        detections = pipeline.detect(frame)       # dear, and wherever the caller likes
    result = attention.advance(frame, detections or None)

A thing that stands keeps its box while nothing changes there; a confirmed one that the detector misses once is carried on until its next
look. Carried boxes continue tracks; they neither confirm them nor vote on what they are.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.detections import Detections
from vision.frames import Frame
from vision.pipeline import FrameResult, Pipeline
from vision.scheduling.box_flow import BoxFlow
from vision.scheduling.cadence import Cadence, CadencePlan
from vision.scheduling.grey import Boxes, grey_of
from vision.scheduling.motion_gate import Motion, MotionGate

SAME_THING = 0.3  # intersection over union
ESTABLISHED_LOOKS = 3  # found so often in a row, a thing is carried on through a miss
MISSES_CARRIED = 1
EDGE_PX = 3.0  # a box at the edge that is missed has left


@dataclass(slots=True)
class AttentionCount:
    """What became of the pictures of a source."""

    seen: int = 0
    moving: int = 0


class Attention:
    """Wraps the pipeline of one source. Frames come in order; call `see`, then `advance`, for each."""

    def __init__(self, pipeline: Pipeline, plan: CadencePlan) -> None:
        self._pipeline = pipeline
        self.cadence = Cadence(plan)
        self.count = AttentionCount()
        self._gate = MotionGate() if plan.fixed else None
        self._flow = BoxFlow()
        self._known = Detections.empty()
        self._looks: NDArray[np.int64] = np.zeros(0, np.int64)  # in a row that found it
        self._misses: NDArray[np.int64] = np.zeros(0, np.int64)

    def see(self, frame: Frame) -> bool:
        """Whether the detector should look at this frame. Carries the known boxes to it."""
        grey, scale = grey_of(frame.image)
        boxes = self._known.xyxy_px * np.float32(scale)
        motion = None if self._gate is None else self._gate.look(grey, frame.time_s, boxes)
        self._flow.see(grey)
        moves = _moves(boxes, motion)
        carried, followed = self._flow.carry(boxes[moves])
        boxes[moves] = carried
        kept = ~moves
        kept[moves] = followed
        self._known = self._known.placed(boxes / np.float32(scale)).take(kept)
        self._looks, self._misses = self._looks[kept], self._misses[kept]
        self.count.seen += 1
        self.count.moving += motion is None or motion.any
        return self.cadence.due(frame.time_s, motion, boxes[kept])

    def advance(self, frame: Frame, detections: Detections | None) -> FrameResult:
        """Follow what the detector found, or, where it did not look, the boxes carried."""
        if detections is None:
            return self._pipeline.advance(frame, self._known, carried=np.ones(len(self._known), np.bool_))
        found = self._pipeline.followed(detections)
        self.cadence.looked(frame.time_s, found=len(found) > 0)
        overlap = _overlap(self._known.xyxy_px, found.xyxy_px)
        missed = ~(overlap >= SAME_THING).any(axis=1)
        held = missed & (self._looks >= ESTABLISHED_LOOKS) & (self._misses < MISSES_CARRIED) & _inside(self._known.xyxy_px, frame.size_px)
        before = np.where(overlap >= SAME_THING, self._looks[:, None], 0).max(axis=0, initial=0)
        carried = np.concatenate([np.zeros(len(found), np.bool_), np.ones(int(held.sum()), np.bool_)])
        self._looks = np.concatenate([before + 1, self._looks[held]])
        self._misses = np.concatenate([np.zeros(len(found), np.int64), self._misses[held] + 1])
        self._known = found.joined(self._known.take(held))
        return self._pipeline.advance(frame, self._known, carried=carried)

    def resting(self, time_s: float) -> bool:
        """Nothing is in view and nothing has moved for a while."""
        return not len(self._known) and self.cadence.resting(time_s)

    def process(self, frame: Frame) -> FrameResult:
        """`see`, detect when due, `advance`."""
        return self.advance(frame, self._pipeline.detect(frame) if self.see(frame) else None)


def _moves(boxes: Boxes, motion: Motion | None) -> NDArray[np.bool_]:
    """Which boxes need be followed: all, unless the camera stands still and nothing changed there."""
    if motion is None or motion.unsure:
        return np.ones(len(boxes), np.bool_)
    return np.asarray((_overlap(boxes, motion.boxes) > 0.0).any(axis=1))


def _overlap(first: Boxes, second: Boxes) -> NDArray[np.float32]:
    """Intersection over union of each of the first with each of the second, (n, m)."""
    corner = np.maximum(first[:, None, :2], second[None, :, :2])
    size = np.maximum(np.minimum(first[:, None, 2:], second[None, :, 2:]) - corner, 0.0)
    shared = size[..., 0] * size[..., 1]
    areas = [(boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]) for boxes in (first, second)]
    union: NDArray[np.float32] = shared / np.maximum(areas[0][:, None] + areas[1][None, :] - shared, 1e-6)
    return union


def _inside(boxes: Boxes, size_px: tuple[int, int]) -> NDArray[np.bool_]:
    width, height = size_px
    return np.asarray(np.hstack([boxes[:, :2] > EDGE_PX, boxes[:, 2:] < np.array([width, height]) - EDGE_PX]).all(axis=1))
