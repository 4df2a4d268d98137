"""Forms at the door of a panel, and the forms with which staff set panels up."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
)
from wtforms import (
    Form as PlainForm,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional, ValidationError

from community.config import LOCALES
from community.infra.forms import BlockField, CountField, Form, LineField, length, required
from community.infra.language import NAMES
from community.infra.versions import VersionedForm
from community.panels import screening, slugs
from community.panels.actions import NAME_LENGTH, Settings
from community.panels.models import Panel, ScreenerQuestion

DESCRIPTION_LENGTH = 2000
NOTE_LENGTH = 1000
OPTION_COUNT = 8
TARGET_CAP = 1_000_000

VISIBILITY_LABELS = {
    "open": _l("Open: everybody may read, members take part"),
    "members": _l("Members only: everybody may know of it, members read and take part"),
    "private": _l("Private: for outsiders it does not exist"),
}
ADMISSION_LABELS = {
    "anyone": _l("Anyone may join"),
    "request": _l("On request: staff decide"),
    "invitation": _l("By invitation only"),
    "segment": _l("By segment: its members are put in, and leave, by themselves"),
}


NAMES_SHOWN_LABELS = {
    "full": _l("Names: members see each other’s name and picture"),
    "first": _l("First names: members see first name and picture"),
    "alias": _l("Aliases: no name, no picture, nothing that leads to the person"),
}


def _choices(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]


class DoorForm(Form):
    """Joining a panel; the questions at its door become fields (see `door_form`)."""

    next = HiddenField()

    def answers(self, questions: Sequence[ScreenerQuestion]) -> dict[str, str]:
        """What was chosen, by question."""
        return {str(question.id): self[screening.field_of(question)].data or "" for question in questions}


def door_form(questions: Sequence[ScreenerQuestion], *, has_note: bool, **options: Any) -> DoorForm:
    """A form that asks these questions, with room for a note to staff."""
    fields: dict[str, Any] = {
        screening.field_of(question): RadioField(
            question.text, choices=_choices((option["key"], option["text"]) for option in question.options),
            validators=[required()], validate_choice=False,
        )
        for question in questions
    }  # fmt: skip
    if has_note:
        fields["note"] = BlockField(
            _l("A word to the people who decide"), [Optional(), length(most=NOTE_LENGTH)]
        )
    form: DoorForm = type("DoorForm", (DoorForm,), fields)(**options)
    return form


class NewcomerForm(Form):
    """Opening an account by the link of an invitation."""

    display_name = LineField(_l("Your name, as others will see it"), [required()])
    password = PasswordField(_l("Password"), [required()])


class PanelForm(VersionedForm):
    """A panel's settings."""

    name = LineField(_l("Name"), [required(), length(most=NAME_LENGTH)])
    slug = LineField(_l("Address"), [required(), length(most=slugs.LONGEST)])
    description = BlockField(_l("What the panel is for"), [Optional(), length(most=DESCRIPTION_LENGTH)])
    visibility = RadioField(_l("Who may see it"), choices=_choices(VISIBILITY_LABELS.items()), default="open")
    admission = RadioField(
        _l("How people come in"), choices=_choices(ADMISSION_LABELS.items()), default="anyone"
    )
    segment_id = SelectField(_l("Segment"), coerce=int, default=0)
    names_shown = RadioField(
        _l("How members see each other"), choices=_choices(NAMES_SHOWN_LABELS.items()), default="full"
    )

    def __init__(self, *args: Any, segments: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.segment_id.choices = _choices([(0, _l("No segment")), *segments])

    def translations(self) -> dict[str, dict[str, str]]:
        """Name and description by locale, as far as they were given."""
        told = {
            locale: {what: self[f"{what}_{locale}"].data or "" for what in ("name", "description")}
            for locale in LOCALES
        }
        return {locale: words for locale, words in told.items() if any(words.values())}

    def settings(self) -> Settings:
        """What the action is to set."""
        return {
            "name": self.name.data,
            "slug": self.slug.data,
            "description": self.description.data or "",
            "visibility": self.visibility.data,
            "admission": self.admission.data,
            "segment_id": self.segment_id.data or None,
            "names_shown": self.names_shown.data,
            "translations": self.translations(),
        }


for _locale in LOCALES:
    setattr(
        PanelForm,
        f"name_{_locale}",
        LineField(
            _l("Name in %(language)s", language=NAMES[_locale]), [Optional(), length(most=NAME_LENGTH)]
        ),
    )
    setattr(
        PanelForm,
        f"description_{_locale}",
        BlockField(
            _l("What it is for, in %(language)s", language=NAMES[_locale]),
            [Optional(), length(most=DESCRIPTION_LENGTH)],
        ),
    )


def panel_form(panel: Panel | None, *, segments: Sequence[tuple[int, str]]) -> PanelForm:
    """The settings form of a panel, or of one that is to be opened."""
    if panel is None:
        return PanelForm(segments=segments)
    told = {
        f"{what}_{locale}": words.get(what, "")
        for locale, words in panel.translations.items()
        for what in ("name", "description")
    }
    kept = {
        name: getattr(panel, name)
        for name in ("name", "slug", "description", "visibility", "admission", "names_shown")
    }
    return PanelForm(segments=segments, data=told | kept | {"segment_id": panel.segment_id or 0})


class OptionForm(PlainForm):
    """One possible answer to a question at the door."""

    key = HiddenField()
    text = LineField(_l("Answer"), [Optional(), length(most=100)])
    admits = BooleanField(_l("This answer lets people in"))


class QuestionForm(Form):
    """A question at the door and its answers."""

    text = LineField(_l("Question"), [required(), length(most=200)])
    options = FieldList(
        FormField(OptionForm), _l("Answers"), min_entries=OPTION_COUNT, max_entries=OPTION_COUNT
    )

    def validate_options(self, field: Any) -> None:
        """There is something to choose, and some choice lets people in."""
        given = self.given_options()
        if len(given) < 2:
            raise ValidationError(_l("Please give at least two answers."))
        if not any(option["admits"] for option in given):
            raise ValidationError(_l("At least one answer has to let people in."))

    def given_options(self) -> list[dict[str, Any]]:
        """The answers that were filled in, each with the key it keeps over all edits."""
        rows = [row for row in self.options.data if (row["text"] or "").strip()]
        keys = [row["key"] if row["key"] in _KEYS else "" for row in rows]
        free = iter(key for key in _KEYS if key not in keys)
        seen: set[str] = set()
        options = []
        for row, key in zip(rows, keys, strict=True):
            key = key if key and key not in seen else next(free)
            seen.add(key)
            options.append({"key": key, "text": row["text"], "admits": bool(row["admits"])})
        return options


_KEYS = tuple(str(number) for number in range(1, 2 * OPTION_COUNT + 1))


class InvitationForm(Form):
    """Inviting one address."""

    email = LineField(_l("E-mail address"), [required(), length(most=254)])
    locale = SelectField(_l("Language of the mail"), choices=_choices(NAMES.items()))


class AddressListForm(Form):
    """A CSV file of addresses to be looked through before anybody is invited."""

    file = FileField(_l("CSV file"))
    file_locale = SelectField(
        _l("Language of the mail where the file names none"), choices=_choices(NAMES.items())
    )


class ConfirmListForm(Form):
    """Inviting the addresses that were looked through."""

    rows = HiddenField()


class DecisionForm(Form):
    """Deciding about a request to join."""

    message = BlockField(_l("A word to the member"), [Optional(), length(most=NOTE_LENGTH)])


class NameForm(Form):
    """The name of a segment; its rule stands beside it (see drafts.py)."""

    name = LineField(_l("Name"), [required(), length(most=NAME_LENGTH)])


class CellForm(NameForm):
    """A quota cell; its rule stands beside it (see drafts.py)."""

    target_count = CountField(
        _l("Places"),
        [required(), NumberRange(1, TARGET_CAP, message=_l("Please use between %(min)s and %(max)s."))],
    )
