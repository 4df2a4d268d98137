"""Whether a process lives, and whether it can serve."""

from pathlib import Path

import pytest
from sqlalchemy import text

from community import create_app
from community.infra.db import db
from community.operating.queries import ready
from tests.conftest import QUIET, Client


class TestReady:
    def test_it_serves_with_its_tables_and_room(self, client: Client) -> None:
        assert client.get("/health/ready").text == "ok\n"

    def test_it_says_that_the_database_is_away_while_the_process_lives(self, tmp_path: Path) -> None:
        nowhere = tmp_path / "no" / "such" / "folder" / "site.db"
        app = create_app({**QUIET, "INSTANCE": tmp_path, "DATABASE_URL": f"sqlite:///{nowhere}"})
        client = app.test_client()
        assert client.get("/health/live").status_code == 200
        answer = client.get("/health/ready")
        assert (answer.status_code, answer.mimetype) == (503, "text/plain")
        assert answer.text == "not ready: database\n"

    def test_it_does_not_serve_on_tables_of_another_release(self, client: Client) -> None:
        db.session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        assert client.get("/health/ready").text == "not ready: migrations\n"

    def test_it_does_not_serve_without_room(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ready, "LEAST_FREE", 10**18)
        answer = client.get("/health/ready")
        assert (answer.status_code, answer.text) == (503, "not ready: disk\n")
        assert answer.headers["Cache-Control"] == "no-store"
