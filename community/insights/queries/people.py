"""Whom a report is about: members of its panels, and of its segments, as they are now."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from community.infra.db import db
from community.insights.scope import Scope
from community.members.models import Member
from community.panels import queries as panels
from community.panels.criteria import Rule
from community.panels.models import Membership, Segment


class Rules(NamedTuple):
    """A segment with its rule."""

    id: int
    name: str
    rule: Rule


def list_segments(segment_ids: Collection[int]) -> list[Rules]:
    """These segments, by name."""
    rows = db.session.execute(
        select(Segment.id, Segment.name, Segment.rule)
        .where(Segment.id.in_(segment_ids))
        .order_by(Segment.name)
    )
    return [Rules._make(row) for row in rows]


def is_in(scope: Scope) -> ColumnElement[bool]:
    """A condition on `members`: those who are in a panel of the scope, and in one of its segments."""
    return and_(Member.state == "active", stands_in(scope.panel_ids), *of_segments(scope, Member.id))


def stands_in(panel_ids: Collection[int]) -> ColumnElement[bool]:
    """A condition on `members`: those who are in one of the panels."""
    inside = select(Membership.member_id).where(
        Membership.panel_id.in_(panel_ids), Membership.left_at.is_(None)
    )
    return Member.id.in_(inside)


def of_segments(scope: Scope, member_id: InstrumentedAttribute[int]) -> list[ColumnElement[bool]]:
    """That the member is in one of the scope's segments, if it has any."""
    if not scope.segment_ids:
        return []
    vocabulary = panels.get_vocabulary()
    rules = [panels.members_who(each.rule, vocabulary) for each in list_segments(scope.segment_ids)]
    return [member_id.in_(select(Member.id).where(or_(*rules)))]
