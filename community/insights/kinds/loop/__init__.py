"""The report on closing the loop: told back, service levels, what is open, promises, and what changed."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.cases.clocks import Hours
from community.cases.queries import owners
from community.cases.told_back import GRACE
from community.insights import claims, suppression
from community.insights.figures import Section
from community.insights.kinds.contract import Collected, Kind, Progress
from community.insights.kinds.loop import ends, levels, telling
from community.insights.kinds.loop.keeping import WorkClock, people_in
from community.insights.kinds.measures import SOON, figure_of_changes
from community.insights.queries import loop as queries
from community.insights.queries import scopes
from community.insights.queries.loop import NOBODY
from community.insights.scope import Scope
from community.statistics.intervals import MIN_SHOWN

STEPS = 5


def collect(scope: Scope, progress: Progress, *, now: datetime) -> Collected:
    """All about what was said and dealt with in the period, as it stands now."""
    progress(0, STEPS)
    told = queries.read_told(scope, now=now)
    whole = told["all"].get(None, NOBODY)
    progress(1, STEPS)
    lines, before, still_open = (
        queries.list_cases(scope), queries.list_cases(scope.before), queries.list_open_cases(scope)
    )  # fmt: skip
    if max(len(whole.people), len(people_in([*lines, *still_open]))) < MIN_SHOWN:
        return Collected([], [claims.plain(suppression.too_few())], [], 0, 0)
    progress(2, STEPS)
    owner_ids = {key for key in told["owner"] if key} | {
        line.owner_id for line in (*lines, *still_open) if line.owner_id
    }
    names = telling.names_of(scopes.list_panel_names(scope.panel_ids), sorted(owner_ids))
    first = min((line.opened_at for line in lines), default=now)
    work = WorkClock(first, now, hours=Hours.of(owners.get_working_hours()))
    sections = [
        telling.section_of(told, names),
        levels.section_of(lines, levels=queries.list_level_names(), names=names, work=work, now=now),
    ]
    progress(3, STEPS)
    sections += [
        ends.open_section(still_open, names=names, now=now),
        ends.ends_section(lines, queries.list_promised(scope)),
    ]
    progress(4, STEPS)
    told_soon = telling.change_of(scope, now=now)
    changes = figure_of_changes(
        [
            told_soon,
            *levels.changes_of(before, lines, now=now),
            *ends.changes_of(scope, before, lines),
        ],
        key="loop_changes",
        title=_("Against the period before"),
        unit=_("texts and cases"),
        n=told_soon.after.n + len(lines),
        how=_(
            "Told back: only texts that we have had for at least %(count)d days, so that both periods had "
            "the same time. Interval of the change: Newcombe, each person counting once; test: two shares, "
            "pooled; p corrected after Benjamini and Hochberg.",
            count=SOON.days,
        ),
        description=_("How each share changed against the period before."),
    )
    sections.append(Section("changes", _("What has changed"), [changes]))
    all_texts, of_others, young = queries.count_texts(scope, now=now)
    sample = [
        (_("Texts in the period"), all_texts),
        (_("Texts of people without an account, who cannot be told"), of_others),
        (_("Texts of the last %(count)d days, too young to ask", count=GRACE.days), young),
        (_("Texts whose authors could be told"), whole.n),
        *([] if suppression.is_few(len(whole.people)) else [(_("People who wrote them"), len(whole.people))]),
        (_("Cases opened in the period"), len(lines)),
        (_("Cases open now"), len(still_open)),
    ]
    return Collected(
        sections,
        claims.worth_saying(sections),
        sample,
        whole.n,
        len(whole.people),
    )


KIND = Kind(
    "loop",
    _l("Closing the loop"),
    _l("How much was told back, how soon, by whom, and whether service levels and promises were kept."),
    collect,
)

__all__ = ["KIND", "collect"]
