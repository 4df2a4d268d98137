"""Reading what becomes of ideas, over all panels that a viewer may read."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, exists, literal_column, or_, select, true, union_all
from sqlalchemy.orm import aliased

from community.ideas import statuses
from community.ideas.models import Idea, Sighting, StatusChange
from community.ideas.queries.cards import Card, as_card, select_cards
from community.infra import paging
from community.infra.db import BigId, db
from community.infra.reading import Reading, at_most
from community.members.models import Member
from community.members.names import Shown, shown
from community.panels.models import Panel, told_in
from community.panels.queries import READABLE_IDS, readable_panel_ids, reads_as

PER_COLUMN = 15
PER_PAGE = 15
# The entrance has this many to choose from: it shows those first that its reader can most likely read.
CANDIDATES = 24

Order = Sequence[ColumnElement[Any]]


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


_NEWEST_FIRST = (Idea.status_changed_at.desc(), Idea.id.desc())
_BY_TREND = (Idea.trend.desc(), Idea.id.desc())
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
_IS_UNSEEN = (
    Idea.author_id != bindparam("viewer_id"),
    ~exists().where(Sighting.idea_id == Idea.id, Sighting.member_id == bindparam("viewer_id")),
)


def _is(status: str) -> ColumnElement[bool]:
    # Written out for the same reason as limits are (`at_most`).
    return Idea.status == literal_column(f"'{status}'")


def _first(reader: str, most: int, order: Order, *conditions: ColumnElement[bool]) -> Select[int]:
    """The ids of the first ideas in all panels that such a reader may read; an index has this order."""
    picked = (
        select(Idea.id)
        .where(Idea.is_listed == true(), Idea.panel_id.in_(READABLE_IDS[reader]), *conditions)
        .order_by(*order)
        .limit(at_most(most))
    )
    # In brackets of its own, else neither database takes an order and a limit within a union.
    return select(picked.subquery().c.id)


def _cards(reader: str, order: Order, *picked: Select[int]) -> Reading:
    ids = union_all(*picked).subquery()
    cards = select_cards(is_signed_in=reader != "visitor")
    return Reading(cards.join(ids, ids.c.id == Idea.id).order_by(*order))


_OF_PANEL = Idea.panel_id == bindparam("panel_id", type_=BigId)
_ROADMAP = {
    (reader, is_one): _cards(
        reader,
        _NEWEST_FIRST,
        *(
            _first(reader, PER_COLUMN, _NEWEST_FIRST, _is(status), *((_OF_PANEL,) if is_one else ()))
            for status in statuses.ROADMAP
        ),
    )
    for reader in READABLE_IDS
    for is_one in (False, True)
}
_TRENDING = {
    reader: _cards(reader, _BY_TREND, _first(reader, CANDIDATES, _BY_TREND)) for reader in READABLE_IDS
}
_MISSED = {
    reader: _cards(reader, _BY_TREND, _first(reader, CANDIDATES, _BY_TREND, *_IS_UNSEEN))
    for reader in READABLE_IDS
}
_NEWEST_OUTCOMES = {
    reader: Reading(
        _OUTCOMES.where(or_(*map(_is, statuses.DECIDED)), Idea.panel_id.in_(readable)).limit(
            at_most(CANDIDATES)
        )
    )
    for reader, readable in READABLE_IDS.items()
}


def list_roadmap(
    viewer: Member | None, *, locale: str, panel_id: int | None = None
) -> Mapping[str, list[Card]]:
    """The latest cards of each status of the roadmap, at most `PER_COLUMN`, in one statement for all."""
    columns: Mapping[str, list[Card]] = {status: [] for status in statuses.ROADMAP}
    reading = _ROADMAP[(reads_as(viewer), panel_id is not None)]
    for card in _read_cards(reading, viewer, locale, panel_id=panel_id):
        columns[card.status].append(card)
    return columns


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


def list_newest_outcomes(viewer: Member | None, *, locale: str) -> list[Outcome]:
    """The last decisions of which the viewer may know, at most `CANDIDATES`."""
    rows = _NEWEST_OUTCOMES[reads_as(viewer)].list(viewer_id=_id_of(viewer))
    return [_outcome(row, locale) for row in rows]


def list_missed(member: Member, *, locale: str) -> list[Card]:
    """What trends in panels open to the member, neither written nor opened by them; `CANDIDATES` at most."""
    return _read_cards(_MISSED[reads_as(member)], member, locale)


def list_trending(viewer: Member | None, *, locale: str) -> list[Card]:
    """What moves people most at present, over all panels open to the viewer, `CANDIDATES` at most."""
    return _read_cards(_TRENDING[reads_as(viewer)], viewer, locale)


def _read_cards(reading: Reading, viewer: Member | None, locale: str, **values: Any) -> list[Card]:
    return [as_card(row, locale) for row in reading.list(viewer_id=_id_of(viewer), **values)]


def _id_of(viewer: Member | None) -> int | None:
    return viewer.id if viewer is not None else None


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
