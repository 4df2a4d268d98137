"""What pages about results read: stored results and the words that belong to them; answers are never read."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, or_, select

from community.ideas.models import Idea
from community.infra.db import db
from community.infra.language import current_locale
from community.members.models import Member
from community.panels import queries as panels
from community.panels.models import Panel
from community.surveys.models import Question, QuestionVersion, Statement, Survey, Tally
from community.surveys.queries import pictures
from community.surveys.queries.tallying import MEMBERS_CUT


class Stored(NamedTuple):
    """A stored result."""

    question_id: int
    cut: str
    n: int
    data: Mapping[str, Any]
    computed_at: datetime


class Version(NamedTuple):
    """What a question said at one time."""

    text: Mapping[str, str]
    hint: Mapping[str, str]
    options: Sequence[Mapping[str, Any]]
    settings: Mapping[str, Any]


class AskedQuestion(NamedTuple):
    """A question with all its versions, the newest first."""

    id: int
    code: str
    kind: str
    has_condition: bool
    is_removed: bool
    versions: Sequence[Version]


_STORED = (
    select(Tally.question_id, Tally.cut, Tally.n, Tally.data, Tally.computed_at)
    .join(Question, Question.id == Tally.question_id)
    .where(Question.survey_id == bindparam("survey_id"))
)
_WHOLE = _STORED.where(Tally.cut == "")
_SEEN = _STORED.where(Tally.cut == MEMBERS_CUT)
_ASKED = (
    select(
        Question.id,
        Question.code,
        Question.kind,
        Question.condition,
        Question.removed_at,
        QuestionVersion.text,
        QuestionVersion.hint,
        QuestionVersion.options,
        QuestionVersion.settings,
    )
    .join(QuestionVersion, QuestionVersion.question_id == Question.id)
    .where(Question.survey_id == bindparam("survey_id"))
    .order_by(Question.page, Question.position, Question.id, QuestionVersion.number.desc())
)


def list_stored(survey: Survey, *, split: str = "") -> list[Stored]:
    """The results of all questions, and of the groups of one way to split ("attribute:key", "panel")."""
    if not split:
        rows = db.session.execute(_WHOLE, {"survey_id": survey.id})
        return [Stored._make(row) for row in rows]
    is_group = Tally.cut.startswith(f"{split}=", autoescape=True)
    statement = _STORED.where(or_(Tally.cut == "", is_group)).order_by(Tally.cut)
    return [Stored._make(row) for row in db.session.execute(statement, {"survey_id": survey.id})]


def list_seen_by_members(survey: Survey) -> list[Stored]:
    """The results of all questions as far as members may see them."""
    rows = db.session.execute(_SEEN, {"survey_id": survey.id})
    return [Stored._make(row)._replace(cut="") for row in rows]


def list_questions(survey: Survey) -> list[AskedQuestion]:
    """The survey's questions in their order, also those that are no longer asked."""
    found: dict[int, AskedQuestion] = {}
    versions: dict[int, list[Version]] = {}
    for row in db.session.execute(_ASKED, {"survey_id": survey.id}):
        versions.setdefault(row.id, []).append(Version(row.text, row.hint, row.options, row.settings))
        if row.id not in found:
            found[row.id] = AskedQuestion(
                row.id,
                row.code,
                row.kind,
                row.condition is not None,
                row.removed_at is not None,
                versions[row.id],
            )
    return list(found.values())


def list_idea_titles(idea_ids: Collection[int], viewer: Member | None) -> dict[int, str]:
    """The titles of those ideas that are still listed on a board that the viewer may read."""
    if not idea_ids:
        return {}
    rows = db.session.execute(
        select(Idea.id, Idea.title).where(
            Idea.id.in_(idea_ids), Idea.is_listed, Idea.panel_id.in_(panels.readable_panel_ids(viewer))
        )
    )
    return dict(rows.all())


def list_statement_texts(question_ids: Collection[int]) -> dict[int, str]:
    """The words of the statements of these questions."""
    if not question_ids:
        return {}
    rows = db.session.execute(
        select(Statement.id, Statement.text).where(
            Statement.question_id.in_(question_ids), Statement.state == "live"
        )
    )
    return dict(rows.all())


def list_picture_names(question_ids: Collection[int]) -> dict[int, str]:
    """What the offered pictures of these questions show."""
    shown = pictures.list_shown(question_ids)
    return {int(each.key): each.text for options in shown.values() for each in options}


def list_panel_names() -> dict[str, str]:
    """The names of all panels by their slugs, in the reader's language."""
    panels = db.session.scalars(select(Panel).order_by(Panel.name))
    return {panel.slug: panel.name_in(current_locale()) for panel in panels}
