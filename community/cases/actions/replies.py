"""Telling the authors of a case something, and writing something down for the team."""

from collections.abc import Sequence
from typing import NamedTuple

from flask_babel import lazy_gettext as _l

from community.activity.actions import record
from community.cases.actions import assigning, due_times, history
from community.cases.models import Case, CaseMessage
from community.cases.queries import conversation
from community.feedback import actions as feedback
from community.infra import clock
from community.infra.db import lock, unit_of_work
from community.infra.errors import Conflict, Invalid
from community.infra.text import excerpt, render_markdown
from community.members.models import Member

MOST = 5000
MOST_AT_ONCE = 100
WORDS_IN_NOTICE = 160


class Told(NamedTuple):
    """What became of one message to many: the cases it was sent in, and the others with the reason."""

    answered: tuple[int, ...]
    refused: tuple[tuple[int, object], ...]


def reply(case: Case, by: Member, *, body: str, seen: int | None = None) -> CaseMessage:
    """Tell the authors of a case something; whoever answers what lies on no desk takes it onto theirs.

    `seen` is the last message the writer had before them. If somebody has written since, that is a Conflict,
    so that nobody is answered twice over by people who do not know of each other.
    """
    check_words(body)
    with unit_of_work():
        case = lock(Case, case.id)
        check_nothing_new(case, by, seen=seen)
        message = tell_authors(case, by, body=body)
        record(
            "case.replied",
            subject=case,
            actor=by,
            panel_id=case.panel_id,
            message_id=message.id,
            title=case.title,
            excerpt=excerpt(message.body_html, WORDS_IN_NOTICE),
        )
    return message


def reply_to_many(cases: Sequence[Case], by: Member, *, body: str) -> Told:
    """The same message to the authors of many cases, in each by itself; says where nobody can be told."""
    check_words(body)
    answered: list[int] = []
    refused: list[tuple[int, object]] = []
    for case in sorted(cases, key=lambda case: case.id)[:MOST_AT_ONCE]:
        try:
            reply(case, by, body=body)
        except Invalid as refusal:
            refused.append((case.id, refusal.message))
        else:
            answered.append(case.id)
    return Told(tuple(answered), tuple(refused))


def add_note(case: Case, by: Member, *, body: str) -> CaseMessage:
    """Write something down that only the team sees."""
    check_words(body)
    with unit_of_work():
        case = lock(Case, case.id)
        message = _write(case, by, body=body, is_note=True)
        history.write(case, "noted", actor=by, message_id=message.id)
        record("case.noted", subject=case, actor=by, panel_id=case.panel_id, message_id=message.id)
    return message


def tell_authors(case: Case, by: Member, *, body: str) -> CaseMessage:
    """Write a reply into a locked case and move it and its words on; the caller records what it means."""
    if not conversation.has_reachable_author(case.id):
        raise Invalid(
            _l("Nobody who wrote this has an account here, so nobody would read a reply."), field="body"
        )
    message = _write(case, by, body=body)
    was = case.state
    mark_answered(case, by)
    history.write(case, "replied", actor=by, from_state=was, message_id=message.id)
    feedback.advance(conversation.item_ids(case.id), "answered")
    return message


def mark_answered(case: Case, by: Member) -> None:
    """Note in a locked case that its authors have been told something, on the clock and in its state."""
    case.answered_at = case.answered_at or clock.now()
    if case.owner_id is None:
        case.routed_by = "by_hand"
        assigning.give(case, by, by=by)
    if case.is_open:
        case.state = "answered"
    due_times.follow(case)


def check_nothing_new(case: Case, by: Member, *, seen: int | None) -> None:
    """Raise Conflict if somebody else has written in the case since the message `seen`."""
    if seen is None:
        return
    newer = conversation.find_newer(case.id, after=seen, not_by=by.id)
    if newer is None:
        return
    raise Conflict(
        _l(
            "%(name)s has written while you were writing. Read it, and send yours if it is still needed.",
            name=newer.author_name or _l("Somebody"),
        ),
        field="body",
    )


def check_words(body: str) -> None:
    """Raise Invalid if there is nothing in a message, or too much."""
    if not body.strip():
        raise Invalid(_l("Write something first."), field="body")
    if len(body) > MOST:
        raise Invalid(_l("Please use at most %(max)d characters.", max=MOST), field="body")


def _write(case: Case, by: Member, *, body: str, is_note: bool = False) -> CaseMessage:
    with unit_of_work() as session:
        message = CaseMessage(
            case_id=case.id,
            author_id=by.id,
            body=body,
            body_html=render_markdown(body),
            is_note=is_note,
            written_at=clock.now(),
        )
        session.add(message)
        session.flush()
    return message
