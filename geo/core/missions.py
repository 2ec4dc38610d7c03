"""Missions with their revisions and approvals. What a mission means is the missions room's; here it is content with a hash."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from geo.core.cursor import Page, decode_cursor, encode_cursor
from geo.core.database import Connection, Database, Row
from geo.core.mission_content import Json, MissionContent, keep_revision
from geo.primitives import GeoError, new_id, parse_instant

# What an approved mission may become. Proposals and drafts leave their state by approval, and every state goes back to draft by revision.
_NEXT_STATES = {
    "proposed": (),
    "draft": (),
    "approved": ("uploaded", "failed"),
    "uploaded": ("uploaded", "flying", "failed"),
    "flying": ("flying", "flown", "failed"),
    "flown": ("uploaded",),
    "failed": ("uploaded",),
}
_SELECT = (
    "SELECT id, name, state, revision, content_hash, plan, request, statistics, findings, ST_AsGeoJSON(area, 8)::jsonb AS area,"
    " ST_AsGeoJSON(path, 8)::jsonb AS path, state_reason, vehicle_id, approved_by, approved_at, created_by, created_at,"
    " group_id, proposal FROM mission"
)


@dataclass(frozen=True, slots=True)
class MissionRow:
    """A mission as it stands. `state` is proposed (by an event or a schedule), draft, approved, uploaded, flying, flown or failed.

    `state_reason` says why it failed. `group_id` is common to the missions one request gave (several sorties or vehicles).
    `proposal` says what proposed it: `source_kind`, `source_id`, `reason`.
    """

    mission_id: UUID
    content: MissionContent
    state: str
    revision: int
    vehicle_id: str | None
    approved_by: str | None
    approved_at: datetime | None
    created_by: str
    created_at: datetime
    state_reason: str | None = None
    group_id: UUID | None = None
    proposal: Json | None = None


class MissionStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(
        self,
        content: MissionContent,
        created_by: str,
        *,
        state: Literal["draft", "proposed"] = "draft",
        proposal: Json | None = None,
    ) -> MissionRow:
        """A new draft or proposal at revision 1."""
        return (await self.create_all([content], created_by, state=state, proposal=proposal))[0]

    async def create_all(
        self,
        contents: Sequence[MissionContent],
        created_by: str,
        *,
        state: Literal["draft", "proposed"] = "draft",
        proposal: Json | None = None,
    ) -> list[MissionRow]:
        """The missions one request gave, all or none: a group of their own when they are several."""
        group_id = new_id() if len(contents) > 1 else None
        rows = []
        async with self._database.transaction() as connection:
            for number, content in enumerate(contents):
                mission_id = new_id()
                # now() is that of the transaction; a microsecond apart they keep their order.
                await connection.execute(
                    "INSERT INTO mission (id, state, revision, created_by, group_id, proposal, created_at,"
                    " name, content_hash, plan, request, statistics, findings, area, path)"
                    " VALUES ($1, $2, 1, $3, $4, $5, now() + $6 * interval '1 microsecond',"
                    " $7, $8, $9, $10, $11, $12, ST_GeomFromGeoJSON($13), ST_GeomFromGeoJSON($14))",
                    *(mission_id, state, created_by, group_id, proposal, number, *_columns(content)),
                )
                await keep_revision(connection, mission_id, 1, content, created_by)
                rows.append(await _existing(connection, mission_id))
        return rows

    async def revise(
        self, mission_id: UUID, expected_revision: int, content: MissionContent, revised_by: str, *, note: str | None = None
    ) -> MissionRow:
        """Replace the content; the mission is a draft again and must be approved anew. `note` says where the revision comes from.

        Raises: `GeoError` with code `geo.not_found`, `geo.revision` (someone else was faster) or `geo.mission_state` (it is flying).
        """
        async with self._database.transaction() as connection:
            now = await _existing(connection, mission_id, lock=True)
            if now.revision != expected_revision:
                raise GeoError(
                    f"Mission '{now.content.name}' is at revision {now.revision}, not {expected_revision}.",
                    code="geo.revision",
                    hint="Load it again and repeat the change on the newest revision.",
                )
            if now.state == "flying":
                raise _wrong_state(now, "revised", "Wait until it has landed.")
            await connection.execute(
                "UPDATE mission SET state = 'draft', state_reason = NULL, revision = revision + 1, approved_by = NULL, approved_at = NULL,"
                " updated_at = now(),"
                " name = $2, content_hash = $3, plan = $4, request = $5, statistics = $6, findings = $7, area = ST_GeomFromGeoJSON($8),"
                " path = ST_GeomFromGeoJSON($9) WHERE id = $1",
                *(mission_id, *_columns(content)),
            )
            await keep_revision(connection, mission_id, expected_revision + 1, content, revised_by, note)
            return await _existing(connection, mission_id)

    async def approve(self, mission_id: UUID, content_hash: str, approved_by: str) -> MissionRow:
        """Approve exactly this content.

        Raises: `GeoError` with code `geo.not_found`, `geo.content_hash` (the content changed since it was read) or `geo.mission_state`.
        """
        async with self._database.transaction() as connection:
            now = await _existing(connection, mission_id, lock=True)
            if now.content.content_hash != content_hash:
                raise GeoError(
                    f"Mission '{now.content.name}' has changed: its content is {now.content.content_hash}, not {content_hash}.",
                    code="geo.content_hash",
                    hint="Read the plan again and approve what it says now.",
                )
            if now.state not in ("proposed", "draft", "approved"):
                raise _wrong_state(now, "approved", "Revise it first, or fly it as it is.")
            await connection.execute(
                "UPDATE mission SET state = 'approved', approved_by = $2, approved_at = now(), updated_at = now() WHERE id = $1",
                *(mission_id, approved_by),
            )
            await connection.execute(
                "INSERT INTO mission_approval (mission_id, content_hash, revision, approved_by) VALUES ($1, $2, $3, $4)",
                *(mission_id, content_hash, now.revision, approved_by),
            )
            return await _existing(connection, mission_id)

    async def set_state(self, mission_id: UUID, state: str, *, vehicle_id: str | None = None, reason: str | None = None) -> MissionRow:
        """Note how far a mission got: uploaded, flying, flown or failed.

        Raises: `GeoError` with code `geo.not_found`, or `geo.mission_state` when that cannot follow the state it is in.
        """
        async with self._database.transaction() as connection:
            now = await _existing(connection, mission_id, lock=True)
            if state not in _NEXT_STATES[now.state]:
                hint = (
                    "Approve it first."
                    if now.state in ("proposed", "draft")
                    else f"After {now.state}: {', '.join(_NEXT_STATES[now.state])}."
                )
                raise _wrong_state(now, f"set to {state}", hint)
            await connection.execute(
                "UPDATE mission SET state = $2, vehicle_id = coalesce($3, vehicle_id), state_reason = $4, updated_at = now() WHERE id = $1",
                *(mission_id, state, vehicle_id, reason),
            )
            return await _existing(connection, mission_id)

    async def delete(self, mission_id: UUID) -> None:
        """Raises: `GeoError` with code `geo.not_found` or `geo.mission_state` (it is flying)."""
        async with self._database.transaction() as connection:
            now = await _existing(connection, mission_id, lock=True)
            if now.state == "flying":
                raise _wrong_state(now, "deleted", "Wait until it has landed.")
            await connection.execute("DELETE FROM mission WHERE id = $1", mission_id)

    async def get(self, mission_id: UUID) -> MissionRow | None:
        row = await self._database.row(f"{_SELECT} WHERE id = $1", mission_id)
        return None if row is None else _from(row)

    async def approved_hash(self, mission_id: UUID) -> str | None:
        """Hash of the content a person approved last, from the record of approvals; None when nobody did."""
        row = await self._database.row(
            "SELECT content_hash FROM mission_approval WHERE mission_id = $1 ORDER BY approved_at DESC LIMIT 1", mission_id
        )
        return None if row is None else str(row["content_hash"])

    async def open_proposal(self, source_kind: str, source_id: str) -> MissionRow | None:
        """The mission proposed for this source that is still on its way to being flown, the newest when there are several."""
        row = await self._database.row(
            f"{_SELECT} WHERE proposal ->> 'source_kind' = $1 AND proposal ->> 'source_id' = $2"
            " AND state NOT IN ('flown', 'failed') ORDER BY created_at DESC LIMIT 1",
            *(source_kind, source_id),
        )
        return None if row is None else _from(row)

    async def of_group(self, group_id: UUID) -> list[MissionRow]:
        """The missions one request gave, in the order it gave them."""
        return [_from(row) for row in await self._database.rows(f"{_SELECT} WHERE group_id = $1 ORDER BY created_at, id", group_id)]

    async def page(self, *, limit: int = 100, cursor: str | None = None) -> Page[MissionRow]:
        """Newest first. Raises `GeoError` with code `geo.cursor` on a cursor of another list."""
        before: tuple[datetime, UUID] | None = None
        if cursor is not None:
            at, mission_id = decode_cursor("missions", cursor, 2)
            try:
                before = (parse_instant(str(at)), UUID(str(mission_id)))
            except ValueError as error:
                raise GeoError("The cursor is damaged.", code="geo.cursor", hint="Start again without a cursor.") from error
        rows = await self._database.rows(
            f"{_SELECT} WHERE $1::timestamptz IS NULL OR (created_at, id) < ($1, $2) ORDER BY created_at DESC, id DESC LIMIT $3",
            *(before or (None, None)),
            limit + 1,
        )
        missions = tuple(_from(row) for row in rows[:limit])
        more = len(rows) > limit
        return Page(missions, encode_cursor("missions", (missions[-1].created_at, missions[-1].mission_id)) if more else None)


async def _existing(connection: Connection, mission_id: UUID, *, lock: bool = False) -> MissionRow:
    row = await connection.row(f"{_SELECT} WHERE id = $1" + (" FOR UPDATE" if lock else ""), mission_id)
    if row is None:
        raise GeoError(f"There is no mission {mission_id}.", code="geo.not_found", hint="It may have been deleted; load the list again.")
    return _from(row)


def _columns(content: MissionContent) -> tuple[object, ...]:
    area, path = (None if shape is None else json.dumps(shape) for shape in (content.area, content.path))
    return (content.name, content.content_hash, content.plan, content.request, content.statistics, list(content.findings), area, path)


def _wrong_state(mission: MissionRow, action: str, hint: str) -> GeoError:
    return GeoError(f"Mission '{mission.content.name}' is {mission.state} and cannot be {action}.", code="geo.mission_state", hint=hint)


def _from(row: Row) -> MissionRow:
    content = MissionContent(
        *(row["name"], row["content_hash"], row["plan"], row["request"], row["statistics"]),
        *(tuple(row["findings"]), row["area"], row["path"]),
    )
    return MissionRow(
        *(row["id"], content, row["state"], row["revision"], row["vehicle_id"]),
        *(row["approved_by"], row["approved_at"], row["created_by"], row["created_at"], row["state_reason"]),
        *(row["group_id"], row["proposal"]),
    )
