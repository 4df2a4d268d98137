"""Ending a case: what became of it, and that its authors know."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from community.activity.actions import record
from community.cases import outcomes
from community.cases.actions import due_times, history, promises, replies
from community.cases.models import OUTCOMES, Case
from community.cases.queries import conversation, openings, themes
from community.feedback import actions as feedback
from community.infra import clock
from community.infra.db import lock, unit_of_work
from community.infra.errors import Conflict, Invalid
from community.infra.text import excerpt
from community.members.models import Member


def resolve(
    case: Case,
    by: Member,
    *,
    outcome: str,
    body: str = "",
    promised_on: date | None = None,
    with_cases: bool = False,
    seen: int | None = None,
) -> Case:
    """End a case, with a last word to its authors if `body` has one; they are then asked whether it helped.

    Nothing but "no reply needed" ends a case whose authors were told nothing. A second person who resolves
    the same case meets a Conflict. With `with_cases` the open cases of a theme's texts end with the theme.
    """
    if outcome not in OUTCOMES:
        raise Invalid(_l("Please choose one of the options."), field="outcome")
    if body:
        replies.check_words(body)
    with unit_of_work():
        singles = _lock_with_theme(case) if with_cases and case.is_theme else []
        case = lock(Case, case.id)
        if not case.is_open:
            raise already_resolved(case)
        replies.check_nothing_new(case, by, seen=seen)
        if promised_on is not None:
            promises.set_promise(case, by, words="", promised_on=promised_on)
        message = replies.tell_authors(case, by, body=body) if body else None
        _check_told(case, outcome)
        _close(case, by, outcome=outcome)
        record(
            "case.resolved",
            subject=case,
            actor=by,
            panel_id=case.panel_id,
            title=case.title,
            outcome=outcome,
            is_told=outcomes.needs_word(outcome),
            excerpt=excerpt(message.body_html, replies.WORDS_IN_NOTICE) if message is not None else "",
        )
        if outcomes.needs_word(outcome):
            _resolve_with_theme(singles, by, outcome=outcome, theme=case)
    return case


def already_resolved(case: Case) -> Conflict:
    """What whoever comes second is told."""
    name = conversation.find_resolver_name(case.id)
    return Conflict(
        _l("%(name)s has resolved this case already.", name=name or _l("Somebody")), field="outcome"
    )


def _check_told(case: Case, outcome: str) -> None:
    if not outcomes.needs_word(outcome) or not conversation.has_reachable_author(case.id):
        return
    if not conversation.has_been_told(case.id, since_reopened=case.reopened_count > 0):
        raise Invalid(
            _l("Nobody has answered yet. Write what you tell the member, or choose “No reply needed”."),
            field="outcome",
        )


def _close(case: Case, by: Member, *, outcome: str, has_open_promise: bool = False, **data: Any) -> None:
    was = case.state
    case.state, case.outcome, case.resolved_at = "resolved", outcome, clock.now()
    case.help_rating = None
    due_times.follow(case)
    history.write(case, "resolved", actor=by, from_state=was, outcome=outcome, **data)
    is_to_come = has_open_promise or case.promise_state == "open"
    stage = outcomes.stage_of(outcome, has_open_promise=is_to_come)
    if stage is not None:
        feedback.advance(conversation.item_ids(case.id), stage)


def _lock_with_theme(theme: Case) -> list[Case]:
    """The cases of a theme's texts, locked with its own before any text: the one order of the house."""
    cases = openings.lock_cases([theme.id, *themes.list_open_case_ids_within(theme.id)])
    return [case for case in cases.values() if case.id != theme.id]


def _resolve_with_theme(singles: Sequence[Case], by: Member, *, outcome: str, theme: Case) -> None:
    is_to_come = theme.promise_state == "open"
    for single in singles:
        if single.is_open:
            single.answered_at = single.answered_at or clock.now()
            # Their authors hear it once, from the theme's case.
            _close(single, by, outcome=outcome, has_open_promise=is_to_come, theme_id=theme.id)
