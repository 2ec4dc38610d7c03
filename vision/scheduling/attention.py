"""One source looked at as often as it needs, and no more of its picture: the detector on some, boxes carried by their motion on the others.

    look = attention.see(frame)                   # cheap: has something changed, is it time?
    if look is not None:
        detections = pipeline.detect(look)        # dear, and wherever the caller likes
    result = attention.advance(look or frame, detections or None)

A thing that stands keeps its box while nothing changes there; a confirmed one that the detector misses once is carried on until its next
look. Carried boxes continue tracks; they neither confirm them nor vote on what they are.
"""

from collections import deque
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vision.boxes import areas, intersection_over_union, shared_areas
from vision.detections import Detections
from vision.frames import Frame
from vision.pipeline import FrameResult, Pipeline
from vision.scheduling.barren import grown
from vision.scheduling.box_flow import BoxFlow
from vision.scheduling.cadence import Cadence, CadencePlan, Known
from vision.scheduling.grey import Boxes, grey_of, grey_scale
from vision.scheduling.motion_gate import BEFORE_S, Motion, MotionGate
from vision.scheduling.regions import inside, windows_around
from vision.scheduling.things import Things

SAME_THING = 0.3  # intersection over union
AGREES = 0.7  # so much alike, the box carried is as good as the detector's
ESTABLISHED_LOOKS = 3  # found so often in a row, a thing is carried on through a miss
MISSES_CARRIED = 1
EDGE_PX = 3.0  # a box at the edge that is missed has left
TRAIL_S = 0.15  # longer than the gate's memory: it keeps a picture that is older
EXPLAINED = 0.8  # of its size around a thing: its shadow and its light on the road move as it does
CUT_KNOWN = 0.5  # of a box cut by its window that lies in a known one: it is a piece of that thing


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
        self._things = Things.none()
        self._seen_s: float | None = None
        self._trail: deque[tuple[float, Boxes]] = deque()
        self._whole_next = False

    def see(self, frame: Frame) -> Frame | None:
        """What the detector should look at: the frame, or windows of it. Carries the known boxes to it."""
        grey, scale = grey_of(frame.picture)
        motion = None if self._gate is None else self._gate.look(grey, frame.time_s, self._things.xyxy_px * np.float32(scale))
        self._flow.see(grey)
        boxes = self._carry(frame.time_s, np.float32(scale), motion)
        self.count.seen += 1
        self.count.moving += motion is None or motion.any
        known = Known(boxes, self._things.looked_s, self._things.agreed, self._trailed(boxes, frame.time_s))
        due = self.cadence.due(frame.time_s, motion, known)
        if due is None:
            return None
        whole = due.everything or self._whole_next or not self.cadence.plan.windows
        return replace(frame, windows=() if whole else windows_around(due.boxes / np.float32(scale), frame.size_px))

    def _carry(self, time_s: float, scale: np.float32, motion: Motion | None) -> Boxes:
        """The things that could be followed into this picture; their boxes in the grey one."""
        boxes, speed = self._things.xyxy_px * scale, self._things.speed.copy()
        step_s = np.float32(0.0 if self._seen_s is None else max(0.0, time_s - self._seen_s))
        self._seen_s = time_s
        moves = _moves(boxes, motion)
        carried, followed = self._flow.carry(boxes[moves], speed[moves] * scale * step_s)
        if step_s > 0.0:
            speed[moves] = (_centres(carried) - _centres(boxes[moves])) / (step_s * scale)
            speed[~moves] = 0.0
        boxes[moves] = carried
        kept = ~moves
        kept[moves] = followed
        self._things = self._things.moved(boxes / scale, speed).take(kept)
        return boxes[kept]

    def _trailed(self, boxes: Boxes, time_s: float) -> Boxes:
        """Where the known things are and were a moment ago."""
        self._trail.append((time_s, grown(boxes, EXPLAINED)))
        while self._trail and not 0.0 <= time_s - self._trail[0][0] <= BEFORE_S + TRAIL_S:
            self._trail.popleft()
        return np.concatenate([places for _, places in self._trail])

    def advance(self, frame: Frame, detections: Detections | None) -> FrameResult:
        """Follow what the detector found in the windows of the frame, or, where it did not look, the boxes carried."""
        if detections is None:
            return self._pipeline.advance(frame, self._things.boxes, carried=np.ones(len(self._things), np.bool_))
        found = self._pipeline.followed(detections)
        whole = inside(found.xyxy_px, frame.windows, frame.size_px)
        cut = found.xyxy_px[~whole]
        # What a window cuts is a piece of something known beside it, or else has to be seen whole.
        self._whole_next = bool(len(cut)) and not (_covered(cut, self._things.xyxy_px) >= CUT_KNOWN).all()
        found = found.take(whole)
        scale = np.float32(grey_scale(frame.size_px))
        shown = (lambda places: inside(places / scale, frame.windows, frame.size_px)) if frame.windows else None
        self.cadence.looked(frame.time_s, found=len(found) > 0, shown=shown)
        fresh, held = self._matched(found, frame)
        told = fresh.joined(held)
        # Of those found, the weak that continue nothing are told to the tracker and forgotten: they explain no motion.
        self._things = told.take((told.looks > 1) | (told.boxes.confidence >= self.cadence.plan.sure))
        return self._pipeline.advance(frame, told.boxes, carried=np.arange(len(told)) >= len(fresh))

    def _matched(self, found: Detections, frame: Frame) -> tuple[Things, Things]:
        """Those found, with what is known of each from before, and those known that go on without."""
        things = self._things
        overlap = intersection_over_union(things.xyxy_px, found.xyxy_px)
        same = overlap >= SAME_THING
        looks = np.where(same, things.looks[:, None], 0).max(axis=0, initial=0) + 1
        speed = np.zeros((len(found), 2), np.float32)
        agreed = np.zeros(len(found), np.int64)
        before = same.any(axis=0)
        if before.any():
            nearest = overlap.argmax(axis=0)[before]
            speed[before] = things.speed[nearest]
            agreed[before] = np.where(overlap.max(axis=0)[before] >= AGREES, things.agreed[nearest] + 1, 0)
        fresh = Things(found, looks, np.zeros(len(found), np.int64), agreed, np.full(len(found), frame.time_s), speed)
        seen = inside(things.xyxy_px, frame.windows, frame.size_px)
        carried_on = (things.looks >= ESTABLISHED_LOOKS) & (things.misses < MISSES_CARRIED) & _inside(things.xyxy_px, frame.size_px)
        return fresh, things.looked_at(seen, frame.time_s).take(~same.any(axis=1) & (carried_on | ~seen))

    def resting(self, time_s: float) -> bool:
        """Nothing is in view and nothing has moved for a while."""
        return not len(self._things) and self.cadence.resting(time_s)

    def process(self, frame: Frame) -> FrameResult:
        """`see`, detect when due, `advance`."""
        look = self.see(frame)
        return self.advance(frame, None) if look is None else self.advance(look, self._pipeline.detect(look))


def _moves(boxes: Boxes, motion: Motion | None) -> NDArray[np.bool_]:
    """Which boxes need be followed: all, unless the camera stands still and nothing changed there."""
    return np.ones(len(boxes), np.bool_) if motion is None or motion.unsure else motion.within(boxes)


def _covered(boxes: Boxes, others: Boxes) -> NDArray[np.float32]:
    """Which share of each box its best one of the others covers, (n,)."""
    return np.asarray(shared_areas(boxes, others).max(axis=1, initial=0.0) / np.maximum(areas(boxes), 1e-6), dtype=np.float32)


def _centres(boxes: Boxes) -> NDArray[np.float32]:
    return np.asarray((boxes[:, :2] + boxes[:, 2:]) / 2.0, dtype=np.float32)


def _inside(boxes: Boxes, size_px: tuple[int, int]) -> NDArray[np.bool_]:
    width, height = size_px
    return np.asarray(np.hstack([boxes[:, :2] > EDGE_PX, boxes[:, 2:] < np.array([width, height]) - EDGE_PX]).all(axis=1))
