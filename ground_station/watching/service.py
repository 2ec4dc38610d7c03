"""How closely one source is looked at now, over all its runs: its tier, the gate before its decoder, the seconds nobody looked."""

from time import monotonic

from ground_station.settings import WatchSettings
from vision import Blindness, CadencePlan, Detections, PacketGate, Tier, TierChoice

EVERY_PICTURE_HZ = 1000.0


class SourceService:
    """One source. `moves`: its camera moves by itself, so that neither packets nor differences of pictures tell that nothing happens."""

    def __init__(self, source_id: str, settings: WatchSettings, *, moves: bool) -> None:
        self._settings, self._moves = settings, moves
        self.choice = TierChoice(settings.tiers.get(source_id, settings.tier))
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
