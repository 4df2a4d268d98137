"""What members fill in about their data, and staff about how long things are kept."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Optional

from community.infra.forms import CountField, Form, length, required
from community.members import passwords
from community.privacy import retention
from community.privacy.retention import Thing


class ConsentForm(Form):
    """Yes or no to one purpose."""

    purpose = HiddenField(validators=[required()])
    answer = HiddenField(validators=[required()])


class CopyForm(Form):
    """The password, once more, before everything is handed out."""

    password = PasswordField(
        _l("Your password"), id="copy_password", validators=[required(), length(most=passwords.LONGEST)]
    )


class EraseForm(Form):
    """What becomes of texts, and the password."""

    texts = RadioField(
        _l("What you wrote for others to read"),
        choices=[
            SelectChoice("keep", _l("It stays, and is signed “a former member”")),
            SelectChoice("remove", _l("It goes too")),
        ],
        validators=[InputRequired(_l("Please choose one of the options."))],
    )
    password = PasswordField(_l("Your password"), validators=[required(), length(most=passwords.LONGEST)])


class RetentionForm(Form):
    """Months for each thing; empty is for ever, or as the site says."""

    things: Mapping[str, Thing]

    def months(self) -> dict[str, int | None]:
        """What was filled in."""
        return {what: self[what].data for what in self.things}


def retention_form(*, is_site: bool, months: Mapping[str, int]) -> RetentionForm:
    """The form with a field for each thing that the site, or a panel, can set."""
    things = retention.things_of(is_site=is_site)
    fields: dict[str, Any] = {
        what: CountField(thing.title, validators=[Optional()]) for what, thing in things.items()
    }
    form: RetentionForm = type("RetentionFormOfThings", (RetentionForm,), fields)(data=months)
    form.things = things
    return form
