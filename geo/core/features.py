"""Reads layers out of PostGIS as GeoJSON. PostGIS writes the JSON itself; it passes through here as text."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from geo.core.cursor import decode_cursor, encode_cursor
from geo.core.database import Database
from geo.layers import FeatureQuery, Layer
from geo.primitives import GeoError, utc_now

COORDINATE_DECIMALS = 7  # one centimetre
_LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)
_FAR_AHEAD = datetime(9999, 12, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class FeaturePage:
    """`features_json` holds one GeoJSON Feature each, as text. `next_cursor` is None on the last page."""

    features_json: tuple[str, ...]
    next_cursor: str | None

    def features(self) -> list[dict[str, Any]]:
        return [json.loads(text) for text in self.features_json]

    def collection_json(self) -> str:
        """The page as the text of a FeatureCollection with `next_cursor`."""
        return f'{{"type":"FeatureCollection","features":[{",".join(self.features_json)}],"next_cursor":{json.dumps(self.next_cursor)}}}'


class FeatureStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, layer: Layer, query: FeatureQuery | None = None) -> FeaturePage:
        """One page of a layer.

        Raises: `GeoError` with code `geo.filter` (unknown property or a value of the wrong type) or `geo.cursor`.
        """
        query = query or FeatureQuery()
        sql = _Select(layer)
        sql.within(query)
        for name, text in query.filters.items():
            sql.where_equal(name, text)
        if query.cursor is not None:
            sql.after(query.cursor)
        rows = await self._database.rows(sql.text(query.limit + 1), *sql.arguments)
        shown = rows[: query.limit]
        more = len(rows) > query.limit
        cursor = encode_cursor(layer.id, tuple(shown[-1][f"key_{n}"] for n in range(len(layer.order)))) if more else None
        return FeaturePage(tuple(row["feature"] for row in shown), cursor)

    async def get(self, layer: Layer, feature_id: str) -> str:
        """One feature as GeoJSON text. Raises: `GeoError` with code `geo.not_found`."""
        sql = _Select(layer)
        sql.within(FeatureQuery(start=_LONG_AGO, end=_FAR_AHEAD))
        sql.conditions.append(f"t.id::text = {sql.bind(feature_id, 'text')}")
        row = await self._database.row(sql.text(1), *sql.arguments)
        if row is None:
            raise GeoError(f"Layer '{layer.id}' has no feature '{feature_id}'.", code="geo.not_found", hint="Load the layer again.")
        return str(row["feature"])


class _Select:
    """Builds one statement. Only names from the layer's own declaration enter the text; every value is a bound argument."""

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        self.arguments: list[object] = []
        self.conditions: list[str] = []
        self._relation = layer.relation

    def bind(self, value: object, kind: str) -> str:
        self.arguments.append(value)
        return f"${len(self.arguments)}::{kind}"

    def within(self, query: FeatureQuery) -> None:
        layer, start, end = self.layer, query.start, query.end
        if start is None and end is None and layer.default_hours is not None:
            start = utc_now() - timedelta(hours=layer.default_hours)
        if "{start}" in layer.relation:
            bounds = (self.bind(start or _LONG_AGO, "timestamptz"), self.bind(end or _FAR_AHEAD, "timestamptz"))
            self._relation = layer.relation.format(start=bounds[0], end=bounds[1])
        elif layer.started is not None:
            if start is not None:
                bound = self.bind(start, "timestamptz")
                # A row without an end still holds; a layer without ends counts by its start, which partitions and indexes know.
                holds = f"({layer.ended} IS NULL OR {layer.ended} >= {bound})" if layer.ended else f"{layer.started} >= {bound}"
                self.conditions.append(holds)
            if end is not None:
                self.conditions.append(f"{layer.started} {'<=' if end == start else '<'} {self.bind(end, 'timestamptz')}")
        if query.bbox is not None:
            box = f"ST_MakeEnvelope({', '.join(self.bind(side, 'float8') for side in query.bbox)}, 4326)"
            self.conditions.append(f"ST_Intersects({layer.geometry}, {box})")

    def where_equal(self, name: str, text: str) -> None:
        known = self.layer.property_named(name)
        try:
            value = known.kind.parse(text)
        except ValueError as error:
            raise GeoError(
                f"'{text[:80]}' is not a value of property '{name}' of layer '{self.layer.id}'.",
                code="geo.filter",
                hint=f"It is of type {known.kind.name.lower()}.",
            ) from error
        self.conditions.append(f"({known.expression}) = {self.bind(value, known.kind)}")

    def after(self, cursor: str) -> None:
        order = self.layer.order
        values = decode_cursor(self.layer.id, cursor, len(order))
        try:
            bound = [self.bind(key.kind.parse(str(value)), key.kind) for key, value in zip(order, values, strict=True)]
        except ValueError as error:
            raise GeoError("The cursor is damaged.", code="geo.cursor", hint="Start again without a cursor.") from error
        keys = ", ".join(f"t.{key.expression}" for key in order)
        self.conditions.append(f"({keys}) {'<' if self.layer.newest_first else '>'} ({', '.join(bound)})")

    def text(self, limit: int) -> str:
        layer = self.layer
        properties = ", ".join(f"'{known.name}', {known.expression}" for known in layer.properties)
        keys = ", ".join(f"t.{key.expression} AS key_{number}" for number, key in enumerate(layer.order))
        direction = " DESC" if layer.newest_first else ""
        return (
            f"SELECT {keys}, json_build_object('type', 'Feature', 'id', t.id, 'geometry',"
            f" ST_AsGeoJSON({layer.geometry}, {COORDINATE_DECIMALS})::json, 'properties', json_build_object({properties}))::text AS feature"
            f" FROM {self._relation} AS t WHERE {' AND '.join(self.conditions) or 'true'}"
            f" ORDER BY {', '.join(f't.{key.expression}{direction}' for key in layer.order)} LIMIT {limit}"
        )
