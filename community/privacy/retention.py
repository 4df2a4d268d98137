"""How long things are kept: what a rule can be about, its bounds, and which one holds where."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l


class Thing(NamedTuple):
    """Something that can be forgotten by itself: its name, what goes and stays, and the shortest time."""

    title: Any
    meaning: Any
    least: int = 1
    # Belongs to no panel, so that only the site can say how long it is kept.
    is_site_only: bool = False


MOST_MONTHS = 240
# Without a rule a thing is kept until somebody removes it.
THINGS: Mapping[str, Thing] = {
    "removed_texts": Thing(
        _l("Removed texts"),
        _l(
            "The words of ideas and comments that were deleted or hidden. "
            "Until then staff can look them up, and appeals can bring them back."
        ),
    ),
    "imported_texts": Thing(
        _l("Texts from elsewhere"),
        _l(
            "The words of imported texts, with the labels on them. What they counted as stays in the figures."
        ),
    ),
    "survey_answers": Thing(
        _l("Words in answers"),
        _l("What was written in answers in own words. What was chosen stays in the figures."),
    ),
    "case_talk": Thing(
        _l("Talks in closed cases"),
        _l("What members and owners wrote to each other in cases that are closed. Their history stays."),
    ),
    "notices": Thing(_l("Notices"), _l("What members were told in their inbox.")),
    "sign_ins": Thing(
        _l("Sign-ins"),
        _l("When and from where members were here. Trust looks back a hundred days, so not less than that."),
        least=4,
        is_site_only=True,
    ),
}


class Due(NamedTuple):
    """What is forgotten of one thing: all before a moment in these panels, or also outside of them."""

    what: str
    before: datetime
    panel_ids: tuple[int, ...]
    is_site: bool


def things_of(*, is_site: bool) -> dict[str, Thing]:
    """The things that the site, or a panel, can set."""
    return {what: thing for what, thing in THINGS.items() if is_site or not thing.is_site_only}


def plan(
    rules: Mapping[int | None, Mapping[str, int]], panel_ids: Sequence[int], *, now: datetime
) -> list[Due]:
    """What the rules let go of now: a panel's own rule holds there, the site's elsewhere."""
    of_site = rules.get(None, {})
    due = []
    for what, thing in THINGS.items():
        by_months: dict[int, list[int]] = {}
        for panel_id in () if thing.is_site_only else panel_ids:
            months = rules.get(panel_id, {}).get(what) or of_site.get(what)
            if months is not None:
                by_months.setdefault(months, []).append(panel_id)
        if what in of_site:
            by_months.setdefault(of_site[what], [])
        due += [
            Due(what, months_before(now, months), tuple(panels), months == of_site.get(what))
            for months, panels in sorted(by_months.items())
        ]
    return due


def months_before(moment: datetime, months: int) -> datetime:
    """The same day so many months earlier, or the last one of that month."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    for day in range(moment.day, 0, -1):
        try:
            return datetime(year, month + 1, day, moment.hour, moment.minute, tzinfo=UTC)
        except ValueError:
            continue
    raise AssertionError("every month has a first day")
