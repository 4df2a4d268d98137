"""What is held about a member among the surveys: what they were asked, answered, wrote and brought."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from community.infra import clock
from community.infra.db import Base, after_commit, db, get_row, lock
from community.infra.files import Store
from community.infra.language import current_locale, show_moment, text_in
from community.infra.own_data import (
    Line,
    OwnFile,
    Part,
    change,
    facts_of,
    filled,
    lines,
    remove,
    rows,
)
from community.members.models import Member
from community.surveys.actions import pictures, quotas, statements
from community.surveys.models import (
    Answer,
    PairVote,
    Response,
    ResponseDecision,
    ResponseFlag,
    Statement,
    StatementVote,
    Survey,
    SurveyExport,
    SurveyInvitation,
    SurveyPicture,
)
from community.surveys.queries.responses import list_told

HOLDS: Mapping[str, str] = {
    "surveys.owner_id": "unlinked",
    "survey_question_versions.made_by_id": "nameless",
    "survey_responses.member_id": "chosen",
    "survey_response_decisions.decided_by_id": "nameless",
    "survey_statements.author_id": "chosen",
    "survey_statements.decided_by_id": "nameless",
    "survey_pictures.uploaded_by_id": "deleted",
    "survey_invitations.member_id": "deleted",
    "survey_exports.asked_by_id": "nameless",
    "survey_exports.key": "deleted",
    "weight_targets.created_by_id": "nameless",
    "survey_comparisons.created_by_id": "nameless",
    "survey_comparisons.frozen_by_id": "nameless",
}
# The parts of an answer that hold the member's own words; all others are choices from what was offered.
_OWN_WORDS: Mapping[str, Any] = {"other": None, "why": "", "tags": []}


def export(member: Member) -> Mapping[str, Part]:
    """Responses with answers, flags and decisions, statements, pictures, invitations."""
    return filled(
        {
            "responses": Part(_("Questions you answered"), [_response(row) for row in _responses(member)]),
            "statements": Part(
                _("Statements you wrote"),
                lines(
                    rows(Statement, Statement.author_id == member.id),
                    lambda row: _("On %(date)s", date=show_moment(row.created_at)),
                    said="text",
                ),
            ),
            "pictures": Part(
                _("Pictures you brought"),
                lines(
                    _own_pictures(member),
                    lambda row: _("On %(date)s", date=show_moment(row.uploaded_at)),
                    leave_out=("key",),
                ),
            ),
            "invitations": Part(
                _("When you were chosen to be asked"),
                lines(rows(SurveyInvitation, SurveyInvitation.member_id == member.id), _invitation),
            ),
        }
    )


def files(member: Member) -> list[OwnFile]:
    """The pictures that the member brought."""
    return [
        OwnFile(f"surveys/{picture.id}.{picture.extension}", _store().path(picture.key))
        for picture in _own_pictures(member)
    ]


def erase(member: Member, *, keeps_texts: bool) -> Mapping[str, int]:
    """Choices stay in the figures; who chose them, and unless they stay the words, are forgotten."""
    responses = sorted(_responses(member), key=lambda row: row.survey_id)
    for known in responses:
        survey, response = lock(Survey, known.survey_id), lock(Response, known.id)
        if response.state in ("started", "trial"):
            _forget_begun(survey, response)
        else:
            _forget_person(survey, response, keeps_texts=keeps_texts)
        _forget_exports(survey)
    report = {
        "survey_responses": len(responses),
        "survey_statements": _forget_statements(member, keeps_texts=keeps_texts),
        "survey_invitations": remove(SurveyInvitation, SurveyInvitation.member_id == member.id),
    }
    change(Survey, Survey.owner_id == member.id, owner_id=None)
    return report


def _responses(member: Member) -> list[Response]:
    return rows(Response, Response.member_id == member.id)


def _own_pictures(member: Member) -> list[SurveyPicture]:
    is_own = SurveyPicture.uploaded_by_id == member.id
    return rows(SurveyPicture, is_own, SurveyPicture.is_offered.is_(False))


def _response(response: Response) -> Line:
    survey = get_row(Survey, response.survey_id)
    told = list_told(response, survey, locale=current_locale())
    parts: dict[str, Sequence[Base]] = {
        "answers": rows(Answer, Answer.response_id == response.id),
        "statement_votes": rows(StatementVote, StatementVote.response_id == response.id),
        "pair_votes": rows(PairVote, PairVote.response_id == response.id),
        "flags": rows(ResponseFlag, ResponseFlag.response_id == response.id),
        "decisions": rows(ResponseDecision, ResponseDecision.response_id == response.id),
    }
    facts = {name: [facts_of(row) for row in found] for name, found in parts.items()}
    title = text_in(survey.title)
    at = show_moment(response.completed_at or response.started_at)
    return Line(
        _("“%(title)s”, on %(date)s", title=title, date=at),
        facts_of(response) | {"title": title} | facts,
        said="\n".join(f"{each.text} — {each.words or '–'}" for each in told),
    )


def _invitation(row: SurveyInvitation) -> str:
    title = text_in(get_row(Survey, row.survey_id).title)
    return str(_("“%(title)s”, on %(date)s", title=title, date=show_moment(row.drawn_at)))


def _forget_begun(survey: Survey, response: Response) -> None:
    """What was never finished counted nowhere: it goes as a whole, and its place is free again."""
    quotas.return_place(response)
    if response.state == "started":
        survey.started_count -= 1
    statements.forget_votes(response)
    pictures.forget_own(response)
    db.session.delete(response)
    db.session.flush()


def _forget_person(survey: Survey, response: Response, *, keeps_texts: bool) -> None:
    pictures.forget_own(response)
    remove(ResponseFlag, ResponseFlag.response_id == response.id)
    response.flag_count, response.needs_look = 0, False
    # Through which panel they were asked is no more than its results say anyway.
    response.profile = {name: value for name, value in response.profile.items() if name == "panel"}
    response.reply, response.replied_at = "", None
    if not keeps_texts:
        forget_words(response)
    if response.state == "completed":
        survey.answers_changed_at = clock.now()


def forget_words(response: Response) -> int:
    """Empty what was written in a response in own words; says how many answers held some."""
    touched = 0
    for answer in rows(Answer, Answer.response_id == response.id):
        if "text" in answer.value:
            db.session.delete(answer)
            touched += 1
        elif any(answer.value.get(name) for name in _OWN_WORDS):
            kept = {name: value for name, value in answer.value.items() if name not in _OWN_WORDS}
            emptied = {
                name: empty
                for name, empty in _OWN_WORDS.items()
                if name in answer.value and empty is not None
            }
            answer.value = kept | emptied
            touched += 1
    db.session.flush()
    return touched


def _forget_statements(member: Member, *, keeps_texts: bool) -> int:
    """A statement whose words go is taken out; what others thought of it stays counted."""
    going = [] if keeps_texts else ["live", "out"]
    own = rows(Statement, Statement.author_id == member.id, Statement.state.in_(["waiting", *going]))
    for statement in own:
        change(Statement, Statement.id == statement.id, state="out", text="", decided_at=clock.now())
    return len(own)


def _forget_exports(survey: Survey) -> None:
    """Files that were made of the answers hold the member's too; they can be made anew."""
    made = select(SurveyExport).where(SurveyExport.survey_id == survey.id, SurveyExport.key.is_not(None))
    for file in db.session.scalars(made):
        after_commit(partial(_store().delete, str(file.key)))
        file.key = None


def _store() -> Store:
    return Store(current_app.config["UPLOAD_DIR"])
