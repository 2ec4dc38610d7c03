"""Does the vehicle count this station as its ground station? ArduPilot's GCS failsafe watches one system id only (MAV_GCS_SYSID)."""

from collections.abc import Iterable

from ground_station.safety.checklist import CheckResult, PreflightFacts, ok, warning
from ground_station.safety.words import Words

OURS = Words(
    "The vehicle watches this station ({ours}).", "Аппарат следит за этой станцией ({ours}).", "Аппарат осы станцияны бақылайды ({ours})."
)
OTHER = Words(
    "The vehicle watches ground station {theirs}, not this one ({ours}).",
    "Аппарат следит за станцией {theirs}, а не за этой ({ours}).",
    "Аппарат осы емес ({ours}), {theirs} станциясын бақылайды.",
)
CAUSE = Words(
    "Its failsafe will not notice when this station is lost.",
    "Его защита не заметит потери этой станции.",
    "Осы станция жоғалса, қорғанысы байқамайды.",
)
STEP = Words(
    "Set MAV_GCS_SYSID (before 4.7: SYSID_MYGCS) to {ours}.",
    "Установите MAV_GCS_SYSID (до 4.7: SYSID_MYGCS) = {ours}.",
    "MAV_GCS_SYSID (4.7-ге дейін: SYSID_MYGCS) = {ours} қойыңыз.",
)


def station_id(facts: PreflightFacts) -> Iterable[CheckResult]:
    if facts.state.autopilot != "ardupilot":
        return  # PX4 counts any ground station
    theirs, ours = facts.parameter("MAV_GCS_SYSID", "SYSID_MYGCS"), facts.station_system_id
    if theirs is None:
        return
    if int(theirs) == ours:
        yield ok("station_id", OURS.fill(ours=ours))
    else:
        yield warning("station_id", OTHER.fill(theirs=int(theirs), ours=ours), CAUSE, STEP.fill(ours=ours))
