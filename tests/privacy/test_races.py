"""Somebody is forgotten while they are still writing."""

import time
from threading import Event

from sqlalchemy import select, update

from community.ideas.actions.comments import add_comment
from community.ideas.models import Comment, Idea
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.members.models import Member
from community.privacy import actions
from community.privacy.models import Erasure
from tests.factories.ideas import make_idea
from tests.factories.known import PASSWORD, make_person
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
