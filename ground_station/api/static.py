"""The built web UI: compressed once, cached for ever where the name carries a hash, `index.html` for every page of the app."""

import gzip
import mimetypes
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from ground_station.api.errors import NotFound

WEB_FOLDER = Path(__file__).resolve().parents[2] / "web" / "dist"
HASHED_FOLDER = "assets"  # Vite puts everything with a content hash in its name there
COMPRESSIBLE = ("text/", "application/javascript", "application/json", "application/geo+json", "image/svg+xml", "application/manifest+json")
COMPRESSED_FILES_KEPT = 200
FOR_EVER = "public, max-age=31536000, immutable"
ASK_EACH_TIME = "no-cache"

MISSING_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sunqar</title></head>
<body><h1>Sunqar</h1><p>The web UI has not been built. Run <code>make web</code>, then reload this page.</p></body></html>
"""


@dataclass(frozen=True, slots=True)
class Compressed:
    modified_ns: int
    body: bytes


class WebFiles:
    """Files below one folder. Text is compressed on first use and kept; the rest goes out as it is, with ranges."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._compressed: OrderedDict[Path, Compressed] = OrderedDict()

    @property
    def built(self) -> bool:
        return (self._folder / "index.html").is_file()

    def find(self, path: str) -> Path | None:
        """The file asked for; None when there is none, or it lies outside the folder."""
        try:
            file = (self._folder / path.lstrip("/")).resolve()
            return file if file.is_relative_to(self._folder) and file.is_file() else None
        except (OSError, ValueError):  # a name too long, or with a zero byte
            return None

    async def response(self, file: Path, accept_encoding: str) -> Response:
        media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        hashed = file.relative_to(self._folder).parts[0] == HASHED_FOLDER
        headers = {"Cache-Control": FOR_EVER if hashed else ASK_EACH_TIME}
        if not media_type.startswith(COMPRESSIBLE):
            return FileResponse(file, media_type=media_type, headers=headers)
        headers["Vary"] = "Accept-Encoding"
        if "gzip" not in accept_encoding:
            return FileResponse(file, media_type=media_type, headers=headers)
        body = await to_thread.run_sync(self._compress, file)
        return Response(body, media_type=media_type, headers=headers | {"Content-Encoding": "gzip"})

    def _compress(self, file: Path) -> bytes:
        modified_ns = file.stat().st_mtime_ns
        known = self._compressed.get(file)
        if known is None or known.modified_ns != modified_ns:
            known = self._compressed[file] = Compressed(modified_ns, gzip.compress(file.read_bytes(), compresslevel=6, mtime=0))
            if len(self._compressed) > COMPRESSED_FILES_KEPT:
                self._compressed.popitem(last=False)
        return known.body


def web_router(folder: Path = WEB_FOLDER) -> APIRouter:
    """Everything no other route took. Mount it last."""
    router = APIRouter(include_in_schema=False)
    files = WebFiles(folder)

    @router.get("/{path:path}")
    async def web(path: str, request: Request) -> Response:
        if path.startswith(("api/", "ws/", "ogc", "stac", "raster/", "open311/")):
            raise NotFound(f"There is nothing at /{path}.", hint="/docs lists what exists.")
        if not files.built:
            return HTMLResponse(MISSING_PAGE, status_code=200 if path == "" else 404)
        file = files.find(path) if path else None
        if file is None and Path(path).suffix:
            raise NotFound(f"There is no file /{path}.", hint="Reload the page: the web UI may have been updated.")
        # Any other path is a page of the app, which finds its way itself.
        return await files.response(file or files.find("index.html") or WEB_FOLDER, request.headers.get("Accept-Encoding", ""))

    return router
