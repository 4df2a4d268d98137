"""Reading what becomes of ideas, over all panels that a viewer may read."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, exists, select, true
from sqlalchemy.orm import aliased

from community.ideas import statuses
from community.ideas.models import Idea, Sighting, StatusChange
from community.ideas.queries.cards import Card, as_card, select_cards
from community.infra import paging
from community.infra.db import db
from community.members.models import Member
from community.members.names import Shown, shown
from community.panels.models import Panel, told_in
from community.panels.queries import readable_panel_ids

PER_COLUMN = 15
PER_PAGE = 15


class Outcome(NamedTuple):
    """What was said and what the company answered; `decided_at` is when the first decision was taken."""

    id: int
    slug: str
    title: str
    excerpt: str
    published_at: datetime
    author_id: int
    author_full_name: str
    author_alias: str | None
    author_picture_key: str | None
    names_shown: str
    panel_slug: str
    panel_name: str
    status: str
    status_changed_at: datetime
    promised_on: date | None
    look_again_on: date | None
    response_excerpt: str
    response_by: str | None
    support_count: int
    decided_at: datetime | None = None
    done_at: datetime | None = None

    @property
    def author(self) -> Shown:
        """Its author as the panel shows them."""
        return shown(
            self.author_id,
            self.author_full_name,
            alias=self.author_alias,
            picture_key=self.author_picture_key,
            how=self.names_shown,
        )


_CARDS = {
    is_signed_in: select_cards(is_signed_in=is_signed_in).where(Idea.is_listed == true())
    for is_signed_in in (False, True)
}
_NEWEST_FIRST = (Idea.status_changed_at.desc(), Idea.id.desc())
_Responder = aliased(Member)
_OUTCOMES = (
    select(
        Idea.id,
        Idea.slug,
        Idea.title,
        Idea.excerpt,
        Idea.published_at,
        Idea.author_id,
        Member.display_name,
        Member.alias,
        Member.picture_key,
        Panel.names_shown,
        Panel.slug,
        Panel.name,
        Idea.status,
        Idea.status_changed_at,
        Idea.promised_on,
        Idea.look_again_on,
        Idea.response_excerpt,
        _Responder.display_name,
        Idea.support_count,
        Panel.translations,
    )
    .join(Member, Member.id == Idea.author_id)
    .join(Panel, Panel.id == Idea.panel_id)
    .outerjoin(_Responder, _Responder.id == Idea.response_by_id)
    .where(Idea.is_listed == true())
    .order_by(*_NEWEST_FIRST)
)
_WHEN = (
    select(StatusChange.idea_id, StatusChange.to_status, StatusChange.changed_at)
    .where(
        StatusChange.idea_id.in_(bindparam("idea_ids", expanding=True)),
        StatusChange.to_status.in_(statuses.DECIDED),
    )
    .order_by(StatusChange.id)
)
_UNSEEN = (
    _CARDS[True]
    .where(
        Idea.author_id != bindparam("viewer_id"),
        ~exists().where(Sighting.idea_id == Idea.id, Sighting.member_id == bindparam("viewer_id")),
    )
    .order_by(Idea.trend.desc(), Idea.id.desc())
)


def list_roadmap(
    viewer: Member | None, *, locale: str, panel_id: int | None = None
) -> Mapping[str, list[Card]]:
    """The latest cards of each status of the roadmap, one statement each, at most `PER_COLUMN`."""
    statement = _cards(viewer).limit(PER_COLUMN).order_by(*_NEWEST_FIRST)
    if panel_id is not None:
        statement = statement.where(Idea.panel_id == panel_id)
    return {
        status: _read_cards(statement.where(Idea.status == status), viewer, locale)
        for status in statuses.ROADMAP
    }


def list_outcomes(
    viewer: Member | None, *, locale: str, of: Sequence[str] = statuses.DECIDED, number: int = 1
) -> paging.Page[Outcome]:
    """One page of what was said and decided, the newest decision first."""
    rows = db.session.execute(
        _OUTCOMES.where(Idea.status.in_(of), Idea.panel_id.in_(readable_panel_ids(viewer)))
        .limit(PER_PAGE + 1)
        .offset(paging.offset(number, PER_PAGE))
    ).all()
    outcomes = _with_dates([_outcome(row, locale) for row in rows])
    return paging.read_page(outcomes, number=number, per_page=PER_PAGE)


def list_newest_outcomes(viewer: Member | None, *, locale: str, limit: int) -> list[Outcome]:
    """The last few decisions of which the viewer may know."""
    rows = db.session.execute(
        _OUTCOMES.where(
            Idea.status.in_(statuses.DECIDED), Idea.panel_id.in_(readable_panel_ids(viewer))
        ).limit(limit)
    )
    return [_outcome(row, locale) for row in rows]


def list_missed(member: Member, *, locale: str, limit: int) -> list[Card]:
    """What trends in the panels open to the member and what they have neither written nor opened."""
    statement = _UNSEEN.where(Idea.panel_id.in_(readable_panel_ids(member))).limit(limit)
    return _read_cards(statement, member, locale)


def list_trending(viewer: Member | None, *, locale: str, limit: int) -> list[Card]:
    """What moves people most at present, over all panels open to the viewer."""
    statement = _cards(viewer).order_by(Idea.trend.desc(), Idea.id.desc()).limit(limit)
    return _read_cards(statement, viewer, locale)


def _cards(viewer: Member | None) -> Select[*tuple[Any, ...]]:
    return _CARDS[viewer is not None].where(Idea.panel_id.in_(readable_panel_ids(viewer)))


def _read_cards(statement: Select[*tuple[Any, ...]], viewer: Member | None, locale: str) -> list[Card]:
    rows = db.session.execute(statement, {"viewer_id": viewer.id if viewer is not None else None})
    return [as_card(row, locale) for row in rows]


def _outcome(row: Sequence[Any], locale: str) -> Outcome:
    outcome = Outcome(*row[:-1])
    return outcome._replace(panel_name=told_in(locale, row[-1], "name", first=outcome.panel_name))


def _with_dates(outcomes: list[Outcome]) -> list[Outcome]:
    if not outcomes:
        return outcomes
    decided: dict[int, datetime] = {}
    done: dict[int, dict[str, datetime]] = defaultdict(dict)
    for idea_id, status, at in db.session.execute(_WHEN, {"idea_ids": [each.id for each in outcomes]}):
        decided.setdefault(idea_id, at)
        done[idea_id][status] = at
    return [
        each._replace(decided_at=decided.get(each.id), done_at=done[each.id].get(each.status))
        for each in outcomes
    ]
