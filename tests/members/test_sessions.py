"""Signed-in browsers as rows."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from community.infra import clock
from community.infra.db import db
from community.infra.errors import NotFound
from community.members import actions, queries, sign_in


class TestBeginSession:
    def test_the_token_brings_the_member_back(self, ana):
        token = actions.begin_session(ana, user_agent="x" * 300)
        member = sign_in.load(token)
        assert member == ana
        assert member.get_id() == token
        assert queries.find_session(token).user_agent == "x" * 200
        assert queries.find_session("other") is None

    def test_every_request_asks_once(self, ana, mia):
        token = actions.begin_session(mia)
        db.session.remove()
        asked = []
        event.listen(db.engine, "before_cursor_execute", lambda *values: asked.append(values[2]))
        assert sign_in.load(token).holds_role("moderator")
        assert sum(statement.startswith("SELECT") for statement in asked) == 1

    def test_only_a_hash_of_the_token_is_kept(self, ana):
        token = actions.begin_session(ana)
        assert token not in queries.find_session(token).token_hash
        assert len(token) >= 43

    def test_who_is_here_is_noted_every_ten_minutes(self, ana):
        start = clock.now()
        token = actions.begin_session(ana)
        for minutes, seen in ((9, 0), (11, 11), (15, 11), (22, 22)):
            with clock.stopped_at(start + timedelta(minutes=minutes)):
                sign_in.load(token)
            gap = queries.find_session(token).last_seen_at - start
            assert round(gap.total_seconds() / 60) == seen
            assert round((ana.last_active_at - start).total_seconds() / 60) == seen

    @pytest.mark.parametrize(("is_remembered", "days"), [(False, 2), (True, 60)])
    def test_it_lapses_when_nobody_comes_back(self, ana, is_remembered, days):
        token = actions.begin_session(ana, is_remembered=is_remembered)
        with clock.stopped_at(clock.ahead(days=days, minutes=-1)):
            assert queries.find_session(token) is not None
        with clock.stopped_at(clock.ahead(days=days, minutes=1)):
            assert queries.find_session(token) is None


class TestOwnSessions:
    def test_they_are_listed_in_words(self, ana, browser_of):
        firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
        actions.begin_session(ana, user_agent=firefox, address="192.0.2.7")
        page = browser_of(ana).get("/me/security").text
        assert "Firefox on Windows" in page
        assert "192.0.2.7" in page
        assert "this browser" in page

    def test_one_can_be_ended(self, ana, browser_of):
        here, there = browser_of(ana), browser_of(ana)
        others = queries.list_sessions(ana)
        assert len(others) == 2
        oldest = min(others, key=lambda one: one.id)
        assert there.post(f"/me/sessions/{oldest.id}/end").status_code == 303
        assert here.get("/me").status_code == 303
        assert there.get("/me").status_code == 200

    def test_those_of_others_cannot(self, ana, ben, browser_of):
        token = actions.begin_session(ben)
        session_id = queries.find_session(token).id
        assert browser_of(ana).post(f"/me/sessions/{session_id}/end").status_code == 404
        assert queries.find_session(token) is not None
        with pytest.raises(NotFound):
            actions.end_session(ana, session_id=2**62)

    def test_an_impossible_number_leads_nowhere(self, ana, browser_of):
        assert browser_of(ana).post(f"/me/sessions/{10**30}/end").status_code == 404

    def test_all_others_can_be_ended(self, ana, browser_of):
        here, there = browser_of(ana), browser_of(ana)
        here.post("/me/sessions/end-others")
        assert (here.get("/me").status_code, there.get("/me").status_code) == (200, 303)

    def test_everything_can_be_ended(self, ana, ben, browser_of):
        here, there, elsewhere = browser_of(ana), browser_of(ana), browser_of(ben)
        assert here.post("/me/sessions/end").location == "/sign-in"
        assert (here.get("/me").status_code, there.get("/me").status_code) == (303, 303)
        assert elsewhere.get("/me").status_code == 200


class TestTidying:
    def test_it_forgets_what_is_past(self, ana):
        old = actions.begin_session(ana)
        actions.end_session_of(old)
        kept = actions.begin_session(ana, is_remembered=True)
        with clock.stopped_at(clock.ahead(days=59)):
            actions.tidy()
            assert queries.find_session(kept) is not None
            sign_in.load(kept)
        with clock.stopped_at(clock.ahead(days=91)):
            actions.tidy()
            assert [one.token_hash for one in queries.list_sessions(ana)] == [
                queries.find_session(kept).token_hash
            ]
