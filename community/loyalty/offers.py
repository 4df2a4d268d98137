"""Whether a member can have a reward, and in plain words why not."""

from datetime import datetime, timedelta
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from community.infra.language import show_date, text_in

# So many of one reward at one time.
MOST_AT_ONCE = 20


class Terms(NamedTuple):
    """What a reward asks of whoever would like to have it."""

    cost: int
    state: str = "offered"
    stock_left: int | None = None
    per_member: int | None = None
    per_days: int | None = None
    tier_threshold: int = 0
    tier_name: dict[str, str] | None = None
    # The panel's name in the reader's language, if it is for one panel only.
    panel_name: str | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None


class Standing(NamedTuple):
    """How a member stands towards a reward."""

    available: int
    tier_threshold: int = 0
    # How many they have had within the time that the reward's limit looks at.
    taken: int = 0
    is_in_panel: bool = True
    # The books do not agree, so nothing is paid out.
    is_stopped: bool = False


class Obstacle(NamedTuple):
    """One reason why not: a word for it, and the sentence for the member."""

    why: str
    words: str


def obstacles(terms: Terms, standing: Standing, *, now: datetime, quantity: int = 1) -> list[Obstacle]:
    """All that stands between the member and so many of the reward; nothing if they can have them."""
    found = [
        _about_offer(terms, now),
        _about_stock(terms, quantity),
        _about_panel(terms, standing),
        _about_tier(terms, standing),
        _about_limit(terms, standing, quantity),
        _about_points(terms, standing, quantity),
        _about_books(standing),
    ]
    return [each for each in found if each is not None]


def most(terms: Terms, standing: Standing) -> int:
    """How many the member can have at once; 0 if none."""
    bounds = [MOST_AT_ONCE, max(0, standing.available) // terms.cost]
    if terms.stock_left is not None:
        bounds.append(terms.stock_left)
    if terms.per_member is not None:
        bounds.append(max(0, terms.per_member - standing.taken))
    return min(bounds)


def counted_since(per_days: int | None, *, now: datetime) -> datetime | None:
    """From when on redemptions count for the limit; None is from the beginning."""
    return None if per_days is None else now - timedelta(days=per_days)


def limit_words(per_member: int, per_days: int | None) -> str:
    """How many each member can have."""
    if per_days is None:
        return str(ngettext("%(num)d for each member", "%(num)d for each member", per_member))
    return str(_("%(number)s for each member within %(days)s days", number=per_member, days=per_days))


def _about_offer(terms: Terms, now: datetime) -> Obstacle | None:
    if terms.state == "draft":
        return Obstacle("draft", _("It is a draft: members do not see it yet."))
    if terms.state != "offered":
        return Obstacle("withdrawn", _("It is no longer offered."))
    if terms.closes_at is not None and terms.closes_at <= now:
        return Obstacle(
            "over", _("It is no longer offered: it ended on %(day)s.", day=show_date(terms.closes_at))
        )
    if terms.opens_at is not None and terms.opens_at > now:
        return Obstacle(
            "not_yet", _("It is not offered yet: it begins on %(day)s.", day=show_date(terms.opens_at))
        )
    return None


def _about_stock(terms: Terms, quantity: int) -> Obstacle | None:
    if terms.stock_left is None or terms.stock_left >= quantity:
        return None
    if terms.stock_left == 0:
        return Obstacle("none_left", _("None is left at the moment."))
    said = ngettext("Only %(num)d is left.", "Only %(num)d are left.", terms.stock_left)
    return Obstacle("none_left", said)


def _about_panel(terms: Terms, standing: Standing) -> Obstacle | None:
    if terms.panel_name is None or standing.is_in_panel:
        return None
    return Obstacle("panel", _("It is for the members of “%(panel)s”.", panel=terms.panel_name))


def _about_tier(terms: Terms, standing: Standing) -> Obstacle | None:
    if standing.tier_threshold >= terms.tier_threshold:
        return None
    return Obstacle("tier", _("It is for the tier %(tier)s and above.", tier=text_in(terms.tier_name or {})))


def _about_limit(terms: Terms, standing: Standing, quantity: int) -> Obstacle | None:
    if terms.per_member is None or standing.taken + quantity <= terms.per_member:
        return None
    left = terms.per_member - standing.taken
    if left > 0:
        said = ngettext("You can have %(num)d more of it.", "You can have %(num)d more of it.", left)
    elif terms.per_days is None:
        said = ngettext(
            "You have had it already: each member can have it once.",
            "You have had it already: each member can have it %(num)d times.",
            terms.per_member,
        )
    else:
        said = _(
            "You have had it already: each member can have %(number)s within %(days)s days.",
            number=terms.per_member,
            days=terms.per_days,
        )
    return Obstacle("limit", said)


def _about_points(terms: Terms, standing: Standing, quantity: int) -> Obstacle | None:
    missing = terms.cost * quantity - standing.available
    if missing <= 0:
        return None
    said = ngettext("%(num)d point is missing.", "%(num)d points are missing.", missing)
    return Obstacle("points", said)


def _about_books(standing: Standing) -> Obstacle | None:
    if not standing.is_stopped:
        return None
    return Obstacle(
        "stopped",
        _("We are checking our books, so nothing can be redeemed right now. Your points are safe."),
    )
