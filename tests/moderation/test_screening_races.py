"""Two who let the same text out at once: its author by mending it, and a moderator."""

from collections.abc import Callable
from functools import partial

from flask import Flask
from sqlalchemy import func, select

from community.activity.models import Activity
from community.ideas.actions.publishing import edit_idea, publish_idea
from community.ideas.models import Idea
from community.infra.db import db, get_row
from community.members.models import Member
from community.moderation.actions import deciding
from community.moderation.models import QueueItem
from community.moderation.queries.subjects import find_subject
from community.panels.models import Panel
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.racing import at_once

ROUNDS = 4


class TestLettingOut:
    def test_it_goes_out_once_and_is_counted_once(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        with app.app_context():
            panel_id = make_panel().id
            author_id = make_member().id
            moderator_id = make_member(roles=("moderator",)).id
            idea_ids = [
                publish_idea(
                    get_row(Panel, panel_id),
                    get_row(Member, author_id),
                    title=f"Tell me when shop {n} opens",
                    body="Call 13812345678",
                ).id
                for n in range(ROUNDS)
            ]

        def mend(idea_id: int) -> None:
            idea = get_row(Idea, idea_id)
            edit_idea(idea, get_row(Member, author_id), title=idea.title, body="By mail, please", tags=())

        def approve(idea_id: int) -> None:
            item = db.session.scalar(select(QueueItem).where(QueueItem.subject_id == idea_id))
            subject = find_subject("idea", idea_id)
            assert subject is not None
            deciding.approve(subject, get_row(Member, moderator_id), item=item)

        for idea_id in idea_ids:
            at_once(app, partial(mend, idea_id), partial(approve, idea_id))

        with app.app_context():
            published = select(func.count(Activity.id)).where(Activity.kind == "idea.published")
            still_waiting = select(func.count(QueueItem.id)).where(QueueItem.state != "closed")
            assert db.session.scalar(published) == ROUNDS
            assert get_row(Panel, panel_id).idea_count == ROUNDS
            assert db.session.scalar(still_waiting) == 0
