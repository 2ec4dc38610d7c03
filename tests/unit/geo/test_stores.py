"""Stores on a real PostGIS: what is written is read back, resends change nothing, conflicts are named."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import anyio
import pytest

from geo.core import (
    AuditLog,
    CommandRow,
    CommandStore,
    Database,
    EventStore,
    MissionContent,
    MissionStore,
    ObservationRow,
    ObservationStore,
    SameObjects,
    TrackRow,
    TrackStore,
    TrajectoryPoint,
    UserStore,
    VehicleEventRow,
    VehicleRow,
    VehicleStore,
    VideoSource,
    VideoSourceStore,
    ensure_partitions,
    open_database,
)
from geo.primitives import ErrorEllipse, GeoError, LonLat, derived_id
from tests.support.postgres import run_sql

pytestmark = [pytest.mark.postgis, pytest.mark.anyio]

AT = datetime(2026, 5, 1, 12, 0, 0, 123456, tzinfo=UTC)
AKTAU = LonLat(51.16, 43.65)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with open_database(database_url, max_connections=4) as opened:
        yield opened


def observation(track_id: int = 1, **changes: object) -> ObservationRow:
    row = ObservationRow(
        observation_id=derived_id("gate", "sha256:00", track_id),
        revision=0,
        source_id="gate",
        kind="track",
        label="car",
        confidence=0.8,
        track_id=track_id,
        started_at=AT,
        ended_at=AT + timedelta(seconds=4),
        bbox_px=(1.0, 2.0, 30.5, 40.5),
        model="sha256:00",
        position=AKTAU,
        accuracy_m=1.8,
    )
    return replace(row, **changes)  # type: ignore[arg-type]


async def test_observation_is_read_back_as_written(database: Database) -> None:
    store = ObservationStore(database)
    full = observation(
        heading_deg=90.0,
        speed_mps=8.5,
        speed_sigma_mps=0.5,
        rule="red_light",
        rule_edition="1",
        vehicle_id="mav-1",
        ellipse=ErrorEllipse(2.4, 0.9, 31.0),
        trajectory=tuple(TrajectoryPoint(LonLat(51.16 + n * 1e-4, 43.65), AT + timedelta(seconds=1.5 * n)) for n in range(3)),
    )
    written = await store.ingest([full, observation(2, position=None, accuracy_m=None)])
    assert set(written) == {full.observation_id, observation(2).observation_id}
    assert await store.get(full.observation_id) == full
    assert await store.get(observation(2).observation_id) == observation(2, position=None, accuracy_m=None)
    assert await store.get(uuid4()) is None


async def test_the_way_of_a_thing_is_a_line_the_database_knows_the_time_of(database: Database) -> None:
    store = ObservationStore(database)
    way = tuple(TrajectoryPoint(LonLat(51.16 + n * 1e-4, 43.65), AT + timedelta(seconds=1.5 * n)) for n in range(3))
    seen = observation(trajectory=way)
    await store.ingest([seen, observation(2)])
    assert await store.trajectory(seen.observation_id) == way
    assert await store.trajectory(observation(2).observation_id) == ()
    assert await store.trajectory(uuid4()) is None
    along = "SELECT ST_X(ST_GeometryN(ST_LocateAlong(trajectory, $1), 1)) FROM observation WHERE id = $2"
    half = await database.value(along, AT.timestamp() + 0.75, seen.observation_id)
    assert half == pytest.approx(51.16005)


async def test_a_way_that_goes_back_in_time_is_refused_by_the_database(database: Database) -> None:
    back = (TrajectoryPoint(AKTAU, AT), TrajectoryPoint(LonLat(51.17, 43.65), AT - timedelta(seconds=1)))
    with pytest.raises(GeoError):
        await ObservationStore(database).ingest([observation(trajectory=back)])


async def test_observation_resent_changes_nothing_and_a_higher_revision_replaces(database: Database) -> None:
    store = ObservationStore(database)
    first, second = observation(), observation(revision=1, label="truck", ended_at=AT + timedelta(seconds=9))
    assert await store.ingest([first]) == [first.observation_id]
    assert await store.ingest([first]) == []
    assert await store.ingest([second]) == [first.observation_id]
    assert await store.ingest([first, second]) == []
    assert await store.get(first.observation_id) == second
    assert await database.value("SELECT count(*) FROM observation") == 1


async def test_batch_with_both_revisions_keeps_the_higher_whatever_the_order(database: Database) -> None:
    store = ObservationStore(database)
    assert len(await store.ingest([observation(revision=3, label="bus"), observation(revision=1), observation(revision=2)])) == 1
    stored = await store.get(observation().observation_id)
    assert stored is not None
    assert (stored.revision, stored.label) == (3, "bus")


async def test_a_revision_that_moves_its_start_over_a_month_border_is_still_one_row(database: Database) -> None:
    store = ObservationStore(database)
    await ensure_partitions(database, date(2026, 4, 1), months=2)
    border = datetime(2026, 5, 1, tzinfo=UTC)
    await store.ingest([observation(started_at=border)])
    assert len(await store.ingest([observation(started_at=border - timedelta(milliseconds=3), revision=1)])) == 1
    assert await database.value("SELECT count(*) FROM observation") == 1


async def test_concurrent_ingests_of_the_same_rows_write_each_once(database: Database) -> None:
    store = ObservationStore(database)
    rows = [observation(track) for track in range(200)]
    written: list[int] = []

    async def ingest(batch: list[ObservationRow]) -> None:
        written.append(len(await store.ingest(batch)))

    async with anyio.create_task_group() as tasks:
        for batch in (rows, rows[::-1], rows[50:150]):
            tasks.start_soon(ingest, batch)
    assert sum(written) == 200
    assert await database.value("SELECT count(*) FROM observation") == 200


def seen_by(source_id: str, number: int, east_deg: float, accuracy_m: float, **changes: object) -> ObservationRow:
    place = LonLat(AKTAU.lon_deg + east_deg, AKTAU.lat_deg)
    values = {"source_id": source_id, "vehicle_id": "mav-1", "position": place, "accuracy_m": accuracy_m, **changes}
    return observation(number, observation_id=derived_id(source_id, number), **values)


FIVE_METRES_DEG = 6.2e-5  # of longitude, at this latitude


@pytest.mark.parametrize("ground_first", [True, False], ids=["the ground first", "the aircraft first"])
async def test_parked_cars_seen_from_the_ground_and_on_board_are_paired_each_with_its_own(database: Database, ground_first: bool) -> None:
    store, same = ObservationStore(database), SameObjects(database)
    ground = [seen_by("mav-1-camera", number, number * FIVE_METRES_DEG, 4.0) for number in range(4)]
    aboard = [seen_by("mav-1-onboard", number, (number + 0.2) * FIVE_METRES_DEG, 3.0) for number in range(4)]
    for batch in (ground, aboard) if ground_first else (aboard, ground):
        await store.ingest(batch)
        await same.link([row.observation_id for row in batch])
    for seen, better in zip(ground, aboard, strict=True):
        assert await database.value("SELECT same_as FROM observation WHERE id = $1", seen.observation_id) == better.observation_id
        assert await database.value("SELECT same_as FROM observation WHERE id = $1", better.observation_id) is None
    assert await same.link([row.observation_id for row in ground + aboard]) == {}


@pytest.mark.parametrize(
    "other",
    [
        {"label": "truck"},
        {"vehicle_id": "mav-2"},
        {"source_id": "mav-1-camera"},
        {"started_at": AT + timedelta(minutes=5), "ended_at": AT + timedelta(minutes=6)},
        {"position": LonLat(AKTAU.lon_deg + 4 * FIVE_METRES_DEG, AKTAU.lat_deg)},
        {"position": None, "accuracy_m": None},
    ],
    ids=["another kind of thing", "another aircraft", "the same camera", "later", "elsewhere", "without a place"],
)
async def test_what_may_be_another_thing_stays_one_of_its_own(database: Database, other: dict[str, object]) -> None:
    store, same = ObservationStore(database), SameObjects(database)
    rows = [seen_by("mav-1-camera", 1, 0.0, 4.0), replace(seen_by("mav-1-onboard", 1, 0.0, 3.0), **other)]  # type: ignore[arg-type]
    await store.ingest(rows)
    assert await same.link([row.observation_id for row in rows]) == {}


async def test_tracks_are_kept_once_per_vehicle_and_instant(database: Database) -> None:
    store = TrackStore(database)
    points = [
        TrackRow("mav-1", AT + timedelta(seconds=n), LonLat(51.16 + n * 1e-4, 43.65), -20.0 + n, float(n), 90.0, 5.0, 0.9, "AUTO")
        for n in range(5)
    ]
    assert await store.append(points) == 5
    assert await store.append([*points, replace(points[0], vehicle_id="mav-2")]) == 1
    assert await store.append([]) == 0
    assert await database.value("SELECT ST_Z(position) FROM track WHERE vehicle_id = 'mav-1' ORDER BY at LIMIT 1") == -20.0


async def test_late_command_update_is_kept_but_does_not_undo_done(database: Database) -> None:
    store = CommandStore(database)
    sent = CommandRow(uuid4(), "mav-1", "takeoff", "sent", AT, "pilot")
    done = replace(sent, state="done", at=AT + timedelta(seconds=9), effect="20 m above home", progress=1.0)
    running = replace(sent, state="running", at=AT + timedelta(seconds=5), progress=0.5)
    assert await store.record(sent)
    assert await store.record(done)
    assert await store.record(running)
    assert not await store.record(running)
    assert await store.get(sent.command_id) == done
    assert await store.latest("mav-1") == [done]
    assert await database.value("SELECT count(*) FROM command_update") == 3


async def test_vehicle_events_are_kept_once(database: Database) -> None:
    store = EventStore(database)
    event = VehicleEventRow(uuid4(), "mav-1", AT, "armed", "info", "Armed", {"by": "pilot", "n": [1, 2]})
    assert await store.record([event]) == [event.event_id]
    assert await store.record([event]) == []
    assert await store.latest(vehicle_id="mav-1") == [event]
    assert await store.latest(vehicle_id="mav-2") == []


async def test_vehicle_keeps_its_given_name_and_last_home(database: Database) -> None:
    store = VehicleStore(database)
    first = VehicleRow("mav-1", "Sunqar 1", 1, "ardupilot", "copter", AT, AKTAU)
    await store.seen(first)
    await store.seen(replace(first, name="mav-1", home=None, last_seen_at=AT + timedelta(seconds=5)))
    assert await store.get("mav-1") == replace(first, last_seen_at=AT + timedelta(seconds=5))
    assert [vehicle.vehicle_id for vehicle in await store.all()] == ["mav-1"]


async def test_video_source_is_calibrated_anew_by_upsert(database: Database) -> None:
    store = VideoSourceStore(database)
    camera = VideoSource("gate", "fixed", "Қақпа", "Ворота", "Gate", url="rtsp://127.0.0.1:8554/gate", position=AKTAU, heading_deg=90.0)
    drone = VideoSource("mav-1-camera", "drone", "1", "1", "1", url="rtsp://127.0.0.1:8554/mav-1", vehicle_id="mav-1", hfov_deg=60.0)
    await store.upsert_many([camera, drone, replace(camera, source_id="dark", url=None), replace(camera, source_id="off", enabled=False)])
    assert await store.live() == [camera, drone]
    calibrated = replace(
        camera, calibration={"image_size_px": [768, 432], "points": [{"px": [1, 2], "lonlat": [51.1, 43.6]}], "date": "2026-05-01"}
    )
    await store.upsert(calibrated)
    assert await store.get("gate") == calibrated
    assert await store.get("nothing") is None


async def test_users_have_unique_names(database: Database) -> None:
    store = UserStore(database)
    assert await store.count() == 0
    admin = await store.add("admin", "admin", "$argon2id$…")
    assert await store.get_by_name("admin") == admin
    with pytest.raises(GeoError, match="already a user 'admin'"):
        await store.add("admin", "viewer", "x")
    with pytest.raises(GeoError, match="role"):
        await store.add("other", "emperor", "x")
    await store.set_password_hash("admin", "new")
    assert [user.password_hash for user in await store.all()] == ["new"]
    with pytest.raises(GeoError, match="no user 'nobody'"):
        await store.set_password_hash("nobody", "x")


async def test_audit_chain_shows_a_changed_entry_and_refuses_editing(database: Database, database_url: str) -> None:
    log = AuditLog(database)
    async with anyio.create_task_group() as tasks:
        for number in range(10):
            tasks.start_soon(
                log.append, "admin", "command.takeoff", f"vehicle/mav-{number}", {"altitude_m": 20.5, "at": AT, "имя": "Ақтау"}
            )
    verdict = await log.verify()
    assert (verdict.entries, verdict.whole) == (10, True)
    with pytest.raises(GeoError, match="never changed"):
        await database.execute("UPDATE audit_entry SET actor = 'x' WHERE sequence = 4")
    run_sql(database_url, "ALTER TABLE audit_entry DISABLE TRIGGER ALL; UPDATE audit_entry SET actor = 'x' WHERE sequence = 4")
    assert (await log.verify()).first_broken == 4
    run_sql(database_url, "DELETE FROM audit_entry WHERE sequence = 2")
    assert (await log.verify()).first_broken == 3
    assert [entry.sequence for entry in await log.latest(2)] == [10, 9]


def mission(name: str = "Yard", content_hash: str = "sha256:1") -> MissionContent:
    return MissionContent(
        name,
        content_hash,
        {"items": [1, 2]},
        request={"camera": "x"},
        statistics={"photos": 12},
        findings=({"severity": "warning", "code": "a"},),
        area={"type": "Polygon", "coordinates": [[[51.16, 43.65], [51.17, 43.65], [51.17, 43.66], [51.16, 43.65]]]},
        path={"type": "LineString", "coordinates": [[51.16, 43.65], [51.17, 43.65]]},
    )


async def test_mission_goes_from_draft_to_flown_with_exactly_the_approved_content(database: Database) -> None:
    store = MissionStore(database)
    draft = await store.create(mission(), "pilot")
    assert (draft.state, draft.revision, draft.content) == ("draft", 1, mission())
    with pytest.raises(GeoError, match="draft and cannot be set to uploaded") as refusal:
        await store.set_state(draft.mission_id, "uploaded")
    assert refusal.value.code == "geo.mission_state"
    with pytest.raises(GeoError) as refusal:
        await store.approve(draft.mission_id, "sha256:other", "admin")
    assert refusal.value.code == "geo.content_hash"
    approved = await store.approve(draft.mission_id, "sha256:1", "admin")
    assert (approved.state, approved.approved_by) == ("approved", "admin")
    await store.set_state(draft.mission_id, "uploaded", vehicle_id="mav-1")
    await store.set_state(draft.mission_id, "flying")
    for refused in (store.delete(draft.mission_id), store.revise(draft.mission_id, 1, mission(), "pilot")):
        with pytest.raises(GeoError, match="is flying"):
            await refused
    flown = await store.set_state(draft.mission_id, "flown")
    assert (flown.state, flown.vehicle_id) == ("flown", "mav-1")


async def test_revision_makes_a_draft_again_and_the_slower_writer_is_told(database: Database) -> None:
    store = MissionStore(database)
    created = await store.create(mission(), "pilot")
    await store.approve(created.mission_id, "sha256:1", "admin")
    revised = await store.revise(created.mission_id, 1, mission("Yard 2", "sha256:2"), "pilot")
    assert (revised.state, revised.revision, revised.approved_by, revised.content.name) == ("draft", 2, None, "Yard 2")
    with pytest.raises(GeoError, match="at revision 2, not 1") as refusal:
        await store.revise(created.mission_id, 1, mission("Yard 3"), "pilot")
    assert refusal.value.code == "geo.revision"
    with pytest.raises(GeoError) as refusal:
        await store.revise(uuid4(), 1, mission(), "pilot")
    assert refusal.value.code == "geo.not_found"
    assert await database.value("SELECT count(*) FROM mission_revision") == 2
    await store.delete(created.mission_id)
    assert await store.get(created.mission_id) is None


async def test_missions_page_newest_first_without_gaps(database: Database) -> None:
    store = MissionStore(database)
    names = [f"Mission {number}" for number in range(5)]
    for name in names:
        await store.create(mission(name), "pilot")
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = await store.page(limit=2, cursor=cursor)
        seen += [item.content.name for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == names[::-1]
    with pytest.raises(GeoError, match="not one this list gave out"):
        await store.page(cursor="bm9uc2Vuc2U")


async def test_a_server_that_goes_away_is_named_and_comes_back(database: Database, database_url: str) -> None:
    store = UserStore(database)
    name = database_url.rsplit("/", 1)[1]
    with pytest.raises(GeoError) as lost:
        await database.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    assert lost.value.code == "geo.database_lost"
    assert name in lost.value.message
    assert await store.count() == 0
