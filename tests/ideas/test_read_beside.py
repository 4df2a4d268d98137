"""What an idea's page reads on real databases, where it is asked beside the database session."""

from collections.abc import Callable

from flask import Flask

from community.ideas.actions.comments import add_comment
from community.ideas.actions.helpful import find_helpful
from community.ideas.queries import comments, statuses
from community.ideas.queries import ideas as queries
from community.infra.db import db
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.statements import statements


class TestReadBeside:
    def test_all_that_is_read_for_most_pages_is(self, new_app: Callable[..., Flask]) -> None:
        with new_app().app_context():
            idea, viewer = make_idea(tags=("cards",)), make_member()
            comment = add_comment(idea, viewer, body="So it is.")
            add_comment(idea, viewer, body="It is indeed.", parent_id=comment.id)
            # Read again before, as it is after every commit.
            for each in (idea, viewer, comment):
                db.session.refresh(each)
            with statements() as sent:
                queries.get_idea(idea.id, viewer)
                assert queries.look_around(idea, viewer).has_tags
                assert queries.list_tags(idea.id) == ["cards"]
                for is_alone in (True, False):
                    (thread,) = comments.list_threads(idea, viewer=viewer, is_alone=is_alone).items
                    assert [reply.body for reply in thread.replies] == ["It is indeed."]
                assert comments.find_row(comment.id, panel_id=idea.panel_id)
                statuses.list_steps(idea.id)
            # Whatever the driver refused would have been asked once more in the session.
            assert [each for each in sent if each.startswith(("SELECT", "WITH"))] == []

    def test_only_who_found_a_comment_helpful_finds_it_marked(self, new_app: Callable[..., Flask]) -> None:
        with new_app().app_context():
            ana, ben, idea = make_member(), make_member(), make_idea()
            find_helpful(add_comment(idea, ana, body="So it is."), ben)
            marked = []
            for viewer in (ben, ana, None, make_member()):
                (thread,) = comments.list_threads(idea, viewer=viewer).items
                marked.append(thread.comment.is_found_helpful)
            assert marked == [True, False, False, False]
