"""The rows of a question while it is written: options, columns and conditions, changed without a script.

Rows send `<list>-<n>-key`, `<list>-<n>-text-<locale>` and marks; parts of the condition `part-<n>-question`,
`part-<n>-comparison` and `part-<n>-value`. A step is "options:add", "options:up:2", "columns:remove:0",
"condition:add" (of the question in `new-question`) or "condition:remove:0".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from community.config import LOCALES
from community.infra.errors import Invalid
from community.infra.text import clean_line
from community.surveys import conditions
from community.surveys.drafting import Draft
from community.surveys.forms import settings as settings_forms
from community.surveys.kinds.contract import Sent
from community.surveys.queries.questions import Standing

# Kinds with a list, and what one thing in it is called there.
WITH_OPTIONS = ("single", "several", "ranking", "matrix", "allocation", "maxdiff", "kano")
WITH_OTHER = ("single", "several")
WITH_COLUMNS = ("matrix",)
MARKS = ("is_other", "is_out", "is_reversed")
FIRST_ROWS = 4
# Fewer things than this are ranked more easily than compared in sets.
FIRST_ROWS_IN_SETS = 8
MORE_ROWS = 3
ROW_CAP = 60
PART_CAP = 8


@dataclass
class Row:
    """One option or column as it is written."""

    key: str = ""
    text: dict[str, str] = field(default_factory=dict)
    is_other: bool = False
    is_out: bool = False
    is_reversed: bool = False


@dataclass
class Part:
    """One thing a condition says of an earlier question."""

    question: str
    comparison: str = ""
    value: str = ""


@dataclass
class Sheet:
    """All rows of a question, its settings and its condition, with what is wrong beside each list."""

    options: list[Row] = field(default_factory=list)
    columns: list[Row] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    joint: str = "all"
    parts: list[Part] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)


def new_sheet(kind: str, draft: Draft | None = None) -> Sheet:
    """An empty sheet of this kind, or what a standard question begins with."""
    sheet = Sheet(settings=settings_forms.beginning(kind))
    if draft is not None:
        sheet.options = [_row(option) for option in draft.options]
        sheet.settings |= draft.settings
    if kind in WITH_OPTIONS:
        rows = FIRST_ROWS_IN_SETS if kind == "maxdiff" else FIRST_ROWS
        sheet.options += [Row() for _number in range(rows - len(sheet.options))]
    if kind in WITH_COLUMNS:
        sheet.columns = [Row() for _number in range(FIRST_ROWS + 1)]
    return sheet


def sheet_of(standing: Standing) -> Sheet:
    """The sheet of a question as it stands."""
    settings = standing.version.settings
    joint, parts = conditions.parts_of(standing.question.condition)
    turned = settings.get("reversed", ())
    return Sheet(
        options=[_row(option, is_reversed=option["key"] in turned) for option in standing.version.options],
        columns=[_row(column) for column in settings.get("columns", ())],
        settings={name: value for name, value in settings.items() if name not in ("columns", "reversed")},
        joint=joint,
        parts=[Part(*conditions.read_leaf(part)) for part in parts],
    )


def read_sheet(kind: str, sent: Sent, *, settings: Mapping[str, Any]) -> Sheet:
    """The sheet that a form sent, however incomplete it is; `settings` are those that stand."""
    return Sheet(
        options=_read_rows("options", sent),
        columns=_read_rows("columns", sent),
        settings=settings_forms.read(kind, sent, settings),
        joint=sent.get("joint", "all") if sent.get("joint", "all") in conditions.JOINTS else "all",
        parts=_read_parts(sent),
    )


def change(sheet: Sheet, step: str, sent: Sent) -> str:
    """Take one step and say where the reader goes on ("options:up:1"); an unknown one changes nothing."""
    what, verb, place = (*step.split(":"), "", "")[:3]
    number = int(place) if place.isdecimal() and len(place) < 4 else -1
    if what == "condition":
        _change_condition(sheet.parts, verb, number, sent)
        return f"condition:{verb}"
    if what not in ("options", "columns"):
        return ""
    rows = sheet.options if what == "options" else sheet.columns
    count = len(rows)
    _change_rows(rows, verb, number)
    if verb == "add":
        return f"{what}:add:{count}"
    to = number + {"up": -1, "down": 1}.get(verb, 0)
    if verb not in ("up", "down") or not 0 <= to < count:
        return what
    # At either end only the other way is left.
    way = "down" if to == 0 else "up" if to == count - 1 else verb
    return f"{what}:{way}:{to}"


def options_of(sheet: Sheet) -> list[dict[str, Any]]:
    """The options that were filled in."""
    return [_stored(row) for row in sheet.options if any(row.text.values())]


def columns_of(sheet: Sheet) -> list[dict[str, Any]]:
    """The columns that were filled in."""
    return [_stored(row) for row in sheet.columns if any(row.text.values())]


def condition_of(sheet: Sheet) -> dict[str, Any] | None:
    """The condition as it is stored, None for none; Invalid if a part is not filled in."""
    parts = []
    for part in sheet.parts:
        leaf = conditions.leaf(part.question, part.comparison, part.value)
        if leaf is None:
            raise Invalid(
                _("Complete what is said of “%(code)s”, or remove it.", code=part.question), field="condition"
            )
        parts.append(leaf)
    return {sheet.joint: parts} if parts else None


def _row(option: Mapping[str, Any], *, is_reversed: bool = False) -> Row:
    return Row(
        str(option.get("key", "")),
        dict(option["text"]),
        is_other=bool(option.get("is_other")),
        is_out=bool(option.get("is_out")),
        is_reversed=is_reversed,
    )


def _stored(row: Row) -> dict[str, Any]:
    marks = {mark: True for mark in ("is_other", "is_out") if getattr(row, mark)}
    return {"key": row.key, "text": {locale: words for locale, words in row.text.items() if words}, **marks}


def _read_rows(name: str, sent: Sent) -> list[Row]:
    rows = []
    for number in range(ROW_CAP):
        stem = f"{name}-{number}"
        # Every row sends its key, also an empty one; the first that sends none is behind the last.
        if not sent.getlist(f"{stem}-key"):
            break
        key = sent.get(f"{stem}-key", "")
        rows.append(
            Row(
                key if key.isalnum() and len(key) <= 20 else "",
                {locale: clean_line(sent.get(f"{stem}-text-{locale}", "")) for locale in LOCALES},
                **{mark: bool(sent.get(f"{stem}-{mark}", "")) for mark in MARKS},
            )
        )
    return rows


def _read_parts(sent: Sent) -> list[Part]:
    parts = []
    for number in range(PART_CAP):
        question = sent.get(f"part-{number}-question", "")
        if not question:
            break
        parts.append(
            Part(
                question,
                sent.get(f"part-{number}-comparison", ""),
                sent.get(f"part-{number}-value", "").strip(),
            )
        )
    return parts


def _change_rows(rows: list[Row], verb: str, number: int) -> None:
    if verb == "add":
        rows += [Row() for _each in range(min(MORE_ROWS, ROW_CAP - len(rows)))]
    if not 0 <= number < len(rows):
        return
    if verb == "remove":
        del rows[number]
    elif verb in ("out", "back"):
        rows[number].is_out = verb == "out"
    elif verb in ("up", "down"):
        other = number + (-1 if verb == "up" else 1)
        if 0 <= other < len(rows):
            rows[number], rows[other] = rows[other], rows[number]


def _change_condition(parts: list[Part], verb: str, number: int, sent: Sent) -> None:
    code = sent.get("new-question", "")
    if verb == "add" and code and len(parts) < PART_CAP:
        parts.append(Part(code))
    elif verb == "remove" and 0 <= number < len(parts):
        del parts[number]
