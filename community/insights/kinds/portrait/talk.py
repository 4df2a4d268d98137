"""What they talk about, what of it they love and miss, against all others, and in their own words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from community.insights import claims, suppression, writing
from community.insights.claims import Judged
from community.insights.figures import Cell, Chart, Claim, Column, Figure, Quote, Row
from community.insights.kinds.measures import Change, Counted, difference
from community.insights.kinds.portrait import against
from community.insights.kinds.portrait.groups import Portrayed
from community.insights.queries import cube, quotes
from community.insights.queries.cube import Group
from community.statistics.intervals import Difference, Estimate, nps, nps_difference

READ = {"is_read": (True,)}
SCORED = {"is_read": (True,), "sentiment": ("pos", "neu", "mixed", "neg")}
MOST_TOPICS = 15
# So many of what they love, and of what they miss, are quoted.
LEADING = 2
QUOTES = 2
TYPICAL = 3
MOST_CLAIMS = 4


@dataclass(frozen=True)
class Felt:
    """A topic of theirs: how its texts feel, and how those of all others do."""

    topic_id: int
    name: str
    group: Group
    pos: int
    neg: int
    net: Estimate | None
    net_elsewhere: Estimate | None
    judged: Judged | None

    @property
    def is_loved(self) -> bool:
        """Whether more is good than bad, beyond chance."""
        return self.net is not None and self.net.interval is not None and self.net.interval.low > 0

    @property
    def is_missed(self) -> bool:
        """Whether more is bad than good, beyond chance."""
        return self.net is not None and self.net.interval is not None and self.net.interval.high < 0


def figures_of(group: Portrayed, names: Mapping[int, str]) -> list[Figure]:
    """Their topics, how these feel, and quotes; nothing if fewer than ten of them have written."""
    total, others = group.total(also=READ)
    if not total.people or suppression.is_few(total.people) or suppression.is_few(others.people):
        return []
    here, elsewhere = group.read(("topic",), also=READ)
    topics = _leading(here)
    hidden = _hidden(group, here, READ)
    figures = [_talk(group, names, topics, here, elsewhere, total, others, hidden)]
    felt = _felt(group, names, [each for each in topics if each not in hidden])
    if felt:
        figures.append(_feelings(group, felt))
    return figures + _words(group, felt, total)


def _leading(here: Mapping[Any, Group]) -> list[int]:
    ids = [key[0] for key in here if key[0] is not None]
    return sorted(ids, key=lambda each: (-here[each,].items, each))[:MOST_TOPICS]


def _hidden(group: Portrayed, here: Mapping[Any, Group], also: Mapping[str, Any]) -> frozenset[int]:
    """The topics that are kept back: of fewer than ten people, or to be reckoned from the rest."""
    keys = sorted(here, key=lambda key: (key[0] is not None, key[0]))

    def together(ats: Sequence[int]) -> int:
        return cube.count_all(group.scope, also={**also, "topic": [keys[at][0] for at in ats]}).people

    hidden = suppression.kept_back([here[key].people for key in keys], together=together)
    return frozenset(keys[at][0] for at in hidden if keys[at][0] is not None)


def _talk(
    group: Portrayed,
    names: Mapping[int, str],
    topics: Sequence[int],
    here: Mapping[Any, Group],
    elsewhere: Mapping[Any, Group],
    total: Group,
    others: Group,
    hidden: frozenset[int],
) -> Figure:
    shown = [each for each in topics if each not in hidden]
    changes = [
        Change(
            names.get(each, ""),
            Counted(elsewhere[each,].items if (each,) in elsewhere else 0, others.items, others.people),
            Counted(here[each,].items, total.items, total.people),
        )
        for each in shown
    ]
    tests: list[Difference | None] = [difference(each) if others.people else None for each in changes]
    judged = dict(zip(shown, zip(changes, claims.judge(tests), strict=True), strict=True))
    key = f"{group.key}.topics"
    rows: list[Row] = []
    said: list[tuple[float, Claim]] = []
    for each in topics:
        name = names.get(each, "")
        if each in hidden:
            rows.append(Row({"topic": name}, is_hidden=True))
            continue
        change, found = judged[each]
        theirs = change.before.estimate
        cells: dict[str, Cell] = {
            "topic": name,
            "texts": here[each,].items,
            "people": here[each,].people,
            **change.after.cells,
        }
        cells |= against.cells(group, theirs.value if theirs else None, found)
        rows.append(Row(cells, {**group.texts, "topic": each, "state": "read"}))
        mine = change.after.estimate
        if found is not None and found.is_proven and mine and theirs:
            claim = claims.against_others(name, theirs.value, mine.value, found=found, figure=key)
            said.append((abs(found.value), claim))
    said.sort(key=lambda each: -each[0])
    leading = [
        claims.leading(change.name, change.after.estimate, figure=key)
        # What is said more often, and kept back, would make it untrue.
        for change, _found in [judged[each] for each in topics[:1] if each in judged]
    ]
    title = _("What they talk about")
    return Figure(
        key=key,
        title=title,
        columns=[
            Column("topic", _("Topic")),
            Column("texts", _("Texts"), "count"),
            Column("people", _("People"), "count"),
            Column("share", _("Share of their texts"), "share"),
            Column("interval", _("Interval"), "interval", "share"),
            *against.columns(group, _("Share of all others’ texts")),
        ],
        rows=rows,
        n=total.items,
        unit=_("texts"),
        people=total.people,
        how=_(
            "Their texts that were read, by main topic. Intervals with no more texts than people; the "
            "difference to all others after Newcombe, p corrected for all topics (Benjamini and Hochberg)."
        ),
        chart=Chart("bars", x="topic", y="share", low="interval", high="interval", description=title)
        if len(shown) > 1
        else None,
        claims=[*leading, *(claim for _size, claim in said[:MOST_CLAIMS])],
        notes=suppression.note(sum(row.is_hidden for row in rows)),
    )


def _felt(group: Portrayed, names: Mapping[int, str], topics: Sequence[int]) -> list[Felt]:
    """How each topic feels, the best loved first; those of which fewer than ten people were scored go."""
    here, elsewhere = group.read(("topic",), also=SCORED)
    feelings, feelings_elsewhere = group.read(("topic", "sentiment"), also=SCORED)
    hidden = _hidden(group, here, SCORED)
    shown = [each for each in topics if (each,) in here and each not in hidden]
    nets = [_net(each, here, feelings) for each in shown]
    others = [_net(each, elsewhere, feelings_elsewhere) for each in shown]
    judged = claims.judge(
        [_apart(mine, theirs) if mine and theirs else None for mine, theirs in zip(nets, others, strict=True)]
    )
    found = [
        Felt(
            each,
            names.get(each, ""),
            here[each,],
            _items(feelings, each, "pos"),
            _items(feelings, each, "neg"),
            mine,
            theirs,
            test,
        )
        for each, mine, theirs, test in zip(shown, nets, others, judged, strict=True)
    ]
    return sorted(found, key=lambda each: (-(each.net.value if each.net else 0.0), each.topic_id))


def _net(topic_id: int, topics: Mapping[Any, Group], feelings: Mapping[Any, Group]) -> Estimate | None:
    """The share of good texts less that of bad ones, in points; None of fewer than ten people."""
    group = topics.get((topic_id,))
    if group is None or not group.people or suppression.is_few(group.people):
        return None
    return nps(
        _items(feelings, topic_id, "pos"),
        _items(feelings, topic_id, "neg"),
        n=group.items,
        n_eff=min(group.items, group.people),
    )


def _apart(mine: Estimate, theirs: Estimate) -> Difference:
    found = nps_difference(theirs, mine)
    # In shares, as all else in the table.
    interval = found.interval
    scaled = type(interval)(interval.low / 100, interval.high / 100) if interval else None
    return Difference(found.value / 100, scaled, (found.se or 0.0) / 100, found.statistic, found.p, None, "z")


def _items(feelings: Mapping[Any, Group], topic_id: int, sentiment: str) -> int:
    group = feelings.get((topic_id, sentiment))
    return group.items if group is not None else 0


def _feelings(group: Portrayed, felt: Sequence[Felt]) -> Figure:
    key = f"{group.key}.feelings"
    rows = []
    said = [_love(each, key) for each in felt if each.is_loved][:LEADING]
    said += [_miss(each, key) for each in reversed(felt) if each.is_missed][:LEADING]
    for each in felt:
        n = each.group.items
        cells: dict[str, Cell] = {
            "topic": each.name,
            "texts": n,
            "people": each.group.people,
            "pos": each.pos / n,
            "neg": each.neg / n,
            "net": each.net.value / 100 if each.net else None,
            "interval": _hundredth(each.net),
        }
        others = each.net_elsewhere.value / 100 if each.net_elsewhere else None
        cells |= against.cells(group, others, each.judged)
        texts = {"topic": each.topic_id, "state": "read", "sentiment": list(SCORED["sentiment"])}
        rows.append(Row(cells, {**group.texts, **texts}))
        if each.judged is not None and each.judged.is_proven and each.net and each.net_elsewhere:
            said.append(
                claims.against_others(
                    _("%(topic)s, good less bad", topic=each.name),
                    each.net_elsewhere.value / 100,
                    each.net.value / 100,
                    found=each.judged,
                    kind="points",
                    figure=key,
                )
            )
    title = _("What they love and miss")
    return Figure(
        key=key,
        title=title,
        columns=[
            Column("topic", _("Topic")),
            Column("texts", _("Texts"), "count"),
            Column("people", _("People"), "count"),
            Column("pos", _("Positive"), "share"),
            Column("neg", _("Negative"), "share"),
            Column("net", _("Positive less negative"), "points"),
            Column("interval", _("Interval"), "interval", "net"),
            *against.columns(group, _("The same of all others"), kind="points"),
        ],
        rows=rows,
        n=sum(each.group.items for each in felt),
        unit=_("texts"),
        people=None,
        how=_(
            "Their texts that were scored. The share of positive less that of negative ones, with the "
            "adjusted Wald interval, at no more texts than people. Loved is a topic whose interval lies "
            "above zero, missed one whose interval lies below."
        ),
        chart=Chart(
            "dots", x="net", y="topic", low="interval", high="interval", palette="change", description=title
        )
        if len(rows) > 1
        else None,
        claims=said,
    )


def _love(felt: Felt, key: str) -> Claim:
    return _of_feeling(
        _("They love %(topic)s: %(pos)s of %(texts)s texts are positive, %(neg)s negative (%(interval)s)."),
        felt,
        key,
    )


def _miss(felt: Felt, key: str) -> Claim:
    return _of_feeling(
        _(
            "They miss something in %(topic)s: %(neg)s of %(texts)s texts are negative, %(pos)s positive "
            "(%(interval)s)."
        ),
        felt,
        key,
    )


def _of_feeling(sentence: str, felt: Felt, key: str) -> Claim:
    n = felt.group.items
    interval = _hundredth(felt.net) or [0.0, 0.0]
    text = sentence % {
        "topic": felt.name,
        "pos": writing.percent(felt.pos / n),
        "neg": writing.percent(felt.neg / n),
        "texts": writing.count(n),
        "interval": writing.interval(interval[0], interval[1], "points"),
    }
    return Claim(text, "plain", key, _("adjusted Wald interval of positive less negative, 95%"))


def _words(group: Portrayed, felt: Sequence[Felt], total: Group) -> list[Figure]:
    """Quotes: typical ones of all they say, and of what they love and miss most."""
    figures = []
    everything = quotes.choose_quotes(quotes.list_candidates(group.scope), count=TYPICAL)
    if everything:
        figures.append(_quoted(group, "typical", _("Typical of what they say"), total, everything))
    for wanted, chosen, sentiment in (
        ("loved", [each for each in felt if each.is_loved], "pos"),
        ("missed", [each for each in reversed(felt) if each.is_missed], "neg"),
    ):
        for each in chosen[:LEADING]:
            candidates = quotes.list_candidates(
                group.scope, topic_ids=(each.topic_id,), sentiments=(sentiment,)
            )
            found = quotes.choose_quotes(candidates, count=QUOTES)
            if found:
                title = (
                    _("What they love: %(topic)s", topic=each.name)
                    if wanted == "loved"
                    else _("What they miss: %(topic)s", topic=each.name)
                )
                figures.append(_quoted(group, f"{wanted}-{each.topic_id}", title, each.group, found))
    return figures


def _quoted(group: Portrayed, key: str, title: str, of: Group, found: Sequence[Quote]) -> Figure:
    return Figure(
        key=f"{group.key}.{key}",
        title=title,
        columns=(
            Column("of", _("Of")),
            Column("texts", _("Texts"), "count"),
            Column("people", _("People"), "count"),
        ),
        rows=[Row({"of": title, "texts": of.items, "people": of.people})],
        n=of.items,
        unit=_("texts"),
        people=of.people,
        how=_("The texts nearest to what most of them say, of those who agreed to be quoted."),
        quotes=found,
    )


def _hundredth(found: Estimate | None) -> list[float] | None:
    if found is None or found.interval is None:
        return None
    return [found.interval.low / 100, found.interval.high / 100]
