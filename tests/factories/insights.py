"""Snapshots of reports for tests, in English or Chinese, with a figure of every shape; and reports."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from community.infra import clock
from community.infra.db import unit_of_work
from community.insights.charts import svg_of
from community.insights.figures import (
    Chart,
    Claim,
    Column,
    Figure,
    Quote,
    Row,
    Section,
    Snapshot,
    fingerprint,
    from_json,
    to_json,
)
from community.insights.models import Report, ReportChart, ReportPanel, ReportQuote
from community.insights.scope import Scope
from community.members.models import Member
from community.panels.models import Panel
from tests.factories.insights_in_chinese import CHINESE
from tests.factories.panels import make_panel

DATA_AT = datetime(2026, 7, 1, 6, 30, tzinfo=UTC)
FIRST = date(2026, 1, 5)

_numbers = itertools.count(1)
TOPICS = ("Delivery", "Price", "Paper and print quality", "App and website", "Service", "Gift wrap")
PANELS = ("Young families", "Teachers", "Grandparents")
HOW = "Every text counts once, with its main topic. Interval: Wilson, 95%, with at most one text per person."
MOODS = ("Positive", "Neutral", "Mixed", "Negative")


def make_figure(key: str = "topics", *, locale: str = "en", **values: Any) -> Figure:
    """The figure of the sample snapshot with this key, with other values where they are given."""
    return replace(next(each for each in make_snapshot(locale=locale).figures() if each.key == key), **values)


def make_snapshot(*, locale: str = "en", **values: Any) -> Snapshot:
    """A snapshot with a figure of every shape, a row kept back, claims, quotes and notes."""
    t = _in(locale)
    snapshot = Snapshot(
        kind="voice",
        title=t("Voice of the panel, first half of 2026"),
        locale=locale,
        filters=[
            (t("Panels"), "、".join(map(t, PANELS)) if locale != "en" else ", ".join(PANELS)),
            (t("Days"), t("5 January to 30 June 2026")),
            (t("Languages"), t("All")),
        ],
        settings={"panel_ids": [1, 2, 3], "from_on": "2026-01-05", "until_on": "2026-06-30"},
        data_at=DATA_AT.isoformat(),
        sample=[
            (t("Texts"), 3120),
            (t("People"), 1284),
            (t("Members of these panels"), 2960),
            (t("of them, who said something"), 1190),
            (t("Texts by imported authors without account"), 214),
            (t("Texts that were not read yet"), 12),
        ],
        warnings=[t("12 texts wait to be read and are counted without sentiment and topic.")],
        summary=_claims(t),
        sections=[
            Section("volume", t("How much was said"), [_volume(t), _moods_by_month(t), _moods_by_panel(t)]),
            Section(
                "topics",
                t("What it was about"),
                [_topics(t), _changes(t), _slopes(t), _by_panel(t), _by_segment(t)],
            ),
            Section("drivers", t("What moves satisfaction"), [_drivers(t), _funnel(t)]),
        ],
        definitions=[(t("Share of texts"), t("Texts of the topic out of all texts that were read."))],
    )
    return replace(snapshot, **values)


def make_report(
    *,
    snapshot: Snapshot | None = None,
    panels: Sequence[Panel] = (),
    asked_by: Member | None = None,
    state: str = "done",
    has_charts: bool = True,
    quoted: Sequence[int] = (),
    **values: Any,
) -> Report:
    """A report in the state; done with its snapshot and charts. `quoted` are the items of its quotes."""
    panels = panels or (make_panel(),)
    snapshot = snapshot or make_snapshot()
    scope = Scope(tuple(each.id for each in panels), FIRST, date(2026, 6, 30))
    snapshot = replace(snapshot, settings=scope.to_settings())
    without = replace(
        snapshot,
        sections=[
            replace(section, figures=[replace(figure, quotes=()) for figure in section.figures])
            for section in snapshot.sections
        ],
    )
    written = to_json(without)
    is_done = state == "done"
    with unit_of_work() as session:
        report = Report(
            kind=snapshot.kind,
            title=values.pop("title", f"{snapshot.title} {next(_numbers)}"),
            settings=snapshot.settings,
            locale=snapshot.locale,
            asked_by_id=asked_by.id if asked_by else None,
            state=state,
            **values,
        )
        if is_done:
            report.data_at, report.finished_at = DATA_AT, clock.now()
            report.snapshot, report.fingerprint = written, fingerprint(written)
            report.item_count, report.people_count = 3120, 1284
        session.add(report)
        session.flush()
        session.add_all(ReportPanel(report_id=report.id, panel_id=each.id) for each in panels)
        if is_done and has_charts:
            session.add_all(
                ReportChart(report_id=report.id, figure=figure, svg=svg)
                for figure, svg in _drawn(to_json(replace(without, settings={}, title="")))
            )
        quotes = [(figure.key, quote) for figure in snapshot.figures() for quote in figure.quotes]
        for position, (item_id, (figure, quote)) in enumerate(zip(quoted, quotes, strict=False)):
            session.add(
                ReportQuote(
                    report_id=report.id,
                    figure=figure,
                    position=position,
                    item_id=item_id,
                    text=quote.text,
                    source=quote.source,
                    language=quote.language,
                    sentiment=quote.sentiment,
                )
            )
    return report


@cache
def _drawn(written: str) -> list[tuple[str, str]]:
    """The charts of a snapshot; drawing is slow, and most tests take the sample."""
    snapshot = from_json(written)
    return [(each.key, svg_of(each, snapshot.locale)) for each in snapshot.figures() if each.chart]


def _in(locale: str) -> Any:
    return (lambda words: words) if locale == "en" else (lambda words: CHINESE.get(words, words))


def _claims(t: Any) -> list[Claim]:
    return [
        Claim(
            t("Delivery was named more often than before: it rose from 31% to 38%, by 2 to 12 points."),
            "rose",
            "topics",
            "z = 2.7, p = 0.007",
        ),
        Claim(
            t("Complaints about paper fell from 19% to 12%, by 3 to 11 points."),
            "fell",
            "topics",
            "p = 0.002",
        ),
        Claim(
            t("For price no change is proven (22% to 24%, −2 to +6 points)."),
            "unproven",
            "topics",
            "p = 0.41",
        ),
    ]


def _figure(
    t: Any, key: str, title: str, columns: Sequence[Column], rows: Sequence[Row], **values: Any
) -> Figure:
    return Figure(
        key=key,
        title=t(title),
        columns=columns,
        rows=rows,
        n=values.pop("n", 3120),
        unit=t("Texts"),
        people=1284,
        how=t(HOW),
        **values,
    )


def _chart(t: Any, shape: Any, **values: Any) -> Chart:
    return Chart(shape=shape, description=t("A picture of the figures in the table below."), **values)


def _volume(t: Any) -> Figure:
    columns = [
        Column("week", t("Week"), "date"),
        Column("texts", t("Texts"), "count"),
        Column("interval", t("Interval, 95%"), "interval", "texts"),
        Column("people", t("People"), "count"),
    ]
    counts = (
        *(88, 92, 101, 97, 110, 118, 104, 99, 121, 133, 128, 141, 137),
        *(150, 146, 139, 120, 112, 108, 117, 125, 134, 129, 140, 151),
    )
    rows = [
        Row(
            {
                "week": (FIRST + timedelta(weeks=index)).isoformat(),
                "texts": count,
                "people": count - 21,
                "interval": [count - 2 * count**0.5, count + 2 * count**0.5],
            },
            texts={
                "from": (FIRST + timedelta(weeks=index)).isoformat(),
                "until": (FIRST + timedelta(weeks=index, days=6)).isoformat(),
            },
        )
        for index, count in enumerate(counts)
    ]
    return _figure(
        t, "volume", "Texts per week", columns, rows, chart=_chart(t, "lines", x="week", y="texts")
    )


def _moods_by_month(t: Any) -> Figure:
    columns = [
        Column("month", t("Month"), "date"),
        Column("sentiment", t("Sentiment")),
        Column("texts", t("Texts"), "count"),
        Column("share", t("Share"), "share"),
        Column("interval", t("Interval, 95%"), "interval", "share"),
    ]
    rows = []
    for month in range(1, 7):
        for index, mood in enumerate(MOODS):
            share = (0.42 + month / 100, 0.2, 0.08, 0.3 - month / 100)[index]
            rows.append(
                Row(
                    {
                        "month": f"2026-0{month}-01",
                        "sentiment": t(mood),
                        "texts": round(520 * share),
                        "share": share,
                        "interval": [share - 0.04, share + 0.04],
                    },
                    texts={
                        "sentiment": ("pos", "neu", "mixed", "neg")[index],
                        "from": f"2026-0{month}-01",
                        "until": f"2026-0{month}-28",
                    },
                )
            )
    chart = _chart(t, "stacked", x="month", y="share", colour="sentiment", palette="sentiment")
    return _figure(t, "moods_by_month", "Sentiment by month", columns, rows, chart=chart)


def _moods_by_panel(t: Any) -> Figure:
    columns = [
        Column("panel", t("Panel")),
        Column("sentiment", t("Sentiment")),
        Column("texts", t("Texts"), "count"),
        Column("share", t("Share"), "share"),
    ]
    shares = {
        "Young families": (0.52, 0.18, 0.05, 0.25),
        "Teachers": (0.34, 0.3, 0.1, 0.26),
        "Grandparents": (0.61, 0.22, 0.03, 0.14),
    }
    rows = [
        Row(
            {"panel": t(panel), "sentiment": t(mood), "texts": round(900 * share), "share": share},
            texts={"panel": number, "sentiment": ("pos", "neu", "mixed", "neg")[index]},
        )
        for number, (panel, found) in enumerate(shares.items(), start=1)
        for index, (mood, share) in enumerate(zip(MOODS, found, strict=True))
    ]
    rows.append(Row({"panel": t("Night workers")}, is_hidden=True))
    chart = _chart(t, "stacked", x="share", y="panel", colour="sentiment", palette="sentiment")
    return _figure(
        t,
        "moods_by_panel",
        "Sentiment by panel",
        columns,
        rows,
        chart=chart,
        notes=[t("One group has fewer than 10 people and is kept back.")],
    )


def _topics(t: Any) -> Figure:
    columns = [
        Column("topic", t("Topic")),
        Column("texts", t("Texts"), "count"),
        Column("share", t("Share"), "share"),
        Column("interval", t("Interval, 95%"), "interval", "share"),
        Column("people", t("People"), "count"),
    ]
    shares = (0.38, 0.24, 0.12, 0.11, 0.09, 0.05)
    rows = [
        Row(
            {
                "topic": t(topic),
                "texts": round(3120 * share),
                "share": share,
                "people": round(1100 * share),
                "interval": [share - 0.05 * (1 - share), share + 0.05 * (1 - share)],
            },
            texts={"topic": number},
        )
        for number, (topic, share) in enumerate(zip(TOPICS, shares, strict=True), start=1)
    ]
    rows.append(Row({"topic": t("Envelopes")}, is_hidden=True))
    return _figure(
        t,
        "topics",
        "Leading topics",
        columns,
        rows,
        chart=_chart(t, "bars", x="share", y="topic", low="interval", high="interval"),
        claims=_claims(t),
        notes=[t("One group has fewer than 10 people and is kept back.")],
        quotes=[
            Quote(
                1,
                t("The card came two days after the birthday, and nobody could tell me where it was."),
                t("Young families, idea, March"),
                "zh-Hans" if t("p") != "p" else "en",
                "neg",
            ),
            Quote(
                2,
                t("Thick paper, and the colours are exactly those of the picture."),
                t("Teachers, comment, May"),
                "en",
                "pos",
            ),
        ],
    )


def _changes(t: Any) -> Figure:
    columns = [
        Column("topic", t("Topic")),
        Column("before", t("Before"), "share"),
        Column("now", t("Now"), "share"),
        Column("change", t("Change"), "points"),
        Column("interval", t("Interval, 95%"), "interval", "change"),
        Column("p", t("p"), "p"),
    ]
    found = (
        (0.31, 0.38, 0.02, 0.12, 0.007),
        (0.22, 0.24, -0.02, 0.06, 0.41),
        (0.19, 0.12, -0.11, -0.03, 0.0002),
        (0.12, 0.11, -0.05, 0.03, 0.62),
        (0.09, 0.09, -0.03, 0.03, 0.98),
        (0.02, 0.05, 0.01, 0.05, 0.012),
    )
    rows = [
        Row(
            {
                "topic": t(topic),
                "before": before,
                "now": now,
                "change": now - before,
                "interval": [low, high],
                "p": p,
            },
            texts={"topic": number},
        )
        for number, (topic, (before, now, low, high, p)) in enumerate(
            zip(TOPICS, found, strict=True), start=1
        )
    ]
    chart = _chart(t, "dots", x="change", y="topic", low="interval", high="interval", palette="change")
    return _figure(t, "changes", "What changed", columns, rows, chart=chart)


def _slopes(t: Any) -> Figure:
    columns = [
        Column("topic", t("Topic")),
        Column("period", t("Period")),
        Column("share", t("Share"), "share"),
        Column("interval", t("Interval, 95%"), "interval", "share"),
    ]
    found = ((0.31, 0.38), (0.22, 0.24), (0.19, 0.12), (0.12, 0.11), (0.09, 0.09), (0.02, 0.05))
    rows = [
        Row(
            {
                "topic": t(topic),
                "period": t(period),
                "share": share,
                "interval": [max(0, share - 0.03), share + 0.03],
            }
        )
        for topic, shares in zip(TOPICS, found, strict=True)
        for period, share in zip(("Before", "Now"), shares, strict=True)
    ]
    return _figure(
        t,
        "slopes",
        "Topics before and now",
        columns,
        rows,
        chart=_chart(t, "slope", x="period", y="share", colour="topic"),
    )


def _by_panel(t: Any) -> Figure:
    columns = [
        Column("topic", t("Topic")),
        Column("panel", t("Panel")),
        Column("texts", t("Texts"), "count"),
        Column("score", t("Mean score"), "score"),
        Column("interval", t("Interval, 95%"), "interval", "score"),
    ]
    rows = []
    for number, topic in enumerate(TOPICS):
        for place, panel in enumerate(PANELS):
            score = round(0.62 - 0.23 * number + 0.18 * place, 2)
            rows.append(
                Row(
                    {
                        "topic": t(topic),
                        "panel": t(panel),
                        "texts": 300 - 40 * number,
                        "score": score,
                        "interval": [score - 0.1, score + 0.1],
                    },
                    texts={"topic": number + 1, "panel": place + 1},
                )
            )
    chart = _chart(t, "heat", x="panel", y="topic", colour="score", palette="sentiment")
    return _figure(t, "by_panel", "Topics by panel", columns, rows, chart=chart)


def _by_segment(t: Any) -> Figure:
    columns = [
        Column("topic", t("Topic")),
        Column("panel", t("Panel")),
        Column("texts", t("Texts"), "count"),
        Column("share", t("Share"), "share"),
        Column("interval", t("Interval, 95%"), "interval", "share"),
    ]
    rows = []
    for number, topic in enumerate(TOPICS[:4]):
        for place, panel in enumerate(PANELS):
            share = 0.36 - 0.07 * number + 0.05 * (place - 1)
            rows.append(
                Row(
                    {
                        "topic": t(topic),
                        "panel": t(panel),
                        "texts": 200 - 30 * number,
                        "share": share,
                        "interval": [share - 0.04, share + 0.05],
                    }
                )
            )
    chart = _chart(t, "dots", x="share", y="topic", colour="panel")
    return _figure(t, "by_segment", "Shares by segment", columns, rows, chart=chart)


def _drivers(t: Any) -> Figure:
    columns = [
        Column("topic", t("Topic")),
        Column("weight", t("Weight"), "share"),
        Column("interval", t("Interval, 95%"), "interval", "weight"),
        Column("score", t("Mean score"), "score"),
    ]
    found = ((0.41, -0.31), (0.22, 0.05), (0.17, 0.52), (0.11, -0.12), (0.06, 0.48), (0.03, 0.3))
    rows = [
        Row({"topic": t(topic), "weight": weight, "interval": [weight * 0.7, weight * 1.3], "score": score})
        for topic, (weight, score) in zip(TOPICS, found, strict=True)
    ]
    chart = _chart(t, "scatter", x="score", y="weight")
    return _figure(t, "drivers", "Importance and performance", columns, rows, chart=chart)


def _funnel(t: Any) -> Figure:
    columns = [
        Column("status", t("Status")),
        Column("ideas", t("Ideas"), "count"),
        Column("share", t("Share"), "share"),
    ]
    found = (("Submitted", 412), ("Under review", 268), ("Planned", 96), ("Delivered", 41))
    rows = [Row({"status": t(status), "ideas": count, "share": count / 412}) for status, count in found]
    return _figure(
        t, "funnel", "Ways of ideas", columns, rows, n=412, chart=_chart(t, "funnel", x="ideas", y="status")
    )
