"""Statements that pages ask beside the session, and entities made of what they read."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import bindparam, inspect, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from community.infra import clock
from community.infra.db import db, entity_of, keep_read, one_view, table_of, unit_of_work
from community.infra.reading import Reading, split
from community.infra.search import PLANNED_ANEW
from community.members.models import Member, RoleGrant
from tests.factories.members import make_member
from tests.factories.panels import make_panel

MEMBERS, GRANTS = table_of(Member), table_of(RoleGrant)
BY_NAME = Reading(select(*MEMBERS.c).where(MEMBERS.c.display_name == bindparam("name")))
NAMES = Reading(select(MEMBERS.c.display_name).order_by(MEMBERS.c.id))

only_postgresql = pytest.mark.parametrize(
    "database_kind", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)


@pytest.fixture
def own_app(new_app: Callable[..., Flask]) -> Flask:
    """An app whose statements go through connections of its own, as in a real process."""
    return new_app()


def hang_up() -> None:
    """The server ends all connections that the app keeps, but for the one that asks it to."""
    with db.engine.connect() as one, db.engine.connect() as other:
        for connection in (one, other):
            connection.execute(text("SELECT 1"))
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    with db.engine.connect() as connection, pytest.raises(DBAPIError):
        connection.execute(text(others))


class TestReading:
    def test_it_gives_the_same_values_as_the_session(self, own_app: Flask) -> None:
        with own_app.app_context():
            make_member("Ana", paused_until=clock.ahead(days=1))
            found = BY_NAME.find(name="Ana")
            assert found == tuple(db.session.execute(select(*MEMBERS.c)).one())
            assert BY_NAME.find(name="Nobody") is None

    def test_moments_can_be_asked_for(self, own_app: Flask) -> None:
        since = Reading(select(MEMBERS.c.display_name).where(MEMBERS.c.joined_at > bindparam("since")))
        with own_app.app_context():
            make_member("Ana")
            assert since.list(since=clock.ago(minutes=5)) == [("Ana",)]
            assert since.list(since=clock.ahead(minutes=5)) == []

    def test_values_that_are_no_plain_ones_come_as_they_are_stored(self, own_app: Flask) -> None:
        with own_app.app_context():
            panel = make_panel("Room", translations={"zh_Hans": {"name": "房间"}})
            table = table_of(type(panel))
            found = Reading(select(table.c.translations, table.c.archived_at)).find()
            assert found == ({"zh_Hans": {"name": "房间"}}, None)

    @only_postgresql
    def test_what_is_to_be_planned_anew_is_not_prepared(self, own_app: Flask) -> None:
        statement = select(MEMBERS.c.display_name, MEMBERS.c.alias)
        prepared = Reading(select(text("statement")).select_from(text("pg_prepared_statements")))
        with own_app.app_context():
            Reading(statement.execution_options(**PLANNED_ANEW)).list()
            assert not any("alias" in line for (line,) in prepared.list())
            Reading(statement).list()
            assert any("alias" in line for (line,) in prepared.list())

    def test_it_sees_what_is_committed_and_inside_of_a_work_what_is_not_yet(self, own_app: Flask) -> None:
        with own_app.app_context():
            ana = make_member("Ana")
            with unit_of_work():
                ana.display_name = "Anna"
                assert NAMES.list() == [("Anna",)]
            assert NAMES.list() == [("Anna",)]

    def test_inside_of_one_view_nothing_changes(self, own_app: Flask) -> None:
        with own_app.app_context():
            make_member("Ana")
            with one_view():
                before = NAMES.list()
                with own_app.app_context():
                    make_member("Ben")
                assert NAMES.list() == before
            assert NAMES.list() == [("Ana",), ("Ben",)]

    @only_postgresql
    def test_a_server_that_has_hung_up_is_asked_again(self, own_app: Flask) -> None:
        with own_app.app_context():
            make_member("Ana")
            hang_up()
            assert NAMES.list() == [("Ana",)]
            hang_up()
            assert db.session.scalars(select(Member.display_name)).all() == ["Ana"]

    @only_postgresql
    def test_a_server_that_is_not_there_is_an_error_of_the_session(
        self, new_app: Callable[..., Flask]
    ) -> None:
        nowhere = "postgresql+psycopg://postgres@/none?host=/nowhere"
        app = new_app(DATABASE_URL=nowhere)
        with app.app_context(), pytest.raises(OperationalError):
            NAMES.list()


class TestEntityOf:
    def test_it_is_an_entity_of_the_session(self, own_app: Flask) -> None:
        with own_app.app_context():
            make_member("Ana", roles=("owner",))
            db.session.remove()
            found = BY_NAME.find(name="Ana")
            assert found is not None
            ana = entity_of(Member, found)
            assert inspect(ana).persistent
            assert [grant.role for grant in ana.roles] == ["owner"]
            with unit_of_work():
                ana.display_name = "Anna"
            db.session.remove()
            assert NAMES.list() == [("Anna",)]

    def test_what_the_session_knows_stays_until_it_has_expired(self, own_app: Flask) -> None:
        with own_app.app_context():
            ana = make_member("Ana")
            found = BY_NAME.find(name="Ana")
            assert found is not None
            other = (found[0], "Somebody else", *found[2:])
            db.session.refresh(ana)
            assert entity_of(Member, other) is ana
            assert ana.display_name == "Ana"
            db.session.expire(ana)
            assert entity_of(Member, other).display_name == "Somebody else"

    def test_a_relation_can_be_read_along(self, own_app: Flask) -> None:
        along = Reading(select(*MEMBERS.c, *GRANTS.c).join(GRANTS, GRANTS.c.member_id == MEMBERS.c.id))
        with own_app.app_context():
            make_member("Ana", roles=("owner",))
            db.session.remove()
            found = along.find()
            assert found is not None
            of_member, of_grant, rest = split(found, MEMBERS, GRANTS)
            ana = entity_of(Member, of_member)
            keep_read(ana, "roles", [entity_of(RoleGrant, of_grant)])
            assert rest == ()
            assert "roles" not in inspect(ana).unloaded
            assert ana.holds_role("owner")
