"""How the built web UI is served."""

import gzip
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from ground_station.api.errors import install_error_handlers
from ground_station.api.static import web_router
from tests.support.problems import assert_problem

pytestmark = pytest.mark.anyio

SCRIPT = "console.log('sunqar');\n" * 200


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Sunqar</title>")
    (folder / "assets" / "app-4f2a.js").write_text(SCRIPT)
    (folder / "map.pmtiles").write_bytes(bytes(range(256)) * 8)
    (tmp_path / "secret.txt").write_text("not for browsers")
    return folder


def client(folder: Path) -> httpx.AsyncClient:
    app = FastAPI()
    install_error_handlers(app)
    app.include_router(web_router(folder))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


async def test_hashed_files_are_compressed_and_kept_for_ever(built: Path) -> None:
    async with client(built) as http, http.stream("GET", "/assets/app-4f2a.js") as answer:
        raw = b"".join([chunk async for chunk in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw).decode() == SCRIPT
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/javascript")


async def test_a_client_without_gzip_gets_plain_text(built: Path) -> None:
    async with client(built) as http:
        answer = await http.get("/assets/app-4f2a.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in answer.headers
    assert answer.text == SCRIPT


@pytest.mark.parametrize("path", ["/", "/missions/7", "/vehicles"])
async def test_every_page_of_the_app_is_its_index_and_is_asked_for_each_time(built: Path, path: str) -> None:
    async with client(built) as http:
        answer = await http.get(path)
    assert "<title>Sunqar" in answer.text
    assert answer.headers["cache-control"] == "no-cache"


async def test_tiles_are_served_by_range(built: Path) -> None:
    async with client(built) as http:
        answer = await http.get("/map.pmtiles", headers={"Range": "bytes=10-13"})
    assert (answer.status_code, answer.content) == (206, bytes([10, 11, 12, 13]))


@pytest.mark.parametrize("path", ["/assets/gone.js", "/..%2fsecret.txt", "/%2e%2e/secret.txt", "/assets/%00.js", "/api/v1/nothing"])
async def test_what_is_not_there_or_lies_outside_is_a_problem(built: Path, path: str) -> None:
    async with client(built) as http:
        assert_problem(await http.get(path), 404, "not_found")


async def test_a_rebuilt_file_is_served_anew(built: Path) -> None:
    async with client(built) as http:
        await http.get("/assets/app-4f2a.js")
        (built / "assets" / "app-4f2a.js").write_text(SCRIPT + "// newer")
        assert (await http.get("/assets/app-4f2a.js")).text.endswith("newer")


async def test_without_a_build_the_page_names_the_command(tmp_path: Path) -> None:
    async with client(tmp_path / "dist") as http:
        answer = await http.get("/")
    assert answer.status_code == 200
    assert "make web" in answer.text
