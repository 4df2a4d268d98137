"""Somebody is forgotten while they are still writing; several people say at once how long things are kept."""

import time
from itertools import pairwise
from threading import Event

import pytest
from sqlalchemy import select, update

from community.activity.models import Activity
from community.ideas.actions.comments import add_comment
from community.ideas.models import Comment, Idea
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.members.models import Member
from community.panels.models import Panel
from community.privacy import actions
from community.privacy.models import Erasure
from community.privacy.queries import wishes as queries
from tests.factories.ideas import make_idea
from tests.factories.known import PASSWORD, make_person
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.racing import at_once


class TestWriting:
    def test_what_is_just_being_written_goes_too(self, new_app, tmp_path):
        app = new_app(INSTANCE=tmp_path)
        with app.app_context():
            member, idea = make_person(), make_idea()
            member_id, idea_id = member.id, idea.id
            actions.ask_to_erase(member, password=PASSWORD, keeps_texts=False)
            with unit_of_work() as session:
                # They are no newcomer, whom the site would look at more closely.
                session.execute(update(Member).values(joined_at=clock.ago(days=100)))
                session.execute(update(Erasure).values(due_at=clock.ago(days=1)))
        written = Event()

        def write():
            with unit_of_work() as session:
                add_comment(session.get_one(Idea, idea_id), session.get_one(Member, member_id), body="Late.")
                written.set()
                time.sleep(0.5)

        def forget():
            assert written.wait(60)
            return actions.erase_due()

        assert at_once(app, write, forget)[1] == 1
        with app.app_context():
            assert db.session.scalars(select(Comment.body)).all() == [""]


class TestRules:
    @pytest.mark.parametrize("is_site", [True, False])
    def test_all_who_save_at_once_are_heard_and_the_last_one_stands(self, new_app, is_site):
        app = new_app()
        with app.app_context():
            admin_ids = [make_member(roles=("admin",)).id for _number in range(4)]
            panel_id = None if is_site else make_panel().id

        def save(admin_id, months):
            by = db.session.get_one(Member, admin_id)
            panel = db.session.get_one(Panel, panel_id) if panel_id is not None else None
            actions.set_rules(by, panel=panel, months=months)
            return "saved"

        # First where there is no rule yet, then where all change those that stand.
        for begin in (1, 11):
            wishes = [{"notices": begin + place, "case_talk": begin + place} for place in range(4)]
            jobs = [
                lambda who=who, wish=wish: save(who, wish)
                for who, wish in zip(admin_ids, wishes, strict=True)
            ]
            assert at_once(app, *jobs) == ["saved"] * 4
            with app.app_context():
                changes = db.session.scalars(
                    select(Activity.data).where(Activity.kind == "retention.changed").order_by(Activity.id)
                ).all()[-4:]
                # Each found what the one before had left.
                for change, following in pairwise(changes):
                    assert following["before"] == change["after"]
                assert {change["after"]["notices"] for change in changes} == {
                    wish["notices"] for wish in wishes
                }
                assert queries.list_rules(panel_id=panel_id) == changes[-1]["after"]
