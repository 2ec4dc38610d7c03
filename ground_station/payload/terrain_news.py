"""What a vehicle last said of the ground below it."""

from ground_station.mavlink import WireMessage
from ground_station.payload.messages import TerrainState

FRESH_S = 10.0


class TerrainNews:
    def __init__(self) -> None:
        self.blocks_sent = 0
        self.blocks_unknown = 0
        self._report: WireMessage | None = None
        self._at_s = 0.0

    def on_report(self, m: WireMessage, now_s: float) -> None:
        self._report, self._at_s = m, now_s

    def state(self, now_s: float) -> TerrainState | None:
        """None while nothing is known; heights only while they are fresh and the vehicle has the ground here."""
        report = self._report
        if report is None and not self.blocks_sent and not self.blocks_unknown:
            return None
        counts = {"blocks_sent": self.blocks_sent, "blocks_unknown": self.blocks_unknown}
        if report is None:
            return TerrainState(**counts)
        here = report.spacing > 0 and now_s - self._at_s < FRESH_S
        return TerrainState(
            ground_amsl_m=float(report.terrain_height) if here else None,
            height_above_m=float(report.current_height) if here else None,
            spacing_m=int(report.spacing) or None,
            pending=int(report.pending),
            loaded=int(report.loaded),
            **counts,
        )
