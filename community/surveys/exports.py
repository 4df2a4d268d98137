"""The file of a survey's responses: which columns it has, what stands in a row, and the book of its codes."""

import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from flask_babel import gettext as _

from community.infra.spreadsheet import Cell, names_for
from community.surveys import kinds, suspicions
from community.surveys.kinds import Asked, Column, Value

# In SPSS files: a question that was asked and not answered. One that was not asked is left empty.
NOT_ANSWERED = -99
_SHOWN_OF_HASH = 16


class Attribute(NamedTuple):
    """A question of the profile with its options, in words."""

    key: str
    label: str
    is_single: bool
    options: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Layout:
    """The columns of a file: what belongs to the response, to the profile, and to each question."""

    columns: Sequence[Column]
    attributes: Sequence[Attribute]
    questions: Sequence[Asked]
    widths: Sequence[int]


class Answers(NamedTuple):
    """A response as it goes into a file; `person` says nothing of who it is."""

    person: str
    completed_at: datetime
    seconds: float
    locale: str
    weight: float | None
    is_excluded: bool
    flags: Sequence[str]
    profile: Mapping[str, Sequence[str]]
    # The codes of what was asked.
    path: frozenset[str]
    values: Mapping[str, Value]


def lay_out(questions: Sequence[Asked], attributes: Sequence[Attribute]) -> Layout:
    """The columns of the file, named so that all programs take the names."""
    of_questions = [kinds.of(asked.kind).columns(asked) for asked in questions]
    columns = [
        Column("person", _("Person, by a name made up for this survey and its waves"), is_text=True),
        Column("completed_on", _("Day of completion (UTC)"), is_text=True),
        Column("seconds", _("Seconds spent on the pages")),
        Column("language", _("Language"), is_text=True),
        Column("weight", _("Weight")),
        Column("excluded", _("Excluded by staff"), labels={0: _("No"), 1: _("Yes")}),
        Column("flags", _("What looked odd"), is_text=True),
        Column("panels", _("Panels"), is_text=True),
        *(column for attribute in attributes for column in _columns_of(attribute)),
        *(column for of_question in of_questions for column in of_question),
    ]
    names = names_for(column.code for column in columns)
    named = [
        Column(name, column.label, is_text=column.is_text, labels=column.labels)
        for name, column in zip(names, columns, strict=True)
    ]
    return Layout(named, attributes, questions, [len(each) for each in of_questions])


def row_of(layout: Layout, answers: Answers, *, not_answered: int | None = None) -> list[Cell]:
    """The cells of one response; `not_answered` fills coded columns of questions that were left out."""
    cells: list[Cell] = [
        answers.person,
        answers.completed_at.date().isoformat(),
        round(answers.seconds),
        answers.locale,
        answers.weight,
        int(answers.is_excluded),
        ", ".join(str(suspicions.FLAGS[kind]) for kind in answers.flags),
        ", ".join(answers.profile.get("panel", ())),
    ]
    for attribute in layout.attributes:
        cells += _cells_of(attribute, answers.profile.get(attribute.key, ()))
    for asked, width in zip(layout.questions, layout.widths, strict=True):
        value = answers.values.get(asked.code)
        if value is not None:
            cells += kinds.of(asked.kind).cells(asked, value)
            continue
        columns = layout.columns[len(cells) : len(cells) + width]
        fill = not_answered if asked.code in answers.path else None
        cells += [fill if column.labels else None for column in columns]
    return cells


def header(layout: Layout) -> list[Cell]:
    """The names of the columns."""
    return [column.code for column in layout.columns]


def codebook(layout: Layout) -> Iterator[list[Cell]]:
    """What each column holds and what its codes mean, a row for each code, below the names of its columns."""
    yield [_("Column"), _("What it holds"), _("Type"), _("Code"), _("What the code means")]
    for column in layout.columns:
        kind = _("text") if column.is_text else _("code") if column.labels else _("number")
        if not column.labels:
            yield [column.code, column.label, kind, None, None]
        for code, label in column.labels.items():
            yield [column.code, column.label, kind, code, label]


def person_of(member_id: int, *, series_id: int, secret: str) -> str:
    """A name for the member that is the same in all waves of a series, and in no other survey."""
    message = f"survey series {series_id}, member {member_id}".encode()
    return hmac.new(secret.encode(), message, "sha256").hexdigest()[:_SHOWN_OF_HASH]


def merged(newest_first: Sequence[Asked]) -> Asked:
    """A question with the options of all its versions, so that what was chosen in any has its column."""
    newest, *older = newest_first
    options = {option.key: option for asked in reversed(newest_first) for option in asked.options}
    order = [*newest.options, *(option for asked in older for option in asked.options)]
    keys = dict.fromkeys(option.key for option in order)
    values: dict[str, Any] = {**vars(newest), "options": tuple(options[key] for key in keys)}
    return Asked(**values)


def _columns_of(attribute: Attribute) -> list[Column]:
    if attribute.is_single:
        labels = {number: text for number, (_key, text) in enumerate(attribute.options, start=1)}
        return [Column(f"profile_{attribute.key}", attribute.label, labels=labels)]
    labels = {0: _("No"), 1: _("Yes")}
    return [
        Column(f"profile_{attribute.key}_{key}", f"{attribute.label}: {text}", labels=labels)
        for key, text in attribute.options
    ]


def _cells_of(attribute: Attribute, chosen: Sequence[str]) -> list[Cell]:
    keys = [key for key, _text in attribute.options]
    if attribute.is_single:
        return [keys.index(chosen[0]) + 1 if chosen and chosen[0] in keys else None]
    # Who chose nothing was perhaps never asked.
    return [int(key in chosen) if chosen else None for key in keys]
