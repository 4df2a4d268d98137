"""What all parts of the report look at: the texts of a scope, of the period before, and how time is cut."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal

from flask_babel import gettext as _

from community.feedback import queries as feedback
from community.feedback import wording
from community.insights import suppression
from community.insights.pieces import end_of_month, month_of, week_of
from community.insights.queries import cube, scopes
from community.insights.queries.cube import Group
from community.insights.scope import Scope
from community.statistics.intervals import Estimate, Part, Sample, mean

Span = Literal["week", "month"]

# More weeks than this are told by month.
MOST_WEEKS = 26
SENTIMENTS = ("pos", "neu", "mixed", "neg")
READ: Mapping[str, Sequence[Any]] = {"is_read": (True,)}
SCORED: Mapping[str, Sequence[Any]] = {"is_read": (True,), "sentiment": SENTIMENTS}
# The same, as rows find their texts.
READ_TEXTS: Mapping[str, Any] = {"state": "read"}
SCORED_TEXTS: Mapping[str, Any] = {"state": "read", "sentiment": list(SENTIMENTS)}


@dataclass(frozen=True)
class Asked:
    """The scope, what it comes to as a whole now and before, and how its time is cut."""

    scope: Scope
    before: Scope
    total: Group
    total_before: Group
    read: Group
    scored: Group
    span: Span
    topic_names: Mapping[int, str]
    panel_names: Mapping[int, str]
    # The day of the first text that the panels have at all.
    first_on: date | None
    # The day of the data, of which nobody knows yet what comes.
    today: date

    @property
    def is_too_small(self) -> bool:
        """Whether so few people are in it that nothing may be shown."""
        return not self.total.people or suppression.is_few(self.total.people)

    @property
    def has_before(self) -> bool:
        """Whether enough people spoke in the period before to be compared with."""
        return bool(self.total_before.people) and not suppression.is_few(self.total_before.people)

    @property
    def is_before_whole(self) -> bool:
        """Whether the panels were spoken in all through the period before, so that days can be counted."""
        return self.first_on is not None and self.first_on <= self.before.from_on

    @property
    def over(self) -> Scope | None:
        """The days of the period that are over, for of today nobody knows yet what comes; None if none is."""
        last = min(self.scope.until_on, self.today - timedelta(days=1))
        return replace(self.scope, until_on=last) if last >= self.scope.from_on else None

    @property
    def span_title(self) -> str:
        """What the pieces of time are called."""
        return str(_("Week") if self.span == "week" else _("Month"))

    def days_of(self, starts_on: date) -> dict[str, str]:
        """What finds the texts of a week or month, as far as the period has it."""
        first = max(starts_on, self.scope.from_on)
        last = min(self.ends_of(starts_on), self.scope.until_on)
        return {"from": first.isoformat(), "until": last.isoformat()}

    def starts_of(self, day: date) -> date:
        """The first day of the week or month that the day lies in."""
        return week_of(day) if self.span == "week" else month_of(day)

    def ends_of(self, day: date) -> date:
        """The last day of the week or month that the day lies in."""
        return week_of(day) + timedelta(days=6) if self.span == "week" else end_of_month(day)

    def starts(self) -> list[date]:
        """The first days of all weeks or months of the period, as far as it has come."""
        found, day = [], self.scope.from_on
        last = min(self.scope.until_on, self.today)
        while day <= last:
            found.append(self.starts_of(day))
            day = self.ends_of(day) + timedelta(days=1)
        return found

    def topic_name(self, topic_id: int | None) -> str:
        """A topic with those above it."""
        return self.topic_names.get(topic_id, "") if topic_id is not None else _("No topic found")


def look(scope: Scope, *, today: date) -> Asked:
    """Everything that the parts of the report have in common."""
    names = feedback.topic_names()
    days = cube.find_first_and_last_day(scope.panel_ids)
    return Asked(
        scope,
        scope.before,
        cube.count_all(scope),
        cube.count_all(scope.before),
        cube.count_all(scope, also=READ),
        cube.count_all(scope, also=SCORED),
        _span(scope),
        names,
        scopes.list_panel_names(scope.panel_ids),
        days[0] if days else None,
        today,
    )


def mean_score(group: Group, *, people: int | None = None) -> Estimate | None:
    """The mean score of a group with its interval, at no more texts than people; None without scores."""
    enough = min(group.score_count, group.people if people is None else people)
    if group.mean_score is None or not enough:
        return None
    return mean(group.mean_score, group.score_deviation, n=group.score_count, n_eff=enough)


def score_sample(group: Group) -> Sample | None:
    """The scores of a group as a test of two means takes them; None without scores."""
    if group.mean_score is None or group.score_deviation is None:
        return None
    return Sample(group.mean_score, group.score_deviation, min(group.score_count, group.people))


def part_of(count: int, whole: Group) -> Part:
    """A share of a group's texts as a test of two shares takes it: at no more texts than people."""
    enough = min(whole.items, whole.people)
    return Part(count * enough / whole.items if whole.items else 0.0, enough)


def sentiment_name(sentiment: str) -> str:
    """What a sentiment is called."""
    return str(wording.SENTIMENTS[sentiment])


def _span(scope: Scope) -> Span:
    """Weeks; months if there are too many of them, or too few people in most of them."""
    if scope.day_count > 7 * MOST_WEEKS:
        return "month"
    weeks = cube.read(scope, ("week",))
    small = sum(suppression.is_few(group.people) for group in weeks)
    return "month" if 2 * small > len(weeks) and scope.day_count > 60 else "week"
