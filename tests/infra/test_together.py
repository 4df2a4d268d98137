from sqlalchemy import bindparam, insert, select, update

from community.activity.actions import note, record
from community.activity.models import Activity, OwedReaction
from community.infra import clock
from community.infra.db import db, table_of, unit_of_work
from community.infra.jobs import ScheduledJob
from community.infra.together import do_together, new_row, next_id
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

    def test_what_a_row_is_not_given_is_as_the_model_has_it_inside_of_others_too(self, ana: Member) -> None:
        ana_id = ana.id
        with unit_of_work():
            add = new_row(
                Activity, id=bindparam("of"), kind="test.done", subject_type="member", subject_id=ana_id,
                data={}, occurred_at=bindparam("at"),
            )  # fmt: skip
            owe = new_row(OwedReaction, activity_id=bindparam("of"), reaction="test", due_at=bindparam("at"))
            number = db.session.execute(select(next_id(Activity))).scalar_one()
            do_together(add, owe, _RENAME, of=number, at=clock.now(), who=ana_id, called="Anna")
        owed = db.session.scalars(select(OwedReaction)).one()
        assert (owed.activity_id, owed.state, owed.attempts, owed.error) == (number, "owed", 0, "")


class TestNextId:
    def test_the_row_after_that_number_has_another(self, ana: Member) -> None:
        ana_id = ana.id
        with unit_of_work():
            number = db.session.execute(select(next_id(Activity))).scalar_one()
            noted = note("member.joined", ("member", ana_id), ana_id, number=number)
            do_together(*noted.changes, **noted.values)
            later = record("member.joined", subject=ana, actor=ana)
            assert later.id == number + 1
