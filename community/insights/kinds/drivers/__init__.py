"""Drivers: which topics satisfaction goes together with, person by person; association, not cause."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean, stdev

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.feedback import queries as feedback
from community.insights import claims, suppression, writing
from community.insights.claims import Judged
from community.insights.figures import Cell, Chart, Claim, Column, Figure, Row, Section
from community.insights.kinds.contract import Collected, Kind, Progress
from community.insights.kinds.drivers.people import LEAST, LEAST_PER_TOPIC, Gathering, People, choose_topics
from community.insights.kinds.measures import span
from community.insights.queries import cube
from community.insights.queries.drivers import list_said
from community.insights.scope import Scope
from community.statistics.drivers import Driver, Drivers, drivers
from community.statistics.intervals import Difference, Estimate, mean

_STEPS = 100


@dataclass(frozen=True)
class _Line:
    """A topic, what it explains, and how satisfied those are who speak of it."""

    topic_id: int
    name: str
    driver: Driver
    found: Judged | None
    people: int
    level: Estimate


def collect(scope: Scope, progress: Progress, *, now: datetime) -> Collected:
    """What explains how satisfied the people of the scope are."""
    total = cube.count_all(scope)
    if not total.people or suppression.is_few(total.people):
        return Collected([], [claims.plain(suppression.too_few())], [], 0, 0)
    people = _gather(scope, progress, text_count=total.items)
    topic_ids = choose_topics(people)
    progress(_STEPS - 10, _STEPS)
    found = drivers(people.rows(topic_ids), people.values, strata=people.strata) if topic_ids else None
    sample = _sample(people, n=total.items, n_people=total.people)
    if found is None:
        return Collected(
            [], [claims.plain(_too_little())], sample, total.items, total.people, definitions=_definitions()
        )
    lines = _lines(people, topic_ids, found)
    figure = _figure(people, lines, found)
    return Collected(
        [Section("drivers", _("What satisfaction goes together with"), [figure, _map(people, lines)])],
        [_explained(found), *figure.claims, claims.plain(_("This is association, not cause."))],
        sample,
        total.items,
        total.people,
        warnings=_warnings(people),
        definitions=_definitions(),
    )


def _gather(scope: Scope, progress: Progress, *, text_count: int) -> People:
    gathering, done = Gathering(), 0
    for texts in list_said(scope):
        progress(min(80, 80 * done // text_count), _STEPS)
        gathering.add(texts)
        done += len(texts)
    return gathering.people()


def _lines(people: People, topic_ids: Sequence[int], found: Drivers) -> list[_Line]:
    """The topics, those that explain most first."""
    names = feedback.topic_names()
    judged = claims.judge(
        [
            Difference(each.effect, each.effect_interval, None, None, each.p, None, "t")
            if each.effect is not None
            else None
            for each in found.drivers
        ]
    )
    rows = people.rows(topic_ids)
    lines = []
    for at, (topic_id, driver, test) in enumerate(zip(topic_ids, found.drivers, judged, strict=True)):
        values = [value for value, row in zip(people.values, rows, strict=True) if row[at]]
        level = mean(fmean(values), stdev(values), n=len(values))
        assert level is not None
        lines.append(_Line(topic_id, names.get(topic_id, ""), driver, test, len(values), level))
    return sorted(lines, key=lambda line: (-line.driver.explained, line.topic_id))


def _figure(people: People, lines: Sequence[_Line], found: Drivers) -> Figure:
    rows = [
        Row(
            {
                "name": line.name,
                "people": line.people,
                "share": line.driver.share,
                "interval": span(line.driver.share_interval),
                "effect": line.driver.effect,
                "effect_interval": span(line.driver.effect_interval),
                "p": line.found.p if line.found else None,
            },
            {"topic": line.topic_id},
        )
        for line in lines
    ]
    return Figure(
        "drivers",
        _("What each topic explains"),
        [
            Column("name", _("Topic")),
            Column("people", _("People who spoke of it"), "count"),
            Column("share", _("Part of what is explained"), "share"),
            Column("interval", _("Interval, 95%"), "interval", of="share"),
            Column("effect", _("Difference in satisfaction"), "score"),
            Column("effect_interval", _("Interval, 95%"), "interval", of="effect"),
            Column("p", _("p, corrected"), "p"),
        ],
        rows,
        n=found.n,
        unit=_("people"),
        how=_(
            "Each person once: their mean %(outcome)s on whether they spoke of each topic, compared within "
            "the same panel and source. Parts of R² by LMG (Shapley), intervals by a bootstrap over people "
            "with a fixed seed; differences by least squares beside all other topics, with robust standard "
            "errors, p corrected for all rows (Benjamini and Hochberg). Association, not cause.",
            outcome=_outcome(people),
        ),
        chart=Chart(
            "bars", x="share", y="name", low="interval", high="interval",
            description=_("Which part of what all topics explain each topic explains."),
        ),
        claims=claims.proven_first(
            [claims.association(line.name, line.found, figure="drivers") for line in lines],
            figure="drivers",
            most=12,
        ),
        notes=[_explained(found).text],
    )  # fmt: skip


def _map(people: People, lines: Sequence[_Line]) -> Figure:
    """Importance against performance."""
    whole = fmean(people.values)
    rows = []
    for line in lines:
        cells: dict[str, Cell] = {
            "name": line.name,
            "people": line.people,
            "level": line.level.value,
            "interval": span(line.level.interval),
            "share": line.driver.share,
            "place": _place(line, whole, count=len(lines)),
        }
        rows.append(Row(cells, {"topic": line.topic_id}))
    return Figure(
        "drivers.map",
        _("Importance and performance"),
        [
            Column("name", _("Topic")),
            Column("people", _("People who spoke of it"), "count"),
            Column("level", _("Their mean satisfaction"), "score" if people.outcome == "score" else "number"),
            Column("interval", _("Interval, 95%"), "interval", of="level"),
            Column("share", _("Part of what is explained"), "share"),
            Column("place", _("So")),
        ],
        rows,
        n=len(people.values),
        unit=_("people"),
        how=_(
            "Performance: the mean %(outcome)s of the people who spoke of the topic, with Student's "
            "interval; all people together come to %(mean)s. Important is what explains more than an equal "
            "part. Weak or strong is called only what lies surely below or above all people.",
            outcome=_outcome(people),
            mean=writing.write(whole, "score" if people.outcome == "score" else "number"),
        ),
        chart=Chart(
            "scatter", x="level", y="share",
            description=_("How satisfied those are who spoke of each topic, and what it explains."),
        ),
    )  # fmt: skip


def _place(line: _Line, whole: float, *, count: int) -> str:
    interval = line.level.interval
    if interval is None or interval.contains(whole):
        return str(_("as satisfied as all"))
    is_important = (line.driver.share or 0.0) > 1 / count
    if interval.high < whole:
        return str(_("important and weak") if is_important else _("weak"))
    return str(_("important and strong") if is_important else _("strong"))


def _explained(found: Drivers) -> Claim:
    return claims.explained(found.r2, found.r2_interval, found.p, figure="drivers")


def _outcome(people: People) -> str:
    return str(_("rating") if people.outcome == "rating" else _("score of their texts"))


def _too_little() -> str:
    return str(
        _(
            "Too few people to say what explains satisfaction: it takes %(people)d and %(more)d more for "
            "each topic, of which at least ten speak and ten do not.",
            people=LEAST,
            more=LEAST_PER_TOPIC,
        )
    )


def _sample(people: People, *, n: int, n_people: int) -> list[tuple[str, Cell]]:
    rated = _("Texts with a rating") if people.outcome == "rating" else _("Texts with a score")
    found: list[tuple[str, Cell]] = [(_("Texts"), n), (_("People who wrote them"), n_people)]
    if not suppression.is_few(len(people.values)):
        found += [(rated, people.text_count), (_("People who wrote those"), len(people.values))]
    return found


def _warnings(people: People) -> list[str]:
    if not people.mixes_scales:
        return []
    return [
        _(
            "The ratings come from scales of different lengths: those of the longer ones weigh more than "
            "those of the shorter ones."
        )
    ]


def _definitions() -> list[tuple[str, str]]:
    return [
        (
            _("Satisfaction"),
            _(
                "A person's mean rating, if at least a hundred people gave one; else the mean score of their "
                "texts, from −1 (bad) to +1 (good)."
            ),
        ),
        (
            _("Part of what is explained"),
            _(
                "How much of R² a topic adds, averaged over all orders in which topics can be added "
                "(Lindeman, Merenda and Gold); all parts together are the whole."
            ),
        ),
        (
            _("Association, not cause"),
            _(
                "Who speaks of a topic can be less satisfied for another reason. What would change if the "
                "topic were mended, only a trial can show."
            ),
        ),
    ]


KIND = Kind(
    "drivers",
    _l("Drivers of satisfaction"),
    _l("Which topics satisfaction goes together with, and how strongly: association, not cause."),
    collect,
)
