"""What single kinds show besides their rows: spreads, the grid, words, texts and pairs."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from community.infra import language
from community.surveys.showing import charts, numbers
from community.surveys.showing.blocks import Block, Figures
from community.surveys.showing.numbers import Style
from community.surveys.showing.parts import Question, dig, month_name


def spread_of_numbers(
    question: Question, plain: Figures, weighted: Figures | None, groups: Sequence[Figures]
) -> list[Block]:
    """How often which numbers were given."""
    bars = plain.get("histogram") or []
    style = Style(numbers.in_unit("", int(question.settings.get("decimals") or 0)))
    names = [
        _("%(low)s to below %(high)s", low=style.write(low, 0), high=style.write(high, 0))
        for low, high, _count in bars
    ]
    return [_columns(_("How they spread"), names, [count for _low, _high, count in bars])]


def spread_of_dates(
    question: Question, plain: Figures, weighted: Figures | None, groups: Sequence[Figures]
) -> list[Block]:
    """How often which dates were given."""
    times = plain.get("times") or []
    return [_columns(_("When"), [month_name(name) for name, _n in times], [n for _name, n in times])]


def grid(
    question: Question, plain: Figures, weighted: Figures | None, groups: Sequence[Figures]
) -> list[Block]:
    """Every row of the matrix with the shares of its columns."""
    columns = question.settings.get("columns", ())
    rows = [
        (
            question.options.get(key, key),
            row["n"],
            [
                (
                    numbers.show(row["shares"].get(column["key"]), numbers.SHARE),
                    numbers.show(dig(weighted, f"rows.{key}.shares.{column['key']}"), numbers.SHARE),
                )
                for column in columns
            ],
        )
        for key, row in plain["rows"].items()
        if row["mean"]
    ]
    heads = [language.text_in(column["text"]) for column in columns]
    return [Block("grid", _("Every row"), data={"heads": heads, "rows": rows})]


def tags(
    question: Question, plain: Figures, weighted: Figures | None, groups: Sequence[Figures]
) -> list[Block]:
    """The words they gave to their pictures."""
    tags = plain.get("tags") or []
    return [Block("tags", _("Words they gave"), data=tags)] if tags else []


def count_of_texts(
    question: Question, plain: Figures, weighted: Figures | None, groups: Sequence[Figures]
) -> list[Block]:
    """How many texts there are to read."""
    return [Block("texts", data=ngettext("%(num)d text", "%(num)d texts", plain["n"]))]


def strengths(
    question: Question, plain: Figures, weighted: Figures | None, groups: Sequence[Figures]
) -> list[Block]:
    """The strength of each idea, with its wins and losses."""
    rows = [
        (
            question.names.ideas.get(item["idea"], _("An idea that is gone")),
            item["rank"],
            item["wins"],
            item["losses"],
            numbers.score(item["strength"], 0),
            numbers.mean(item["se"], 0),
        )
        for item in plain["items"]
    ]
    data = {"rows": rows, "choices": plain["choices"], "undecided": plain["undecided"]}
    return [Block("pairs", _("Strengths"), data=data)]


def _columns(title: str, names: Sequence[str], counts: Sequence[int]) -> Block:
    total = sum(counts) or 1
    rows = [
        (name, count, numbers.share(count / total, total), column)
        for name, count, column in zip(names, counts, charts.draw_columns(counts), strict=True)
    ]
    return Block("columns", title, data=rows)
