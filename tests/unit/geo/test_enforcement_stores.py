"""Cases and the right they hold by, on a real PostGIS: tiers are kept by the database, a revoked order finds what leaned on it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from geo.core import (
    Database,
    DeviceCertificateRow,
    DeviceCertificateStore,
    FoundViolation,
    LegalOrderSetup,
    LegalOrderStore,
    MeasureRow,
    SceneStore,
    SourceRuleStore,
    VideoSource,
    VideoSourceStore,
    ViolationStore,
    open_database,
)
from geo.primitives import GeoError, LonLat, derived_id

pytestmark = [pytest.mark.postgis, pytest.mark.anyio]

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
CROSSING = LonLat(51.16, 43.65)
AROUND = {"type": "Polygon", "coordinates": [[[51.15, 43.64], [51.17, 43.64], [51.17, 43.66], [51.15, 43.66], [51.15, 43.64]]]}
ORDER = LegalOrderSetup(
    "Akimat of Aktau", "12-3", "Бағдаршам", "Светофор", "Signal", "signal", date(2026, 1, 1), AT - 24 * HOUR, area=AROUND
)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with open_database(database_url, max_connections=4) as opened:
        yield opened


def found(number: int = 1, **changes: object) -> FoundViolation:
    violation = FoundViolation(
        violation_id=derived_id("gate", "red_light", number),
        rule="red_light",
        rule_edition="2026.1",
        source_id="gate",
        track_id=number,
        model="sha256:00",
        label="car",
        confidence=0.9,
        from_at=AT,
        at=AT + timedelta(seconds=1),
        until_at=AT + timedelta(seconds=2),
        proof_at=(AT, AT + timedelta(seconds=1), AT + timedelta(seconds=2)),
        bbox_px=(1.0, 2.0, 30.5, 40.5),
        feature="stop-1",
        verdict_hash="sha256:11",
        position=CROSSING,
        accuracy_m=1.2,
        legal_order="order-1",
        measure=MeasureRow(1.4, 0.2, 0.5, "s of red"),
    )
    return replace(violation, **changes)  # type: ignore[arg-type]


async def test_a_case_is_of_the_tier_that_orders_and_certificates_give_it(database: Database) -> None:
    orders, violations = LegalOrderStore(database), ViolationStore(database)
    await orders.save("order-1", ORDER, expected=None)
    await orders.save("past", replace(ORDER, valid_to=AT - HOUR), expected=None)
    await DeviceCertificateStore(database).add(DeviceCertificateRow("cert", "radar", "KZ.02", "77", AT - HOUR, AT + HOUR))
    cases = {
        "B": found(1),
        "C without an order": found(2, legal_order=None),
        "C under one nobody keeps": found(3, legal_order="order-9"),
        "C before it was in force": found(4, legal_order="past"),
        "C outside of its area": found(5, position=LonLat(51.30, 43.65)),
        "A of a certified device": found(6, source_id="radar"),
        "C of a certified device without an order": found(7, source_id="radar", legal_order=None),
        "B from a vehicle": found(8, source_id="radar", vehicle_id="mav-1"),
    }
    assert set(await violations.ingest(list(cases.values()))) == {one.violation_id for one in cases.values()}
    assert await violations.ingest([found(1, label="bus")]) == [], "told again, nothing changes"
    for expected, one in cases.items():
        stored = await violations.get(one.violation_id)
        assert stored is not None
        assert stored.evidence_tier == expected[0], expected
    first = await violations.get(found(1).violation_id)
    assert first is not None
    assert first.found == found(1)
    # Nothing of this can be talked into another tier.
    for change in (
        "evidence_tier = 'B' WHERE legal_order_id IS NULL",
        "evidence_tier = 'A' WHERE certificate_id IS NULL AND legal_order_id IS NOT NULL",
        "evidence_tier = 'A', certificate_id = 'cert' WHERE vehicle_id IS NOT NULL",
        "state = 'handed_over' WHERE evidence_tier = 'C'",
    ):
        with pytest.raises(GeoError) as refused:
            await database.execute(f"UPDATE violation SET {change}")
        assert refused.value.code == "geo.constraint", change


async def test_a_revoked_order_withdraws_and_lists_what_leaned_on_it(database: Database) -> None:
    orders, violations = LegalOrderStore(database), ViolationStore(database)
    order = await orders.save("order-1", ORDER, expected=None)
    await violations.ingest([found(n, at=AT + n * HOUR, until_at=AT + n * HOUR) for n in range(1, 6)])
    await database.execute("UPDATE violation SET state = 'rejected' WHERE track_id = 4")
    await database.execute("ALTER TABLE violation DISABLE TRIGGER violation_state_is_earned")  # it asks for an officer and a receipt
    await database.execute("UPDATE violation SET state = 'handed_over' WHERE track_id = 5")

    with pytest.raises(GeoError) as in_use:
        await orders.save("order-1", replace(ORDER, valid_to=AT + 2 * HOUR), expected=order.updated_at)
    assert in_use.value.code == "geo.order_in_use"
    with pytest.raises(GeoError) as stale:
        await orders.revoke("order-1", "officer", "the sign", void_from=None, expected=order.updated_at - HOUR)
    assert stale.value.code == "geo.revision"

    revoked, cases = await orders.revoke("order-1", "officer", "the sign stood wrongly", void_from=AT + 2 * HOUR, expected=order.updated_at)
    assert [(case.found.track_id, case.state) for case in cases] == [(2, "withdrawn"), (3, "withdrawn"), (5, "handed_over")]
    assert all("the sign stood wrongly" in (case.found.doubtful_why or "") for case in cases)
    assert revoked.in_force(AT + HOUR)
    assert not revoked.in_force(AT + 3 * HOUR)
    await violations.ingest([found(9, at=AT + 9 * HOUR, until_at=AT + 9 * HOUR)])
    late = await violations.get(found(9).violation_id)
    assert late is not None
    assert late.evidence_tier == "C", "a late arrival does not lean on it any more"
    with pytest.raises(GeoError) as again:
        await orders.save("order-1", ORDER, expected=revoked.updated_at)
    assert again.value.code == "geo.order_revoked"


async def test_a_doubtful_window_suspends_the_rules_of_its_source_alone(database: Database) -> None:
    for source_id in ("gate", "other"):
        await VideoSourceStore(database).upsert(VideoSource(source_id, "fixed", source_id, source_id, source_id))
    rules, violations = SourceRuleStore(database), ViolationStore(database)
    for source_id in ("gate", "other"):
        await rules.switch(source_id, "red_light", "officer", enabled=True, schedule=None, excluded=None, suitability={"score": 0.8})
    await violations.ingest([found(1), found(2, at=AT + HOUR, until_at=AT + HOUR), found(3, source_id="other")])

    assert [row.source_id for row in await rules.suspend("gate", AT, "moved")] == ["gate"]
    assert await rules.suspend("gate", AT + HOUR, "moved") == [], "already"
    assert [case.found.track_id for case in await violations.doubt("gate", AT - HOUR, AT + HOUR / 2, "moved")] == [1]
    assert [(row.source_id, row.suspended_why) for row in await rules.enabled()] == [("gate", "moved"), ("other", None)]
    assert [row.rule for row in await rules.resume("gate")] == ["red_light"]


async def test_scenes_have_editions_and_the_newest_is_in_force(database: Database) -> None:
    await VideoSourceStore(database).upsert(VideoSource("gate", "fixed", "gate", "gate", "gate"))
    scenes = SceneStore(database)
    lane = {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": AROUND, "properties": {"kind": "lane"}}]}
    await scenes.save("gate", 0, lane, "officer")
    await scenes.save("gate", 1, {"type": "FeatureCollection", "features": []}, "admin")
    with pytest.raises(GeoError) as stale:
        await scenes.save("gate", 1, lane, "officer")
    assert stale.value.code == "geo.revision"
    assert [(row.edition, row.made_by) for row in await scenes.editions("gate")] == [(2, "admin"), (1, "officer")]
    assert [row.edition for row in await scenes.in_force()] == [2]
    first = await scenes.get("gate", 1)
    assert first is not None
    assert first.features == lane
    assert first.valid_to is not None
