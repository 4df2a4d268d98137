"""Two moderators at one text: one of them decides, the other is told."""

from collections.abc import Callable

from flask import Flask

from community.infra.db import db
from community.infra.errors import Conflict
from community.members.models import Member
from community.moderation.actions import deciding
from community.moderation.models import Decision, QueueItem
from community.moderation.queries.subjects import get_subject
from community.panels.models import Panel
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.racing import at_once


class TestDecidingTwice:
    def test_only_one_of_two_who_decide_at_once_does_and_only_one_undoing_counts(
        self, new_app: Callable[..., Flask]
    ):
        app = new_app()
        with app.app_context():
            author = make_member()
            idea_id = make_idea(author=author, body="Call me on 138 0013 8000 any evening.").id
            item_id = db.session.query(QueueItem).one().id
            moderators = [make_member(roles=("moderator",)).id for _number in range(2)]

        def approve(moderator_id: int) -> object:
            item = db.session.get(QueueItem, item_id)
            by = db.session.get(Member, moderator_id)
            return deciding.approve(get_subject(f"idea:{idea_id}"), by, item=item).verb

        results = at_once(app, *(lambda number=number: approve(number) for number in moderators))
        assert sorted(str(type(result).__name__) for result in results) == ["Conflict", "str"]
        with app.app_context():
            decision_id = db.session.query(Decision).one().id
            assert db.session.query(Panel).one().idea_count == 1

        def undo(moderator_id: int) -> object:
            decision = db.session.get(Decision, decision_id)
            return deciding.undo(decision, db.session.get(Member, moderator_id))

        results = at_once(app, *(lambda number=number: undo(number) for number in moderators))
        assert sum(isinstance(result, Conflict) for result in results) == 1
        with app.app_context():
            assert db.session.query(Panel).one().idea_count == 0
