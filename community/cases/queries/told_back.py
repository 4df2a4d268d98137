"""Reading how much is told back: over all that was said, by panel, by owner and by topic."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from sqlalchemy import ColumnElement, and_, select, true

from community.cases.models import Case, CaseItem
from community.cases.told_back import GRACE, WINDOW, ToldBack, measure
from community.feedback.models import FeedbackItem
from community.infra import clock
from community.infra.db import db
from community.members.models import Member

# More would not move the figure, and a page must stay cheap.
MOST = 20_000
LINES = 15


Key = TypeVar("Key")


class Figures(NamedTuple):
    """The figure over some panels together, and split; what lies on nobody's desk has the owner None."""

    overall: ToldBack
    by_panel: Mapping[int, ToldBack]
    by_owner: Sequence[tuple[str | None, ToldBack]]
    by_topic: Sequence[tuple[int | None, ToldBack]]


class _Told(NamedTuple):
    panel_id: int
    topic_id: int | None
    # Number and name: two may be called the same.
    owner: tuple[int | None, str | None]
    had_at: datetime
    told_at: datetime | None


def told_back_of(panel_id: int) -> ToldBack:
    """The figure of one panel."""
    rows = db.session.execute(
        select(FeedbackItem.received_at, FeedbackItem.told_at)
        .where(_in_window(), FeedbackItem.panel_id == panel_id)
        .order_by(FeedbackItem.received_at.desc())
        .limit(MOST)
    )
    return measure((had, told) for had, told in rows)


def told_back_figures(panel_ids: Collection[int]) -> Figures:
    """The figures of these panels in one statement; owners and topics with the most texts first."""
    told = [
        _Told(panel_id, topic_id, (owner_id, owner_name), had_at, told_at)
        for panel_id, topic_id, owner_id, owner_name, had_at, told_at in db.session.execute(
            select(
                FeedbackItem.panel_id,
                FeedbackItem.topic_id,
                Member.id,
                Member.display_name,
                FeedbackItem.received_at,
                FeedbackItem.told_at,
            )
            .outerjoin(CaseItem, and_(CaseItem.item_id == FeedbackItem.id, CaseItem.is_own == true()))
            .outerjoin(Case, Case.id == CaseItem.case_id)
            .outerjoin(Member, Member.id == Case.owner_id)
            .where(_in_window(), FeedbackItem.panel_id.in_(panel_ids))
            .order_by(FeedbackItem.received_at.desc())
            .limit(MOST)
        )
    ]
    by_panel = dict(_split(told, lambda each: each.panel_id))
    return Figures(
        overall=_measured(told),
        by_panel={panel_id: by_panel.get(panel_id, measure(())) for panel_id in panel_ids},
        by_owner=[(name, line) for (_id, name), line in _split(told, lambda each: each.owner)[:LINES]],
        by_topic=_split(told, lambda each: each.topic_id)[:LINES],
    )


def _in_window() -> ColumnElement[bool]:
    """What members said in the last months and could expect to hear about by now."""
    now = clock.now()
    return and_(
        FeedbackItem.author_id.is_not(None),
        FeedbackItem.state != "withdrawn",
        FeedbackItem.received_at > now - WINDOW,
        FeedbackItem.received_at <= now - GRACE,
    )


def _measured(told: Collection[_Told]) -> ToldBack:
    return measure((each.had_at, each.told_at) for each in told)


def _split(told: Collection[_Told], key: Callable[[_Told], Key]) -> list[tuple[Key, ToldBack]]:
    groups: dict[Key, list[_Told]] = defaultdict(list)
    for each in told:
        groups[key(each)].append(each)
    lines = [(value, _measured(group)) for value, group in groups.items()]
    return sorted(lines, key=lambda line: -line[1].asked)
