"""Parts of the picture: what has to be looked at is often a fraction of it, and a network's cost grows with the pixels it is given.

Windows have the scale of the whole picture, so that things look to the detector as they do there, and one of a few sizes, because networks
are made ready for each size they are given.
Source: Frigate looks at crops around motion and known things; its squares are enlarged to one input size instead.
"""

import numpy as np
from numpy.typing import NDArray

from vision.pictures import Window
from vision.scheduling.grey import Boxes

SHARES = np.array([0.25, 0.4, 0.65, 1.0], np.float32)  # of the picture's width and height
CALL_COST = 0.1  # of a look at the whole picture: what a window costs besides its pixels
WORTH = 0.5  # of the whole: in a busy view everything is looked at, which forgets nothing
GROWN, ROOM_PX = 0.5, 20.0  # of its size on each side, and at least so much of a picture 640 wide: nothing is known by itself alone
REFERENCE_PX = 640.0
EDGE_SHARE = 0.004  # of the picture's longer side: nearer to the window's edge a thing is cut by it


def windows_around(boxes_px: Boxes, size_px: tuple[int, int]) -> tuple[Window, ...]:
    """The cheapest windows found that show all the boxes with some room around; none when the whole picture is as cheap."""
    size = np.array(size_px, np.float32)
    rooms = np.clip(_rooms(boxes_px, size_px), 0.0, np.tile(size, 2)).astype(np.float32)
    while True:
        costs = _cost(rooms, size)
        if len(rooms) < 2:
            break
        first, second = np.triu_indices(len(rooms), 1)
        both = np.hstack([np.minimum(rooms[first, :2], rooms[second, :2]), np.maximum(rooms[first, 2:], rooms[second, 2:])])
        gain = costs[first] + costs[second] - _cost(both, size)
        best = int(gain.argmax())
        if gain[best] < 0.0:
            break
        rooms = np.vstack([np.delete(rooms, [first[best], second[best]], axis=0), both[best : best + 1]])
    if not len(rooms) or float(costs.sum()) > WORTH:
        return ()
    return tuple(_snapped(room, size_px) for room in rooms)


def _rooms(boxes_px: Boxes, size_px: tuple[int, int]) -> Boxes:
    """The boxes with the room around them that a look needs."""
    margin = np.maximum((boxes_px[:, 2:] - boxes_px[:, :2]) * np.float32(GROWN), np.float32(ROOM_PX * max(size_px) / REFERENCE_PX))
    return np.hstack([boxes_px[:, :2] - margin, boxes_px[:, 2:] + margin]).astype(np.float32)


def _shares(rooms: Boxes, size: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n, 2): the width and height of their windows as shares of the picture's."""
    need = (rooms[:, 2:] - rooms[:, :2]) / size - np.float32(1e-3)
    return SHARES[np.minimum(np.searchsorted(SHARES, need), len(SHARES) - 1)]


def _cost(rooms: Boxes, size: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(_shares(rooms, size).prod(axis=1) + np.float32(CALL_COST))


def _snapped(room: NDArray[np.float32], size_px: tuple[int, int]) -> Window:
    size = np.array(size_px, np.float32)
    extent = np.ceil(_shares(room[None], size)[0] * size)
    # Colours are kept by pairs of pixels.
    corner = np.floor(np.clip((room[:2] + room[2:] - extent) / 2.0, 0.0, size - extent) / 2.0) * 2.0
    x1, y1 = (int(value) for value in corner)
    return x1, y1, min(size_px[0], x1 + int(extent[0])), min(size_px[1], y1 + int(extent[1]))


def inside(boxes_px: Boxes, windows: tuple[Window, ...], size_px: tuple[int, int]) -> NDArray[np.bool_]:
    """Which boxes a window shows whole: its edges cut nothing from them, except where the picture itself ends."""
    shown = np.full(len(boxes_px), not windows)
    edge = EDGE_SHARE * max(size_px)
    for x1, y1, x2, y2 in windows:
        low = np.array([x1 + edge if x1 > 0 else -np.inf, y1 + edge if y1 > 0 else -np.inf])
        high = np.array([x2 - edge if x2 < size_px[0] else np.inf, y2 - edge if y2 < size_px[1] else np.inf])
        shown |= ((boxes_px[:, :2] >= low) & (boxes_px[:, 2:] <= high)).all(axis=1)
    return shown
