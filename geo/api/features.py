"""`GET /<layer>`: each layer of the catalogue as GeoJSON, by area, time and attribute, page by page."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from geo.core import Database, FeatureStore
from geo.layers import FeatureQuery, Layer, parse_bbox, parse_interval
from geo.layers.query import DEFAULT_LIMIT, MAXIMUM_LIMIT

GEOJSON = "application/geo+json"
_RESERVED = frozenset({"bbox", "datetime", "limit", "cursor"})


def features_router(database: Callable[..., Database], layers: Mapping[str, Layer]) -> APIRouter:
    """Routes for all layers. `database` is a FastAPI dependency that gives the open database."""
    router = APIRouter(tags=["layers"])
    for layer in layers.values():
        _add_layer(router, layer, database)
    return router


def _add_layer(router: APIRouter, layer: Layer, database: Callable[..., Database]) -> None:
    async def page(
        request: Request,
        *,
        opened: Annotated[Database, Depends(database)],
        bbox: Annotated[str | None, Query(description="minlon,minlat,maxlon,maxlat in degrees")] = None,
        datetime: Annotated[str | None, Query(description="start/end, RFC 3339; .. leaves a side open")] = None,
        limit: Annotated[int, Query(ge=1, le=MAXIMUM_LIMIT)] = DEFAULT_LIMIT,
        cursor: Annotated[str | None, Query(description="next_cursor of the page before")] = None,
    ) -> Response:
        start, end = parse_interval(datetime) if datetime else (None, None)
        filters = {name: value for name, value in request.query_params.items() if name not in _RESERVED}
        query = FeatureQuery(parse_bbox(bbox) if bbox else None, start, end, filters, limit, cursor)
        found = await FeatureStore(opened).page(layer, query)
        return Response(found.collection_json(), media_type=GEOJSON)

    async def one(feature_id: str, opened: Annotated[Database, Depends(database)]) -> Response:
        return Response(await FeatureStore(opened).get(layer, feature_id), media_type=GEOJSON)

    name = layer.id.replace("-", "_")
    filters = ", ".join(known.name for known in layer.properties)
    described: dict[str, Any] = {"response_class": Response, "responses": {200: {"content": {GEOJSON: {}}}}}
    router.add_api_route(
        f"/{layer.id}",
        page,
        methods=["GET"],
        operation_id=f"list_{name}",
        summary=layer.title,
        description=f"A GeoJSON FeatureCollection with `next_cursor`. Any of these may be given as `attribute=value`: {filters}.",
        **described,
    )
    # Ids may hold a slash (a track is named by vehicle and hour).
    router.add_api_route(
        f"/{layer.id}/{{feature_id:path}}",
        one,
        methods=["GET"],
        operation_id=f"get_{name}",
        summary=f"One feature of {layer.title}",
        **described,
    )
