"""The same scale for several rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from community.infra import language
from community.infra.errors import Invalid
from community.surveys.kinds.contract import Asked, Cell, Column, Option, Sent, Value
from community.surveys.kinds.reading import check_no_other, check_options, listed, refused, unknown

MOST_ROWS = 20
MOST_COLUMNS = 11


class Matrix:
    """One column for each row: {"rows": {row: column}}; the options are the rows, columns run upwards."""

    def check(self, options: Sequence[Mapping[str, Any]], settings: Mapping[str, Any]) -> dict[str, Any]:
        """At least one row and two columns; rows that mean the opposite are named as `reversed`."""
        check_options(options, least=1, most=MOST_ROWS)
        check_no_other(options)
        columns = list(settings.get("columns") or [])
        if not 2 <= len(columns) <= MOST_COLUMNS:
            message = _l("Please write from %(low)d to %(high)d columns.", low=2, high=MOST_COLUMNS)
            raise Invalid(message, field="columns")
        if len({column["key"] for column in columns}) < len(columns):
            raise Invalid(_l("Two columns are the same."), field="columns")
        rows = {option["key"] for option in options}
        turned = [key for key in settings.get("reversed") or [] if key in rows]
        return {"columns": columns, "reversed": turned}

    def columns_of(self, asked: Asked) -> list[Option]:
        """What can be chosen in each row, in the reader's language, from low to high."""
        return [
            Option(column["key"], language.text_in(column["text"])) for column in asked.settings["columns"]
        ]

    def parse(self, asked: Asked, sent: Sent) -> Value | None:
        """A column for each row; some may be left out only if the question may be."""
        columns = {column["key"] for column in asked.settings["columns"]}
        rows = {}
        for option in asked.options:
            chosen = sent.get(f"{asked.field}-{option.key}", "")
            if chosen and chosen not in columns:
                raise unknown(asked, part=option.key)
            if chosen:
                rows[option.key] = chosen
        if not rows:
            return None
        if asked.is_required and len(rows) < len(asked.options):
            missing = next(option for option in asked.options if option.key not in rows)
            raise refused(asked, _l("Please choose one of the answers."), part=missing.key)
        return {"rows": dict(sorted(rows.items()))}

    def parse_begun(self, asked: Asked, sent: Sent) -> Value | None:
        """The rows that are answered so far."""
        columns = {column["key"] for column in asked.settings["columns"]}
        given = self.raw(asked, sent)["rows"]
        rows = {key: chosen for key, chosen in given.items() if chosen in columns}
        return {"rows": dict(sorted(rows.items()))} if rows else None

    def raw(self, asked: Asked, sent: Sent) -> Value:
        """As it was sent."""
        return {"rows": {option.key: sent.get(f"{asked.field}-{option.key}", "") for option in asked.options}}

    def words(self, asked: Asked, value: Value) -> str:
        """Each row with what was chosen."""
        columns = {column.key: column.text for column in self.columns_of(asked)}
        chosen = [(option.text, value["rows"].get(option.key)) for option in asked.options]
        return listed([f"{row}: {columns[key]}" for row, key in chosen if key in columns])

    def columns(self, asked: Asked) -> list[Column]:
        """A column for each row, the lowest answer as 1."""
        labels = {number: column.text for number, column in enumerate(self.columns_of(asked), start=1)}
        return [
            Column(f"{asked.code}_{option.key}", f"{asked.text}: {option.text}", labels=labels)
            for option in asked.options
        ]

    def cells(self, asked: Asked, value: Value) -> list[Cell]:
        """The number of what was chosen in each row."""
        numbers = {column["key"]: n for n, column in enumerate(asked.settings["columns"], start=1)}
        return [numbers.get(value["rows"].get(option.key)) for option in asked.options]

    def texts(self, asked: Asked, value: Value) -> list[str]:
        """There are none."""
        return []
