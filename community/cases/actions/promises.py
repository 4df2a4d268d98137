"""Promises with a day: made, kept, or broken, and each time its authors know."""

from datetime import date

from flask_babel import lazy_gettext as _l

from community.activity.actions import record
from community.cases.actions import due_times, history, replies
from community.cases.models import Case
from community.cases.queries import conversation, owners, promised
from community.feedback import actions as feedback
from community.infra import clock
from community.infra.db import lock, unit_of_work
from community.infra.errors import Conflict, Invalid
from community.infra.text import excerpt
from community.members.models import Member

WORDS_MOST = 300


def make_promise(case: Case, by: Member, *, words: str, promised_on: date | None) -> Case:
    """Promise the authors of a case something by a day; an open promise made before gives way to it."""
    if not words.strip():
        raise Invalid(_l("Say what you promise, as the member reads it."), field="promise")
    if len(words) > WORDS_MOST:
        raise Invalid(_l("Please use at most %(max)d characters.", max=WORDS_MOST), field="promise")
    if promised_on is None:
        raise Invalid(_l("Please choose a day."), field="promised_on")
    with unit_of_work():
        case = lock(Case, case.id)
        if not conversation.has_reachable_author(case.id):
            raise Invalid(
                _l("Nobody who wrote this has an account here, so nobody would read a promise."),
                field="promise",
            )
        set_promise(case, by, words=words, promised_on=promised_on)
        replies.mark_answered(case, by)
        feedback.advance(conversation.item_ids(case.id), "decided")
        _record("case.promise_made", case, by)
    return case


def set_promise(case: Case, by: Member, *, words: str, promised_on: date) -> None:
    """Write a promise into a locked case; its caller records it."""
    if promised_on < owners.company_day():
        raise Invalid(_l("Choose a day that is still to come."), field="promised_on")
    history.write(case, "promised", actor=by, note=words, promised_on=promised_on.isoformat())
    case.promise, case.promised_on, case.promise_state = words, promised_on, "open"
    due_times.follow(case)


def keep_promise(case: Case, by: Member) -> Case:
    """Note that what was promised is done, in time or late."""
    with unit_of_work():
        case = lock(Case, case.id)
        if case.promise_state not in ("open", "broken"):
            raise Conflict(_l("Nothing is promised here any more."))
        is_late = case.promise_state == "broken"
        case.promise_state = "kept"
        due_times.follow(case)
        history.write(case, "promise_kept", actor=by, note=case.promise, is_late=is_late)
        replies.mark_answered(case, by)
        feedback.advance(conversation.item_ids(case.id), "delivered")
        _record("case.promise_kept", case, by, is_late=is_late)
    return case


def break_promise(case: Case, by: Member, *, reason: str) -> Case:
    """Say openly that a promise cannot be kept, and why, before its day comes."""
    if not reason.strip():
        raise Invalid(_l("Tell the member why."), field="reason")
    with unit_of_work():
        case = lock(Case, case.id)
        if case.promise_state != "open":
            raise Conflict(_l("Nothing is promised here any more."))
        replies.tell_authors(case, by, body=reason)
        _break(case, by, reason=reason)
    return case


def break_promises_due() -> int:
    """Break every promise whose day has passed and say how many: their owners and authors are told so."""
    broken = 0
    for case_id in promised.list_overdue_case_ids(owners.company_day()):
        with unit_of_work():
            case = lock(Case, case_id)
            until = due_times.promised_until(case)
            if until is not None and until <= clock.now():
                _break(case, None)
                broken += 1
    return broken


def _break(case: Case, by: Member | None, *, reason: str = "") -> None:
    case.promise_state = "broken"
    due_times.follow(case)
    history.write(case, "promise_broken", actor=by, note=case.promise)
    _record("case.promise_broken", case, by, reason=excerpt(reason, replies.WORDS_IN_NOTICE))


def _record(kind: str, case: Case, by: Member | None, **data: object) -> None:
    record(
        kind,
        subject=case,
        actor=by,
        panel_id=case.panel_id,
        title=case.title,
        promise=case.promise,
        promised_on=case.promised_on.isoformat() if case.promised_on else "",
        **data,
    )
