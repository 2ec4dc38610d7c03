"""When a track is told and under which revision."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from geo.primitives import LonLat
from ground_station.watching.telling import Telling
from vision import Observation, Track, TrackPoint

START = datetime(2026, 5, 1, 12, tzinfo=UTC)


def _seen(track: Track, seconds: float) -> Track:
    track.add(TrackPoint(int(seconds * 8), seconds, (10.0, 10.0, 30.0, 30.0), 0.8, "car", True, START + timedelta(seconds=seconds)))
    return track


def _observation(track: Track) -> Observation:
    return Observation(
        kind="track",
        label=track.label,
        track_id=track.track_id,
        start_s=track.first.time_s,
        end_s=track.last.time_s,
        confidence=track.confidence,
        bbox_px=track.last.bbox_px,
        frame_s=track.last.time_s,
        model="sha256:x",
        source="gate",
        started_at=track.first.captured_at,
        ended_at=track.last.captured_at,
    )


def test_a_long_track_is_told_at_growing_intervals_and_at_its_end() -> None:
    telling, track, told = Telling("gate", "sha256:x", START, None), Track(1), []
    for second in range(80):
        _seen(track, float(second))
        if telling.due(track):
            told.append((second, telling.message(track, _observation(track), final=False).revision))
    assert told == [(0, 0), (10, 1), (30, 2), (70, 3)]
    assert telling.message(track, _observation(track), final=True).revision == 4


def test_the_way_is_told_in_instants_of_the_clock() -> None:
    track = _seen(_seen(Track(1), 2.0), 5.0)
    way = ((2.0, LonLat(51.16, 43.65)), (5.0, LonLat(51.161, 43.65)))
    message = Telling("gate", "sha256:x", START, None).message(track, replace(_observation(track), trajectory=way), final=True)
    began = (START + timedelta(seconds=2)).timestamp()
    assert message.trajectory == [(51.16, 43.65, began), (51.161, 43.65, began + 3.0)]


def test_all_revisions_of_a_track_are_one_observation_and_a_new_run_makes_another() -> None:
    track = _seen(Track(1), 0.0)
    telling = Telling("gate", "sha256:x", START, "mav-1")
    first, last = (telling.message(track, _observation(track), final=final) for final in (False, True))
    again = Telling("gate", "sha256:x", START, "mav-1").message(track, _observation(track), final=True)
    other = Telling("gate", "sha256:x", START + timedelta(seconds=1), "mav-1").message(track, _observation(track), final=True)
    assert first.observation_id == last.observation_id == again.observation_id
    assert other.observation_id != first.observation_id
    assert first.vehicle_id == "mav-1"
    assert (first.lon_deg, first.accuracy_m) == (None, None)
