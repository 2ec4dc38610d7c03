"""What ArduPilot says about its satellites and filter, and when SmartRTL gives up for want of a place.

Source: EKF3's checks of satellite quality and aiding, ArduCopter's gpsglitch_check, AP_SmartRTL.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.autopilot import Autopilot

CRITICAL, WARNING, INFO = 2, 4, 6
BAD_FOR_S = 1.0  # innovations over their gate until satellites count as bad
GOOD_FOR_S = 10.0  # and under it until they count as good again
GOOD_SHARE = 0.7
ATTITUDE_KEPT_S = 15.0  # without any measured motion until the filter stops aiding
RETRACE_KEPT_S = 15.0
FILTERS = ("IMU1", "IMU0")


class GlitchNotice:
    """Says when satellites and filter disagree, and when they agree again."""

    def __init__(self, pilot: "Autopilot") -> None:
        self._pilot = pilot
        self._glitching = False
        self._passed_s = self._failed_s = 0.0

    def update(self, now_s: float) -> None:
        readings = self._pilot.readings
        ratio = max(readings.position_variance, readings.velocity_variance)
        if not readings.ready or ratio < 1.0:
            self._passed_s = now_s
        if readings.ready and ratio > GOOD_SHARE:
            self._failed_s = now_s
        if now_s - self._passed_s > BAD_FOR_S:
            glitching = True
        elif now_s - self._failed_s > GOOD_FOR_S or not readings.ready:
            glitching = False
        else:
            return
        if glitching != self._glitching:
            self._glitching = glitching
            self._pilot.say("GPS Glitch or Compass error" if glitching else "Glitch cleared", CRITICAL)


class AidingNotice:
    """Says when the filter goes on without satellites for good, and when it has them again; then the way back is forgotten too."""

    def __init__(self, pilot: "Autopilot") -> None:
        self._pilot = pilot
        self._fix_s = self._place_s = 0.0
        self._stopped = False

    def update(self, now_s: float) -> None:
        pilot = self._pilot
        readings = pilot.readings
        if readings.gps.kind >= 3:
            self._fix_s = now_s
        if readings.ready or not pilot.armed:
            self._place_s = now_s
        lost = not readings.ready and now_s - self._fix_s >= ATTITUDE_KEPT_S
        if lost and not self._stopped and pilot.flying:
            self._stopped = True
            for name in FILTERS:
                pilot.say(f"EKF3 {name} stopped aiding", WARNING)
        elif self._stopped and readings.ready:
            self._stopped = False
            for name in reversed(FILTERS):
                pilot.say(f"EKF3 {name} is using GPS", INFO)
        if now_s - self._place_s > RETRACE_KEPT_S and pilot.trail:
            pilot.trail = []
            pilot.say("SmartRTL deactivated: bad position", CRITICAL)
