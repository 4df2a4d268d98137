"""Pictures to choose from: those that staff offer, each in words too, and those that members bring."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial

from flask import current_app
from flask_babel import lazy_gettext as _l

from community.activity.actions import record
from community.activity.changes import compare
from community.infra import clock
from community.infra.db import after_commit, get_row, lock, unit_of_work
from community.infra.errors import Conflict, Forbidden, Invalid
from community.infra.files import Store
from community.infra.images import CleanImage
from community.members.models import Member
from community.surveys import checks, drafting, states
from community.surveys.actions import live
from community.surveys.models import Question, Response, Survey, SurveyPicture
from community.surveys.queries import pictures as queries
from community.surveys.queries.questions import Standing

LONGEST = 200
MOST_OFFERED = 24


def offer(
    question: Question, image: CleanImage, *, description: Mapping[str, str], staff: Member
) -> SurveyPicture:
    """Add a picture that everybody may choose; the description stands for it where it cannot be seen."""
    with _kept(image) as key, unit_of_work() as session:
        survey = lock(Survey, question.survey_id)
        if not states.can_ask_anew(survey.state):
            raise Conflict(_l("It is closed: its questions stay as they were answered."))
        words = _described(survey, description)
        if len(queries.list_offered(question.id)) >= MOST_OFFERED:
            raise Conflict(_l("%(most)d pictures are enough to choose from.", most=MOST_OFFERED))
        picture = _row(question, image, key, staff)
        picture.description, picture.is_offered = words, True
        picture.position = queries.next_position(question.id)
        session.add(picture)
        _note(survey, staff, {}, words)
        survey.answers_changed_at = clock.now()
    return picture


def describe(picture: SurveyPicture, *, description: Mapping[str, str], staff: Member | None = None) -> None:
    """Say anew what a picture shows."""
    with unit_of_work():
        survey = _locked_survey(picture)
        before, picture.description = picture.description, _described(survey, description)
        _note(survey, staff, before, picture.description)


def withdraw(picture: SurveyPicture, *, staff: Member | None = None) -> None:
    """Offer a picture no longer; whoever chose it before has chosen it."""
    with unit_of_work():
        survey = _locked_survey(picture)
        _note(survey, staff, picture.description, {})
        picture.removed_at = survey.answers_changed_at = clock.now()


def bring(response: Response, standing: Standing, member: Member, *, image: CleanImage) -> SurveyPicture:
    """Add a picture of the member's own, which only they and staff will see."""
    if not standing.version.settings["lets_upload"]:
        raise Forbidden(_l("Please choose one of the pictures that are offered."))
    with _kept(image) as key, unit_of_work() as session:
        live.lock_answerable(response, standing.question)
        if queries.count_own(standing.question.id, member) >= queries.MOST_OWN:
            raise Conflict(_l("You have brought %(most)d pictures already.", most=queries.MOST_OWN))
        picture = _row(standing.question, image, key, member)
        session.add(picture)
    return picture


def forget_own(response: Response) -> None:
    """Take away the pictures that the response's member brought, and their files."""
    store = Store(current_app.config["UPLOAD_DIR"])
    with unit_of_work() as session:
        for picture in queries.list_own(response.survey_id, response.member_id):
            session.delete(picture)
            after_commit(partial(store.delete, picture.key))


def forget_files(question_ids: Sequence[int]) -> None:
    """Remove the files of all pictures of questions that are taken away for good."""
    store = Store(current_app.config["UPLOAD_DIR"])
    for key in queries.list_keys(question_ids):
        after_commit(partial(store.delete, key))


def _note(survey: Survey, staff: Member | None, before: Mapping[str, str], after: Mapping[str, str]) -> None:
    record(
        "survey.changed", subject=survey, actor=staff, panel_id=survey.only_panel_id, title=survey.title,
        **compare({"picture": dict(before)}, {"picture": dict(after)}),
    )  # fmt: skip


def _locked_survey(picture: SurveyPicture) -> Survey:
    return lock(Survey, get_row(Question, picture.question_id).survey_id)


def _described(survey: Survey, description: Mapping[str, str]) -> dict[str, str]:
    # Of a locked survey: a picture that is still without words in a language slips into none that opens.
    words = drafting.texts_in(description, survey.languages)
    if not words:
        message = _l("Please say what the picture shows.")
        raise Invalid(message, field=f"description_{survey.languages[0]}")
    drafting.check_length(words, LONGEST, field="description")
    if not states.is_building(survey.state):
        checks.check_whole(words, survey.languages, field="description")
    return words


def _row(question: Question, image: CleanImage, key: str, member: Member) -> SurveyPicture:
    return SurveyPicture(
        question_id=question.id,
        key=key,
        extension=image.extension,
        width=image.width,
        height=image.height,
        uploaded_by_id=member.id,
    )


def _kept(image: CleanImage) -> AbstractContextManager[str]:
    return Store(current_app.config["UPLOAD_DIR"]).keep(image.data, image.extension)
