"""Beginning a survey, changing what it says and whom it asks, and throwing away one that never opened."""

from collections.abc import Sequence
from typing import Any, TypedDict

from flask_babel import lazy_gettext as _l

from community.activity import actions as activity
from community.activity.changes import columns_of, compare
from community.config import LOCALES
from community.infra.db import lock, unit_of_work
from community.infra.errors import Check, Conflict, Invalid, unchecked
from community.members.models import Member
from community.surveys import checks, drafting, standards, states
from community.surveys.actions import answering, pictures, questions
from community.surveys.drafting import Draft
from community.surveys.models import ASKED_OF, SURVEY_KINDS, Survey, SurveyPanel
from community.surveys.queries import questions as queries

TITLE_MOST = 120
PURPOSE_MOST = 1000
THANKS_MOST = 1000
POINTS_MOST = 10_000
MINUTES_MOST = 60
# What was promised to members, or decides whom it asks and how, stays once it has opened.
FIXED_ONCE_OPEN = ("languages", "panel_ids", "points", "shuffles_questions")


class Settings(TypedDict, total=False):
    """What staff can set on a survey."""

    title: dict[str, str]
    purpose: dict[str, str]
    thanks: dict[str, str]
    languages: Sequence[str]
    panel_ids: Sequence[int]
    owner_id: int | None
    points: int
    minutes: int
    shuffles_questions: bool
    shows_results: bool


def create_survey(
    by: Member,
    *,
    settings: Settings,
    kind: str = "survey",
    start: str = "empty",
    question: tuple[str, Draft] | None = None,
    idea_id: int | None = None,
    asked_of: str | None = None,
) -> Survey:
    """Begin a survey as a draft, with the standard questions of its start, or one question (kind, draft)."""
    if kind not in SURVEY_KINDS or start not in standards.STARTS or asked_of not in (None, *ASKED_OF):
        raise Invalid(_l("Please choose one of the options."))
    settled = _settled(settings, languages=settings["languages"])
    panel_ids = settled.pop("panel_ids")
    with unit_of_work() as session:
        survey = Survey(kind=kind, idea_id=idea_id, asked_of=asked_of, owner_id=by.id, **settled)
        survey.purpose = survey.purpose or _spoken(standards.PURPOSE, survey.languages)
        survey.panels = [SurveyPanel(panel_id=panel_id) for panel_id in panel_ids]
        session.add(survey)
        activity.record(
            "survey.created",
            subject=survey,
            actor=by,
            panel_id=survey.only_panel_id,
            title=survey.title,
            kind=kind,
            start=start,
        )
        for code in standards.STARTS[start].questions:
            standard = standards.STANDARDS[code]
            questions.add_question(survey, by=by, kind=standard.kind, draft=standard.draft(survey.languages))
        if question is not None:
            questions.add_question(survey, by=by, kind=question[0], draft=question[1])
    return survey


def edit_survey(survey: Survey, *, by: Member, settings: Settings, check: Check[Survey] = unchecked) -> None:
    """Change what a survey says of itself; what was promised when it opened stays as it is."""
    with unit_of_work():
        survey = lock(Survey, survey.id)
        check(survey)
        if not states.is_building(survey.state):
            settings = {name: value for name, value in settings.items() if name not in FIXED_ONCE_OPEN}  # type: ignore[assignment]
        settled = _settled(settings, languages=settings.get("languages") or survey.languages)
        if not states.is_building(survey.state):
            for field in ("title", "purpose"):
                checks.check_whole(settled.get(field, getattr(survey, field)), survey.languages, field=field)
        before = columns_of(survey, *settled)
        after = dict(settled)
        panel_ids = settled.pop("panel_ids", None)
        if panel_ids is not None and panel_ids != survey.panel_ids:
            survey.panels = [SurveyPanel(panel_id=panel_id) for panel_id in panel_ids]
        for name, value in settled.items():
            setattr(survey, name, value)
        activity.record(
            "survey.changed",
            subject=survey,
            actor=by,
            panel_id=survey.only_panel_id,
            title=survey.title,
            **compare(before, after),
        )


def delete_survey(survey: Survey, *, by: Member | None = None) -> None:
    """Throw away a survey that nobody but staff ever saw, with what staff answered to try it out."""
    with unit_of_work() as session:
        survey = lock(Survey, survey.id)
        if not states.is_building(survey.state):
            raise Conflict(_l("It has been opened: what was answered stays."))
        activity.record(
            "survey.deleted", subject=survey, actor=by, panel_id=survey.only_panel_id, title=survey.title
        )
        # First: a version that was answered refuses to go.
        answering.forget_trials(survey)
        pictures.forget_files([each.question.id for each in queries.list_standing(survey)])
        session.delete(survey)


def _settled(settings: Settings, *, languages: Sequence[str]) -> dict[str, Any]:
    settled: dict[str, Any] = dict(settings)
    languages = [locale for locale in LOCALES if locale in languages]
    if not languages:
        raise Invalid(_l("Choose at least one language."), field="languages")
    if "languages" in settled:
        settled["languages"] = languages
    for field, most in (("title", TITLE_MOST), ("purpose", PURPOSE_MOST), ("thanks", THANKS_MOST)):
        if field in settled:
            settled[field] = drafting.texts_in(settled[field], languages, block=field != "title")
            drafting.check_length(settled[field], most, field=field)
    if "title" in settled and not settled["title"]:
        raise Invalid(_l("Please give it a title."), field=f"title_{languages[0]}")
    if "panel_ids" in settled:
        settled["panel_ids"] = sorted(set(settled["panel_ids"]))
        if not settled["panel_ids"]:
            raise Invalid(_l("Choose the panels whose members you ask."), field="panel_ids")
    for field, least, most in (("points", 0, POINTS_MOST), ("minutes", 1, MINUTES_MOST)):
        if field in settled and not least <= settled[field] <= most:
            message = _l("Please use between %(min)s and %(max)s.", min=least, max=most)
            raise Invalid(message, field=field)
    return settled


def _spoken(texts: dict[str, str], languages: Sequence[str]) -> dict[str, str]:
    return {locale: texts[locale] for locale in languages}
