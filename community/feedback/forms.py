"""What staff say about texts, topics and words."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import FloatField, HiddenField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import NumberRange

from community.feedback import columns
from community.feedback.actions.imports import NAME_MOST as IMPORT_NAME_MOST
from community.feedback.actions.topics import EXAMPLE_MOST, NAME_MOST, Settings
from community.feedback.actions.words import STRONGEST, WORD_MOST
from community.feedback.models import Topic
from community.feedback.queries import Person, StaffedPanel, TopicNode
from community.infra import language
from community.infra.forms import BlockField, Form, IdField, LineField, length, required
from community.infra.versions import VersionedForm

NOBODY = 0


class CorrectionForm(Form):
    """What a text is: one of its findings, said with one button."""

    field = HiddenField()
    value = HiddenField()
    next = HiddenField()


class LabelForm(Form):
    """How a text feels, said with one button."""

    value = HiddenField()


class ReadAgainForm(Form):
    """How far back to read again."""

    days = IdField()


class ExampleForm(Form):
    """A text that speaks of a topic."""

    text = BlockField(_l("A text that speaks of it"), validators=[required(), length(most=EXAMPLE_MOST)])


class TopicForm(VersionedForm):
    """A topic of the tree."""

    name_en = LineField(_l("Name in English"), validators=[length(most=NAME_MOST)])
    name_zh_Hans = LineField(_l("Name in Simplified Chinese"), validators=[length(most=NAME_MOST)])  # noqa: N815
    name_zh_Hant = LineField(_l("Name in Traditional Chinese"), validators=[length(most=NAME_MOST)])  # noqa: N815
    parent_id = SelectField(_l("Below"), coerce=int)
    words = BlockField(_l("Words and phrases"))
    owner_id = SelectField(_l("Answers for the customer"), coerce=int)
    process_owner_id = SelectField(_l("Answers for the process"), coerce=int)

    def settings(self) -> Settings:
        """What was filled in, as the actions take it."""
        return {
            "name": {locale: self[f"name_{locale}"].data or "" for locale in language.NAMES},
            "words": (self.words.data or "").splitlines(),
            "parent_id": self.parent_id.data or None,
            "owner_id": self.owner_id.data or None,
            "process_owner_id": self.process_owner_id.data or None,
        }


class WordForm(Form):
    """A word and how it feels here."""

    word = LineField(_l("Word or phrase"), validators=[required(), length(most=WORD_MOST)])
    valence = FloatField(
        _l("Weight"),
        validators=[
            required(),
            NumberRange(min=-STRONGEST, max=STRONGEST, message=_l("Choose a weight between -4 and 4.")),
        ],
    )


class TryForm(Form):
    """A text to see what is read in it."""

    text = BlockField(_l("Your text"), validators=[required(), length(most=5000)])


class BarsForm(Form):
    """How sure the reading has to be."""

    person_below = FloatField(
        _l("A person decides first below"), validators=[required(), NumberRange(min=0, max=1)]
    )
    topic_above = FloatField(
        _l("Topics are taken without asking from"), validators=[required(), NumberRange(min=0, max=1)]
    )


class ImportForm(Form):
    """A file of texts, where they come from, and the panel whose customers said them."""

    file = FileField(_l("File"))
    panel_id = SelectField(_l("Panel"), coerce=int)
    name = LineField(_l("Where it comes from"), validators=[required(), length(most=IMPORT_NAME_MOST)])


class ColumnsForm(Form):
    """What the columns of a file are; one field for each use that a column can have."""

    def uses(self) -> dict[str, str]:
        """Use → column, for the uses that have one."""
        return {use: self[use].data for use in columns.USES if self[use].data}


for _use, _label in columns.USES.items():
    # The action knows which columns there are, and what is not sent is not in the file.
    setattr(ColumnsForm, _use, SelectField(_label, validate_choice=False))


def import_form(*, panels: Sequence[StaffedPanel]) -> ImportForm:
    """The form for a file, with the panels it may be for."""
    form = ImportForm()
    form.panel_id.choices = [SelectChoice(panel.id, panel.name) for panel in panels]
    return form


def columns_form(header: Sequence[str], *, guessed: Mapping[str, str]) -> ColumnsForm:
    """The form for a file with these columns; at first it shows what their names say."""
    form = ColumnsForm(data=dict(guessed))
    for use in columns.USES:
        form[use].choices = [
            SelectChoice("", _l("Not in this file")),
            *(SelectChoice(column, column) for column in header),
        ]
    return form


def topic_form(topic: Topic | None, *, tree: Sequence[TopicNode], people: Sequence[Person]) -> TopicForm:
    """The form for a topic, with the places and people it may have."""
    form = TopicForm(data=_as_data(topic) if topic is not None else None)
    kept = {topic.parent_id} if topic is not None else set()
    form.parent_id.choices = [
        SelectChoice(NOBODY, _l("Nothing: it stands at the top")),
        *(SelectChoice(node.id, node.path) for node in tree if node.archived_at is None or node.id in kept),
    ]
    for field, owner in (
        (form.owner_id, topic.owner if topic is not None else None),
        (form.process_owner_id, topic.process_owner if topic is not None else None),
    ):
        choices = {person.id: person.name for person in people}
        if owner is not None:
            # Somebody who may no longer own anything is kept until somebody else is chosen.
            choices.setdefault(owner.id, owner.display_name)
        field.choices = [
            SelectChoice(NOBODY, _l("Nobody")),
            *(SelectChoice(key, name) for key, name in choices.items()),
        ]
    return form


def _as_data(topic: Topic) -> dict[str, Any]:
    return {
        **{f"name_{locale}": text for locale, text in topic.name.items()},
        "parent_id": topic.parent_id or NOBODY,
        "words": "\n".join(topic.words),
        "owner_id": topic.owner_id or NOBODY,
        "process_owner_id": topic.process_owner_id or NOBODY,
    }
