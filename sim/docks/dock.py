"""A simulated dock: a box with a lid, a charger and a small weather station. Told the time, so it does the same on every machine.

Faults: `lid_stuck` (the motor runs, the lid stays half way), `no_charge` (contacts without current), `rain` (it rains), `wind`,
`silent` (its network is gone).
"""

from dataclasses import dataclass, field

from sim.docks.bay import Bay

FAULTS = frozenset({"lid_stuck", "no_charge", "rain", "wind", "silent"})
LID_TRAVEL_S = 4.0
FULL_CHARGE_S = 1500.0  # from empty to full
FULL = 0.995
CALM_MPS, STORM_MPS = 3.0, 16.0
RAIN_MM_H = 6.0


@dataclass(slots=True)
class SimulatedDock:
    """`lid` is the share open; `lid_target` where its motor drives it. Without a `bay` it has no sensor for what stands in it."""

    faults: frozenset[str] = field(default_factory=frozenset)
    bay: Bay | None = None
    lid: float = 0.0
    lid_target: float = 0.0
    charge_asked: bool = False
    _at_s: float | None = None

    def __post_init__(self) -> None:
        self.break_by(self.faults)

    def break_by(self, faults: frozenset[str]) -> None:
        """These faults from now on; none mends it. Raises `ValueError` for one that it has not."""
        if unknown := sorted(faults - FAULTS):
            raise ValueError(f"a dock has no fault {unknown[0]!r}; it has {', '.join(sorted(FAULTS))}")
        self.faults = faults

    def open(self) -> None:
        self.lid_target = 1.0
        self.charge_asked = False  # contacts part when the lid moves

    def close(self) -> None:
        self.lid_target = 0.0

    def charge(self, *, on: bool) -> str | None:
        """Why it does not, in words; None when it does."""
        if on and self.lid > 0.0:
            return "the lid is not closed"
        if on and self.bay is not None and not self.bay.present:
            return "nothing stands on the contacts"
        self.charge_asked = on
        return None

    def advance(self, now_s: float) -> None:
        passed_s = 0.0 if self._at_s is None else max(0.0, now_s - self._at_s)
        self._at_s = now_s
        step = passed_s / LID_TRAVEL_S
        if self.lid < self.lid_target:
            self.lid = min(self.lid_target, self.lid + step)
        else:
            self.lid = max(self.lid_target, self.lid - step)
        if "lid_stuck" in self.faults:
            self.lid = min(self.lid, 0.5) if self.lid_target > 0.0 else max(self.lid, 0.5)
        if self.charging and self.bay is not None:
            self.bay.fill(passed_s / FULL_CHARGE_S)

    @property
    def charging(self) -> bool:
        """Current flows: asked for, lid closed, contacts good, and the battery still takes it."""
        takes = self.bay is None or (self.bay.present and self.bay.charge < FULL)
        return self.charge_asked and self.lid == 0.0 and takes and "no_charge" not in self.faults

    def report(self) -> dict[str, object]:
        """Its state as the dock protocol says it."""
        return {
            "lid": "closed" if self.lid == 0.0 else "open" if self.lid == 1.0 else "moving",
            "vehicle_present": None if self.bay is None else self.bay.present,
            "charging": self.charging,
            "charge_fraction": round(self.bay.charge, 3) if self.bay is not None and self.bay.present and self.lid == 0.0 else None,
            "wind_mps": STORM_MPS if "wind" in self.faults else CALM_MPS,
            "rain_mm_h": RAIN_MM_H if "rain" in self.faults else 0.0,
            "fault": "",
        }
