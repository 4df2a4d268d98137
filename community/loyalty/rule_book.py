"""The rule book in words: what gives how many points, within which limits, and what happens to them then.

Everything is made of the versions and settings that stand, so it cannot say anything else than what happens.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import format_decimal, format_percent, ngettext
from flask_babel import gettext as _

from community.infra.language import listed, text_in
from community.loyalty.contributions import CONTRIBUTIONS
from community.loyalty.earning import MONTH, diminished
from community.loyalty.models import Programme, RuleVersion, Tier

# How many steps of a diminishing award are spelled out.
_STEPS = 4


@dataclass(frozen=True)
class Chapter:
    """One rule: what to do, what it gives, the ways in which it is accepted, and its limits."""

    rule: str
    name: str
    how: str
    gives: str
    ways: tuple[str, ...]
    limits: tuple[str, ...]
    number: int
    made_at: datetime


def chapters(versions: Sequence[RuleVersion]) -> list[Chapter]:
    """A chapter for every rule that is on."""
    return [chapter(version) for version in versions if version.is_on]


def chapter(version: RuleVersion) -> Chapter:
    """What one version says."""
    contribution = CONTRIBUTIONS[version.rule]
    return Chapter(
        rule=version.rule,
        name=str(contribution.name),
        how=str(contribution.how),
        gives=_gives(version),
        ways=_ways(version),
        limits=(*_limits(version), *_notes(version)),
        number=version.number,
        made_at=version.made_at,
    )


def limits_for_all(settings: Programme) -> list[str]:
    """What limits the points of everything together."""
    sentences = []
    if settings.points_per_day is not None:
        sentences.append(_("At most %(points)s in any 24 hours.", points=points(settings.points_per_day)))
    if settings.points_per_month is not None:
        sentences.append(
            _(
                "At most %(points)s in any %(days)s.",
                points=points(settings.points_per_month),
                days=days(MONTH),
            )
        )
    if settings.most_in_wallet is not None:
        sentences.append(
            _(
                "Nobody has more than %(points)s at a time, pending ones included. Whoever has so many earns "
                "again after spending some.",
                points=points(settings.most_in_wallet),
            )
        )
    if settings.budget_per_month is not None:
        sentences.append(
            _(
                "All members together get at most %(points)s in a calendar month. When they are given, "
                "nothing more is earned until the next month begins.",
                points=points(settings.budget_per_month),
            )
        )
    sentences.append(_("Where a limit leaves room for a part of the points, you get that part."))
    return sentences


def lifetime(settings: Programme) -> list[str]:
    """How long points last, and what may happen to them."""
    sentences = [
        _(
            "Points expire %(months)s after the day on which they became yours. We tell you 30 days and "
            "7 days before.",
            months=months(settings.valid_months),
        )
        if settings.valid_months is not None
        else _("Points do not expire."),
        _("Points that expire first are spent first."),
    ]
    if settings.valid_months is not None:
        sentences.append(
            _(
                "If nothing comes of a reward, you get the points back. Those that have expired meanwhile "
                "live for another %(days)s.",
                days=days(settings.grace_days),
            )
        )
    else:
        sentences.append(_("If nothing comes of a reward, you get the points back."))
    sentences.append(
        _(
            "If what you were thanked for is deleted or removed, its points are taken back. If you have "
            "spent them already, the next ones that become yours make up for it."
        )
    )
    return sentences


def steps(settings: Programme, tiers: Sequence[Tier]) -> list[str]:
    """How tiers are reached and lost, in one sentence each."""
    sentences = [_step(tier, settings.tier_window_days) for tier in tiers if tier.threshold]
    if sentences:
        sentences += [
            _("You rise as soon as you have earned enough. Spending points never costs a tier."),
            _(
                "Tiers are looked at again every %(months)s. Whoever has earned less than %(share)s of what "
                "their tier takes is told, has %(days)s to catch up, and then goes down by one step at most.",
                months=months(settings.tier_period_months),
                share=format_percent(settings.tier_keep_share),
                days=days(settings.tier_grace_days),
            ),
        ]
    return sentences


def points(number: int) -> str:
    """So many points."""
    return str(ngettext("%(number)s point", "%(number)s points", number, number=format_decimal(number)))


def days(number: int) -> str:
    """So many days."""
    return str(ngettext("%(number)s day", "%(number)s days", number, number=format_decimal(number)))


def months(number: int) -> str:
    """So many months."""
    return str(ngettext("%(number)s month", "%(number)s months", number, number=format_decimal(number)))


def _step(tier: Tier, window: int) -> str:
    takes = {"tier": text_in(tier.name), "points": points(tier.threshold), "days": days(window)}
    if not tier.active_months:
        return str(_("%(tier)s: %(points)s earned within %(days)s.", **takes))
    words = _(
        "%(tier)s: %(points)s earned within %(days)s, in at least %(months)s.",
        **takes,
        months=months(tier.active_months),
    )
    return str(words)


def _gives(version: RuleVersion) -> str:
    if version.points is None:
        return str(_("As many points as the survey says"))
    if version.first_bonus:
        more = format_decimal(version.first_bonus)
        return str(
            _("%(points)s, and %(more)s more for your first one", points=points(version.points), more=more)
        )
    return points(version.points)


def _ways(version: RuleVersion) -> tuple[str, ...]:
    """How points that are pending become one's own; nothing where they are so at once."""
    if version.gate == "none":
        return ()
    ways = [_("a moderator accepts it")]
    supporters = CONTRIBUTIONS[version.rule].supporters
    if version.supporters_needed is not None:
        ways.append(
            _(
                "there are %(count)s %(supporters)s",
                count=format_decimal(version.supporters_needed),
                supporters=supporters,
            )
        )
    if version.wait_days is not None:
        ways.append(
            ngettext(
                "%(number)s day has passed and nothing spoke against it",
                "%(number)s days have passed and nothing spoke against it",
                version.wait_days,
                number=format_decimal(version.wait_days),
            )
        )
    return tuple(ways)


def _limits(version: RuleVersion) -> list[str]:
    sentences = []
    if version.decay < 1 and version.points:
        steps = [
            diminished(version.points, decay=version.decay, number=number + 1) for number in range(_STEPS)
        ]
        sentences.append(
            _(
                "Several within %(days)s give less each: %(steps)s points, and so on.",
                days=days(version.decay_days),
                steps=listed(format_decimal(step) for step in steps),
            )
        )
    if version.per_day is not None:
        sentences.append(
            ngettext(
                "At most %(number)s counts in any 24 hours.",
                "At most %(number)s count in any 24 hours.",
                version.per_day,
                number=format_decimal(version.per_day),
            )
        )
    if version.per_week is not None:
        sentences.append(
            ngettext(
                "At most %(number)s counts in any 7 days.",
                "At most %(number)s count in any 7 days.",
                version.per_week,
                number=format_decimal(version.per_week),
            )
        )
    if version.per_pair is not None and version.gate != "none":
        sentences.append(
            ngettext(
                "One and the same member can stand behind %(number)s of yours in any %(days)s.",
                "One and the same member can stand behind %(number)s of yours in any %(days)s.",
                version.per_pair,
                number=format_decimal(version.per_pair),
                days=days(MONTH),
            )
        )
    return sentences


def _notes(version: RuleVersion) -> list[str]:
    notes = []
    if version.staff_earn:
        notes.append(_("Members who work for us earn it too."))
    if not version.qualifies:
        notes.append(_("It does not count for your tier."))
    return notes
