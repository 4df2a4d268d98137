"""How much was said: texts and people over time, and against the period before."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _

from community.insights import claims, suppression
from community.insights.figures import Chart, Claim, Column, Figure, Row, Section
from community.insights.kinds.measures import span
from community.insights.kinds.voice.asked import Asked
from community.insights.kinds.voice.tables import cut_note, hidden_pieces
from community.insights.queries import cube
from community.insights.queries.cube import NOBODY, Group
from community.insights.scope import Scope
from community.statistics.rates import RateRatio, scaled_rate_ratio


def tell_volume(asked: Asked) -> Section:
    """Texts and people by week or month, and how often as before, in all and by panel."""
    return Section("volume", _("How much was said"), [_over_time(asked), *_against_before(asked)])


def _over_time(asked: Asked) -> Figure:
    groups = {group.key[0]: group for group in cube.read(asked.scope, (asked.span,))}
    starts = asked.starts()
    people = [groups[each].people if each in groups else 0 for each in starts]
    hidden = hidden_pieces(people)
    rows = [
        Row(
            {
                "period": each.isoformat(),
                "texts": groups[each].items if each in groups else 0,
                "people": people[at],
            },
            asked.days_of(each) if people[at] else None,
        )
        for at, each in enumerate(starts)
    ]
    return Figure(
        "volume",
        _("Texts by week") if asked.span == "week" else _("Texts by month"),
        [
            Column("period", asked.span_title, "date"),
            Column("texts", _("Texts"), "count"),
            Column("people", _("People"), "count"),
        ],
        suppression.keep_back(rows, hidden, named_by=("period",)),
        n=asked.total.items,
        unit=_("texts"),
        people=asked.total.people,
        how=_("All texts of the period that were not withdrawn, by the day on which they were said."),
        chart=Chart(
            "bars", x="period", y="texts",
            description=_("How many texts there were in each week or month of the period."),
        ),
        notes=[*suppression.note(len(hidden)), *cut_note(asked)],
    )  # fmt: skip


def _against_before(asked: Asked) -> Sequence[Figure]:
    over = asked.over
    if not (asked.has_before and asked.is_before_whole) or over is None:
        return []
    total = asked.total if over == asked.scope else cube.count_all(over)
    # What was said today can be reckoned from the two.
    if not total.people or suppression.is_few(total.people) or suppression.is_few(_today(asked).people):
        return []
    lines: list[tuple[str, Group, Group, dict[str, Any]]] = [
        (_("All texts"), asked.total_before, total, {"until": over.until_on.isoformat()})
    ]
    hidden: frozenset[int] = frozenset()
    if len(asked.panel_names) > 1 and over == asked.scope:
        now = {group.key[0]: group for group in cube.read(over, ("panel",))}
        before = {group.key[0]: group for group in cube.read(asked.before, ("panel",))}
        # Those that are in one of the two only as well: their texts are in the first row.
        panels = [each for each in asked.panel_names if each in now or each in before]
        hidden = _hidden(asked, panels, now, before)
        lines += [
            (asked.panel_names[each], before.get(each, NOBODY), now.get(each, NOBODY), {"panel": each})
            for each in panels
        ]
    rows = []
    for name, earlier, later, texts in lines:
        found = _ratio(earlier, later, asked.before, over)
        rows.append(
            Row(
                {
                    "name": name,
                    "before": earlier.items,
                    "before_people": earlier.people,
                    "texts": later.items,
                    "people": later.people,
                    "ratio": found.ratio if found else None,
                    "interval": span(found.interval) if found else None,
                    "p": found.p if found else None,
                },
                texts if later.items else None,
            )
        )
    return [
        Figure(
            "volume.before",
            _("Against the period before"),
            [
                Column("name", _("What")),
                Column("before", _("Texts before"), "count"),
                Column("before_people", _("People before"), "count"),
                Column("texts", _("Texts now"), "count"),
                Column("people", _("People now"), "count"),
                Column("ratio", _("Times as many"), "number"),
                Column("interval", _("Interval, 95%"), "interval", of="ratio"),
                Column("p", _("p"), "p"),
            ],
            # The first row is the whole.
            suppression.keep_back(rows, {at + 1 for at in hidden}, named_by=("name",)),
            n=total.items,
            unit=_("texts"),
            people=total.people,
            how=_(
                "Texts a day, of the days that are over. Ratio of two Poisson rates, as wide as if there "
                "were no more texts than people; p exact, given the sum of both."
            ),
            chart=Chart(
                "dots", x="ratio", y="name", low="interval", high="interval",
                description=_("How many times as many texts a day there were as in the period before."),
            ),
            claims=[_claim(asked.total_before, total, asked.before, over)],
            notes=suppression.note(len(hidden)),
        )
    ]  # fmt: skip


def _today(asked: Asked) -> Group:
    """What was said today, if the period has come so far."""
    if asked.over == asked.scope:
        return NOBODY
    return cube.count_all(replace(asked.scope, from_on=asked.today))


def _hidden(
    asked: Asked, panels: Sequence[int], now: dict[int, Group], before: dict[int, Group]
) -> frozenset[int]:
    """Panels of too few people now or before."""
    hidden: frozenset[int] = frozenset()
    for scope, groups in ((asked.scope, now), (asked.before, before)):
        hidden |= suppression.kept_back(
            [groups.get(each, NOBODY).people for each in panels],
            together=lambda some, scope=scope: (  # type: ignore[misc]
                cube.count_all(scope, also={"panel": [panels[at] for at in some]}).people
            ),
        )
    return hidden


def _claim(before: Group, now: Group, earlier: Scope, over: Scope) -> Claim:
    """Whether more or less was said than before."""
    return claims.change_of_rate(
        _("Texts"),
        before.items / earlier.day_count,
        now.items / over.day_count,
        found=_ratio(before, now, earlier, over),
        figure="volume.before",
    )


def _ratio(before: Group, now: Group, earlier: Scope, over: Scope) -> RateRatio | None:
    return scaled_rate_ratio(
        before.items,
        now.items,
        people_before=before.people,
        people_after=now.people,
        days_before=earlier.day_count,
        days_after=over.day_count,
    )
