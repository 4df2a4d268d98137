"""The forms for rules, for blocked words, and for trying a text."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from community.infra.forms import (
    BlockField,
    CountField,
    Form,
    between,
    length,
    required,
    sometimes_needed,
)
from community.moderation.queries.rules import Standing
from community.moderation.rules import RULES, is_number

TRIED_MOST = 10_000
# A thousand words of eighty characters.
LIST_MOST = 90_000
EFFECTS = (
    SelectChoice("hold", _l("A moderator looks first")),
    SelectChoice("refuse", _l("The author is told at once that it isn't taken")),
)


class RulesForm(Form):
    """What is set on one floor; what is left empty is as it is otherwise. A field for each rule."""

    def settings(self) -> dict[str, Any]:
        """What the action is to set."""
        said = {key: self[key].data for key in RULES}
        return {
            key: value if is_number(key) else value == "yes"
            for key, value in said.items()
            if value not in (None, "")
        }


for _key, _asked in RULES.items():
    setattr(
        RulesForm,
        _key,
        CountField(_asked.label, validators=[sometimes_needed(), between(_asked.least, _asked.most)])
        if is_number(_key)
        else SelectField(_asked.label, default=""),
    )


class WordsForm(Form):
    """Words to block, one on each line."""

    terms = BlockField(
        _l("Words or phrases, one on each line"), validators=[required(), length(most=LIST_MOST)]
    )
    effect = SelectField(
        _l("What happens to a text with one of them"),
        choices=EFFECTS,
        default="hold",
    )


class TryForm(Form):
    """A text to see what would become of it."""

    text = BlockField(_l("A text to try"), validators=[required(), length(most=TRIED_MOST)])


def rules_form(standing: Standing) -> RulesForm:
    """The form, filled with what is set on the floor."""
    data = {
        key: value if is_number(key) else ("yes" if value else "no")
        for key, value in standing.settings.items()
    }
    form = RulesForm(data=data)
    for key in RULES:
        if not is_number(key):
            is_on = getattr(standing.otherwise, key)
            form[key].choices = [
                SelectChoice("", _("as otherwise: yes") if is_on else _("as otherwise: no")),
                SelectChoice("yes", _("yes")),
                SelectChoice("no", _("no")),
            ]
    return form
