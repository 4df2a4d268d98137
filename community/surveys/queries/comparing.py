"""The waves of a survey, what was claimed about them, and the scores that claims are measured by."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from community.infra.db import db
from community.infra.errors import NotFound
from community.infra.language import text_in
from community.members.models import Member
from community.panels.models import Panel, told_in
from community.surveys import measuring, policy
from community.surveys.kinds import Asked, Value
from community.surveys.measuring import Score
from community.surveys.models import (
    Answer,
    Comparison,
    Question,
    Response,
    Survey,
    SurveyPanel,
)
from community.surveys.queries import profiles, questions, waves
from community.surveys.wording import asked_of

DONE = ("closed", "told_back")


class Line(NamedTuple):
    """A claim, with who wrote it down and who froze it, and what was found."""

    id: int
    before_id: int
    after_id: int | None
    hypothesis: str
    question_code: str
    metric: str
    options: list[str]
    expects: str
    cut: str
    untouched_cut: str
    change_on: date | None
    created_at: datetime
    created_by: str | None
    frozen_at: datetime | None
    frozen_by: str | None
    measured_at: datetime | None
    result: dict[str, Any]


class Tracked(NamedTuple):
    """A question that can be tracked."""

    asked: Asked
    metrics: tuple[str, ...]


class Cut(NamedTuple):
    """A part of the members, as results are split too: "attribute:key=option" or "panel=slug"."""

    key: str
    name: str


class Pair(NamedTuple):
    """Two waves whose comparisons are measured together."""

    before_id: int
    after_id: int


_Freezer = aliased(Member)
_LINES = (
    select(
        Comparison.id,
        Comparison.before_id,
        Comparison.after_id,
        Comparison.hypothesis,
        Comparison.question_code,
        Comparison.metric,
        Comparison.options,
        Comparison.expects,
        Comparison.cut,
        Comparison.untouched_cut,
        Comparison.change_on,
        Comparison.created_at,
        Member.display_name.label("created_by"),
        Comparison.frozen_at,
        _Freezer.display_name.label("frozen_by"),
        Comparison.measured_at,
        Comparison.result,
    )
    .outerjoin(Member, Member.id == Comparison.created_by_id)
    .outerjoin(_Freezer, _Freezer.id == Comparison.frozen_by_id)
    .order_by(Comparison.id)
)


def list_comparisons(before: Survey) -> list[Line]:
    """What was claimed about the change from this wave to the next, in the order it was written down."""
    return [Line._make(row) for row in db.session.execute(_LINES.where(Comparison.before_id == before.id))]


def get_comparison(comparison_id: int, viewer: Member | None) -> tuple[Comparison, Survey]:
    """A claim with the wave it begins at; NotFound for whoever may not read both of its waves."""
    comparison = db.session.get(Comparison, comparison_id)
    before = db.session.get(Survey, comparison.before_id) if comparison is not None else None
    if comparison is None or before is None or not may_compare(before, viewer):
        raise NotFound()
    return comparison, before


def may_compare(before: Survey, viewer: Member | None) -> bool:
    """Whether the viewer may build this wave and read the next, as far as there is one."""
    after = waves.find_next_wave(before)
    return policy.can_build(viewer, before) and (after is None or policy.can_read_results(viewer, after))


def list_tracked(survey: Survey, *, locale: str | None = None) -> list[Tracked]:
    """The questions of the survey that can be tracked, in their order."""
    return [
        Tracked(asked_of(question, version, locale=locale), metrics)
        for question, version in questions.list_standing(survey)
        if (metrics := measuring.metrics_of(question.kind))
    ]


def list_cuts(survey: Survey, *, locale: str) -> list[Cut]:
    """The parts into which those who answer can be split: panels, and what all staff may know of members."""
    panels = db.session.execute(
        select(Panel.slug, Panel.name, Panel.translations)
        .join(SurveyPanel, SurveyPanel.panel_id == Panel.id)
        .where(SurveyPanel.survey_id == survey.id)
        .order_by(Panel.name)
    ).all()
    cuts = [
        Cut(f"panel={slug}", told_in(locale, translations, "name", first=name))
        for slug, name, translations in panels
        if len(panels) > 1
    ]
    for attribute in profiles.list_choice_attributes():
        for option in attribute.options:
            words = profiles.option_text(option, locale)
            cuts.append(
                Cut(
                    f"attribute:{attribute.key}={option['key']}",
                    f"{text_in(attribute.label, locale)}: {words}",
                )
            )
    return cuts


def list_scores(survey_id: int, code: str, *, metric: str, options: Collection[str] = ()) -> list[Score]:
    """What each counted response says to a question, as it is measured."""
    rows = db.session.execute(_answers(survey_id, code))
    return [
        Score(member_id, measuring.score_of(value, metric, options), weight, profile)
        for member_id, value, weight, profile in rows
    ]


def find_waiting_pair() -> Pair | None:
    """Two waves of which the second is over and some comparison has not been measured."""
    before, after, between = aliased(Survey), aliased(Survey), aliased(Survey)
    first = func.coalesce(before.series_id, before.id)
    row = db.session.execute(
        select(before.id, after.id)
        .select_from(Comparison)
        .join(before, before.id == Comparison.before_id)
        .join(after, and_(func.coalesce(after.series_id, after.id) == first, after.wave > before.wave))
        .where(
            Comparison.measured_at.is_(None),
            after.state.in_(DONE),
            # Weights are computed with the results; what is compared waits for them.
            *(
                or_(wave.answers_changed_at.is_(None), wave.answers_changed_at == wave.tallied_at)
                for wave in (before, after)
            ),
            ~select(between.id)
            .where(
                func.coalesce(between.series_id, between.id) == first,
                between.wave > before.wave,
                between.wave < after.wave,
            )
            .exists(),
        )
        .order_by(Comparison.id)
        .limit(1)
    ).first()
    return Pair._make(row) if row is not None else None


def lock_comparisons(before_id: int) -> Sequence[Comparison]:
    """The comparisons that begin at this wave, as they are now; the caller has locked the wave."""
    return db.session.scalars(
        select(Comparison)
        .where(Comparison.before_id == before_id)
        .order_by(Comparison.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()


def list_of_pair(before_id: int) -> Sequence[Comparison]:
    """The comparisons that begin at this wave."""
    return db.session.scalars(
        select(Comparison).where(Comparison.before_id == before_id).order_by(Comparison.id)
    ).all()


def list_ids_around(survey: Survey) -> list[int]:
    """The waves at which comparisons begin that this one's answers are part of: itself and the one before."""
    previous = waves.find_wave_before(survey)
    return [survey.id] if previous is None else [previous.id, survey.id]


def _answers(survey_id: int, code: str) -> Select[int, Value, float | None, dict[str, list[str]]]:
    return (
        select(Response.member_id, Answer.value, Response.weight, Response.profile)
        .join(Answer, Answer.response_id == Response.id)
        .join(Question, Question.id == Answer.question_id)
        .where(
            Question.survey_id == survey_id,
            Question.code == code,
            Response.state == "completed",
            Response.excluded_at.is_(None),
        )
        .order_by(Response.member_id)
    )
