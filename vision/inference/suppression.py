"""Non-maximum suppression: of boxes on the same thing, the surest stays."""

import numpy as np
from numpy.typing import NDArray

from vision.inference.detector import CONFUSABLE, OVERHEAD_LOOKALIKES, OVERHEAD_MEANING, PEOPLE, VEHICLES

INSIDE_SHARE = 0.7


def suppression_groups(names: tuple[str, ...], *, overhead: bool) -> NDArray[np.int64]:
    """A group for each class id: classes in one group suppress each other, as a van seen as car and as truck must."""
    groups = np.arange(len(names), dtype=np.int64)
    for confusable in CONFUSABLE:
        alike = confusable | OVERHEAD_LOOKALIKES if overhead and OVERHEAD_MEANING in confusable else confusable
        members = [class_id for class_id, name in enumerate(names) if name in alike]
        if members:
            groups[members] = members[0]
    return groups


def surviving_boxes(
    xyxy: NDArray[np.float32], confidence: NDArray[np.float32], group: NDArray[np.int64], overlap: float
) -> NDArray[np.int64]:
    """Rows kept, surest first. Boxes of one group that share more than `overlap` (intersection over union) with a surer one go."""
    order = np.argsort(-confidence, kind="stable")
    area = np.maximum(xyxy[:, 2] - xyxy[:, 0], 0) * np.maximum(xyxy[:, 3] - xyxy[:, 1], 0)
    kept: list[int] = []
    while len(order):
        best, rest = order[0], order[1:]
        kept.append(int(best))
        width = np.minimum(xyxy[best, 2], xyxy[rest, 2]) - np.maximum(xyxy[best, 0], xyxy[rest, 0])
        height = np.minimum(xyxy[best, 3], xyxy[rest, 3]) - np.maximum(xyxy[best, 1], xyxy[rest, 1])
        shared = np.maximum(width, 0) * np.maximum(height, 0)
        union = np.maximum(area[best] + area[rest] - shared, 1e-9)
        order = rest[(shared / union <= overlap) | (group[rest] != group[best])]
    return np.array(kept, dtype=np.int64)


def as_seen_from_above(xyxy: NDArray[np.float32], class_id: NDArray[np.int64], names: tuple[str, ...]) -> NDArray[np.int64]:
    """Class ids with free-standing lookalikes called vehicles.

    One inside the box of a person or vehicle (in a hand, behind a windscreen) stays what it is.
    """
    if OVERHEAD_MEANING not in names:
        return class_id
    meant = class_id.copy()
    area = (xyxy[:, 2] - xyxy[:, 0]) * (xyxy[:, 3] - xyxy[:, 1])
    for row in np.flatnonzero(np.isin(class_id, [names.index(name) for name in OVERHEAD_LOOKALIKES if name in names])):
        width = np.minimum(xyxy[row, 2], xyxy[:, 2]) - np.maximum(xyxy[row, 0], xyxy[:, 0])
        height = np.minimum(xyxy[row, 3], xyxy[:, 3]) - np.maximum(xyxy[row, 1], xyxy[:, 1])
        inside = (np.maximum(width, 0) * np.maximum(height, 0) > INSIDE_SHARE * area[row]) & (area > area[row])
        if not (inside & np.isin(class_id, [names.index(name) for name in (*PEOPLE, *VEHICLES) if name in names])).any():
            meant[row] = names.index(OVERHEAD_MEANING)
    return meant
