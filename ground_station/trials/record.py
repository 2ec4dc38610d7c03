"""What was seen of one trial: samples, texts and faults on the vehicle's own clock."""

from dataclasses import dataclass, field

from geo.primitives import LonLat


@dataclass(frozen=True, slots=True)
class Sample:
    """The vehicle at one instant. `at_s` counts from its boot, `altitude_m` above home."""

    at_s: float
    mode: str
    armed: bool
    flying: bool
    place: LonLat
    altitude_m: float


@dataclass(frozen=True, slots=True)
class SaidText:
    at_s: float
    text: str


@dataclass(slots=True)
class TrialRecord:
    """`fault_at_s` is the moment the last fault was in force; `flown` says whether the mission was flown to its end."""

    home: LonLat
    samples: list[Sample] = field(default_factory=list)
    texts: list[SaidText] = field(default_factory=list)
    fault_at_s: float | None = None
    flown: bool = False
    ended_s: float = 0.0

    @property
    def counted_from_s(self) -> float:
        """What must be seen is counted from the fault, or from arming where nothing fails."""
        if self.fault_at_s is not None:
            return self.fault_at_s
        return next((sample.at_s for sample in self.samples if sample.armed), 0.0)

    def since_fault(self) -> list[Sample]:
        return [sample for sample in self.samples if sample.at_s >= self.counted_from_s]
