"""Static files and pages as they travel: fingerprinted, compressed, asked for again by condition."""

import gzip
import re

import brotli
import pytest

from community.infra.assets import BUNDLE, FOLDER, Shelf, static_url
from tests.conftest import Client

ACCEPTED = "gzip, deflate, br"


class TestStaticFiles:
    @pytest.mark.parametrize(
        ("accepted", "encoding"),
        [
            (ACCEPTED, "br"),
            ("gzip", "gzip"),
            ("br;q=0, gzip", "gzip"),
            ("", None),
            ("gzip;q=0, br;q=0", None),
        ],
    )
    def test_they_come_as_small_as_the_browser_can_read(
        self, client: Client, accepted: str, encoding: str | None
    ) -> None:
        response = client.get(static_url(BUNDLE), headers={"Accept-Encoding": accepted})
        assert response.headers.get("Content-Encoding") == encoding
        unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
        assert unpack(response.data) == Shelf(FOLDER).files[BUNDLE].content
        assert response.headers["Vary"] == "Accept-Encoding"

    def test_browsers_keep_what_is_asked_for_by_fingerprint_and_only_that(self, client: Client) -> None:
        for path, is_kept in (
            (static_url("js/app.js"), True),
            ("/static/js/app.js", False),
            ("/static/0123456789ab/js/app.js", False),
        ):
            response = client.get(path)
            assert response.status_code == 200
            assert ("immutable" in response.headers["Cache-Control"]) is is_kept, path

    def test_a_module_finds_its_neighbours_under_the_same_fingerprint(self, client: Client) -> None:
        neighbour = static_url("js/app.js").replace("app.js", "behaviours/menu.js")
        assert "immutable" in client.get(neighbour).headers["Cache-Control"]

    def test_what_has_not_changed_is_not_sent_again(self, client: Client) -> None:
        first = client.get("/static/css/tokens.css", headers={"Accept-Encoding": "gzip"})
        asked = {"If-None-Match": first.headers["ETag"], "Accept-Encoding": "gzip"}
        again = client.get("/static/css/tokens.css", headers=asked)
        assert (again.status_code, again.data) == (304, b"")
        # The same file in other bytes is another answer.
        plain = client.get("/static/css/tokens.css", headers={"If-None-Match": first.headers["ETag"]})
        assert plain.status_code == 200

    def test_nothing_outside_the_folder_is_served(self, client: Client) -> None:
        for path in (
            "../pyproject.toml",
            "css/../../wsgi.py",
            "%2e%2e/wsgi.py",
            "css",
            "",
            "css/site.css.gz",
        ):
            assert client.get(f"/static/{path}").status_code in (308, 404), path


class TestPages:
    def test_they_are_compressed_when_asked_for(self, client: Client) -> None:
        plain = client.get("/panels", headers={"Accept-Encoding": "identity"})
        for accepted, unpack in ((ACCEPTED, brotli.decompress), ("gzip", gzip.decompress)):
            packed = client.get("/panels", headers={"Accept-Encoding": accepted})
            assert len(packed.data) < len(plain.data) / 2
            assert int(packed.headers["Content-Length"]) == len(packed.data)
            assert without_numbers(unpack(packed.data)) == without_numbers(plain.data)
            assert "Accept-Encoding" in packed.headers["Vary"]

    def test_one_request_for_what_all_pages_wear(self, client: Client) -> None:
        sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', client.get("/").text)
        assert sheets[0] == static_url(BUNDLE)
        assert len(sheets) <= 3


def without_numbers(page: bytes) -> str:
    """The page without what is new in each answer."""
    return re.sub(r'(nonce|value)="[^"]*"', "", page.decode())
