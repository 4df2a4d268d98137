from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError

from community.infra import migrations, search
from community.infra.db import db
from community.insights.actions import rolling
from community.insights.queries import cube
from community.insights.scope import Scope
from tests.factories.feedback import make_item
from tests.factories.panels import make_panel


def differences() -> list[object]:
    def is_ours(_object: object, name: str | None, kind: str, _reflected: bool, _compared: object) -> bool:
        is_beside = (
            (kind == "table" and search.is_search_table(name or ""))
            or (kind == "index" and search.is_search_index(name or ""))
            or (kind == "column" and search.is_search_column(name or ""))
        )
        return not is_beside

    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": is_ours, "compare_type": True, "compare_server_default": True}
        )
        return list(compare_metadata(context, db.metadata))


class TestMigrations:
    def test_the_models_are_what_the_migrations_make(self, new_app: Callable[..., Flask]) -> None:
        with new_app().app_context():
            assert differences() == []

    def test_the_names_of_the_files_tell_the_last_one(self) -> None:
        assert migrations.newest() == ScriptDirectory(str(migrations.FOLDER)).get_current_head()

    def test_the_comparison_notices_a_difference(self, new_app: Callable[..., Flask]) -> None:
        with new_app().app_context():
            with db.engine.begin() as connection:
                connection.execute(text("DROP INDEX ix_votes_member_id"))
            assert len(differences()) == 1

    def test_they_go_down_to_nothing_and_up_again(self, new_app: Callable[..., Flask]) -> None:
        with new_app().app_context():
            before = set(inspect(db.engine).get_table_names())
            downgrade(revision="base")
            assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}
            upgrade()
            assert set(inspect(db.engine).get_table_names()) == before
            assert differences() == []


class TestFormerChoices:
    def test_who_wanted_no_invitations_by_mail_still_wants_none(self, new_app: Callable[..., Flask]) -> None:
        with new_app().app_context():
            downgrade(revision="0004")
            with db.engine.begin() as connection:
                connection.execute(text(ROWS[0]))
                connection.execute(
                    text(f"INSERT INTO survey_mail_refusals (member_id, refused_at) VALUES (1, {NOW})")
                )
            upgrade()
            with db.engine.begin() as connection:
                chosen = connection.execute(text("SELECT member_id, topic, pace FROM notice_preferences"))
                assert chosen.all() == [(1, "surveys", "never")]


class TestRollups:
    def test_texts_that_were_there_before_are_counted_first(self, new_app: Callable[..., Flask]) -> None:
        with new_app().app_context():
            panel = make_panel()
            make_item(panel=panel, said_at=datetime(2026, 2, 3, tzinfo=UTC))
            downgrade(revision="0005")
            upgrade()
            db.session.expire_all()
            assert rolling.fold() == 1
            make_item(panel=panel, said_at=datetime(2026, 3, 3, tzinfo=UTC))
            assert rolling.fold() == 1
            scope = Scope((panel.id,), date(2026, 1, 1), date(2026, 12, 31))
            assert cube.count_all(scope).items == 2


class TestVoteHistory:
    @pytest.mark.parametrize("change", ["UPDATE vote_events SET change = 'cast'", "DELETE FROM vote_events"])
    def test_the_database_refuses_to_rewrite_it(self, new_app: Callable[..., Flask], change: str) -> None:
        with new_app().app_context():
            with db.engine.begin() as connection:
                for statement in ROWS:
                    connection.execute(text(statement))
            with pytest.raises(DatabaseError, match="append-only"), db.engine.begin() as connection:
                connection.execute(text(change))


NOW = "'2026-01-01 00:00:00'"
ROWS = (
    f"""
    INSERT INTO members (id, display_name, password_hash, locale, time_zone, state, joined_at, last_active_at)
    VALUES (1, 'Ana', '', 'en', 'UTC', 'active', {NOW}, {NOW})
    """,
    f"""
    INSERT INTO panels (id, slug, name, description, translations, visibility, admission, created_at)
    VALUES (1, 'a', 'A', '', '{{}}', 'open', 'anyone', {NOW})
    """,
    f"""
    INSERT INTO ideas (id, panel_id, author_id, title, slug, body, body_html, excerpt, search_terms, state,
                       is_listed, published_at, updated_at, status, status_changed_at, response_excerpt)
    VALUES (1, 1, 1, 'T', '', '', '', '', '', 'published', true, {NOW}, {NOW}, 'submitted', {NOW}, '')
    """,
    f"INSERT INTO vote_events (idea_id, member_id, change, at) VALUES (1, 1, 'cast', {NOW})",
)
