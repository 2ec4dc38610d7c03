"""Looks of the gimbals of one vehicle by time: where each looked at the instant of a frame."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime

from ground_station.messages import GimbalLook
from ground_station.watching.angles import turn_deg
from ground_station.watching.pose_buffer import PoseAt

KEPT = 600  # a minute at ten a second
FRESH_S = 1.0  # an older look says little about where a gimbal looks now


@dataclass(frozen=True, slots=True)
class LookAt:
    """Where the camera looked. Degrees; heading from true north, `turn_dps` clockwise, `nod_dps` up. `doubt_deg`: one sigma, because it was
    told before the instant."""

    roll_deg: float
    pitch_deg: float
    heading_deg: float
    turn_dps: float
    nod_dps: float = 0.0
    doubt_deg: float = 0.0


class GimbalTrack:
    """The newest looks of each gimbal. Interpolates between neighbours of one frame of reference; holds the last for `FRESH_S`."""

    def __init__(self) -> None:
        self._looks: dict[int, deque[GimbalLook]] = {}

    def __contains__(self, gimbal: int | None) -> bool:
        """Whether this gimbal has ever been heard; None: any."""
        return bool(self._looks) if gimbal is None else gimbal in self._looks

    def copy(self) -> "GimbalTrack":
        other = GimbalTrack()
        other._looks = {gimbal: looks.copy() for gimbal, looks in self._looks.items()}
        return other

    def add(self, look: GimbalLook) -> None:
        looks = self._looks.setdefault(look.gimbal, deque(maxlen=KEPT))
        if not looks or look.at > looks[-1].at:
            looks.append(look)

    def clear(self) -> None:
        """The vehicle's clock was set back: nothing from before may be combined with what comes now."""
        for looks in self._looks.values():
            looks.clear()

    def look_at(self, instant: datetime, gimbal: int | None, pose: PoseAt) -> LookAt | None:
        """Of the named gimbal, or of the one with the lowest id. None where nothing fresh is known."""
        if gimbal not in self:
            return None
        later: GimbalLook | None = None
        looks = self._looks[min(self._looks) if gimbal is None else gimbal]
        for index in range(len(looks) - 1, -1, -1):
            look = looks[index]
            if look.at > instant:
                later = look
            elif later is not None and later.yaw_from == look.yaw_from and (later.at - look.at).total_seconds() <= FRESH_S:
                return _between(look, later, instant, pose)
            else:
                return _held(look, looks[index - 1] if index else look, instant, pose)
        return None


def _between(a: GimbalLook, b: GimbalLook, instant: datetime, pose: PoseAt) -> LookAt:
    share = (instant - a.at) / (b.at - a.at)
    return _look(
        pose,
        a.yaw_from,
        a.roll_deg + share * turn_deg(a.roll_deg, b.roll_deg),
        a.pitch_deg + share * (b.pitch_deg - a.pitch_deg),
        a.yaw_deg + share * turn_deg(a.yaw_deg, b.yaw_deg),
        _rates_dps(a, b),
    )


def _held(look: GimbalLook, before: GimbalLook, instant: datetime, pose: PoseAt) -> LookAt | None:
    since_s = (instant - look.at).total_seconds()
    if since_s > FRESH_S:
        return None
    rates_dps = _rates_dps(before, look) if before.yaw_from == look.yaw_from else (0.0, 0.0)
    doubt_deg = max(abs(rate) for rate in rates_dps) * since_s
    return _look(pose, look.yaw_from, look.roll_deg, look.pitch_deg, look.yaw_deg, rates_dps, doubt_deg)


def _look(
    pose: PoseAt,
    yaw_from: str,
    roll_deg: float,
    pitch_deg: float,
    yaw_deg: float,
    rates_dps: tuple[float, float],
    doubt_deg: float = 0.0,
) -> LookAt:
    of_nose = yaw_from == "nose"
    return LookAt(
        roll_deg=roll_deg,
        pitch_deg=pitch_deg,
        heading_deg=(yaw_deg + (pose.heading_deg if of_nose else 0.0)) % 360.0,
        turn_dps=rates_dps[0] + (pose.turn_rate_dps if of_nose else 0.0),
        nod_dps=rates_dps[1],
        doubt_deg=doubt_deg,
    )


def _rates_dps(a: GimbalLook, b: GimbalLook) -> tuple[float, float]:
    """Of yaw and of pitch."""
    gap_s = (b.at - a.at).total_seconds()
    if not 0.0 < gap_s <= FRESH_S:
        return 0.0, 0.0
    return turn_deg(a.yaw_deg, b.yaw_deg) / gap_s, (b.pitch_deg - a.pitch_deg) / gap_s
