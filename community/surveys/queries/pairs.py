"""Reading pairs of ideas: which take part, which two a member is asked about next, and how they stand."""

import hmac
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, exists, false, func, select, true

from community.ideas.models import Idea, IdeaTag, Tag
from community.ideas.tagging import fold_tag
from community.infra import keys
from community.infra.db import db
from community.members import secrets
from community.members.models import Member
from community.panels import queries as panels
from community.panels.models import Panel
from community.statistics import pairwise
from community.surveys.kinds.pairwise import MOST_IDEAS
from community.surveys.models import (
    Contender,
    PairVote,
    Question,
    QuestionVersion,
    Response,
    Survey,
    SurveyPanel,
)

# Pairs say most about the ideas near the line between the best ten and the rest.
TOP = 10


class Side(NamedTuple):
    """One idea of a pair."""

    id: int
    title: str
    excerpt: str


class Pair(NamedTuple):
    """Two ideas to choose between; the seal shows that this reader was asked about just these."""

    left: Side
    right: Side
    seal: str


class Pairs(NamedTuple):
    """Where a member stands with a question of pairs; no pair when all that may be asked was."""

    pair: Pair | None
    answered: int
    least: int
    most: int
    can_add: bool = False


class ContenderLine(NamedTuple):
    """An idea that takes part, on the staff's page."""

    idea_id: int
    title: str
    slug: str
    panel_name: str
    is_listed: bool
    is_out: bool
    win_count: int
    loss_count: int
    tie_count: int

    @property
    def score(self) -> float:
        """Its chance, 0 to 100, to be chosen over another one, as far as it is known."""
        return pairwise.quick_score(self.win_count, self.loss_count)


_RECORDS = (
    select(Contender.idea_id, Contender.win_count, Contender.loss_count)
    .join(Idea, Idea.id == Contender.idea_id)
    .where(
        Contender.question_id == bindparam("question_id"),
        Contender.is_out == false(),
        Idea.is_listed == true(),
        # The survey may ask other panels by now than when its ideas were chosen.
        Idea.panel_id.in_(
            select(SurveyPanel.panel_id)
            .join(Question, Question.survey_id == SurveyPanel.survey_id)
            .where(Question.id == bindparam("question_id"))
        ),
    )
    .order_by(Contender.idea_id)
)
_SEEN = select(PairVote.low_id, PairVote.high_id).where(
    PairVote.response_id == bindparam("response_id"), PairVote.question_id == bindparam("question_id")
)
_SIDES = select(Idea.id, Idea.title, Idea.excerpt)
_LINES = (
    select(
        Idea.id,
        Idea.title,
        Idea.slug,
        Panel,
        Idea.is_listed,
        Contender.is_out,
        Contender.win_count,
        Contender.loss_count,
        Contender.tie_count,
    )
    .join(Idea, Idea.id == Contender.idea_id)
    .join(Panel, Panel.id == Idea.panel_id)
    .where(Contender.question_id == bindparam("question_id"))
    .order_by(Contender.is_out, Idea.id)
)


def get_pairs(
    question_id: int, settings: Mapping[str, Any], response: Response | None, member: Member
) -> Pairs:
    """The next two ideas for this member, out of those that the member may see, and how many are behind."""
    seen = list_seen(response, question_id)
    pair = None
    if len(seen) < settings["most"]:
        records = list_records(question_id, member)
        met = pairwise.next_pair(records, seen, seed=member.id * 1000 + len(seen), cut=_cut(records))
        pair = _pair(met, question_id, member) if met is not None else None
    return Pairs(pair, len(seen), settings["least"], settings["most"])


def list_records(question_id: int, member: Member) -> list[pairwise.Record]:
    """How the ideas stand that take part and that this member may see."""
    statement = _RECORDS.where(Idea.panel_id.in_(panels.readable_panel_ids(member)))
    return [pairwise.Record._make(row) for row in db.session.execute(statement, {"question_id": question_id})]


def list_seen(response: Response | None, question_id: int) -> list[tuple[int, int]]:
    """The pairs that a response has met, skipped ones too."""
    if response is None:
        return []
    values = {"response_id": response.id, "question_id": question_id}
    return [(low, high) for low, high in db.session.execute(_SEEN, values)]


def seal_of(member: Member, question_id: int, left_id: int, right_id: int) -> str:
    """What only this site can write beside a pair, so that nobody brings pairs of their own choosing."""
    return _seals(member, question_id, left_id, right_id)[0]


def is_sealed(seal: str, member: Member, question_id: int, left_id: int, right_id: int) -> bool:
    """Whether this site has written that beside the pair."""
    known = _seals(member, question_id, left_id, right_id)
    return any(hmac.compare_digest(each.encode(), seal.encode()) for each in known)


def list_rooms(survey: Survey, member: Member) -> list[Panel]:
    """The survey's panels in which the member may publish an idea."""
    readable = panels.readable_panel_ids(member).where(Panel.id.in_(survey.panel_ids)).order_by(Panel.id)
    rooms = [panels.get_panel_by_id(panel_id, member) for panel_id in db.session.scalars(readable)]
    return [room.panel for room in rooms if room.can_take_part or room.can_walk_in]


def list_contenders(question_id: int, *, locale: str) -> list[ContenderLine]:
    """All ideas that were ever to take part, for staff; the strongest first, those taken out last."""
    rows = db.session.execute(_LINES, {"question_id": question_id})
    lines = [ContenderLine._make((*row[:3], row.Panel.name_in(locale), *row[4:])) for row in rows]
    return sorted(lines, key=lambda line: (line.is_out, not line.is_listed, -line.score))


def list_fitting(survey: Survey, settings: Mapping[str, Any]) -> list[int]:
    """The ideas of the survey's panels that its settings mean, those with the most support first."""
    statement = (
        select(Idea.id)
        .where(Idea.panel_id.in_(survey.panel_ids), Idea.is_listed == true())
        .order_by(Idea.support_count.desc(), Idea.id.desc())
    )
    most = settings["count"] if settings["source"] == "top" else MOST_IDEAS
    return list(db.session.scalars(_narrowed(statement, settings).limit(most)))


def list_choosable(survey: Survey, question_id: int, *, words: str) -> list[Side]:
    """Ideas of the survey's panels that do not take part yet and have these words in their title."""
    is_in = exists().where(Contender.question_id == question_id, Contender.idea_id == Idea.id)
    statement = (
        _SIDES.where(Idea.panel_id.in_(survey.panel_ids), Idea.is_listed == true(), ~is_in)
        .order_by(Idea.support_count.desc(), Idea.id.desc())
        .limit(20)
    )
    if words:
        statement = statement.where(func.lower(Idea.title).contains(words.lower(), autoescape=True))
    return [Side._make(row) for row in db.session.execute(statement)]


def find_contender(question_id: int, idea_id: int) -> Contender | None:
    """The idea's place in the question, taken out or not."""
    return db.session.get(Contender, (question_id, idea_id))


def find_idea_to_add(survey: Survey, idea_id: int) -> Idea | None:
    """An idea that stands on a board of the survey's panels."""
    return db.session.scalar(
        select(Idea).where(Idea.id == idea_id, Idea.panel_id.in_(survey.panel_ids), Idea.is_listed == true())
    )


def list_open_questions(panel_id: int) -> list[tuple[Question, QuestionVersion]]:
    """The questions of pairs that are being asked in this panel now, with what they say."""
    rows = db.session.execute(
        select(Question, QuestionVersion)
        .join(
            QuestionVersion,
            (QuestionVersion.question_id == Question.id) & (QuestionVersion.number == Question.version),
        )
        .join(Survey, Survey.id == Question.survey_id)
        .where(
            Question.kind == "pairwise",
            Question.removed_at.is_(None),
            Survey.state == "open",
            Survey.id.in_(select(SurveyPanel.survey_id).where(SurveyPanel.panel_id == panel_id)),
        )
        .order_by(Question.id)
    )
    return [(question, version) for question, version in rows]


def find_listed_idea(idea_id: int) -> Idea | None:
    """The idea, if it stands on its board."""
    return db.session.scalar(select(Idea).where(Idea.id == idea_id, Idea.is_listed == true()))


def is_meant(idea: Idea, settings: Mapping[str, Any]) -> bool:
    """Whether the settings mean this idea; what is chosen by hand or by support is open to any new one."""
    statement = _narrowed(select(Idea.id).where(Idea.id == idea.id), settings)
    return db.session.scalar(statement) is not None


def has_room(question_id: int) -> bool:
    """Whether one more idea may take part; those taken out keep their place."""
    statement = select(func.count()).select_from(Contender).where(Contender.question_id == question_id)
    return (db.session.scalar(statement) or 0) < MOST_IDEAS


def list_votes(response: Response) -> list[PairVote]:
    """All choices between ideas that a response has made."""
    return list(db.session.scalars(select(PairVote).where(PairVote.response_id == response.id)))


def _narrowed(statement: Select[int], settings: Mapping[str, Any]) -> Select[int]:
    if settings["source"] == "status":
        return statement.where(Idea.status == settings["status"])
    if settings["source"] == "tag":
        return statement.where(
            exists().where(
                IdeaTag.idea_id == Idea.id,
                IdeaTag.tag_id == Tag.id,
                Tag.folded == fold_tag(settings["tag"]),
            )
        )
    return statement


def _seals(member: Member, question_id: int, left_id: int, right_id: int) -> list[str]:
    said = f"pair:{member.id}:{question_id}:{left_id}:{right_id}"
    return [secrets.keyed(said, key)[:32] for key in keys.derived_from_all("pairs")]


def _pair(met: tuple[int, int], question_id: int, member: Member) -> Pair:
    left_id, right_id = met
    sides = {row.id: Side._make(row) for row in db.session.execute(_SIDES.where(Idea.id.in_(met)))}
    seal = seal_of(member, question_id, left_id, right_id)
    return Pair(sides[left_id], sides[right_id], seal)


def _cut(records: Sequence[pairwise.Record]) -> float:
    top = min(TOP, len(records) // 2)
    return pairwise.cut_for_top(records, top=top) if top else 0.5
