"""Point the suite at one vehicle: find it, look at every check in turn, leave it as it was."""

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import anyio

from geo.primitives import VehicleError
from ground_station.conformance.bench import Bench
from ground_station.conformance.check import Check, CheckFailed, Deviates, Needs, NotSupported, Profile, Result, Skipped, Verdict
from ground_station.conformance.dialect import mavlink, name_of
from ground_station.conformance.keeping import Belongings, keep, put_back
from ground_station.conformance.speaker import Ether, Speaker
from ground_station.links import Link

logger = logging.getLogger(__name__)

OUR_SYSTEM_ID, OTHER_SYSTEM_ID = 247, 246  # stations count down from 255; these are reserved by nobody
CHECK_DEADLINE_S = 300.0  # a flight at real speed is the longest
RATE_MEASURED_S = 0.6
SETTLE_S = 1.2  # long enough to hear the other components' heartbeats once
_NOT_VEHICLES = frozenset({mavlink.MAV_TYPE_GCS, mavlink.MAV_TYPE_ONBOARD_CONTROLLER, mavlink.MAV_TYPE_ADSB, mavlink.MAV_TYPE_CAMERA})
_PROFILES = {mavlink.MAV_AUTOPILOT_ARDUPILOTMEGA: Profile.ARDUPILOT, mavlink.MAV_AUTOPILOT_PX4: Profile.PX4}


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the person at the vehicle allows."""

    motion: bool = False
    signing: bool = False

    def refusal(self, needs: Needs) -> str | None:
        if Needs.MOTION in needs and not self.motion:
            return "flies: needs --allow-motion"
        if Needs.SIGNING in needs and not self.signing:
            return "sets a key: needs --allow-signing"
        return None


async def examine(
    link: Link,
    checks: Sequence[Check],
    *,
    system_id: int | None = None,
    profile: Profile | None = None,
    allowed: Allowed | None = None,
    wait_s: float = 10.0,
    on_found: Callable[[int, Profile, str], None] = lambda system_id, profile, name: None,
    on_start: Callable[[Check, int], None] = lambda check, number: None,
    on_result: Callable[[Result], None] = lambda result: None,
) -> list[Result]:
    """Run the checks over an open link. Raises: `VehicleError` when there is no vehicle, several, or one that is armed."""
    permitted = allowed or Allowed()
    results: list[Result] = []
    async with anyio.create_task_group() as tasks:
        ether = Ether(link)
        tasks.start_soon(ether.listen)
        ours, other = Speaker(ether, OUR_SYSTEM_ID, 190), Speaker(ether, OTHER_SYSTEM_ID, 190)
        tasks.start_soon(_beat, ours)
        bench = await _find(ether, ours, other, system_id, profile, wait_s)
        if bench.armed:
            raise VehicleError(
                f"Vehicle {bench.system_id} is armed; conformance checks are not run on it.",
                code="conformance.armed",
                hint="Land and disarm it first.",
            )
        await anyio.sleep(SETTLE_S)
        bench.clock_rate = await _clock_rate(bench)
        on_found(bench.system_id, bench.profile, _name(bench))
        belongings = await keep(bench)
        try:
            for number, check in enumerate(checks, 1):
                on_start(check, number)
                result = await _judge(check, bench, permitted)
                results.append(result)
                on_result(result)
                if bench.armed and Needs.MOTION not in check.needs:
                    raise VehicleError(
                        f"Vehicle {bench.system_id} was armed during '{check.id}'; the run ends here.",
                        code="conformance.armed",
                        hint="Somebody else commands it. Nothing was sent to stop it.",
                    )
        finally:
            with anyio.move_on_after(30.0, shield=True):
                await _leave(bench, belongings)
        tasks.cancel_scope.cancel()
    return results


def _name(bench: Bench) -> str:
    """'copter of ArduPilot', and how fast its clock runs when that is not ours."""
    beat = bench.heartbeat
    words = name_of("MAV_TYPE", beat.type).lower(), name_of("MAV_AUTOPILOT", beat.autopilot).lower()
    faster = "" if bench.clock_rate == 1.0 else f", its clock {bench.clock_rate:.1f} times as fast as ours"
    return f"type {words[0]}, autopilot {words[1]}{faster}"


async def _leave(bench: Bench, belongings: Belongings) -> None:
    if bench.armed:
        logger.warning("vehicle %d is armed: its plans and parameters are left as they are", bench.system_id)
        return
    for message_id in bench.streams:
        with suppress(CheckFailed):
            await bench.set_interval(message_id, 0)
    await put_back(bench, belongings)


async def _judge(check: Check, bench: Bench, allowed: Allowed) -> Result:
    refusal = allowed.refusal(check.needs)
    if refusal is not None:
        return Result(check, Verdict.SKIPPED, refusal, 0.0)
    began_s = time.monotonic()
    try:
        with anyio.fail_after(CHECK_DEADLINE_S):
            verdict, detail = Verdict.PASS, await check.examine(bench)
    except Deviates as deviation:
        known = bench.profile in check.deviations
        verdict, detail = Verdict.DEVIATION if known else Verdict.FAIL, str(deviation)
    except CheckFailed as failure:
        verdict, detail = Verdict.FAIL, str(failure)
    except NotSupported as missing:
        verdict, detail = Verdict.UNSUPPORTED, str(missing)
    except Skipped as reason:
        verdict, detail = Verdict.SKIPPED, str(reason)
    except TimeoutError:
        verdict, detail = Verdict.FAIL, f"did not end within {CHECK_DEADLINE_S:g} s"
    except Exception as defect:  # of the suite itself: one check's must not cost the results of the others
        logger.exception("check %s broke", check.id)
        verdict, detail = Verdict.FAIL, f"the check itself broke: {type(defect).__name__}: {defect}"
    return Result(check, verdict, detail, time.monotonic() - began_s)


async def _beat(speaker: Speaker) -> None:
    """A ground station's heartbeat: some vehicles speak only to those who speak."""
    while True:
        speaker.say(
            mavlink.MAVLink_heartbeat_message(mavlink.MAV_TYPE_GCS, mavlink.MAV_AUTOPILOT_INVALID, 0, 0, mavlink.MAV_STATE_ACTIVE, 3)
        )
        await anyio.sleep(1.0)


def _is_vehicle(beat: object) -> bool:
    return getattr(beat, "autopilot", mavlink.MAV_AUTOPILOT_INVALID) != mavlink.MAV_AUTOPILOT_INVALID and (
        getattr(beat, "type", mavlink.MAV_TYPE_GCS) not in _NOT_VEHICLES
    )


async def _find(ether: Ether, ours: Speaker, other: Speaker, system_id: int | None, profile: Profile | None, wait_s: float) -> Bench:
    end_s = time.monotonic() + wait_s
    settled_s: float | None = None
    while True:
        found = sorted(key for key, beat in ether.seen.items() if _is_vehicle(beat) and system_id in (None, key[0]))
        now_s = time.monotonic()
        if found and settled_s is None:
            settled_s = now_s + (0.0 if system_id is not None else SETTLE_S)  # others on the link have a beat's time to show
        if found and settled_s is not None and now_s >= settled_s:
            break
        if not found and now_s >= end_s:
            raise VehicleError(
                f"No vehicle{'' if system_id is None else f' {system_id}'} was heard within {wait_s:g} s.",
                code="vehicle.unheard",
                hint="Check that it is powered and sends to this address; --wait-s waits longer.",
            )
        await anyio.sleep(0.05)
    systems = sorted({system for system, _ in found})
    if len(systems) > 1:
        raise VehicleError(
            f"Several vehicles are on this link: {', '.join(map(str, systems))}.",
            code="vehicle.ambiguous",
            hint="Choose one with --vehicle.",
        )
    chosen, component = found[0]
    ether.system_id = chosen
    with ether.listening() as ear:
        await ear.hear_or_none("HEARTBEAT", within_s=3.0, where=lambda beat: beat.get_srcComponent() == component)
    autopilot = ether.seen[chosen, component].autopilot
    return Bench(ether, ours, other, chosen, component, profile or _PROFILES.get(autopilot, Profile.STANDARD))


async def _clock_rate(bench: Bench) -> float:
    """How fast the vehicle's clock runs against ours, by two TIMESYNC answers; 1 when it gives none."""
    stamps: list[tuple[float, int]] = []
    for pause_s in (RATE_MEASURED_S, 0.0):
        question = mavlink.MAVLink_timesync_message(0, time.monotonic_ns())
        answer = await bench.ask_or_none(question, "TIMESYNC", where=lambda m: m.tc1 != 0 and bench.from_autopilot(m), within_s=1.0)
        if answer is None:
            return 1.0
        stamps.append((time.monotonic(), answer.tc1))
        await anyio.sleep(pause_s)
    (one_s, one_ns), (two_s, two_ns) = stamps
    with suppress(ZeroDivisionError):
        rate = (two_ns - one_ns) / 1e9 / (two_s - one_s)
        if rate > 1.5:  # nearer to one it is jitter, not a faster simulation
            return rate
    return 1.0
