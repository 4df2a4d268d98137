"""Which ideas they prefer: support among those of them who have seen an idea, against all others."""

from collections import Counter

from flask_babel import gettext as _

from community.insights import claims, suppression, writing
from community.insights.figures import Cell, Chart, Claim, Column, Figure, Row
from community.insights.kinds.measures import span
from community.insights.kinds.portrait import against
from community.insights.kinds.portrait.groups import Portrayed
from community.insights.queries import portrait as queries
from community.insights.queries.portrait import Liked
from community.statistics.intervals import MIN_SHOWN, Part, share, wilson_low
from community.statistics.tracking import two_shares

MOST_IDEAS = 10


def figure_of(group: Portrayed) -> Figure | None:
    """The ideas that they support most surely; None if ten of them have seen none."""
    liked = queries.list_liked(group.scope, group.everybody, group.inside)
    seen = [each for each in liked if each.seen >= MIN_SHOWN and each.support]
    few = sum(suppression.is_few(each.seen) for each in liked)
    if not seen:
        return None
    shown = sorted(seen, key=lambda each: (-(wilson_low(each.support, each.seen) or 0.0), each.idea_id))
    shown = shown[:MOST_IDEAS]
    judged = claims.judge(
        [
            two_shares(Part(each.support_elsewhere, each.seen_elsewhere), Part(each.support, each.seen))
            if _can_compare(each)
            else None
            for each in shown
        ]
    )
    # Two ideas may be called alike.
    times = Counter(each.title for each in shown)
    key = f"{group.key}.ideas"
    rows, said = [], []
    for each, found in zip(shown, judged, strict=True):
        here = share(each.support, each.seen)
        others = each.support_elsewhere / each.seen_elsewhere if _can_compare(each) else None
        cells: dict[str, Cell] = {
            "idea": each.title if times[each.title] == 1 else f"{each.title} (#{each.idea_id})",
            "seen": each.seen,
            "support": each.support,
            "share": here.value if here else None,
            "interval": span(here.interval) if here else None,
        }
        rows.append(Row(cells | against.cells(group, others, found)))
        if found is not None and found.is_proven and here is not None:
            what = _("Support of “%(idea)s”", idea=each.title)
            said.append(claims.against_others(what, others, here.value, found=found, figure=key))
    title = _("Ideas they prefer")
    columns = [
        Column("idea", _("Idea")),
        Column("seen", _("Have seen it"), "count"),
        Column("support", _("Support it"), "count"),
        Column("share", _("Support"), "share"),
        Column("interval", _("Interval"), "interval", "share"),
    ]
    columns += against.columns(group, _("Among all others"))
    return Figure(
        key=key,
        title=title,
        columns=columns,
        rows=rows,
        n=sum(each.seen for each in seen),
        unit=_("sightings"),
        people=group.count,
        how=_(
            "Of those of the group who have opened or supported the idea; in order of the least support that "
            "is sure (Wilson). Votes until the end of the period; differences after Newcombe, p corrected."
        ),
        chart=Chart("bars", x="idea", y="share", low="interval", high="interval", description=title)
        if len(rows) > 1
        else None,
        claims=[_leading(shown[0], key), *_first(said)],
        notes=[_("%(count)d ideas that fewer than ten of them have seen are left out.", count=few)]
        if few
        else [],
    )


def _leading(liked: Liked, key: str) -> Claim:
    """The idea whose support is surest."""
    found = share(liked.support, liked.seen)
    assert found is not None
    assert found.interval is not None
    return claims.plain(
        _(
            "Most surely supported: “%(idea)s”, by %(share)s (%(interval)s) of the %(seen)s of them who have "
            "seen it.",
            idea=liked.title,
            share=writing.percent(found.value),
            interval=writing.interval(found.interval.low, found.interval.high),
            seen=writing.count(liked.seen),
        ),
        figure=key,
    )


def _can_compare(liked: Liked) -> bool:
    return liked.seen_elsewhere >= MIN_SHOWN


def _first(said: list[Claim]) -> list[Claim]:
    return sorted(said, key=lambda claim: claim.verdict != "higher")[:3]
