"""What holds for every kind of question, whatever a browser sends."""

import re
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from community.infra.db import db
from community.infra.errors import Invalid
from community.members.models import Member
from community.surveys import kinds
from community.surveys.kinds import Asked, Option, Value
from community.surveys.models import QUESTION_KINDS, Answer, Response
from tests.factories.panels import make_panel
from tests.factories.surveys import OPTIONS, SETTINGS, make_survey

JUNK = (
    "", " ", "0", "1", "2", "-1", "3.5", "1e400", "nan", "x", "yes", "100", "9" * 400, "\x00", "\u202e",
    "é" * 300,
)  # fmt: skip
PARTS = (
    "", "-other", "-speed", "-price", "-care", "-red", "-why", "-tags", "-0-best", "-0-worst", "-1-best",
    "-speed-present", "-speed-absent", "-expected", "-met", "-matters", "-excellent", "-worst", "-actual",
    "-satisfactory", "-upload", "-pair", "-winner", "-vote", "-own", "-best-0", "-worst-0",
)  # fmt: skip
FORMS = st.dictionaries(
    st.sampled_from([f"q7{part}" for part in PARTS]),
    st.lists(st.sampled_from((*JUNK, "speed", "price", "red", "else", "like", "3")), min_size=1, max_size=3),
    max_size=8,
)


def ask(kind: str) -> Asked:
    """A question of this kind as the factory makes it, in the field q7."""
    keys = OPTIONS.get(kind, ())
    stored = [{"key": key, "text": {"en": key.capitalize()}} for key in keys]
    return Asked(
        id=7, code="asked", kind=kind, version_id=1, text="Well?",
        options=tuple(Option(key, key.capitalize()) for key in keys),
        settings=kinds.of(kind).check(stored, SETTINGS.get(kind, {})), seed=5,
    )  # fmt: skip


def understood(asked: Asked, form: MultiDict[str, str]) -> tuple[Value | None, Invalid | None]:
    """What the kind reads in the form, or why it refuses it."""
    try:
        return kinds.of(asked.kind).parse(asked, form), None
    except Invalid as refusal:
        return None, refusal


@pytest.mark.parametrize("kind", QUESTION_KINDS)
class TestEveryKind:
    @given(fields=FORMS)
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_it_understands_or_refuses_and_never_fails(self, kind: str, fields: dict[str, list[str]]) -> None:
        asked, one = ask(kind), kinds.of(kind)
        form: MultiDict[str, str] = MultiDict(fields)
        assert isinstance(one.raw(asked, form), dict)
        value, refusal = understood(asked, form)
        if refusal is not None:
            assert re.fullmatch("q7(-.+)?", refusal.field or "")
            assert refusal.message
        if value is not None:
            assert len(one.cells(asked, value)) == len(one.columns(asked))
            assert isinstance(one.words(asked, value), str)
            assert all(one.texts(asked, value))


class TestAllTogether:
    def test_junk_is_refused_and_comes_back(self, app: Flask, ana: Member, browser_of: Any) -> None:
        survey = make_survey(kinds=QUESTION_KINDS, panel=make_panel(members=(ana,)))
        browser = browser_of(ana)
        assert browser.post(f"/surveys/{survey.id}/start").status_code == 303
        page = browser.get(f"/surveys/{survey.id}/pages/1")
        assert page.status_code == 200
        for junk in JUNK[4::3]:
            form = {f"q{number}{part}": junk for number in _ids(page.text) for part in PARTS}
            answered = browser.post(f"/surveys/{survey.id}/response", data={"page": "1", **form})
            assert answered.status_code == 422
            kept = browser.post(f"/surveys/{survey.id}/response/keep", data={"page": "1", **form})
            assert kept.status_code == 204
            assert browser.get(f"/surveys/{survey.id}/pages/1").status_code == 200
        assert db.session.query(Response).one().state == "started"
        assert db.session.query(Answer).count() <= len(QUESTION_KINDS)


def _ids(page: str) -> set[str]:
    return {part.partition('"')[0] for part in page.split('id="q')[1:] if part.partition('"')[0].isdecimal()}
