"""What single kinds of questions tell besides their rows: spreads, grids, categories, curves, texts."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from community.feedback import wording
from community.infra import language
from community.insights import claims, suppression, writing
from community.insights.figures import Cell, Chart, Claim, Column, Figure, Row
from community.insights.kinds.surveys.tables import Asked, interval_of, value_of
from community.statistics.distributions import z_of
from community.statistics.intervals import MIN_SHOWN, Estimate, share
from community.surveys.listening import path_of
from community.surveys.queries.texts import Heard
from community.surveys.queries.texts import Part as PartOfTexts
from community.surveys.showing import numbers
from community.surveys.showing.moments import share_at
from community.surveys.showing.numbers import Style
from community.surveys.showing.opinions import REASONS
from community.surveys.showing.parts import KANO, KANO_MEANS, dig, month_name

# A table with more levels than this is not read; the curve looks the same.
MOST_LEVELS = 16

Extra = Callable[[Asked], list[Figure]]


def extras_of(asked: Asked) -> list[Figure]:
    """The figures of the question's kind that have a shape of their own."""
    more = _MORE.get(asked.question.kind)
    return more(asked) if more is not None else []


def figures_of_texts(asked: Asked, survey_id: int, heard: Heard | None) -> list[Figure]:
    """How written answers feel and what they are about; nothing where nobody wrote."""
    if heard is None:
        return []
    if not heard.is_shown:
        rows = [Row({"name": _("All texts")}, is_hidden=True)]
        columns = (Column("name", _("How it feels")), Column("count", _("Texts"), "count"))
        return [_table(asked, "texts", _("How it feels"), columns, rows, notes=suppression.note(1))]
    path = path_of(survey_id, asked.question.id)
    waiting = [_("%(count)d texts are not read yet.", count=heard.waiting)] if heard.waiting else []
    feelings = [
        _row_of_heard(
            str(wording.SENTIMENTS[each.key]),
            each,
            {"path": path, "state": "read", "sentiment": None if each.key == "none" else each.key},
        )
        for each in heard.sentiments
    ]
    topics = [_row_of_heard(each.key, each, None) for each in heard.topics]
    how = _("What was read in the texts, as on the page of the survey; Wilson’s interval at 95%.")
    found = [
        _heard_figure(asked, "feelings", _("How it feels"), feelings, heard, how, waiting),
        _heard_figure(asked, "topics", _("What it is about"), topics, heard, how, []),
    ]
    return [each for each in found if each.rows]


def _row_of_heard(name: str, part: PartOfTexts, texts: Mapping[str, Any] | None) -> Row:
    cells = {"name": name, "count": part.count, **_share_cells(part.share)}
    return Row(cells, texts=texts)


def _heard_figure(
    asked: Asked, key: str, title: str, rows: Sequence[Row], heard: Heard, how: str, notes: Sequence[str]
) -> Figure:
    return Figure(
        key=f"{asked.key}-{key}",
        title=_("%(question)s: %(part)s", question=asked.text, part=title),
        columns=(
            Column("name", title),
            Column("count", _("Texts"), "count"),
            Column("share", _("Share"), "share"),
            Column("interval", _("Interval"), "interval", "share"),
        ),
        rows=rows,
        n=heard.read,
        unit=_("texts"),
        people=heard.people,
        how=how,
        chart=Chart("bars", x="name", y="share", low="interval", high="interval", description=title)
        if len(rows) > 1
        else None,
        notes=notes,
    )


def _numbers(asked: Asked) -> list[Figure]:
    bars = asked.plain.get("histogram") or []
    style = Style(numbers.in_unit("", int(asked.question.settings.get("decimals") or 0)))
    rows = [
        Row(
            {
                "name": _("%(low)s to below %(high)s", low=style.write(low, 0), high=style.write(high, 0)),
                "count": count,
                **_share_cells(share(count, asked.n)),
            }
        )
        for low, high, count in bars
    ]
    return [_spread(asked, "spread", _("How they spread"), rows)]


def _dates(asked: Asked) -> list[Figure]:
    rows = [
        Row({"name": month_name(name), "count": count, **_share_cells(share(count, asked.n))})
        for name, count in asked.plain.get("times") or []
    ]
    return [_spread(asked, "times", _("When"), rows)]


def _spread(asked: Asked, key: str, title: str, rows: Sequence[Row]) -> Figure:
    columns = (
        Column("name", title),
        Column("count", _("People"), "count"),
        Column("share", _("Share"), "share"),
        Column("interval", _("Interval"), "interval", "share"),
    )
    chart = Chart("bars", x="name", y="share", low="interval", high="interval", description=title)
    return _table(asked, key, title, columns, rows, chart=chart)


def _grid(asked: Asked) -> list[Figure]:
    """Every row of the matrix with the share of each of its columns."""
    names = {
        column["key"]: language.text_in(column["text"])
        for column in asked.question.settings.get("columns", ())
    }
    rows: list[Row] = []
    for key, row in asked.plain["rows"].items():
        statement = asked.question.options.get(key, key)
        if not row["mean"]:
            rows.append(Row({"row": statement}, is_hidden=True))
            continue
        for column, name in names.items():
            found = row["shares"].get(column)
            cells: dict[str, Cell] = {
                "row": statement,
                "answer": name,
                "n": row["n"],
                "count": found and found["count"],
                "share": value_of(found),
                "interval": interval_of(found),
            }
            if asked.weighted:
                cells["weighted"] = value_of(dig(asked.weighted, f"rows.{key}.shares.{column}"))
            rows.append(Row(cells))
    columns = [
        Column("row", _("Statement")),
        Column("answer", _("Answer")),
        Column("n", _("Answered it"), "count"),
        Column("count", _("People"), "count"),
        Column("share", _("Share"), "share"),
        Column("interval", _("Interval"), "interval", "share"),
    ]
    if asked.weighted:
        columns.append(Column("weighted", _("Weighted"), "share"))
    title = _("Every row")
    chart = Chart("stacked", x="row", y="share", colour="answer", description=title)
    return [_table(asked, "grid", title, columns, rows, chart=chart)]


def _tags(asked: Asked) -> list[Figure]:
    tags = [(tag, count) for tag, count in asked.plain.get("tags") or [] if count >= MIN_SHOWN]
    if not tags:
        return []
    title = _("Words they gave")
    columns = (Column("tag", title), Column("count", _("People"), "count"))
    note = _("Words of fewer than ten people are left out.")
    rows = [Row({"tag": tag, "count": count}) for tag, count in tags]
    return [_table(asked, "tags", title, columns, rows, notes=[note])]


def _utilities(asked: Asked) -> list[Figure]:
    fit = asked.plain.get("fit")
    if not fit:
        return []
    items = sorted(fit["items"].items(), key=lambda each: -each[1]["utility"])
    rows = [
        Row(
            {
                "item": asked.question.options.get(key, key),
                "utility": item["utility"],
                "interval": _around(item["utility"], item["se"]),
                "share": value_of(item["share"], 0.01),
                "share_interval": interval_of(item["share"], 0.01),
            }
        )
        for key, item in items
    ]
    notes = [
        _(
            "The utilities predict %(share)s of all choices; a guess would be right in %(chance)s.",
            share=writing.percent(fit["predicted"]),
            chance=writing.percent(fit["chance"]),
        ),
        _(
            "Fit (McFadden’s R²): %(value)s. Above 0.2 is good, near 0 the choices are like chance.",
            value=writing.number(fit["mcfadden"]),
        ),
    ]
    if not fit["converged"]:
        notes.append(_("The utilities did not settle; take them as rough."))
    columns = (
        Column("item", _("Thing")),
        Column("utility", _("Utility"), "number"),
        Column("interval", _("Interval"), "interval", "utility"),
        Column("share", _("Share of preference"), "share"),
        Column("share_interval", _("Interval"), "interval", "share"),
    )
    return [_table(asked, "utilities", _("Logit utilities"), columns, rows, notes=notes)]


def _kano(asked: Asked) -> list[Figure]:
    rows: list[Row] = []
    for key, text in asked.question.options.items():
        feature = asked.plain["features"].get(key)
        if feature is None:
            rows.append(Row({"feature": text}, is_hidden=True))
            continue
        cells: dict[str, Cell] = {
            "feature": text,
            "n": feature["n"],
            "category": str(KANO[feature["category"]]),
            "is_separable": feature["is_separable"],
            "better": feature["better"],
            "worse": feature["worse"],
            **{f"share_{letter}": each for letter, each in feature["shares"].items()},
        }
        if other := dig(asked.weighted, f"features.{key}"):
            cells["weighted"] = str(KANO[other["category"]])
        rows.append(Row(cells))
    columns = [
        Column("feature", _("Feature")),
        Column("n", _("Answered it"), "count"),
        Column("category", _("Category")),
        Column("is_separable", _("Stands out (Fong)")),
        Column("better", _("Better"), "score"),
        Column("worse", _("Worse"), "score"),
        *(Column(f"share_{letter}", str(KANO[letter]), "share") for letter in "MOAIRQ"),
    ]
    if asked.weighted:
        columns.insert(4, Column("weighted", _("Category, weighted")))
    notes = [_("%(term)s: %(meaning)s", term=KANO[letter], meaning=KANO_MEANS[letter]) for letter in "MOAIRQ"]
    chart = Chart("scatter", x="worse", y="better", colour="feature", description=_("Better and worse"))
    shown = sum(not row.is_hidden for row in rows)
    return [
        _table(
            asked,
            "kano",
            _("Categories"),
            columns,
            rows,
            chart=chart if shown > 1 else None,
            notes=notes,
            how=_(
                "The category is the most frequent one; it stands out if it is further from the second than "
                "chance allows (Fong 1996). Better = (A + O) / (A + O + M + I), worse = −(O + M) / the same."
            ),
        )
    ]


def _moments(asked: Asked) -> list[Figure]:
    found: list[Figure] = []
    outcome = asked.plain.get("outcome")
    if outcome:
        verdicts = {"pass": _("yes"), "fail": _("no"), "not proven": _("not proven")}
        met = asked.plain["meeting"]
        said = verdicts.get(outcome["verdict"], outcome["verdict"])
        claim = Claim(
            _(
                "%(question)s: do at least %(least)s get what they expected? %(verdict)s (%(share)s, "
                "one-sided limits %(low)s and %(high)s).",
                question=asked.text,
                least=writing.percent(outcome["share"]),
                verdict=said,
                share=writing.percent(met["value"]),
                low=writing.percent(outcome["low"]),
                high=writing.percent(outcome["high"]),
            ),
            "unproven" if outcome["verdict"] == "not proven" else "plain",
            f"{asked.key}-outcome",
            _("one-sided Wilson limits at 95%"),
        )
        columns = (
            Column("of", _("Figures of")),
            Column("share", _("Got what they expected, or more"), "share"),
            Column("least", _("At least"), "share"),
            Column("most", _("At most"), "share"),
            Column("verdict", _("Seven in ten?")),
        )
        row = Row(
            {
                "of": _("All who answered"),
                "share": met["value"],
                "least": outcome["low"],
                "most": outcome["high"],
                "verdict": said,
            }
        )
        title = _("Are at least seven in ten content?")
        found.append(_table(asked, "outcome", title, columns, [row], said=[claim]))
    return found + _curves(asked)


def _curves(asked: Asked) -> list[Figure]:
    curves = asked.plain.get("curves")
    if not curves:
        return []
    names = {
        "excellent": _("Excellent"),
        "satisfactory": _("Satisfactory"),
        "worst": _("At worst acceptable"),
    }
    unit = language.text_in(asked.question.settings.get("unit") or {})
    larger = bool(asked.question.settings.get("larger_is_better"))
    rows = [
        Row({"level": level, "curve": names[name], "share": share_at(points, level, larger_is_better=larger)})
        for level in _levels(curves)
        for name, points in curves.items()
    ]
    columns = (
        Column("level", unit or _("Level"), "number"),
        Column("curve", _("Call it")),
        Column("share", _("Share who accept it"), "share"),
    )
    title = _("How many accept which level")
    chart = Chart("lines", x="level", y="share", colour="curve", description=title)
    return [_table(asked, "curves", title, columns, rows, chart=chart, n=asked.plain["levels_n"])]


def _levels(curves: Mapping[str, Sequence[Sequence[float]]]) -> list[float]:
    """The levels at which a curve steps; of many, some evenly spread with both ends."""
    levels = sorted({level for points in curves.values() for level, _share in points})
    if len(levels) <= MOST_LEVELS:
        return levels
    last = len(levels) - 1
    return [levels[round(at * last / (MOST_LEVELS - 1))] for at in range(MOST_LEVELS)]


def _opinions(asked: Asked) -> list[Figure]:
    told = asked.question.names.statements
    plain = asked.plain
    found: list[Figure] = []
    rows = [
        Row(
            {
                "group": _("%(letter)s (%(count)d people)", letter=chr(ord("A") + at), count=group["size"]),
                "statement": told[each["statement"]],
                "direction": _("agrees") if each["direction"] == "agree" else _("disagrees"),
                "votes": each["votes"],
                "share": each["share"],
                "interval": _ends(share(each["share"] * each["votes"], each["votes"])),
            }
        )
        for at, group in enumerate(plain["groups"])
        for each in group["statements"]
        if each["statement"] in told and each["votes"] >= MIN_SHOWN
    ]
    notes = []
    if plain["reason"]:
        notes.append(str(REASONS[plain["reason"]]))
    if plain["hidden_groups"]:
        notes.append(_("Groups of fewer than ten people are not shown."))
    columns: tuple[Column, ...] = (
        Column("group", _("Group of people")),
        Column("statement", _("Statement")),
        Column("direction", _("The group")),
        Column("votes", _("Votes"), "count"),
        Column("share", _("Share who say so"), "share"),
        Column("interval", _("Interval"), "interval", "share"),
    )
    found.append(_table(asked, "groups", _("Groups of opinion"), columns, rows, notes=notes))
    agreed = [
        Row(
            {
                "statement": told[each["statement"]],
                "agreement": each["agreement"],
                "seen": each["seen"],
                "agree": each["agree"],
                "disagree": each["disagree"],
                "share": each["agree"] / each["seen"],
                "interval": _ends(share(each["agree"], each["seen"])),
            }
        )
        for each in plain["consensus"]
        if each["statement"] in told and each["seen"] >= MIN_SHOWN
    ]
    if agreed:
        columns = (
            Column("statement", _("Statement")),
            Column("agreement", _("Agreement of all groups"), "number"),
            Column("seen", _("Seen"), "count"),
            Column("agree", _("Agree"), "count"),
            Column("disagree", _("Disagree"), "count"),
            Column("share", _("Share who agree"), "share"),
            Column("interval", _("Interval"), "interval", "share"),
        )
        title = _("What all groups agree on")
        how = _("The product over all groups of the smoothed share that agrees (as in Polis).")
        found.append(_table(asked, "consensus", title, columns, agreed, how=how))
    return found


def _strengths(asked: Asked) -> list[Figure]:
    rows = [
        Row(
            {
                "idea": asked.question.names.ideas.get(item["idea"], _("An idea that is gone")),
                "rank": item["rank"],
                "wins": item["wins"],
                "losses": item["losses"],
                "strength": item["strength"],
                "interval": _around(item["strength"], item["se"]),
            }
        )
        for item in asked.plain["items"]
    ]
    columns = (
        Column("idea", _("Idea")),
        Column("rank", _("Rank"), "count"),
        Column("wins", _("Wins"), "number"),
        Column("losses", _("Losses"), "number"),
        Column("strength", _("Strength"), "number"),
        Column("interval", _("Interval"), "interval", "strength"),
    )
    note = _(
        "%(choices)d choices; in %(undecided)d of them somebody could not decide.",
        choices=asked.plain["choices"],
        undecided=asked.plain["undecided"],
    )
    return [_table(asked, "strengths", _("Strengths"), columns, rows, notes=[note])]


def _count_of_texts(asked: Asked) -> list[Figure]:
    columns = (Column("of", _("Answers")), Column("count", _("People"), "count"))
    rows = [Row({"of": _("Wrote something"), "count": asked.n})]
    said = [
        claims.plain(_("%(question)s: %(count)d people wrote something.", question=asked.text, count=asked.n))
    ]
    return [_table(asked, "written", _("Answers"), columns, rows, said=said)]


def _table(
    asked: Asked,
    key: str,
    title: str,
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    how: str = "",
    chart: Chart | None = None,
    notes: Sequence[str] = (),
    said: Sequence[Claim] = (),
    n: int | None = None,
) -> Figure:
    return Figure(
        key=f"{asked.key}-{key}",
        title=_("%(question)s: %(part)s", question=asked.text, part=title),
        columns=columns,
        rows=rows,
        n=asked.n if n is None else n,
        unit=_("answers"),
        people=asked.n if n is None else n,
        how=how,
        chart=chart if len(rows) > 1 else None,
        claims=said,
        notes=notes,
    )


def _share_cells(found: Estimate | None) -> dict[str, Cell]:
    return {"share": found.value if found else None, "interval": _ends(found)}


def _ends(found: Estimate | None) -> list[float] | None:
    return [found.interval.low, found.interval.high] if found and found.interval else None


def _around(value: float | None, se: float | None) -> list[float] | None:
    """The interval of 95 % of a figure that is known with this standard error."""
    if value is None or se is None:
        return None
    half = z_of(0.95) * se
    return [value - half, value + half]


_MORE: Mapping[str, Extra] = {
    "number": _numbers,
    "date": _dates,
    "matrix": _grid,
    "maxdiff": _utilities,
    "kano": _kano,
    "moment": _moments,
    "opinions": _opinions,
    "picture": _tags,
    "pairwise": _strengths,
    "short_text": _count_of_texts,
    "long_text": _count_of_texts,
}
