"""Whom a survey asks: the condition on members, and who has a place in its draw."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, and_, exists, or_, select

from community.ideas.models import Idea, Sighting, Vote
from community.members.models import Member
from community.panels import queries as panels
from community.panels.criteria import Vocabulary
from community.panels.models import Membership, Panel
from community.surveys.models import Survey, SurveyInvitation


def answerable(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """The same as policy.is_answerable, as a condition on `surveys`."""
    return and_(Survey.state == "open", or_(Survey.closes_at.is_(None), Survey.closes_at > now))


def audience_of(survey: Survey, *, vocabulary: Vocabulary | None = None) -> ColumnElement[bool]:
    """A condition on `members`: whom the survey is for, before anybody is drawn."""
    conditions = [Member.state == "active", stands_in(survey.panel_ids)]
    if survey.segment is not None:
        conditions.append(panels.members_who(survey.segment.rule, vocabulary or panels.get_vocabulary()))
    if survey.idea_id is not None:
        conditions.append(is_around_idea(survey.idea_id, asked_of=survey.asked_of))
    return and_(*conditions)


def asked_by(survey: Survey, *, vocabulary: Vocabulary | None = None) -> ColumnElement[bool]:
    """A condition on `members`: who may answer it now; a sample asks nobody but who was drawn.

    Who was drawn stays asked when their profile or their vote changes, but not when they leave the panel.
    """
    # Its own invitations, also inside a statement that joins them.
    is_drawn = (
        exists()
        .where(SurveyInvitation.survey_id == survey.id, SurveyInvitation.member_id == Member.id)
        .correlate_except(SurveyInvitation)
    )
    drawn = and_(Member.state == "active", stands_in(survey.panel_ids), is_drawn)
    if survey.sampling == "random":
        return drawn
    return or_(drawn, audience_of(survey, vocabulary=vocabulary))


def stands_in(panel_ids: Sequence[int]) -> ColumnElement[bool]:
    """A condition on `members`: who stands in one of these panels."""
    inside = (
        select(Membership.member_id)
        .join(Panel, Panel.id == Membership.panel_id)
        .where(
            Membership.panel_id.in_(panel_ids),
            Membership.left_at.is_(None),
            Panel.archived_at.is_(None),
        )
    )
    return Member.id.in_(inside)


def is_around_idea(idea_id: int, *, asked_of: str | None) -> ColumnElement[bool]:
    """A condition on `members`: who supports the idea, or who saw it and did not."""
    root_id = select(Idea.root_id).where(Idea.id == idea_id).scalar_subquery()
    group = select(Idea.id).where(Idea.root_id == root_id)
    supports = Member.id.in_(select(Vote.member_id).where(Vote.idea_id.in_(group)))
    if asked_of == "supporters":
        return supports
    has_seen = Member.id.in_(select(Sighting.member_id).where(Sighting.idea_id.in_(group)))
    is_its_author = Member.id.in_(select(Idea.author_id).where(Idea.id.in_(group)))
    return and_(has_seen, ~supports, ~is_its_author)
