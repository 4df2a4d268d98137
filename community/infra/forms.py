"""Forms that come back filled in: the base form, field rules and the refused answer."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from babel.support import Translations
from flask import Response, current_app, request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from itsdangerous import BadSignature
from wtforms import (
    DateTimeLocalField,
    DecimalField,
    Field,
    HiddenField,
    IntegerField,
    StringField,
    TextAreaField,
)
from wtforms.i18n import DefaultTranslations, messages_path
from wtforms.validators import (
    InputRequired,
    Length,
    NumberRange,
    Optional,
    StopValidation,
    ValidationError,
)

from community.infra import clock, keys, language, text, unsent, web
from community.infra.db import MAX_ID
from community.infra.errors import Refusal, Unavailable

_LATER = _l("The site is busy or being looked after. Please try again shortly.")
_NO_MOMENT = _l("Please give a day and a time, such as 2026-03-14 09:00.")


@cache
def _sentences_of_forms(locale: str) -> Any:
    # Their catalogue in traditional characters goes by a place.
    name = "zh_TW" if locale == "zh_Hant" else locale
    found = Translations.load(messages_path(), [name], domain="wtforms")
    return DefaultTranslations(found)


class Form(FlaskForm):
    """A form of this site; CSRF-protected, with room for what an action refuses."""

    _is_later = False
    # What stands there now, by label, where somebody else has changed it meanwhile; see `versions`.
    standing: Sequence[tuple[str, str]] = ()

    class Meta(FlaskForm.Meta):
        """How what was sent reaches the fields."""

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            """What a browser's form sends and nothing else: values out of JSON could be of any type."""
            if (unsent_words := unsent.words()) is not None and formdata is _Auto:
                return unsent_words
            return None if request.is_json else super().wrap_formdata(form, formdata)

        def get_translations(self, form: FlaskForm) -> Any:
            """The sentences of WTForms, read once in each language; Flask-WTF reads them for every form."""
            return _sentences_of_forms(language.current_locale())

    def was_sent(self) -> bool:
        """Whether the form was sent and every field holds what it should."""
        if unsent.words() is not None:
            self.form_errors.append(unsent.NOT_SENT)
            return False
        return bool(self.validate_on_submit())

    def refuse(self, refusal: Refusal) -> None:
        """Show an action's refusal beside the field it belongs to, or above the form."""
        self._is_later = isinstance(refusal, Unavailable)
        message = refusal.message or _LATER
        field = self._fields.get(refusal.field or "")
        if field is None:
            self.form_errors.append(message)
        else:
            field.errors = [*field.errors, message]

    @property
    def status(self) -> int:
        """422 if what was sent is refused, 503 if it is right and cannot be taken just now, else 200."""
        if request.method != "POST" or not self.errors:
            return 200
        return 503 if self._is_later else 422


class GuardedForm(Form):
    """A form that notices what fills it in without reading it; a client may leave both fields out."""

    # Drawn where nobody looks; what fills in every field fills this one in too.
    contact_link = StringField(_l("Leave this empty"))
    opened = HiddenField(default=lambda: _opened())

    @property
    def trap(self) -> str:
        """What stands in the field that no person sees."""
        return (self.contact_link.data or "").strip()

    @property
    def began(self) -> datetime | None:
        """When the form was opened; None if that was not sent, or not as it was signed."""
        sent = self.opened.raw_data[0] if self.opened.raw_data else ""
        try:
            return datetime.fromtimestamp(int(keys.plain_signer("form opened").unsign(sent)), UTC)
        except (BadSignature, ValueError, OverflowError, OSError):
            return None


def _opened() -> str:
    now = str(int(clock.now().timestamp()))
    # The same for all forms that are opened in a second; each page with a comment's form has one.
    signed: tuple[str, str] | None = current_app.extensions.get("form_opened")
    if signed is None or signed[0] != now:
        signed = now, keys.plain_signer("form opened").sign(now).decode()
        current_app.extensions["form_opened"] = signed
    return signed[1]


def answer(template: str, form: Form, **values: Any) -> Response:
    """The page with its form, filled in as it was sent; 422 if it was refused."""
    return web.page(template, status=form.status, form=form, **values)


class _TextField(StringField):
    """A text; one that was left out of what was sent is empty, like one that was not filled in."""

    def process_data(self, value: Any) -> None:
        self.data = "" if value is None else value


class LineField(_TextField):
    """One line of text, cleaned on the way in."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = text.clean_line(valuelist[0])


class BlockField(_TextField, TextAreaField):
    """A text of several lines, cleaned on the way in."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = text.clean_block(valuelist[0])


class IdField(IntegerField):
    """The number of a row; one that no column can hold is refused like a word."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if self.data is not None and not 0 <= self.data <= MAX_ID:
            self.data = None
            raise ValueError(self.gettext("Not a valid integer value."))


class CountField(IdField):
    """How many, or at which place; a number beyond all bounds is refused like a word too."""


class NumberField(DecimalField):
    """A number, maybe with decimals; one that is not a number or beyond all bounds is refused like a word."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        # What was left out stays as it stands in the row, where it may be a whole number.
        if valuelist and self.data is not None and not (self.data.is_finite() and abs(self.data) <= MAX_ID):
            self.data = None
            raise ValueError(self.gettext("Not a valid decimal value."))


class MomentField(DateTimeLocalField):
    """A day and a time as the viewer's clock shows it, kept in UTC."""

    data: Any

    def _value(self) -> str:
        if self.raw_data:
            return " ".join(self.raw_data)
        if self.data is None:
            return ""
        return str(self.data.astimezone(language.viewer_zone()).strftime("%Y-%m-%dT%H:%M"))

    def process_formdata(self, valuelist: list[Any]) -> None:
        """What was chosen, or what a browser without such a field sent as text."""
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        self.data = None
        try:
            local = datetime.fromisoformat(valuelist[0].strip())
        except ValueError:
            raise ValueError(_NO_MOMENT) from None
        # Years at the ends of the calendar cannot be shown in every zone.
        if not 2000 <= local.year <= 2200:
            raise ValueError(_NO_MOMENT)
        self.data = local.replace(tzinfo=language.viewer_zone()).astimezone(UTC)


class _Required(InputRequired):
    """Asks for what is left of a text once it is cleaned: blanks alone fill nothing in."""

    def __call__(self, form: Any, field: Any) -> None:
        super().__call__(form, field)
        if field.data == "":
            raise StopValidation(self.message)


def required() -> InputRequired:
    """The field must be filled in."""
    return _Required(_l("Please fill this in."))


def sometimes_needed() -> Optional:
    """The field may be empty as far as it alone can tell, so it is not marked as optional."""
    rule = Optional()
    rule.field_flags = {}
    return rule


def length(*, least: int = -1, most: int = -1) -> Length:
    """Bounds in characters, as people count them."""
    if least > 0 and most > 0:
        message = _l("Please use between %(min)d and %(max)d characters.")
    elif least > 0:
        message = _l("Please use at least %(min)d characters.")
    else:
        message = _l("Please use at most %(max)d characters.")
    return Length(min=least, max=most, message=message)


def between(least: float, most: float) -> NumberRange:
    """Bounds of a number."""
    return NumberRange(least, most, message=_l("Please use between %(min)s and %(max)s."))


def known_choice(form: Form, field: Field) -> None:
    """The value must be one of the field's choices."""
    if field.data not in {key for key, *_rest in field.choices}:
        raise ValidationError(_l("Please choose one of the options."))
