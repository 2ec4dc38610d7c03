"""How closely one source is looked at now, over all its runs: its tier, the gate before its decoder, the seconds nobody looked."""

from time import monotonic

from ground_station.settings import WatchSettings
from vision import Blindness, CadencePlan, Detections, PacketGate, Tier, TierChoice, higher_tier

EVERY_PICTURE_HZ = 1000.0


def tier_in_force(source_id: str, settings: WatchSettings, at_least: Tier) -> Tier:
    """What a person has chosen for the source stands; the usual tier is raised to what its rules need."""
    chosen = settings.tiers.get(source_id)
    return higher_tier(settings.tier, at_least) if chosen is None else chosen


class SourceService:
    """One source. `at_least` is the tier that its rules need, unless a person has chosen one for it.

    `moves`: its camera moves by itself, so that neither packets nor differences of pictures tell that nothing happens.
    """

    def __init__(self, source_id: str, settings: WatchSettings, *, moves: bool, at_least: Tier = "health") -> None:
        self._settings, self._moves = settings, moves
        self.choice = TierChoice(tier_in_force(source_id, settings, at_least))
        self.gate = PacketGate()
        self._began_s = monotonic()
        self._blindness = Blindness(self._began_s)
        self.slowed = 1.0

    @property
    def tier(self) -> Tier:
        return self.choice.now(monotonic())

    @property
    def promoted(self) -> bool:
        return self.choice.promoted(monotonic())

    @property
    def main_stream(self) -> bool:
        """Enforcement needs every pixel; the smaller stream is enough for the rest."""
        return self.choice.chosen == "enforcement"

    @property
    def frames_per_second(self) -> float | None:
        return None if self.main_stream else self._settings.frames_per_second

    def plan(self) -> CadencePlan:
        hz = EVERY_PICTURE_HZ if self.main_stream else self._settings.detections_per_second
        return CadencePlan(hz, fixed=not self._moves, sure=self._settings.minimum_confidence)

    def found(self, detections: Detections) -> None:
        """What a look in patrol found: something new promotes the source."""
        self.choice.found(detections, self._settings.minimum_confidence, monotonic())

    def looked(self, *, resting: bool) -> None:
        """A picture was looked at. `resting`: nothing moves and nothing is in view, so that packets may tell when that ends."""
        self._blindness.looked(monotonic())
        tier = self.tier
        if tier == "health":
            self.gate.mode = "health"
        elif tier == "patrol":
            self.gate.mode = "keyframes"
        else:
            self.gate.mode = "quiet" if resting and tier == "watch" else "all"

    def withheld(self, at_s: float | None) -> None:
        """The gate judged a packet at this monotonic instant: that was a look as well."""
        if at_s is not None and self.gate.mode == "quiet":
            self._blindness.looked(at_s)

    def blind_s(self) -> float:
        return self._blindness.count(monotonic(), self.tier)

    def watched_s(self) -> float:
        return monotonic() - self._began_s
