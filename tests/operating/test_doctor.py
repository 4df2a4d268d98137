"""The doctor says what is wrong, and how to mend it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from community import create_app
from community.activity import actions as activity
from community.infra import clock, jobs
from community.infra.db import db
from community.members.models import Member
from community.operating.queries import doctor
from community.operating.queries.doctor import Finding
from tests.conftest import QUIET
from tests.servers.smtp import SmtpServer

SECRET = "0123456789abcdef fedcba9876543210 zyx"
WELL = {"RATE_LIMITS": True, "SECRET_KEY": SECRET}
AWAY = "smtp://127.0.0.1:9"


def found(*, named: str) -> Finding:
    """What the doctor says of one thing."""
    return next(finding for finding in doctor.look() if finding.name == named)


class TestWell:
    def test_a_site_at_work_has_nothing_broken(self, new_app: Callable[..., Flask]) -> None:
        app = new_app(
            **WELL, BASE_URL="https://panel.example.org", TRUSTED_PROXIES=1, MAIL_FROM="a@example.org"
        )
        with app.app_context():
            jobs.do_scheduled()
            broken = [finding for finding in doctor.look() if finding.state == "broken"]
        # Nobody is a member yet, mail is kept on this machine, and PostgreSQL is quick rather than safe.
        asleep = ["durability"] if app.config["DATABASE_URL"].startswith("postgresql") else []
        assert [finding.name for finding in broken] == [*asleep, "administrators", "mail"]
        assert all(finding.mend for finding in broken)


class TestBroken:
    def test_a_database_that_is_away(self, tmp_path: Path) -> None:
        nowhere = f"sqlite:///{tmp_path / 'no' / 'folder' / 'site.db'}"
        result = create_app({**QUIET, "INSTANCE": tmp_path, "DATABASE_URL": nowhere}).test_cli_runner()
        answer = result.invoke(args=["doctor", "--json"])
        assert answer.exit_code == 1
        findings = {each["name"]: each for each in json.loads(answer.stdout)}
        assert findings["database"]["state"] == "broken"
        assert "DATABASE_URL" in findings["database"]["mend"]
        # All else is looked at nevertheless, as far as it can be.
        assert findings["instance"]["state"] == "fine"
        assert "tables" not in findings

    def test_tables_of_another_release(self, app: Flask) -> None:
        for revision, mend in (("0001", "flask db upgrade"), ("9999", "Run that release")):
            db.session.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": revision})
            db.session.commit()
            finding = found(named="tables")
            assert finding.state == "broken"
            assert mend in finding.mend

    def test_no_worker_and_one_that_is_gone(self, app: Flask) -> None:
        assert found(named="worker").said == "None has ever been at work."
        with clock.stopped_at(clock.ago(hours=3)):
            jobs.do_scheduled()
        assert "for 3 hours" in found(named="worker").said
        jobs.do_scheduled()
        assert found(named="worker").state == "fine"

    def test_a_clock_that_has_gone_back(self, app: Flask, ana: Member) -> None:
        with clock.stopped_at(clock.ahead(hours=1)):
            activity.record("member.mail_stopped", subject=ana, actor=None)
        assert "in the future" in found(named="clock").said

    @pytest.mark.parametrize(
        ("settings", "name"),
        [
            ({"SECRET_KEY": "change me"}, "secret"),
            ({"SECRET_KEY": "a" * 64}, "secret"),
            ({"METRICS_TOKEN": "prometheus"}, "metrics token"),
            ({"BASE_URL": "http://panel.example.org"}, "address"),
            ({"BASE_URL": "https://example.org/panel"}, "address"),
            ({"RATE_LIMITS": False}, "limits"),
            ({"MAIL_FROM": "Our Panel"}, "sender"),
            ({"MAIL_URL": AWAY}, "mail"),
            ({"INSTANCE": "/proc/nowhere"}, "instance"),
        ],
    )
    def test_a_setting_that_is_wrong(
        self, app: Flask, monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any], name: str
    ) -> None:
        good = {**WELL, "BASE_URL": "https://panel.example.org", "TRUSTED_PROXIES": 1}
        for setting, value in {**good, **settings}.items():
            monkeypatch.setitem(app.config, setting, value)
        finding = found(named=name)
        assert finding.state == "broken", finding
        assert finding.mend

    def test_staff_whom_no_worker_asks_for_a_second_step(
        self, app: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(app.config, "STAFF_SECOND_FACTOR", "required")
        with clock.stopped_at(clock.ago(hours=4)):
            jobs.do_scheduled()
        assert "no worker asks" in found(named="second step").said
        jobs.do_scheduled()
        assert found(named="second step").state == "fine"

    def test_a_secret_that_others_can_read(self, app: Flask) -> None:
        path = Path(app.config["INSTANCE"]) / "secret_key"
        before = path.stat().st_mode
        path.chmod(0o644)
        try:
            assert "chmod 600" in found(named="secret file").mend
        finally:
            path.chmod(before)

    def test_settings_that_others_can_read(self, new_app: Callable[..., Flask], tmp_path: Path) -> None:
        path = tmp_path / "settings.env"
        path.write_text("MAIL_URL=smtp://us:secret@mail.example.org\n")
        path.chmod(0o644)
        with new_app().app_context():
            assert "chmod 600" in found(named="settings file").mend
            path.chmod(0o640)
            assert not [each for each in doctor.look() if each.name == "settings file"]

    def test_one_check_that_fails_leaves_the_others_alone(self, app: Flask) -> None:
        def check_nothing() -> list[Finding]:
            raise ValueError("'geheim' is not a thing")

        *_others, last = doctor.look(more=[check_nothing])
        assert last.state == "broken"
        assert "geheim" not in last.said


class TestMailServer:
    def test_it_is_asked_without_a_mail_being_sent(
        self, app: Flask, smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(app.config, "MAIL_URL", smtp_server.url)
        monkeypatch.setitem(app.config, "MAIL_FROM", "panel@example.org")
        assert found(named="mail").state == "fine"
        assert smtp_server.mails == []
