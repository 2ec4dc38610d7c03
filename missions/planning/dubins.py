"""Shortest ways of a vehicle that only flies forward and turns no tighter than a radius, from place and course to place and course.

Such a way is an arc, a straight leg and an arc, or three arcs: six words (LSL, RSR, LSR, RSL, RLR, LRL). Dubins (1957); the formulas for
a start at the origin are those of Shkel and Lumelsky (2001). Places are east and north in metres, courses radians clockwise from north.
"""

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

# What turns each part of a word makes: -1 left, 0 straight, 1 right.
WORDS = ((-1, 0, -1), (1, 0, 1), (-1, 0, 1), (1, 0, -1), (1, -1, 1), (-1, 1, -1))
_TAU = 2.0 * np.pi
# An arc is given by its tangents' corners, each for no more than a quarter turn.
_MOST_ARC_RAD = np.pi / 2.0
_NOTHING = 1e-9


def course_rad(direction: Points) -> Points:
    """(..., 2) east and north -> (...) course."""
    course: Points = np.arctan2(direction[..., 0], direction[..., 1])
    return course


def dubins_parts(start: Points, start_rad: Points, end: Points, end_rad: Points, radius_m: float) -> Points:
    """Parts of all six words, (..., 6, 3): arcs in radians, straight legs in radii; inf where a word does not join the two.

    `start` and `end` are (..., 2), the courses (...); all broadcast against each other.
    """
    hop = end - start
    apart = np.hypot(hop[..., 0], hop[..., 1]) / radius_m
    # The usual formulas turn counter-clockwise from east; only differences of angles count.
    bearing = np.arctan2(hop[..., 1], hop[..., 0])
    a = np.mod(np.pi / 2.0 - start_rad - bearing, _TAU)
    b = np.mod(np.pi / 2.0 - end_rad - bearing, _TAU)
    sa, sb, ca, cb, cab = np.sin(a), np.sin(b), np.cos(a), np.cos(b), np.cos(a - b)
    with np.errstate(invalid="ignore"):
        lsl = np.arctan2(cb - ca, apart + sa - sb)
        lsl_p = _root(2.0 + apart**2 - 2.0 * cab + 2.0 * apart * (sa - sb))
        rsr = np.arctan2(ca - cb, apart - sa + sb)
        rsr_p = _root(2.0 + apart**2 - 2.0 * cab + 2.0 * apart * (sb - sa))
        lsr_p = _root(-2.0 + apart**2 + 2.0 * cab + 2.0 * apart * (sa + sb))
        lsr = np.arctan2(-ca - cb, apart + sa + sb) - np.arctan2(-2.0, lsr_p)
        rsl_p = _root(-2.0 + apart**2 + 2.0 * cab - 2.0 * apart * (sa + sb))
        rsl = np.arctan2(ca + cb, apart - sa - sb) - np.arctan2(2.0, rsl_p)
        rlr_p = np.mod(_TAU - np.arccos((6.0 - apart**2 + 2.0 * cab + 2.0 * apart * (sa - sb)) / 8.0), _TAU)
        rlr_t = np.mod(a - np.arctan2(ca - cb, apart - sa + sb) + rlr_p / 2.0, _TAU)
        lrl_p = np.mod(_TAU - np.arccos((6.0 - apart**2 + 2.0 * cab + 2.0 * apart * (sb - sa)) / 8.0), _TAU)
        lrl_t = np.mod(-a + np.arctan2(cb - ca, apart + sa - sb) + lrl_p / 2.0, _TAU)
        words = [
            (lsl - a, lsl_p, b - lsl),
            (a - rsr, rsr_p, rsr - b),
            (lsr - a, lsr_p, lsr - b),
            (a - rsl, rsl_p, b - rsl),
            (rlr_t, rlr_p, a - b - rlr_t + rlr_p),
            (lrl_t, lrl_p, b - a - lrl_t + lrl_p),
        ]
    parts = np.stack([np.stack([_arc(first), middle, _arc(last)], axis=-1) for first, middle, last in words], axis=-2)
    parts[~np.isfinite(parts).all(axis=-1)] = np.inf
    joined: Points = parts
    return joined


def dubins_lengths_m(start: Points, start_rad: Points, end: Points, end_rad: Points, radius_m: float) -> Points:
    """(..., 6) metres of each word, inf where it does not join the two."""
    lengths: Points = dubins_parts(start, start_rad, end, end_rad, radius_m).sum(axis=-1) * radius_m
    return lengths


def dubins_corners(start: Points, start_rad: float, parts: Points, word: int, radius_m: float) -> Points:
    """(k, 2) the corners of one way, both ends included: rounded with the radius they are the way itself.

    An arc is given by the corners of its tangents, no more than a quarter turn each.
    """
    position, course = np.array(start, dtype=np.float64), float(start_rad)
    corners = [position]
    for turn, part in zip(WORDS[word], parts, strict=True):
        if turn == 0:
            position = position + part * radius_m * _ahead(course)
            continue
        pieces = max(1, int(np.ceil(part / _MOST_ARC_RAD - 1e-9)))
        tangent_m = radius_m * float(np.tan(part / pieces / 2.0))
        if part < _NOTHING:
            continue
        for _ in range(pieces):
            corner = position + tangent_m * _ahead(course)
            course += turn * part / pieces
            position = corner + tangent_m * _ahead(course)
            corners.append(corner)
    return np.vstack([*corners, position])


def rounded(corners: Points, radius_m: float, step_rad: float = np.radians(10.0)) -> Points:
    """(k, 2) corners -> (n, 2) points of the way with each corner rounded: by the radius, or by what half the shorter leg leaves."""
    if len(corners) < 3:
        return corners
    legs = np.diff(corners, axis=0)
    lengths = np.maximum(np.hypot(*legs.T), _NOTHING)
    units = legs / lengths[:, None]
    points = [corners[:1]]
    bends, tangents = corner_bends(corners, radius_m)
    for number, (bend, tangent_m) in enumerate(zip(bends.tolist(), tangents.tolist(), strict=True)):
        corner = corners[number + 1]
        if bend < 1e-6 or tangent_m < 1e-6:
            points.append(corner[None])
            continue
        before, after = units[number], units[number + 1]
        arc_m = tangent_m / np.tan(bend / 2.0)
        side = np.sign(before[0] * after[1] - before[1] * after[0]) or 1.0
        centre = corner - tangent_m * before + side * arc_m * np.array([-before[1], before[0]])
        count = max(2, int(np.ceil(bend / step_rad)) + 1)
        turned = side * np.linspace(0.0, bend, count)
        out = corner - tangent_m * before - centre
        points.append(
            centre + np.column_stack([np.cos(turned) * out[0] - np.sin(turned) * out[1], np.sin(turned) * out[0] + np.cos(turned) * out[1]])
        )
    return np.vstack([*points, corners[-1:]])


def corner_bends(corners: Points, radius_m: float) -> tuple[Points, Points]:
    """(k - 2,) bends in radians, and how far before and behind each corner its arc begins and ends.

    Two corners share the leg between them; an arc that wants more of it than there is gets what is left, and is tighter.
    """
    legs = np.diff(corners, axis=0)
    lengths = np.hypot(*legs.T)
    courses = course_rad(legs)
    bends = np.abs(np.mod(np.diff(courses) + np.pi, _TAU) - np.pi)
    wanted = radius_m * np.tan(np.minimum(bends, np.pi - 1e-6) / 2.0)
    # At both ends of the way the whole leg may be used, in between a share of it as large as the wish.
    before = np.concatenate([[0.0], wanted])
    after = np.concatenate([wanted, [0.0]])
    share = np.minimum(1.0, lengths / np.maximum(before + after, _NOTHING))
    tangents: Points = wanted * np.minimum(share[:-1], share[1:])
    return bends, tangents


def _root(square: Points) -> Points:
    root: Points = np.sqrt(np.where(square > -1e-12, np.maximum(square, 0.0), np.nan))
    return root


def _arc(angle: Points) -> Points:
    """0 <= angle < a whole turn; what rounding leaves of a whole turn is none."""
    arc: Points = np.mod(angle, _TAU)
    return np.where(_TAU - arc < 1e-9, 0.0, arc)


def _ahead(course: float) -> Points:
    return np.array([np.sin(course), np.cos(course)])


def dubins_samples(start: Points, start_rad: Points, parts: Points, words: NDArray[np.intp], radius_m: float, each: int = 13) -> Points:
    """(n, 3 * each, 2) places along n ways, `each` for every part: `start` (n, 2), `start_rad` (n,), `parts` (n, 3), `words` (n,)."""
    turns = np.array(WORDS, dtype=np.float64)[words]
    position, course = start, start_rad
    samples = []
    for number in range(3):
        turn, part = turns[:, number, None], parts[:, number, None]
        done = part * np.linspace(0.0, 1.0, each)
        bent = course[:, None] + turn * done
        # Around the centre, which lies a radius to the side; straight on where nothing turns.
        arc_e, arc_n = turn * (np.cos(course)[:, None] - np.cos(bent)), turn * (np.sin(bent) - np.sin(course)[:, None])
        east = np.where(turn == 0.0, np.sin(course)[:, None] * done, arc_e)
        north = np.where(turn == 0.0, np.cos(course)[:, None] * done, arc_n)
        places = position[:, None] + radius_m * np.stack([east, north], axis=-1)
        samples.append(places)
        position, course = places[:, -1], bent[:, -1]
    sampled: Points = np.concatenate(samples, axis=1)
    return sampled
