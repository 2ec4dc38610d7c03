"""Legal orders: the acts by which signs, limits and markings hold. Revoking one finds and withdraws every case that leaned on it."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from geo.core.cursor import Page, decode_cursor, encode_cursor
from geo.core.database import Connection, Database, Row
from geo.core.violations import ViolationRow, withdraw_under
from geo.primitives import GeoError

_SELECT = (
    "SELECT id, authority, number, title_kk, title_ru, title_en, kind, issued_on, valid_from, valid_to, document_url, revoked_at,"
    " revoked_by, revoked_why, void_from, updated_at, ST_AsGeoJSON(area, 7)::jsonb AS area,"
    " (SELECT count(*) FROM violation v WHERE v.legal_order_id = legal_order.id) AS cases FROM legal_order"
)
_SETUP = ("authority", "number", "title_kk", "title_ru", "title_en", "kind", "issued_on", "valid_from", "valid_to", "document_url", "area")


@dataclass(frozen=True, slots=True)
class LegalOrderSetup:
    """What an order says. `area` is GeoJSON: it holds there, None = wherever a scene names it. `valid_to` None: until revoked."""

    authority: str
    number: str
    title_kk: str
    title_ru: str
    title_en: str
    kind: str
    issued_on: date
    valid_from: datetime
    valid_to: datetime | None = None
    document_url: str | None = None
    area: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class LegalOrderRow:
    """An order as it is kept. `void_from`: revoked, and not in force since then. `cases` counts the violations that lean on it."""

    order_id: str
    setup: LegalOrderSetup
    revoked_at: datetime | None
    revoked_by: str | None
    revoked_why: str | None
    void_from: datetime | None
    updated_at: datetime
    cases: int

    def in_force(self, at: datetime) -> bool:
        """Whether it held at that instant, wherever."""
        begun = self.setup.valid_from <= at
        ended = self.setup.valid_to is not None and at >= self.setup.valid_to
        void = self.void_from is not None and at >= self.void_from
        return begun and not ended and not void


class LegalOrderStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, order_id: str) -> LegalOrderRow | None:
        row = await self._database.row(f"{_SELECT} WHERE id = $1", order_id)
        return None if row is None else _from(row)

    async def unknown(self, order_ids: list[str]) -> list[str]:
        """Which of these are not kept here."""
        rows = await self._database.rows(
            "SELECT DISTINCT named FROM unnest($1::text[]) AS named WHERE NOT EXISTS (SELECT FROM legal_order WHERE id = named) ORDER BY 1",
            order_ids,
        )
        return [row["named"] for row in rows]

    async def page(
        self,
        *,
        bbox: tuple[float, float, float, float] | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
        revoked: bool | None = None,
        limit: int = 100,
        cursor: str | None = None,
    ) -> Page[LegalOrderRow]:
        """By id: those that touch a box of longitudes and latitudes and hold at any time of an interval."""
        after = None if cursor is None else str(decode_cursor("legal-orders", cursor, 1)[0])
        rows = await self._database.rows(
            f"{_SELECT} WHERE ($1::text IS NULL OR id > $1)"
            " AND ($2::float8[] IS NULL OR area IS NULL OR ST_Intersects(area,"
            " ST_MakeEnvelope(($2::float8[])[1], ($2::float8[])[2], ($2::float8[])[3], ($2::float8[])[4], 4326)))"
            " AND ($3::timestamptz IS NULL OR least(valid_to, void_from) IS NULL OR least(valid_to, void_from) > $3)"
            " AND ($4::timestamptz IS NULL OR valid_from <= $4)"
            " AND ($5::boolean IS NULL OR (revoked_at IS NOT NULL) = $5) ORDER BY id LIMIT $6",
            *(after, None if bbox is None else list(bbox), start, end, revoked, limit + 1),
        )
        orders = tuple(_from(row) for row in rows[:limit])
        return Page(orders, encode_cursor("legal-orders", (orders[-1].order_id,)) if len(rows) > limit else None)

    async def save(self, order_id: str, setup: LegalOrderSetup, *, expected: datetime | None) -> LegalOrderRow:
        """Add an order (`expected` None) or change the one last changed at `expected`.

        Raises: `GeoError` with code `geo.exists`, `geo.not_found`, `geo.revision` (someone was faster), `geo.order_revoked`, or
        `geo.order_in_use` when cases that lean on it would lose their ground: for that there is `revoke`, which lists them.
        """
        area = None if setup.area is None else json.dumps(setup.area)
        values = [area if name == "area" else getattr(setup, name) for name in _SETUP]
        async with self._database.transaction() as connection:
            known = await _locked(connection, order_id)
            if expected is None:
                if known is not None:
                    raise GeoError(f"There is already an order '{order_id}'.", code="geo.exists", hint="Choose another id, or change it.")
                places = ", ".join(f"${number}" for number in range(2, len(_SETUP) + 1))
                await connection.execute(
                    f"INSERT INTO legal_order (id, {', '.join(_SETUP)}) VALUES ($1, {places},"
                    f" ST_SetSRID(ST_GeomFromGeoJSON(${len(_SETUP) + 1}::text), 4326))",
                    *(order_id, *values),
                )
            else:
                _check_current(order_id, known, expected)
                changes = ", ".join(f"{name} = ${number}" for number, name in enumerate(_SETUP[:-1], start=2))
                await connection.execute(
                    f"UPDATE legal_order SET {changes}, area = ST_SetSRID(ST_GeomFromGeoJSON(${len(_SETUP) + 1}::text), 4326),"
                    " updated_at = now() WHERE id = $1",
                    *(order_id, *values),
                )
                await _keep_ground(connection, order_id)
            return await _existing(connection, order_id)

    async def revoke(
        self, order_id: str, by: str, why: str, *, void_from: datetime | None, expected: datetime
    ) -> tuple[LegalOrderRow, list[ViolationRow]]:
        """Revoke it from an instant on, None = as if it had never held; every case since is withdrawn, all in one transaction.

        Returns the order and the cases. Raises as `save`.
        """
        async with self._database.transaction() as connection:
            known = await _locked(connection, order_id)
            _check_current(order_id, known, expected)
            assert known is not None, "checked just now"
            since = known["valid_from"] if void_from is None else void_from
            await connection.execute(
                "UPDATE legal_order SET revoked_at = now(), revoked_by = $2, revoked_why = $3, void_from = $4, updated_at = now()"
                " WHERE id = $1",
                *(order_id, by, why, since),
            )
            cases = await withdraw_under(connection, order_id, since, f"Legal order {order_id} was revoked: {why}")
            return await _existing(connection, order_id), cases


async def _locked(connection: Connection, order_id: str) -> Row | None:
    # Cases that come in meanwhile hold the row shared: they are written before, or see it revoked.
    return await connection.row("SELECT valid_from, revoked_at, updated_at FROM legal_order WHERE id = $1 FOR UPDATE", order_id)


def _check_current(order_id: str, known: Row | None, expected: datetime) -> None:
    if known is None:
        raise GeoError(f"There is no legal order '{order_id}'.", code="geo.not_found", hint="Load the list again.")
    if known["revoked_at"] is not None:
        raise GeoError(f"Legal order '{order_id}' is revoked.", code="geo.order_revoked", hint="Enter a new order under an id of its own.")
    if known["updated_at"] != expected:
        raise GeoError(
            f"Legal order '{order_id}' has been changed since.",
            code="geo.revision",
            hint="Load it again and repeat the change on the newest revision.",
        )


async def _keep_ground(connection: Connection, order_id: str) -> None:
    lost = await connection.value(
        "SELECT count(*) FROM violation v JOIN legal_order l ON l.id = v.legal_order_id WHERE l.id = $1"
        " AND v.state NOT IN ('rejected', 'withdrawn') AND (v.at < l.valid_from OR (l.valid_to IS NOT NULL AND v.at >= l.valid_to)"
        " OR (l.area IS NOT NULL AND ST_DWithin(l.area::geography, v.position::geography, coalesce(v.accuracy_m, 0)) IS NOT TRUE))",
        order_id,
    )
    if lost:
        raise GeoError(
            f"{lost} cases lean on legal order '{order_id}' outside of what it would say then.",
            code="geo.order_in_use",
            hint="Revoke it from the instant since which it does not hold: the cases are listed and withdrawn.",
        )


async def _existing(connection: Connection, order_id: str) -> LegalOrderRow:
    row = await connection.row(f"{_SELECT} WHERE id = $1", order_id)
    assert row is not None, "written in this transaction"
    return _from(row)


def _from(row: Row) -> LegalOrderRow:
    setup = LegalOrderSetup(**{name: row[name] for name in _SETUP})
    names = ("revoked_at", "revoked_by", "revoked_why", "void_from", "updated_at", "cases")
    return LegalOrderRow(row["id"], setup, **{name: row[name] for name in names})
