"""Flight trials: the same flight with the same fault on our simulator and on a real SITL, judged and compared."""

from ground_station.trials.judge import Reaction, Verdict, judge, reaction
from ground_station.trials.record import SaidText, Sample, TrialRecord
from ground_station.trials.run import TrialRun

__all__ = ["Reaction", "SaidText", "Sample", "TrialRecord", "TrialRun", "Verdict", "judge", "reaction"]
