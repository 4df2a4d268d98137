"""Whom a survey asks: the condition on members, and who has a place in its draw."""

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from community.ideas.models import Idea, Sighting, Vote
from community.infra.db import db
from community.members.models import Member
from community.panels import queries as panels
from community.panels.criteria import Vocabulary
from community.panels.models import Membership, Panel
from community.surveys.models import Survey, SurveyInvitation


def audience_of(survey: Survey, *, vocabulary: Vocabulary | None = None) -> ColumnElement[bool]:
    """A condition on `members`: whom the survey is for, before anybody is drawn."""
    conditions = [Member.state == "active", _stands_in(survey)]
    if survey.segment is not None:
        conditions.append(panels.members_who(survey.segment.rule, vocabulary or panels.get_vocabulary()))
    if survey.idea_id is not None:
        conditions.append(_is_around_idea(survey))
    return and_(*conditions)


def asked_by(survey: Survey, *, vocabulary: Vocabulary | None = None) -> ColumnElement[bool]:
    """A condition on `members`: who may answer it now; a sample asks nobody but who was drawn.

    Who was drawn stays asked when their profile or their vote changes, but not when they leave the panel.
    """
    is_drawn = exists().where(
        SurveyInvitation.survey_id == survey.id, SurveyInvitation.member_id == Member.id
    )
    drawn = and_(Member.state == "active", _stands_in(survey), is_drawn)
    if survey.sampling == "random":
        return drawn
    return or_(drawn, audience_of(survey, vocabulary=vocabulary))


def count_audience(survey: Survey) -> int:
    """How many members the survey is for."""
    return db.session.scalar(select(func.count()).select_from(Member).where(audience_of(survey))) or 0


def _stands_in(survey: Survey) -> ColumnElement[bool]:
    inside = (
        select(Membership.member_id)
        .join(Panel, Panel.id == Membership.panel_id)
        .where(
            Membership.panel_id.in_(survey.panel_ids),
            Membership.left_at.is_(None),
            Panel.archived_at.is_(None),
        )
    )
    return Member.id.in_(inside)


def _is_around_idea(survey: Survey) -> ColumnElement[bool]:
    root_id = select(Idea.root_id).where(Idea.id == survey.idea_id).scalar_subquery()
    group = select(Idea.id).where(Idea.root_id == root_id)
    supports = Member.id.in_(select(Vote.member_id).where(Vote.idea_id.in_(group)))
    if survey.asked_of == "supporters":
        return supports
    has_seen = Member.id.in_(select(Sighting.member_id).where(Sighting.idea_id.in_(group)))
    is_its_author = Member.id.in_(select(Idea.author_id).where(Idea.id.in_(group)))
    return and_(has_seen, ~supports, ~is_its_author)
