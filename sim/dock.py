"""A simulated dock: a box with a lid, a charger and a small weather station. Told the time, so it does the same on every machine.

Faults: `lid_stuck` (the motor runs, the lid stays half way), `no_charge` (contacts without current), `rain` (it rains), `wind`.
"""

from dataclasses import dataclass, field

FAULTS = frozenset({"lid_stuck", "no_charge", "rain", "wind"})
LID_TRAVEL_S = 4.0
CALM_MPS, STORM_MPS = 3.0, 16.0
RAIN_MM_H = 6.0


@dataclass(slots=True)
class SimulatedDock:
    """`lid` is the share open; `lid_target` where its motor drives it."""

    faults: frozenset[str] = field(default_factory=frozenset)
    lid: float = 0.0
    lid_target: float = 0.0
    charge_asked: bool = False
    _at_s: float | None = None

    def __post_init__(self) -> None:
        if unknown := sorted(self.faults - FAULTS):
            raise ValueError(f"a dock has no fault {unknown[0]!r}; it has {', '.join(sorted(FAULTS))}")

    def open(self, now_s: float) -> None:
        self.advance(now_s)
        self.lid_target = 1.0
        self.charge_asked = False  # contacts part when the lid moves

    def close(self, now_s: float) -> None:
        self.advance(now_s)
        self.lid_target = 0.0

    def charge(self, now_s: float, *, on: bool) -> None:
        self.advance(now_s)
        self.charge_asked = on

    def advance(self, now_s: float) -> None:
        step = 0.0 if self._at_s is None else max(0.0, now_s - self._at_s) / LID_TRAVEL_S
        self._at_s = now_s
        if self.lid < self.lid_target:
            self.lid = min(self.lid_target, self.lid + step)
        else:
            self.lid = max(self.lid_target, self.lid - step)
        if "lid_stuck" in self.faults:
            self.lid = min(self.lid, 0.5)

    def report(self, now_s: float) -> dict[str, object]:
        """Its state as the dock protocol says it."""
        self.advance(now_s)
        return {
            "lid": "closed" if self.lid == 0.0 else "open" if self.lid == 1.0 else "moving",
            "charging": self.charge_asked and self.lid == 0.0 and "no_charge" not in self.faults,
            "wind_mps": STORM_MPS if "wind" in self.faults else CALM_MPS,
            "rain_mm_h": RAIN_MM_H if "rain" in self.faults else 0.0,
            "fault": "",
        }
