"""How closely one source is looked at now, over all its runs: its tier, the gate before its decoder, the seconds nobody looked."""

from time import monotonic
from typing import Literal, cast

from geo.core import VideoSource
from ground_station.settings import WatchSettings
from vision import RULES, Blindness, CadencePlan, Detections, PacketGate, Tier, TierChoice, TierInForce, TierWhy, tier_in_force

EVERY_PICTURE_HZ = 1000.0


class SourceService:
    """One source. Of one that a vehicle carries neither packets nor differences of pictures tell that nothing happens: they move."""

    def __init__(self, source: VideoSource, settings: WatchSettings) -> None:
        self._settings, self._moves = settings, source.moves
        self.wanted = wanted_tier(source, settings.tier)
        self.models = source.models
        self.choice = TierChoice(self.wanted.tier)
        self.gate = PacketGate()
        self._began_s = monotonic()
        self._blindness = Blindness(self._began_s)
        self.slowed = 1.0

    def take_up(self, source: VideoSource) -> bool:
        """What is wanted of it now. True: another stream has to be read for it."""
        main_stream = self.main_stream
        wanted = wanted_tier(source, self._settings.tier)
        if wanted.tier != self.wanted.tier:
            self.gate.mode = "all"  # till the next picture: of a source looked at once a minute that would be a while
        self.wanted, self.choice.chosen, self.models = wanted, wanted.tier, source.models
        return self.main_stream != main_stream

    @property
    def tier(self) -> Tier:
        return self.choice.now(monotonic())

    @property
    def why(self) -> TierWhy | Literal["load"]:
        """Of the tier beneath a promotion."""
        return "load" if self.choice.held_down else self.wanted.why

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
        return CadencePlan(hz, fixed=not self._moves, sure=self._settings.minimum_confidence, windows=not self.main_stream)

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


def wanted_tier(source: VideoSource, default: Tier) -> TierInForce:
    """The tier a source is to have by what was chosen for it and by its rules, and why; load and new things in view come after it."""
    return tier_in_force(cast(Tier | None, source.tier), default, [rule.card for rule in RULES if rule.card.code in source.rules])
