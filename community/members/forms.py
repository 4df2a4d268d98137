"""What people fill in about themselves, and staff about people."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import format_decimal
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms import (
    Form as PlainForm,
)
from wtforms.fields import SelectChoice
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import CheckboxInput, EmailInput, ListWidget

from community.infra import language
from community.infra.forms import CountField, Form, LineField, NumberField, length, required
from community.members import addresses, attributes, names, passkeys, passwords
from community.members.models import AttributeAnswer, ProfileAttribute

ROLE_LABELS = {
    "moderator": _l("Moderator"),
    "owner": _l("Owner"),
    "analyst": _l("Analyst"),
    "admin": _l("Administrator"),
}
KIND_LABELS = {
    "single_choice": _l("One of several options"),
    "several_choices": _l("Any number of options"),
    "number": _l("A number"),
    "date": _l("A date"),
    "text": _l("A text"),
}
AUDIENCE_LABELS = {
    "self": _l("Only you"),
    "staff": _l("You and the people who run this site"),
    "members": _l("All members"),
}
STATE_LABELS = {"active": _l("Active"), "suspended": _l("Suspended"), "erased": _l("Erased")}


def _choices(labels: Mapping[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in labels.items()]


# Among the numbers of panels.
WHOLE_SITE = 0


class EmailField(LineField):
    """One e-mail address."""

    widget = EmailInput()


class JoinForm(Form):
    """A new account."""

    display_name = LineField(
        _l("Your name here"), validators=[required(), length(least=names.SHORTEST, most=names.LONGEST)]
    )
    email = EmailField(_l("E-mail address"), validators=[required(), length(most=addresses.LONGEST)])
    password = PasswordField(_l("Password"), validators=[required(), length(most=passwords.LONGEST)])
    next = HiddenField()


class SignInForm(Form):
    """Address and password of an account."""

    email = EmailField(_l("E-mail address"), validators=[required(), length(most=addresses.LONGEST)])
    password = PasswordField(_l("Password"), validators=[required(), length(most=passwords.LONGEST)])
    remember = BooleanField(_l("Stay signed in on this device"))
    next = HiddenField()


class ForgottenForm(Form):
    """Where to send the link to."""

    email = EmailField(_l("E-mail address"), validators=[required(), length(most=addresses.LONGEST)])


class NewPasswordForm(Form):
    """A new password, set by a mailed link."""

    password = PasswordField(_l("New password"), validators=[required(), length(most=passwords.LONGEST)])


class ConfirmForm(Form):
    """The button behind a mailed link."""

    password = PasswordField(_l("Password of the account"), validators=[length(most=passwords.LONGEST)])


class EmailForm(Form):
    """A new address."""

    email = EmailField(_l("New e-mail address"), validators=[required(), length(most=addresses.LONGEST)])
    current_password = PasswordField(
        _l("Your present password"),
        id="email_password",
        validators=[required(), length(most=passwords.LONGEST)],
    )


class PasswordForm(Form):
    """A new password."""

    current_password = PasswordField(
        _l("Your present password"), validators=[required(), length(most=passwords.LONGEST)]
    )
    new_password = PasswordField(_l("New password"), validators=[required(), length(most=passwords.LONGEST)])


class ConfirmSelfForm(Form):
    """Whoever sits there shows that it is still the member."""

    current_password = PasswordField(
        _l("Your present password"), validators=[required(), length(most=passwords.LONGEST)]
    )


class AppForm(Form):
    """The first code of an authenticator app."""

    code = LineField(_l("The six digits that the app shows"), validators=[required(), length(most=30)])


class SecondStepForm(Form):
    """A code of the app, or one of those for when it is lost."""

    code = LineField(_l("Your code"), validators=[required(), length(most=60)])


class PasskeyForm(Form):
    """What a device answered, filled in by the page's script."""

    credential = HiddenField(default="", validators=[length(most=passkeys.ANSWER_MOST)])


class NewPasskeyForm(PasskeyForm):
    """A new passkey with its name."""

    name = LineField(_l("What you call it"), validators=[length(most=passkeys.NAME_MOST)])


class PasskeyNameForm(Form):
    """Another name for a passkey."""

    name = LineField(_l("What you call it"), validators=[required(), length(most=passkeys.NAME_MOST)])


class OutsideJoinForm(Form):
    """A new account of somebody whom the provider vouches for."""

    display_name = LineField(
        _l("Your name here"), validators=[required(), length(least=names.SHORTEST, most=names.LONGEST)]
    )


class PictureForm(Form):
    """A picture of oneself."""

    picture = FileField(_l("Picture"), validators=[FileRequired(_l("Please choose a picture."))])


class KeysForm(Form):
    """Whether single letters lead somewhere."""

    are_on = BooleanField(_l("Single letters lead to things on a page"))


class ProfileForm(Form):
    """Name, language and time zone; profile questions are added by `profile_form`."""

    display_name = LineField(
        _l("Your name here"), validators=[required(), length(least=names.SHORTEST, most=names.LONGEST)]
    )
    alias = LineField(_l("Your alias"), validators=[length(most=names.LONGEST)])
    locale = SelectField(_l("Language"), choices=_choices(language.NAMES))
    time_zone = SelectField(_l("Time zone"))
    questions: Sequence[ProfileAttribute] = ()

    def answers(self) -> dict[int, Any]:
        """What was filled in, by the question's number."""
        return {attribute.id: self[field_name(attribute)].data for attribute in self.questions}


class RoleForm(Form):
    """A role for somebody."""

    role = SelectField(_l("Role"), choices=_choices(ROLE_LABELS))
    panel = SelectField(_l("Where"), coerce=int)


class OptionFields(PlainForm):
    """One option in the three languages; its key stays with it."""

    key = HiddenField()
    en = LineField(_l("English"))
    zh_Hans = LineField("简体中文")  # noqa: N815
    zh_Hant = LineField("繁體中文")  # noqa: N815


class AttributeForm(Form):
    """A profile question."""

    kind = SelectField(_l("Kind of answer"), choices=_choices(KIND_LABELS))
    label_en = LineField(_l("Question in English"))
    label_zh_Hans = LineField(_l("Question in Simplified Chinese"))  # noqa: N815
    label_zh_Hant = LineField(_l("Question in Traditional Chinese"))  # noqa: N815
    why_en = LineField(_l("Why we ask, in English"))
    why_zh_Hans = LineField(_l("Why we ask, in Simplified Chinese"))  # noqa: N815
    why_zh_Hant = LineField(_l("Why we ask, in Traditional Chinese"))  # noqa: N815
    options = FieldList(
        FormField(OptionFields), label=_l("Options"), max_entries=attributes.MOST_OPTIONS + 10
    )
    visible_to = SelectField(_l("Who sees the answer"), choices=_choices(AUDIENCE_LABELS), default="staff")
    position = CountField(
        _l("Place in the list"), default=1, validators=[required(), NumberRange(min=0, max=10_000)]
    )
    is_asked = BooleanField(_l("Ask this"), default=True)

    def texts(self, name: str) -> dict[str, str]:
        """The three languages of `label` or `why`."""
        return {locale: self[f"{name}_{locale}"].data or "" for locale in language.NAMES}

    def sent_options(self) -> list[dict[str, str]]:
        """The options as they were filled in."""
        return [{name: text or "" for name, text in entry.items()} for entry in self.options.data]


def role_form(panels: Mapping[int, str]) -> RoleForm:
    """The form for a role on the site or on one of the panels (by their number)."""
    form = RoleForm()
    form.panel.choices = _choices({WHOLE_SITE: _l("The whole site"), **panels})
    return form


def profile_form(questions: Sequence[ProfileAttribute], **options: Any) -> ProfileForm:
    """The profile form with one field for each question."""
    fields = {field_name(attribute): _field(attribute) for attribute in questions}
    form: ProfileForm = type("ProfileFormWithQuestions", (ProfileForm,), fields)(**options)
    form.questions = questions
    form.time_zone.choices = _choices({zone: zone for zone in ("UTC", *language.time_zones())})
    return form


def field_name(attribute: ProfileAttribute) -> str:
    """The name of the field that holds the answer to a question."""
    return f"attribute_{attribute.id}"


def answers_as_data(
    questions: Sequence[ProfileAttribute], answers: Sequence[AttributeAnswer]
) -> dict[str, Any]:
    """What was answered before, for filling the form in."""
    data: dict[str, Any] = {}
    for attribute in questions:
        own = [answer for answer in answers if answer.attribute_id == attribute.id]
        if attribute.kind == "several_choices":
            data[field_name(attribute)] = [answer.option for answer in own]
        elif own:
            first = own[0]
            data[field_name(attribute)] = first.option or first.on or first.text or first.number
    return data


def answers_in_words(answers: Sequence[AttributeAnswer]) -> list[tuple[str, str]]:
    """Each answered question with its answer, as people read them."""
    words: dict[int, tuple[str, list[str]]] = {}
    for answer in answers:
        attribute = answer.attribute
        _label, parts = words.setdefault(attribute.id, (language.text_in(attribute.label), []))
        parts.append(_value_text(answer))
    return [(label, language.listed(parts)) for label, parts in words.values()]


def _value_text(answer: AttributeAnswer) -> str:
    if answer.option is not None:
        options = {option["key"]: option for option in answer.attribute.options}
        return _option_text(options[answer.option])
    if answer.on is not None:
        return language.show_date(answer.on)
    if answer.text is not None:
        return answer.text
    # Not 1,984: a number may be a year, and nothing here tells one.
    return str(format_decimal(answer.number, "0.######"))


def _field(attribute: ProfileAttribute) -> Field:
    label = language.text_in(attribute.label)
    choices = _choices({option["key"]: _option_text(option) for option in attribute.options})
    match attribute.kind:
        case "single_choice":
            return RadioField(
                label,
                choices=[*choices, SelectChoice("", _l("No answer"))],
                default="",
                validators=[Optional()],
            )
        case "several_choices":
            return SelectMultipleField(
                label,
                choices=choices,
                widget=ListWidget(prefix_label=False),
                option_widget=CheckboxInput(),
                validators=[Optional()],
            )
        case "number":
            return NumberField(label, places=None, validators=[Optional()])
        case "date":
            return DateField(label, validators=[Optional()])
        case _:
            return LineField(label, validators=[Optional(), length(most=attributes.LONGEST_TEXT)])


def _option_text(option: dict[str, Any]) -> str:
    return language.text_in({name: text for name, text in option.items() if name != "key"})
