"""An idea with a hundred thousand comments and a member with a hundred thousand notices."""

import json
import time
from collections.abc import Callable

from flask import Flask
from sqlalchemy import text

from community.infra.db import db, unit_of_work
from community.notifications.actions import reading
from tests.conftest import Client
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.statements import statements

MANY = 100_000
# Seconds that no page may take however much there is; alone on a machine it is a two hundredth.
LONGEST = 20.0

# Both databases count with this.
NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 100000)"


class TestLongLists:
    def test_they_are_read_as_quickly_as_short_ones(
        self, app: Flask, browser_of: Callable[..., Client]
    ) -> None:
        member, quiet = make_member(), make_member()
        idea, short = make_idea(author=member), make_idea(author=member)
        self._fill(idea.id, member.id)
        browser = browser_of(member)
        few = self._open(browser_of(quiet), f"/ideas/{short.id}-{short.slug}", "/inbox")
        many = self._open(browser, f"/ideas/{idea.id}-{idea.slug}", "/inbox")
        # Some more for what stands on the page of a long list, none for each row of it.
        assert len(many) <= len(few) + 12
        began = time.monotonic()
        reading.read_all(member)
        assert time.monotonic() - began < 4 * LONGEST
        assert (
            db.session.execute(
                text("SELECT count(*) FROM notices WHERE member_id = :id AND read_at IS NULL"),
                {"id": member.id},
            ).scalar_one()
            == 0
        )
        assert member.unread_count == 0

    def _open(self, browser: Client, *paths: str) -> list[str]:
        with statements() as sent:
            for path in paths:
                began = time.monotonic()
                response = browser.get(path)
                assert response.status_code == 200, (path, response.status_code)
                assert len(response.data) < 500_000
                assert time.monotonic() - began < LONGEST
        return sent

    def _fill(self, idea_id: int, member_id: int) -> None:
        is_sqlite = db.engine.dialect.name == "sqlite"
        moment = "'2026-01-01 00:00:00'" if is_sqlite else "TIMESTAMPTZ '2026-01-01'"
        told = json.dumps({"title": "A long talk", "message": "Word"})
        values = {"idea_id": idea_id, "member_id": member_id, "data": told}
        data = ":data" if is_sqlite else "CAST(:data AS json)"
        with unit_of_work() as session:
            for statement in (
                f"""
                INSERT INTO comments (idea_id, author_id, body, body_html, is_official, state, published_at)
                {NUMBERS}
                SELECT :idea_id, :member_id, 'Word ' || n, '<p>Word ' || n || '</p>', false, 'published',
                {moment} FROM numbers""",
                f"""
                INSERT INTO activities (kind, subject_type, subject_id, data, occurred_at)
                {NUMBERS} SELECT 'comment.added', 'idea', :idea_id, '{{}}', {moment} FROM numbers""",
                f"""
                INSERT INTO notices (member_id, activity_id, kind, path, data, created_at, mail_state)
                SELECT :member_id, id, 'ideas.commented', '/', {data}, {moment}, 'skipped'
                FROM activities WHERE kind = 'comment.added' AND subject_id = :idea_id""",
                f"UPDATE ideas SET comment_count = {MANY} WHERE id = :idea_id",
                f"UPDATE members SET unread_count = {MANY} WHERE id = :member_id",
            ):
                session.execute(
                    text(statement),
                    {name: value for name, value in values.items() if f":{name}" in statement},
                )
