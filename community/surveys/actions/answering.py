"""Answering: begin, save page by page, finish, go through a preview, withdraw.

Whoever writes holds the survey's row first and then the response's, so that counts, places and two devices
of one member agree.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete

from community.activity.actions import record
from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict, Forbidden, Invalid, NotFound
from community.members.models import Member
from community.panels.actions import refuse_while_paused
from community.surveys import filling, paths, policy, states
from community.surveys.actions import live, pairs, pictures, quotas, statements
from community.surveys.filling import Filled, SentForm
from community.surveys.models import Answer, Question, Response, ResponseFlag, Survey
from community.surveys.queries import answering, doors, profiles

# Who goes away with a page open has not been thinking about it all the time.
LONGEST_STAY = timedelta(minutes=10)


class Unanswered(Invalid):
    """Answers that cannot be taken, with what is wrong by form field; nothing was stored."""

    def __init__(self, errors: Mapping[str, object]) -> None:
        super().__init__(next(iter(errors.values())))
        self.errors = errors


@dataclass(frozen=True)
class Saved:
    """What a saved page leads to: another page, or None once everything is answered."""

    response: Response
    next_page: int | None


def begin(survey: Survey, member: Member) -> Response:
    """The member's response to go on with; a new one holds their place in a quota."""
    with unit_of_work():
        return _begun(lock(Survey, survey.id), member)


def begin_trial(survey: Survey, member: Member) -> Response:
    """A new way through a survey that is still being built, for those who build it; it counts nowhere."""
    with unit_of_work():
        survey = lock(Survey, survey.id)
        if not policy.can_build(member, survey):
            raise NotFound()
        if not states.is_building(survey.state):
            raise Conflict(_("It has been opened: there is nothing left to try out."))
        if not survey.panel_ids:
            raise Conflict(_("Please choose a panel first."))
        response = answering.find_response(survey, member)
        if response is not None:
            _forget(response)
        return _new_response(survey, member, panel_id=survey.panel_ids[0], state="trial")


def forget_trials(survey: Survey) -> None:
    """Delete all that staff answered to try the survey out, with the pictures they brought.

    The caller holds the survey's row.
    """
    with unit_of_work():
        for response in answering.list_trials(survey):
            _forget(response)


def answer(survey: Survey, member: Member, sent: SentForm, *, page: int | None = None) -> Saved:
    """Save one page, or without a page all answers at once, and finish if nothing is left to answer.

    Begins if need be. Unanswered says what cannot be taken; then nothing at all is stored.
    """
    with unit_of_work():
        survey = lock(Survey, survey.id)
        response = _begun(survey, member)
        live.settle(survey, response, member)
        filled = filling.read(answering.get_paper(survey, response), sent, page=page)
        if filled.errors:
            raise Unanswered(filled.errors)
        _store(response, filled)
        next_page = _next_page(filled, page)
        if next_page is None:
            _finish(survey, response, member, filled)
        else:
            response.page = next_page
        return Saved(response, next_page)


def keep(survey: Survey, member: Member, sent: SentForm, *, page: int) -> Response:
    """Store what can be understood of a page that is still being filled in; the rest stays as it was."""
    with unit_of_work():
        survey = lock(Survey, survey.id)
        response = _begun(survey, member)
        _store(response, filling.read_draft(answering.get_paper(survey, response), sent, page=page))
        return response


def withdraw(survey: Survey, member: Member) -> None:
    """Take back all answers while the survey is open; the member may begin anew."""
    with unit_of_work():
        survey = lock(Survey, survey.id)
        response = answering.find_response(survey, member)
        if response is None or response.state not in ("started", "completed"):
            raise NotFound()
        if not policy.is_answerable(survey, clock.now()):
            raise Forbidden(_("The survey is closed: answers can no longer be withdrawn."))
        is_completed = response.state == "completed"
        answer_ids = _empty(response)
        quotas.return_place(response)
        survey.started_count -= 1
        survey.completed_count -= is_completed
        survey.excluded_count -= is_completed and response.excluded_at is not None
        if is_completed:
            survey.answers_changed_at = clock.now()
        response.state, response.completed_at, response.excluded_at = "withdrawn", None, None
        response.path, response.profile, response.weight = "", {}, None
        response.reply, response.replied_at = "", None
        record(
            "survey.withdrawn",
            subject=response,
            actor=member,
            panel_id=survey.only_panel_id,
            survey_id=survey.id,
            answer_ids=answer_ids,
        )


def _begun(survey: Survey, member: Member) -> Response:
    """The response that the member may write to now; refused if they may not."""
    seen = doors.get_survey(survey.id, member)
    if states.is_building(survey.state):
        if seen.response is None:
            raise Conflict(_("Begin the trial anew: it is no longer there."))
        return lock(Response, seen.response.id)
    _check_open(seen.why)
    refuse_while_paused(seen.paused_until)
    response = seen.response
    if response is None:
        assert seen.panel_id is not None
        response = _new_response(survey, member, panel_id=seen.panel_id, state="started")
        survey.started_count += 1
    else:
        response = lock(Response, response.id)
        if response.state == "withdrawn":
            _begin_anew(response)
            survey.started_count += 1
    quotas.keep_place(response, survey, member)
    return response


def _check_open(why: str) -> None:
    match why:
        # Whether a place is free is decided when it is taken.
        case "" | "full":
            return
        case "answered":
            raise Forbidden(_("You have answered this survey already. Thank you."))
        case "closed":
            raise Forbidden(_("This survey is closed, so answers are no longer taken."))
        case _:
            raise Forbidden(_("This survey does not ask you."))


def _new_response(survey: Survey, member: Member, *, panel_id: int, state: str) -> Response:
    response = Response(
        survey_id=survey.id,
        member_id=member.id,
        panel_id=panel_id,
        state=state,
        seed=_new_seed(),
        locale=member.locale if member.locale in survey.languages else survey.languages[0],
    )
    db.session.add(response)
    db.session.flush()
    return response


def _begin_anew(response: Response) -> None:
    response.state, response.page, response.seconds, response.seed = "started", 1, 0.0, _new_seed()
    response.started_at = response.last_at = clock.now()


def _new_seed() -> int:
    return secrets.randbelow(2**31 - 1) + 1


def _store(response: Response, filled: Filled) -> None:
    now = clock.now()
    response.seconds += min(max(now - response.last_at, timedelta()), LONGEST_STAY).total_seconds()
    response.last_at = now
    kept = {row.question_id: row for row in answering.list_answers(response)}
    for asked in filled.given:
        value, row = filled.answers.get(asked.code), kept.get(asked.id)
        if value is None:
            if row is not None:
                db.session.delete(row)
        elif row is None:
            db.session.add(
                Answer(
                    response_id=response.id, question_id=asked.id, version_id=asked.version_id, value=value
                )
            )
        elif (row.value, row.version_id) != (value, asked.version_id):
            row.value, row.version_id, row.answered_at = value, asked.version_id, now
    db.session.flush()


def _next_page(filled: Filled, page: int | None) -> int | None:
    """Where to go on; None if all that is asked is answered."""
    waiting = paths.first_open(filled.path, filled.answers)
    if page is not None:
        if filled.has_more:
            return page
        if page not in paths.pages_of(filled.path):
            return paths.reachable(filled.path, filled.answers, page=page)
        following = paths.page_after(filled.path, page)
        if following is not None:
            return following
    return waiting.page if waiting is not None else None


def _finish(survey: Survey, response: Response, member: Member, filled: Filled) -> None:
    path = filled.path
    if not any(question.code in filled.answers for question in path):
        raise Unanswered({filling.FORM: _("Please answer at least one question.")})
    _forget_unasked(response, path)
    now = clock.now()
    response.completed_at = now
    response.path = ",".join(question.code for question in path)
    if response.state == "trial":
        return
    quotas.use_place(response)
    response.state = "completed"
    response.profile = profiles.profile_of(member, panel_ids=survey.panel_ids)
    survey.completed_count += 1
    survey.answers_changed_at = now
    record(
        "survey.answered",
        subject=response,
        actor=member,
        panel_id=survey.only_panel_id,
        survey_id=survey.id,
        points=survey.points,
    )


def _forget_unasked(response: Response, path: list[Question]) -> None:
    """What was answered on a way that the member then did not take counts for nothing."""
    asked = [question.id for question in path]
    db.session.execute(
        delete(Answer).where(Answer.response_id == response.id, Answer.question_id.not_in(asked))
    )


def _forget(response: Response) -> None:
    _empty(response)
    db.session.delete(response)
    db.session.flush()


def _empty(response: Response) -> list[int]:
    """Delete all that the response says; tells which answers those were."""
    pairs.forget_votes(response)
    statements.forget_votes(response)
    pictures.forget_own(response)
    flags = delete(ResponseFlag).where(ResponseFlag.response_id == response.id)
    db.session.execute(flags)
    answers = delete(Answer).where(Answer.response_id == response.id).returning(Answer.id)
    return sorted(db.session.scalars(answers))
