"""What a question says; its rows and settings stand beside it (see sheets.py)."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import Optional

from community.infra.errors import Refusal
from community.infra.forms import BlockField, Form, LineField, length
from community.infra.translated import in_languages, spread, texts
from community.surveys import drafting
from community.surveys.drafting import CODE_MOST, HINT_MOST, NOTE_MOST, TEXT_MOST, Draft
from community.surveys.forms import settings as settings_forms
from community.surveys.forms import sheets
from community.surveys.forms.languages import keep_languages
from community.surveys.forms.sheets import Sheet
from community.surveys.queries.questions import Standing

# Kinds whose things can stand in a random order for each member.
SHUFFLED = ("single", "several", "ranking", "matrix", "allocation", "kano")


class QuestionForm(Form):
    """The words of a question, and whether it must be answered."""

    code = LineField(_l("Code"), [Optional(), length(most=CODE_MOST)])
    is_required = BooleanField(_l("Must be answered"), default=True)
    shuffles_options = BooleanField(_l("In a random order for each member"))
    note = LineField(_l("Why you change it"), [length(most=NOTE_MOST)])

    def refuse_with(self, sheet: Sheet, refusal: Refusal) -> None:
        """Show a refusal beside its field, its list or its setting."""
        if refusal.field not in self._fields:
            sheet.errors[refusal.field or ""] = str(refusal.message)
        self.refuse(refusal)


in_languages(QuestionForm, "text", _l("Question"), most=TEXT_MOST, field=BlockField)
in_languages(QuestionForm, "hint", _l("Hint"), most=HINT_MOST)


def question_form(
    kind: str, *, languages: Sequence[str], standing: Standing | None = None, draft: Draft | None = None
) -> QuestionForm:
    """The form of a question that stands, of a standard one, or an empty one; as it was sent, if it was."""
    data: dict[str, Any] = {}
    if standing is not None:
        question, version = standing
        data = {name: getattr(question, name) for name in ("code", "is_required", "shuffles_options")}
        data |= spread("text", version.text) | spread("hint", version.hint)
    elif draft is not None:
        data = {"code": draft.code, "is_required": draft.is_required}
        data |= spread("text", dict(draft.text)) | spread("hint", dict(draft.hint))
    form = QuestionForm(data=data)
    keep_languages(form, ("text", "hint"), languages)
    if kind not in SHUFFLED:
        del form.shuffles_options
    return form


def draft_of(
    kind: str,
    form: QuestionForm,
    sheet: Sheet,
    *,
    languages: Sequence[str],
    used_keys: Sequence[str] | set[str] = (),
) -> Draft:
    """The question as form and sheet say it; Invalid if the condition is not complete."""
    return Draft(
        text=texts(form, "text"),
        hint=texts(form, "hint"),
        code=form.code.data or "",
        options=_keyed_options(kind, sheet, used_keys),
        settings=_settings(kind, sheet, languages=languages, used_keys=used_keys),
        is_required=form.is_required.data,
        shuffles_options="shuffles_options" in form._fields and form.shuffles_options.data,
        condition=sheets.condition_of(sheet),
    )


def _keyed_options(kind: str, sheet: Sheet, used_keys: Sequence[str] | set[str]) -> list[dict[str, Any]]:
    if kind not in sheets.WITH_OPTIONS:
        return []
    return drafting.with_keys(sheets.options_of(sheet), used_keys)


def _settings(
    kind: str, sheet: Sheet, *, languages: Sequence[str], used_keys: Sequence[str] | set[str]
) -> dict[str, Any]:
    settings: Mapping[str, Any] = settings_forms.texts_in_settings(kind, sheet.settings, languages)
    if kind not in sheets.WITH_COLUMNS:
        return dict(settings)
    # Keys first: which rows are turned round is told by them.
    filled = [row for row in sheet.options if any(row.text.values())]
    keyed = zip(filled, _keyed_options(kind, sheet, used_keys), strict=True)
    return {
        **settings,
        "columns": drafting.with_keys(sheets.columns_of(sheet), used_keys),
        "reversed": [option["key"] for row, option in keyed if row.is_reversed],
    }
