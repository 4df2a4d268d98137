"""Readiness when the database is away."""

from pathlib import Path

from community import create_app
from tests.conftest import QUIET


class TestReady:
    def test_it_says_that_the_database_is_away_while_the_process_lives(self, tmp_path: Path) -> None:
        nowhere = tmp_path / "no" / "such" / "folder" / "site.db"
        app = create_app({**QUIET, "INSTANCE": tmp_path, "DATABASE_URL": f"sqlite:///{nowhere}"})
        client = app.test_client()
        assert client.get("/health/live").status_code == 200
        answer = client.get("/health/ready")
        assert (answer.status_code, answer.mimetype) == (503, "text/plain")
