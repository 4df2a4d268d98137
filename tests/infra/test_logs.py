"""What is logged: one line a request, with a number to quote and nobody's words."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from community.infra import logs
from community.infra.db import db, unit_of_work
from community.infra.mail import OutgoingMail
from community.members.models import Member

CANARY = "kanarienvogel"


@pytest.fixture
def logging_app(new_app: Callable[..., Flask]) -> Iterator[Flask]:
    """A site that logs as in production, and whose front page fails."""
    app = new_app(LOG_LEVEL="info", PROPAGATE_EXCEPTIONS=False)

    def fail() -> None:
        raise ValueError(f"'{CANARY}' of {CANARY}@example.org")

    app.view_functions["home.you_said"] = fail
    yield app
    logging.getLogger("community").setLevel(logging.WARNING)


def records(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


class TestRequests:
    def test_each_is_one_line_that_says_what_answered_and_how_long_it_took(
        self, logging_app: Flask, capsys: pytest.CaptureFixture[str]
    ) -> None:
        answer = logging_app.test_client().get(f"/panels?q={CANARY}")
        (line,) = records(capsys)
        assert line["request_id"] == answer.headers["X-Request-Id"]
        assert (line["method"], line["route"], line["status"]) == ("GET", "panels.index", 200)
        assert line["ms"] > 0
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])

    def test_nothing_that_somebody_sent_is_in_it(
        self, logging_app: Flask, capsys: pytest.CaptureFixture[str]
    ) -> None:
        client = logging_app.test_client()
        client.get(f"/{CANARY}?{CANARY}", headers={"Referer": CANARY, "User-Agent": CANARY, "Cookie": CANARY})
        client.post("/sign-in", data={"email": f"{CANARY}@example.org", "password": CANARY})
        client.open("/", method=f"{CANARY}")
        client.get("/you-said")
        written = records(capsys)
        assert len(written) == 5
        assert CANARY not in json.dumps(written).lower()
        assert "ValueError: '…' of …@…" in written[-2]["error"]

    def test_the_number_stands_on_the_page_of_an_error(
        self, logging_app: Flask, capsys: pytest.CaptureFixture[str]
    ) -> None:
        answer = logging_app.test_client().get("/you-said")
        assert answer.status_code == 500
        assert answer.headers["X-Request-Id"] in answer.text
        error, line = records(capsys)
        assert error["request_id"] == line["request_id"] == answer.headers["X-Request-Id"]
        assert "ValueError" in error["error"]

    def test_a_mail_carries_the_number_of_its_request(self, logging_app: Flask) -> None:
        client = logging_app.test_client()
        fields = {
            "display_name": "Ana",
            "email": "ana@example.org",
            "password": "a long enough one, is it not",
        }
        answer = client.post("/join", data=fields)
        assert answer.status_code == 303
        with logging_app.app_context():
            ids = db.session.scalars(select(OutgoingMail.message_id)).all()
        assert [number for number in ids if answer.headers["X-Request-Id"] in number]


class TestNumber:
    def test_a_visitor_cannot_choose_it(self, logging_app: Flask) -> None:
        answer = logging_app.test_client().get("/health/live", headers={"X-Request-Id": "chosen-by-visitor"})
        assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["X-Request-Id"])

    def test_a_trusted_proxy_can_if_it_looks_like_one(self, new_app: Callable[..., Flask]) -> None:
        client = new_app(TRUSTED_PROXIES=1).test_client()
        for sent, is_taken in (
            ("0af7651916cd43dd", True),
            ('x"} {"level": "error', False),
            ("a" * 65, False),
        ):
            answer = client.get("/health/live", headers={"X-Request-Id": sent})
            assert (answer.headers["X-Request-Id"] == sent) == is_taken


class TestForgery:
    FORGED = 'x\n{"level": "error"}\r\x1b[2J\u2028\u202e'

    def test_no_record_looks_like_two(self) -> None:
        record = logging.makeLogRecord(
            {"msg": "said %s", "args": (self.FORGED,), "levelname": "INFO", "name": "community"}
        )
        for written in (logs.JsonLines().format(record), logs.TextLines().format(record)):
            assert len(written.splitlines()) == 1
            assert written.isprintable()
        assert json.loads(logs.JsonLines().format(record))["message"] == f"said {self.FORGED}"


class TestErrors:
    def test_of_the_database_only_what_was_violated_is_told(self, app: Flask, ana: Member) -> None:
        with pytest.raises(IntegrityError) as caught, unit_of_work() as session:
            session.add(
                Member(display_name=CANARY, email=CANARY, email_folded=ana.email_folded, password_hash=CANARY)
            )
        told = logs.told_safely(caught.value)
        assert CANARY not in told
        assert ana.email_folded not in told
        assert "members" in told
        # Nor in what is kept of it elsewhere.
        assert CANARY not in str(caught.value)

    def test_what_was_looked_for_in_vain_is_not_told(self) -> None:
        assert logs.told_safely(KeyError(CANARY)) == "KeyError: '…'"
