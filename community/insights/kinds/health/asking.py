"""How often members are asked, and how many of those who are asked answer."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from flask_babel import gettext as _

from community.insights import claims, suppression, writing
from community.insights.figures import Cell, Chart, Claim, Column, Figure, Row, Section
from community.insights.kinds.measures import SOON, Change, Counted, difference
from community.insights.queries import health as queries
from community.insights.queries.health import Asked, Stay
from community.insights.scope import Scope
from community.statistics.intervals import share

# More contacts than this in 30 days are one row.
MOST_CONTACTS = 5
RECENT = timedelta(days=30)


def section_of(scope: Scope, stays: Sequence[Stay], names: Mapping[int, str], *, now: datetime) -> Section:
    """Response to surveys and to invitations, and contacts per member."""
    figures = [_responses(scope, now=now), _contacts(scope, stays, ends_at=min(scope.ends_at, now))]
    doors = _doors(scope, names)
    return Section("asking", _("Who is asked, and who answers"), figures + doors)


def _responses(scope: Scope, *, now: datetime) -> Figure:
    surveys = queries.list_asked(scope)
    named = [each for each in surveys if each.title is not None]
    others = [each for each in surveys if each.title is None]
    times = Counter(each.title for each in named)
    groups = [
        (str(each.title) if times[each.title] == 1 else f"{each.title} (#{each.survey_id})", [each])
        for each in named
    ]
    if others:
        groups.append((str(_("Surveys that ask other panels too")), others))
    hidden = suppression.kept_back(
        [_people(scope, of) for _name, of in groups],
        together=lambda ats: _people(scope, [each for at in ats for each in groups[at][1]]),
    )
    rows = [_response_row(scope, name, of) for name, of in groups]
    rows = suppression.keep_back(rows, hidden, named_by=("survey",))
    everybody = _counted(scope, surveys)
    if len(groups) > 1 and not suppression.is_few(everybody.people):
        rows.insert(0, _response_row(scope, _("All surveys"), surveys))
    title = _("Response to surveys")
    return Figure(
        key="responses",
        title=title,
        columns=(
            Column("survey", _("Survey")),
            Column("told", _("Told of it"), "count"),
            Column("people", _("People"), "count"),
            Column("started", _("Began"), "count"),
            Column("share", _("Response rate"), "share"),
            Column("interval", _("Interval"), "interval", "share"),
            Column("completed", _("Finished"), "count"),
            Column("completion", _("Finished of those who began"), "share"),
        ),
        rows=rows,
        n=everybody.n,
        unit=_("invitations"),
        people=everybody.people,
        how=_(
            "Those who were told of a survey in the period, and whether they had begun to answer by the "
            "moment of the data. Wilson’s interval, with at most one invitation per person."
        )
        + " "
        + _(
            "Against the period before: those who were told at least %(count)d days ago, and whether they "
            "had begun within as many, so that both had the same time.",
            count=SOON.days,
        ),
        chart=Chart("bars", x="survey", y="share", low="interval", high="interval", description=title)
        if len(rows) - len(hidden) > 1
        else None,
        claims=_change_of_response(scope, now=now),
        notes=suppression.note(len(hidden)),
    )


def _change_of_response(scope: Scope, *, now: datetime) -> list[Claim]:
    """The response of all surveys against the period before, of invitations that are old enough."""
    before, after = (_answered_soon(each, now=now) for each in (scope.before, scope))
    if not after.n:
        return []
    change = Change(_("Response to surveys within %(count)d days", count=SOON.days), before, after)
    is_few = suppression.is_few(before.people) or suppression.is_few(after.people) or not before.n
    found = None if is_few else claims.judge([difference(change)])[0]
    first, second = before.estimate, after.estimate
    return [
        claims.change(
            change.name,
            first.value if first else None,
            second.value if second else None,
            found=found,
            figure="responses",
        )
    ]


def _answered_soon(scope: Scope, *, now: datetime) -> Counted:
    found = queries.count_answered_soon(scope, within=SOON, now=now)
    return Counted(found.started, found.told, found.people)


def _counted(scope: Scope, surveys: Sequence[Asked]) -> Counted:
    return Counted(
        count=sum(each.started for each in surveys),
        n=sum(each.told for each in surveys),
        people=_people(scope, surveys),
    )


def _people(scope: Scope, surveys: Sequence[Asked]) -> int:
    # Of one survey everybody is told once.
    if len(surveys) == 1:
        return surveys[0].told
    return queries.count_asked_people(scope, [each.survey_id for each in surveys])


def _response_row(scope: Scope, name: str, surveys: Sequence[Asked]) -> Row:
    counted = _counted(scope, surveys)
    completed = sum(each.completed for each in surveys)
    cells: dict[str, Cell] = {
        "survey": name,
        "told": counted.n,
        "people": counted.people,
        "started": counted.count,
        **counted.cells,
        "completed": completed,
        "completion": completed / counted.count if counted.count else None,
    }
    return Row(cells)


def _contacts(scope: Scope, stays: Sequence[Stay], *, ends_at: datetime) -> Figure:
    """`ends_at` is the end of the period as far as it has come."""
    members = {stay.member_id for stay in stays if stay.stands}
    starts_at = max(scope.starts_at, ends_at - RECENT)
    recent = queries.count_contacts(scope, starts_at=starts_at, ends_at=ends_at)
    whole = queries.count_contacts(scope, starts_at=scope.starts_at, ends_at=ends_at)
    counts = [min(recent.get(member_id, 0), MOST_CONTACTS) for member_id in members]
    rows = []
    for times in range(MOST_CONTACTS + 1):
        count = counts.count(times)
        found = share(count, len(members)) if members else None
        name = str(times) if times < MOST_CONTACTS else _("%(count)d or more", count=times)
        rows.append(Row({"times": name, "people": count, "share": found.value if found else None}))
    per_month = _per_thirty_days(scope, stays, whole, ends_at=ends_at)
    budget = queries.find_budget()
    notes = []
    if budget is not None:
        notes.append(
            _(
                "The contact budget allows %(limit)d invitations in %(days)d days.",
                limit=budget.invitation_limit,
                days=budget.per_days,
            )
        )
    title = _("Contacts per member in the last 30 days of the period")
    return Figure(
        key="contacts",
        title=title,
        columns=(
            Column("times", _("Contacts")),
            Column("people", _("Members"), "count"),
            Column("share", _("Share"), "share"),
        ),
        rows=rows,
        n=len(members),
        unit=_("members"),
        people=len(members),
        how=_("Invitations to surveys and reminders that went to those who are members now."),
        chart=Chart("bars", x="times", y="share", description=title),
        claims=[
            claims.plain(
                _(
                    "Contacts per member in 30 days of the period, on average: %(count)s.",
                    count=writing.number(per_month),
                ),
                figure="contacts",
            )
        ]
        if per_month is not None
        else [],
        notes=notes,
    )


def _per_thirty_days(
    scope: Scope, stays: Sequence[Stay], contacts: Mapping[int, int], *, ends_at: datetime
) -> float | None:
    """All contacts of the members by the days on which they were members in the period, times 30."""
    joined: dict[int, datetime] = {}
    for stay in stays:
        if stay.stands:
            joined[stay.member_id] = min(stay.joined_at, joined.get(stay.member_id, stay.joined_at))
    days = sum(
        max(timedelta(0), ends_at - max(scope.starts_at, since)) / timedelta(days=1)
        for since in joined.values()
    )
    total = sum(count for member_id, count in contacts.items() if member_id in joined)
    return 30 * total / days if days else None


def _doors(scope: Scope, names: Mapping[int, str]) -> list[Figure]:
    """How many of those who were invited to join have come."""
    doors = queries.list_doors(scope)
    if not doors or scope.segment_ids:
        return []
    hidden = suppression.kept_back([door.sent for door in doors])
    rows = []
    for door in doors:
        counted = Counted(door.used, door.sent, door.sent)
        rows.append(
            Row(
                {"panel": names.get(door.panel_id, ""), "sent": door.sent, "used": door.used, **counted.cells}
            )
        )
    total = sum(door.sent for door in doors)
    return [
        Figure(
            key="doors",
            title=_("Invitations to join"),
            columns=(
                Column("panel", _("Panel")),
                Column("sent", _("Sent"), "count"),
                Column("used", _("Have joined"), "count"),
                Column("share", _("Share"), "share"),
                Column("interval", _("Interval"), "interval", "share"),
            ),
            rows=suppression.keep_back(rows, hidden, named_by=("panel",)),
            n=total,
            unit=_("invitations"),
            people=total,
            how=_("Invitations that were sent in the period, and whether they had been used by now."),
            notes=suppression.note(len(hidden)),
        )
    ]
