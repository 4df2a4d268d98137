"""The catalogue: which rewards a viewer may know of, what they ask, and how the viewer stands to them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, case, false, func, literal, or_, select

from community.infra import clock, paging
from community.infra.db import BigId, db, get_row
from community.infra.errors import NotFound
from community.infra.language import current_locale
from community.loyalty import offers, policy
from community.loyalty.models import Redemption, Reward, Tier
from community.loyalty.offers import Standing, Terms
from community.loyalty.queries.books import balances_of, payouts_stopped
from community.loyalty.queries.tiers import tier_of
from community.members.models import Member
from community.panels.models import Panel, told_in
from community.panels.queries import is_standing, readable_panels

PER_PAGE = 24
ROWS_PER_PAGE = 50


class Offered(NamedTuple):
    """A reward as one viewer meets it."""

    id: int
    kind: str
    name: dict[str, str]
    text: dict[str, str]
    picture_key: str | None
    picture_text: dict[str, str]
    panel_slug: str | None
    is_in_panel: bool
    terms: Terms


class OfferedLine(NamedTuple):
    """A reward in the list, with what keeps the viewer from having it now."""

    reward: Offered
    obstacles: Sequence[offers.Obstacle]


class CatalogueRow(NamedTuple):
    """A reward in the list of staff."""

    id: int
    kind: str
    name: dict[str, str]
    cost: int
    stock_left: int | None
    state: str
    opens_at: datetime | None
    closes_at: datetime | None
    tier_name: dict[str, str] | None
    panel_name: str | None
    waiting_count: int = 0
    fulfilled_count: int = 0

    @property
    def is_over(self) -> bool:
        """Whether the time for which it was offered has ended."""
        return self.closes_at is not None and self.closes_at <= clock.now()


_OFFERED = (
    select(
        Reward.id,
        Reward.kind,
        Reward.name,
        Reward.text,
        Reward.picture_key,
        Reward.picture_text,
        Panel.slug.label("panel_slug"),
        Reward.cost,
        Reward.state,
        Reward.stock_left,
        Reward.per_member,
        Reward.per_days,
        Tier.threshold,
        Tier.name.label("tier_name"),
        Panel.name.label("panel_name"),
        Panel.translations.label("panel_names"),
        Reward.opens_at,
        Reward.closes_at,
    )
    .outerjoin(Panel, Panel.id == Reward.panel_id)
    .outerjoin(Tier, Tier.id == Reward.tier_id)
)
_CATALOGUE = (
    select(
        Reward.id,
        Reward.kind,
        Reward.name,
        Reward.cost,
        Reward.stock_left,
        Reward.state,
        Reward.opens_at,
        Reward.closes_at,
        Tier.name.label("tier_name"),
        Panel.name.label("panel_name"),
    )
    .outerjoin(Panel, Panel.id == Reward.panel_id)
    .outerjoin(Tier, Tier.id == Reward.tier_id)
    .order_by(Reward.id.desc())
)


def list_offered(viewer: Member | None, *, number: int = 1) -> paging.Page[OfferedLine]:
    """One page of what is offered now or soon, the cheapest first, each with what speaks against it.

    A fixed number of statements, however many there are.
    """
    now = clock.now()
    rows = db.session.execute(
        _seen_by(viewer)
        .where(Reward.state == "offered", or_(Reward.closes_at.is_(None), Reward.closes_at > now))
        .order_by(Reward.cost, Reward.id)
        .limit(PER_PAGE + 1)
        .offset(paging.offset(number, PER_PAGE))
    )
    page = paging.read_page([_offered(row) for row in rows], number=number, per_page=PER_PAGE)
    standings = get_standings(viewer, page.items)
    lines = [
        OfferedLine(
            reward,
            offers.obstacles(reward.terms, standings[reward.id], now=now) if reward.id in standings else (),
        )
        for reward in page.items
    ]
    return paging.Page(tuple(lines), page.number, page.per_page, page.has_next)


def get_offered(reward_id: int, viewer: Member | None) -> Offered:
    """The reward, also one whose time is over; NotFound where the viewer may not know of it."""
    row = db.session.execute(_seen_by(viewer).where(Reward.id == reward_id)).one_or_none()
    if row is None or (row.state == "draft" and not policy.can_run_loyalty(viewer)):
        raise NotFound()
    return _offered(row)


def get_standings(viewer: Member | None, rewards: Sequence[Offered]) -> dict[int, Standing]:
    """How the viewer stands towards each of these rewards; empty for visitors."""
    if viewer is None:
        return {}
    available, is_stopped = balances_of(viewer.id).available, payouts_stopped()
    threshold = tier_of(viewer.id).threshold
    taken = _taken(viewer.id, {reward.id: reward.terms for reward in rewards})
    return {
        reward.id: Standing(
            available=available,
            tier_threshold=threshold,
            taken=taken.get(reward.id, 0),
            is_in_panel=reward.is_in_panel,
            is_stopped=is_stopped,
        )
        for reward in rewards
    }


def get_reward(reward_id: int) -> Reward:
    """The reward, for those who keep the catalogue; NotFound if there is none."""
    return get_row(Reward, reward_id)


def list_catalogue(*, number: int = 1) -> paging.Page[CatalogueRow]:
    """One page of all rewards, the newest first, and how many of each wait or were handed over."""
    found = db.session.execute(
        _CATALOGUE.limit(ROWS_PER_PAGE + 1).offset(paging.offset(number, ROWS_PER_PAGE))
    )
    page = paging.read_page([CatalogueRow(*row) for row in found], number=number, per_page=ROWS_PER_PAGE)
    counts = _counts([row.id for row in page.items])
    rows = [
        row._replace(waiting_count=waiting, fulfilled_count=fulfilled)
        for row in page.items
        for waiting, fulfilled in [counts.get(row.id, (0, 0))]
    ]
    return paging.Page(tuple(rows), page.number, page.per_page, page.has_next)


def list_names() -> list[tuple[int, dict[str, str]]]:
    """Number and name of every reward, the newest first."""
    rows = db.session.execute(select(Reward.id, Reward.name).order_by(Reward.id.desc()))
    return [(id_, name) for id_, name in rows]


def list_panels() -> list[tuple[int, str]]:
    """The panels that a reward can be for, by name."""
    rows = db.session.execute(
        select(Panel.id, Panel.name, Panel.translations)
        .where(Panel.archived_at.is_(None))
        .order_by(Panel.name)
    )
    locale = current_locale()
    return [(id_, told_in(locale, names, "name", first=name)) for id_, name, names in rows]


def is_panel(panel_id: int) -> bool:
    """Whether there is such a panel."""
    return db.session.get(Panel, panel_id) is not None


def is_tier(tier_id: int) -> bool:
    """Whether there is such a tier."""
    return db.session.get(Tier, tier_id) is not None


def terms_of(reward: Reward) -> Terms:
    """What a reward asks, read from its own row."""
    return Terms(
        cost=reward.cost,
        state=reward.state,
        stock_left=reward.stock_left,
        per_member=reward.per_member,
        per_days=reward.per_days,
        tier_threshold=reward.tier.threshold if reward.tier is not None else 0,
        tier_name=reward.tier.name if reward.tier is not None else None,
        panel_name=reward.panel.name_in(current_locale()) if reward.panel is not None else None,
        opens_at=reward.opens_at,
        closes_at=reward.closes_at,
    )


def standing_of(member: Member, reward: Reward) -> Standing:
    """How the member stands towards the reward at this moment, read anew."""
    terms = terms_of(reward)
    is_in_panel = reward.panel_id is None or bool(
        db.session.scalar(select(is_standing(member.id, panel_id=reward.panel_id)))
    )
    return Standing(
        available=balances_of(member.id).available,
        tier_threshold=tier_of(member.id).threshold,
        taken=_taken(member.id, {reward.id: terms}).get(reward.id, 0),
        is_in_panel=is_in_panel,
        is_stopped=payouts_stopped(),
    )


def _seen_by(viewer: Member | None) -> Select[Any]:
    is_in_panel = is_standing(literal(viewer.id, BigId)) if viewer is not None else false()
    return _OFFERED.add_columns(is_in_panel.label("is_in_panel")).where(
        or_(Reward.panel_id.is_(None), readable_panels(viewer))
    )


def _offered(row: Row[Any]) -> Offered:
    panel_name = None
    if row.panel_name is not None:
        panel_name = told_in(current_locale(), row.panel_names, "name", first=row.panel_name)
    return Offered(
        id=row.id,
        kind=row.kind,
        name=row.name,
        text=row.text,
        picture_key=row.picture_key,
        picture_text=row.picture_text,
        panel_slug=row.panel_slug,
        is_in_panel=row.panel_slug is None or bool(row.is_in_panel),
        terms=Terms(
            cost=row.cost,
            state=row.state,
            stock_left=row.stock_left,
            per_member=row.per_member,
            per_days=row.per_days,
            tier_threshold=row.threshold or 0,
            tier_name=row.tier_name,
            panel_name=panel_name,
            opens_at=row.opens_at,
            closes_at=row.closes_at,
        ),
    )


def _taken(member_id: int, terms: Mapping[int, Terms]) -> dict[int, int]:
    """How many the member has had of each reward that has a limit, within the time it looks at."""
    limited = [reward_id for reward_id, each in terms.items() if each.per_member is not None]
    if not limited:
        return {}
    taken: dict[int, int] = {}
    now = clock.now()
    rows = db.session.execute(
        select(Redemption.reward_id, Redemption.quantity, Redemption.asked_at).where(
            Redemption.reward_id.in_(limited),
            Redemption.member_id == member_id,
            Redemption.state != "released",
        )
    )
    for reward_id, quantity, asked_at in rows:
        since = offers.counted_since(terms[reward_id].per_days, now=now)
        if since is None or asked_at > since:
            taken[reward_id] = taken.get(reward_id, 0) + quantity
    return taken


def _counts(reward_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    rows = db.session.execute(
        select(
            Redemption.reward_id,
            func.sum(case((Redemption.state == "waiting", Redemption.quantity), else_=0)),
            func.sum(case((Redemption.state == "fulfilled", Redemption.quantity), else_=0)),
        )
        .where(Redemption.reward_id.in_(reward_ids))
        .group_by(Redemption.reward_id)
    )
    return {reward_id: (int(waiting), int(fulfilled)) for reward_id, waiting, fulfilled in rows}
