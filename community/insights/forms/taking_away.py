"""Asking for the file of a report."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField

from community.infra.forms import Form, required


class Format(NamedTuple):
    """What a kind of file is called, and for whom it is."""

    name: str
    use: Any


FORMATS: Mapping[str, Format] = {
    "pdf": Format("PDF", _l("To print and to hand round: contents with page numbers, charts and tables.")),
    "html": Format(
        "HTML", _l("To read in any browser, also without a connection; one file with all charts.")
    ),
    "xlsx": Format(
        "Excel (XLSX)",
        _l("To go on working with: a sheet for each figure, and one of notes and definitions."),
    ),
    "csv": Format("CSV", _l("For programs: one long table with every number, its interval and its base.")),
    "parquet": Format("Parquet", _l("The same long table with types, for data tools.")),
    "json": Format("JSON", _l("The whole report as it is stored, with its fingerprint.")),
}


class TakeAwayForm(Form):
    """In which form the report is wanted."""

    format = RadioField(_l("Kind of file"), validators=[required()], default="pdf")
    has_bom = BooleanField(_l("CSV with a mark in front, by which old versions of Excel know UTF-8"))


def take_away_form() -> TakeAwayForm:
    """The form with the kinds of files there are."""
    form = TakeAwayForm()
    form.format.choices = [(key, each.name) for key, each in FORMATS.items()]
    return form
