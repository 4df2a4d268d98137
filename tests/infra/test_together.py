from sqlalchemy import bindparam, insert, select, update

from community.infra import clock
from community.infra.db import db, table_of, unit_of_work
from community.infra.jobs import ScheduledJob
from community.infra.together import do_together
from community.members.models import Member
from tests.statements import statements

_MEMBERS, _JOBS = table_of(Member), table_of(ScheduledJob)
_RENAME = update(_MEMBERS).where(_MEMBERS.c.id == bindparam("who")).values(display_name=bindparam("called"))
_PLAN = insert(_JOBS).values(name=bindparam("called"), next_at=bindparam("at"))


class TestDoTogether:
    def test_all_changes_are_made_as_one_statement_where_the_way_is_long(self, ana: Member) -> None:
        ana_id, now = ana.id, clock.now()
        with unit_of_work():
            # What this reads before is not counted.
            db.session.execute(select(1))
            with statements() as sent:
                do_together(_PLAN, _RENAME, who=ana_id, called="Anna", at=now)
        assert len(sent) == (2 if db.engine.dialect.name == "sqlite" else 1)
        assert db.session.get_one(Member, ana_id).display_name == "Anna"
        assert db.session.get_one(ScheduledJob, "Anna").next_at == now

    def test_one_change_is_made_by_itself(self, ana: Member) -> None:
        ana_id = ana.id
        with unit_of_work():
            do_together(_RENAME, who=ana_id, called="Anna")
        assert db.session.get_one(Member, ana_id).display_name == "Anna"
