"""Asking for a file of responses."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from community.infra.forms import Form, required


class Format(NamedTuple):
    """What a kind of file is called, and for whom it is."""

    name: str
    use: Any


FORMATS: Mapping[str, Format] = {
    "csv": Format("CSV", _l("Opens everywhere. The codebook is a file of its own.")),
    "xlsx": Format("Excel (XLSX)", _l("Responses on one sheet, the codebook on another.")),
    "sav": Format("SPSS (SAV)", _l("With labels for questions and codes, and with missing values marked.")),
}


class ExportForm(Form):
    """In which form the responses are wanted."""

    format = RadioField(_l("Kind of file"), validators=[required()], default="xlsx")


def export_form() -> ExportForm:
    """The form with the kinds of files there are."""
    form = ExportForm()
    form.format.choices = [(key, each.name) for key, each in FORMATS.items()]
    return form
