"""What authors do in a case: write again, say whether it helped, and have it opened once more."""

from flask_babel import lazy_gettext as _l

from community.activity.actions import record
from community.cases import clocks, outcomes
from community.cases.actions import due_times, history, replies
from community.cases.models import Case, CaseItem, CaseMessage
from community.cases.queries import conversation
from community.feedback.models import FeedbackItem
from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict, Invalid, NotFound
from community.infra.text import excerpt, render_markdown
from community.members.models import Member

COMMENT_MOST = 2000


def write_again(case: Case, item: FeedbackItem, member: Member, *, body: str) -> CaseMessage:
    """Add the author's own words to an open case; other authors of the case do not see them."""
    replies.check_words(body)
    with unit_of_work():
        case = lock(Case, case.id)
        _link(case, item, member)
        if not case.is_open:
            raise Conflict(
                _l("This was resolved meanwhile. If it is not solved, have it opened again."), field="body"
            )
        message = _say(case, member, body=body)
        clocks.wait_again(case, now=clock.now())
        history.write(case, "member_replied", actor=member, message_id=message.id)
        _record("case.member_replied", case, member, message=message)
    return message


def say_whether_it_helped(
    case: Case, item: FeedbackItem, member: Member, *, rating: int | None, comment: str = ""
) -> Case:
    """Answer "did this help?" with 1 to 5; what helped is verified. A later answer replaces the first."""
    if rating is None or not 1 <= rating <= 5:
        raise Invalid(_l("Please choose one of the options."), field="rating")
    if len(comment) > COMMENT_MOST:
        raise Invalid(_l("Please use at most %(max)d characters.", max=COMMENT_MOST), field="comment")
    with unit_of_work() as session:
        case = lock(Case, case.id)
        link = _link(case, item, member)
        if case.is_open:
            raise Conflict(_l("This was opened again meanwhile."), field="rating")
        link.help_rating, link.help_comment, link.helped_at = rating, comment, clock.now()
        session.flush()
        case.help_rating = conversation.mean_help_rating(case.id)
        if rating >= outcomes.HELPED_FROM and case.state == "resolved":
            case.state, case.verified_at = "verified", clock.now()
            due_times.follow(case)
            history.write(case, "verified", actor=member, from_state="resolved", rating=rating)
        record(
            "case.helped", subject=case, actor=member, panel_id=case.panel_id,
            title=case.title, rating=rating, excerpt=excerpt(comment, replies.WORDS_IN_NOTICE),
        )  # fmt: skip
    return case


def reopen(case: Case, item: FeedbackItem, member: Member, *, body: str) -> Case:
    """Open a case again because it is not solved, with what is still missing; it is due once more."""
    replies.check_words(body)
    with unit_of_work():
        case = lock(Case, case.id)
        _link(case, item, member)
        if case.is_open:
            raise Conflict(_l("This is open already."), field="body")
        was, case.state = case.state, "reopened"
        case.reopened_count += 1
        case.verified_at = None
        clocks.begin_again(case, now=clock.now())
        message = _say(case, member, body=body)
        history.write(case, "reopened", actor=member, from_state=was, message_id=message.id)
        _record("case.reopened", case, member, message=message)
    return case


def _link(case: Case, item: FeedbackItem, member: Member) -> CaseItem:
    link = db.session.get(CaseItem, (case.id, item.id))
    if link is None or item.author_id != member.id or item.state == "withdrawn":
        raise NotFound()
    return link


def _say(case: Case, member: Member, *, body: str) -> CaseMessage:
    with unit_of_work() as session:
        message = CaseMessage(
            case_id=case.id,
            author_id=member.id,
            body=body,
            body_html=render_markdown(body),
            is_from_member=True,
            written_at=clock.now(),
        )
        session.add(message)
        session.flush()
    return message


def _record(kind: str, case: Case, member: Member, *, message: CaseMessage) -> None:
    record(
        kind,
        subject=case,
        actor=member,
        panel_id=case.panel_id,
        title=case.title,
        message_id=message.id,
        excerpt=excerpt(message.body_html, replies.WORDS_IN_NOTICE),
    )
