"""How well a vehicle knows where it is, the wind it feels, its clock and its link: what is judged before and during a flight.

Sources: EKF_STATUS_REPORT (ArduPilot: variances above 0.8 trip its EKF failsafe, FS_EKF_THRESH), ESTIMATOR_STATUS (PX4: test ratios
above 1 are rejected), WIND and WIND_COV, SYSTEM_TIME.
"""

import math
from collections import deque
from collections.abc import Callable

from ground_station.mavlink import WireMessage
from ground_station.messages import EstimatorState, HealthState

_TRIPS, _POOR = 0.8, 0.5
_REJECTED, _POOR_RATIO = 1.0, 0.7
_ATTITUDE, _HORIZONTAL_VELOCITY, _ABSOLUTE, _PREDICTED_ABSOLUTE, _UNINITIALISED = 1, 2, 16, 512, 1024
_WINDOW_S, _SAMPLE_S = 60.0, 5.0


class VehicleHealth:
    """Fed with each message of the autopilot; `snapshot` tells what is known, unknown values as None."""

    def __init__(self) -> None:
        self._estimator: EstimatorState | None = None
        self._detail = ""
        self._wind: tuple[float, float] | None = None
        self._clock_offset_s: float | None = None
        self._counted: deque[tuple[float, int, int]] = deque([(0.0, 0, 0)], maxlen=round(_WINDOW_S / _SAMPLE_S) + 1)
        self._on: dict[str, Callable[[WireMessage], None]] = {
            "EKF_STATUS_REPORT": self._on_ekf,
            "ESTIMATOR_STATUS": self._on_estimator,
            "WIND": self._on_wind,
            "WIND_COV": self._on_wind_covariance,
        }
        self.kinds = frozenset({*self._on, "SYSTEM_TIME"})

    def on_message(self, message: WireMessage, unix_s: float) -> None:
        """`unix_s`: when it arrived, by this computer's clock."""
        kind = message.get_type()
        if kind == "SYSTEM_TIME":
            self._clock_offset_s = round(message.time_unix_usec / 1e6 - unix_s, 2) if message.time_unix_usec else None
        elif kind in self._on:
            self._on[kind](message)

    def loss_fraction(self, now_s: float, received: int, lost: int) -> float | None:
        """Of the last minute. `received` and `lost`: messages that came, and that are missing in the sequence, since the start."""
        if now_s - self._counted[-1][0] >= _SAMPLE_S:
            self._counted.append((now_s, received, lost))
        _, heard_then, lost_then = self._counted[0]
        heard, missing = received - heard_then, max(lost - lost_then, 0)
        if missing == 0:
            return 0.0 if heard > 0 else None
        return round(missing / (heard + missing), 3) if heard + missing > 0 else None

    @property
    def marks(self) -> tuple[object, ...]:
        """What `snapshot` tells but the loss; equal as long as that tells the same."""
        return self._estimator, self._detail, self._wind, self._clock_offset_s

    def snapshot(self, loss_fraction: float | None) -> HealthState:
        return HealthState(
            estimator=self._estimator,
            estimator_detail=self._detail,
            wind_speed_mps=None if self._wind is None else self._wind[0],
            wind_from_deg=None if self._wind is None else self._wind[1],
            clock_offset_s=self._clock_offset_s,
            loss_fraction=loss_fraction,
        )

    def _on_ekf(self, m: WireMessage) -> None:
        located = bool(m.flags & (_ABSOLUTE | _PREDICTED_ABSOLUTE))
        settled = m.flags & _ATTITUDE and m.flags & _HORIZONTAL_VELOCITY and located and not m.flags & _UNINITIALISED
        variances = {
            "velocity": m.velocity_variance,
            "position": m.pos_horiz_variance,
            "height": m.pos_vert_variance,
            "compass": m.compass_variance,
        }
        self._judge(bool(settled), variances, _TRIPS, _POOR)

    def _on_estimator(self, m: WireMessage) -> None:
        settled = m.flags & _ATTITUDE and m.flags & _HORIZONTAL_VELOCITY and m.flags & (_ABSOLUTE | _PREDICTED_ABSOLUTE)
        ratios = {"velocity": m.vel_ratio, "position": m.pos_horiz_ratio, "height": m.pos_vert_ratio, "compass": m.mag_ratio}
        self._judge(bool(settled), ratios, _REJECTED, _POOR_RATIO)

    def _judge(self, settled: bool, values: dict[str, float], bad: float, poor: float) -> None:
        finite = {name: value for name, value in values.items() if math.isfinite(value)}
        name = max(finite, key=finite.__getitem__, default="position")
        worst = finite.get(name, 0.0)
        if not settled:
            self._estimator, self._detail = "bad", "no absolute position"
        elif worst > poor:
            self._estimator, self._detail = ("bad" if worst > bad else "poor"), f"{name} {worst:.2f}"
        else:
            self._estimator, self._detail = "good", ""

    def _on_wind(self, m: WireMessage) -> None:
        if math.isfinite(m.speed) and math.isfinite(m.direction):
            self._set_wind(m.speed, m.direction)

    def _on_wind_covariance(self, m: WireMessage) -> None:
        """North and east of where it blows to."""
        if math.isfinite(m.wind_x) and math.isfinite(m.wind_y):
            self._set_wind(math.hypot(m.wind_x, m.wind_y), math.degrees(math.atan2(-m.wind_y, -m.wind_x)))

    def _set_wind(self, speed_mps: float, from_deg: float) -> None:
        self._wind = (round(speed_mps, 1), round(from_deg % 360.0))
