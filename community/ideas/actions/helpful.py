"""Marking comments as helpful: one mark per member and comment, never on one's own."""

from flask_babel import lazy_gettext as _l

from community.activity.actions import record
from community.ideas import policy
from community.ideas.models import Comment, HelpfulMark
from community.infra import clock
from community.infra.db import lock, unit_of_work
from community.infra.errors import Forbidden, NotFound
from community.members.models import Member
from community.panels.actions import ensure_taking_part


def find_helpful(comment: Comment, member: Member) -> Comment:
    """Let the member say that the comment helped; saying it twice changes nothing."""
    with unit_of_work() as session:
        ensure_taking_part(member, comment.idea.panel)
        comment = _standing(comment)
        if not policy.can_find_helpful(member, comment):
            raise Forbidden(_l("Whether your own comment helps is for others to say."))
        if session.get(HelpfulMark, (comment.id, member.id)) is None:
            session.add(HelpfulMark(comment_id=comment.id, member_id=member.id, at=clock.now()))
            comment.helpful_count += 1
            record(
                "comment.found_helpful", subject=comment, actor=member, panel_id=comment.idea.panel_id,
                idea_id=comment.idea_id,
            )  # fmt: skip
    return comment


def withdraw_help(comment: Comment, member: Member) -> Comment:
    """Take the member's mark back, if there is one."""
    with unit_of_work() as session:
        comment = _standing(comment)
        mark = session.get(HelpfulMark, (comment.id, member.id))
        if mark is not None:
            session.delete(mark)
            comment.helpful_count -= 1
            record(
                "comment.help_withdrawn", subject=comment, actor=member, panel_id=comment.idea.panel_id,
                idea_id=comment.idea_id,
            )  # fmt: skip
    return comment


def _standing(comment: Comment) -> Comment:
    # All marks on a comment wait for each other here, so that its count is that of the rows.
    comment = lock(Comment, comment.id)
    if comment.state != "published" or comment.idea.state != "published":
        raise NotFound()
    return comment
