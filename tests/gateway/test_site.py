"""The pages: what may be loaded, what may be kept, and what is said when the map is not built."""

from pathlib import Path

import pytest

from tests.gateway.servers import an_app


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """Return a built page, as small as one can be."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "basemap").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>map</title>")
    (tmp_path / "assets" / "index-4f2a9c.js").write_text("export {};")
    (tmp_path / "basemap" / "corridor.pmtiles").write_bytes(bytes(range(256)) * 4)
    return tmp_path


async def test_without_a_built_map_the_page_says_how_to_build_it(tmp_path: Path) -> None:
    async with an_app(page_folder=tmp_path / "nothing") as gateway:
        answer = await gateway.get("/")
        asset = await gateway.get("/assets/index.js")

    assert (answer.status_code, asset.status_code) == (503, 404)
    assert "scripts/setup" in answer.text


async def test_a_map_that_is_built_later_is_found(tmp_path: Path) -> None:
    async with an_app(page_folder=tmp_path / "page") as gateway:
        before = await gateway.get("/")
        (tmp_path / "page").mkdir()
        (tmp_path / "page" / "index.html").write_text("map")
        after = await gateway.get("/")

    assert (before.status_code, after.status_code, after.text) == (503, 200, "map")


async def test_the_map_is_asked_for_again_each_time_and_may_load_only_its_own(page: Path) -> None:
    async with an_app(page_folder=page) as gateway:
        answer = await gateway.get("/")

    policy = answer.headers["content-security-policy"]
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


async def test_files_with_a_hash_in_their_name_are_kept_for_ever(page: Path) -> None:
    async with an_app(page_folder=page) as gateway:
        answer = await gateway.get("/assets/index-4f2a9c.js")

    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"].startswith("text/javascript")


async def test_a_part_of_a_file_can_be_asked_for(page: Path) -> None:
    async with an_app(page_folder=page) as gateway:
        answer = await gateway.get("/basemap/corridor.pmtiles", headers={"Range": "bytes=256-259"})

    assert (answer.status_code, answer.content) == (206, b"\x00\x01\x02\x03")


@pytest.mark.parametrize("path", ["/../settings.py", "/%2e%2e/settings.py", "/assets/../../settings.py"])
async def test_files_outside_the_page_cannot_be_asked_for(page: Path, path: str) -> None:
    async with an_app(page_folder=page) as gateway:
        answer = await gateway.get(path)

    assert answer.status_code == 404
