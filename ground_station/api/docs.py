"""`/docs` and `/openapi.json`. The page is our own, works offline and shows nothing until one has signed in."""

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from ground_station.api.auth import signed_in
from ground_station.api.docs_page import PAGE, SCRIPT, STYLE

router = APIRouter(include_in_schema=False)


@router.get("/openapi.json", dependencies=[Depends(signed_in)])
async def openapi(request: Request) -> dict[str, Any]:
    document: dict[str, Any] = request.app.openapi()
    return document


@router.get("/docs")
async def docs() -> HTMLResponse:
    return HTMLResponse(PAGE)


@router.get("/docs/docs.js")
async def script() -> Response:
    return Response(SCRIPT, media_type="text/javascript")


@router.get("/docs/docs.css")
async def style() -> Response:
    return Response(STYLE, media_type="text/css")
