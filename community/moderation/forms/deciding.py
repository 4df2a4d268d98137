"""What moderators fill in when they decide."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext as _ln
from wtforms import SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import Optional

from community.infra import clock
from community.infra.forms import BlockField, Form, IdField, LineField, known_choice, length, required
from community.infra.versions import VersionedForm
from community.moderation import reasons
from community.moderation.actions import messages
from community.moderation.actions.deciding import LONGEST_MESSAGE
from community.moderation.queries.queue import WorkPanel

_DAYS = (1, 3, 7, 14, 30, 90)


def _reason_field(place: str) -> SelectField:
    return SelectField(
        _l("Reason"),
        id=place,
        choices=[
            SelectChoice("", _l("Please choose")),
            *(SelectChoice(key, each.label) for key, each in reasons.REASONS.items()),
        ],
        validate_choice=False,
        validators=[required(), known_choice],
    )


def _message_field(place: str) -> BlockField:
    return BlockField(
        _l("Message to the author"), id=place, validators=[Optional(), length(most=LONGEST_MESSAGE)]
    )


def _note_field(place: str) -> BlockField:
    return BlockField(
        _l("Note for moderators"), id=place, validators=[Optional(), length(most=LONGEST_MESSAGE)]
    )


class PlainForm(Form):
    """For verbs that need nothing but a yes."""

    message = _message_field("plain-message")
    note = _note_field("plain-note")


class HideForm(Form):
    """Why something is hidden or kept private."""

    reason = _reason_field("hide-reason")
    message = _message_field("hide-message")
    note = _note_field("hide-note")


class EditForm(VersionedForm):
    """Other words for a text; fields that its kind does not have are left out."""

    not_compared = frozenset(("reason", "message"))

    title = LineField(_l("Title"), id="edit-title", validators=[required()])
    body = BlockField(_l("Text"), id="edit-body")
    tags = LineField(_l("Tags"), id="edit-tags", validators=[Optional()])
    reason = _reason_field("edit-reason")
    message = _message_field("edit-message")


class MergeForm(Form):
    """The idea that says the same."""

    into = IdField(_l("Number of the other idea"), id="merge-into", validators=[required()])
    message = _message_field("merge-message")


class MoveForm(Form):
    """The panel where it belongs."""

    panel_id = SelectField(
        _l("Panel"),
        id="move-panel",
        choices=[],
        coerce=str,
        validate_choice=False,
        validators=[required(), known_choice],
    )
    message = _message_field("move-message")

    def offer(self, panels: Iterable[WorkPanel], *, but: int | None) -> Self:
        """Offer the panels that the moderator looks after."""
        self["panel_id"].choices = [
            SelectChoice("", _l("Please choose")),
            *(SelectChoice(str(panel.id), panel.name) for panel in panels if panel.id != but),
        ]
        return self


class PersonForm(Form):
    """What the author is given: a warning, a pause, or the door."""

    verb = SelectField(_l("What"), id="person-verb", validate_choice=False, validators=[known_choice])
    days = SelectField(
        _l("How long a pause lasts"),
        id="person-days",
        choices=[SelectChoice(str(days), _ln("%(num)d day", "%(num)d days", days)) for days in _DAYS],
        default="7",
        validate_choice=False,
        validators=[known_choice],
    )
    scope = SelectField(_l("Where"), id="person-scope", validate_choice=False, validators=[known_choice])
    reason = _reason_field("person-reason")
    message = _message_field("person-message")
    note = _note_field("person-note")

    def offer(self, *, is_in_panel: bool, is_for_site: bool) -> Self:
        """Offer what this moderator may do, where they may do it."""
        verbs = [SelectChoice("warn", _l("Warn")), SelectChoice("pause", _l("Pause from writing"))]
        self["verb"].choices = (
            [*verbs, SelectChoice("suspend", _l("Suspend the account"))] if is_for_site else verbs
        )
        here = [SelectChoice("panel", _l("In this panel"))] if is_in_panel else []
        self["scope"].choices = [*here, SelectChoice("site", _l("Everywhere"))] if is_for_site else here
        self["verb"].data = self["verb"].data or "warn"
        self["scope"].data = self["scope"].data or self["scope"].choices[0].value
        return self

    @property
    def until(self) -> datetime:
        """When the pause ends."""
        return clock.ahead(days=int(self["days"].data))


class AskForm(Form):
    """A question to the author in private."""

    body = BlockField(
        _l("Your question"), id="ask-body", validators=[required(), length(most=messages.LONGEST)]
    )


class AnswerForm(Form):
    """What the author answers."""

    body = BlockField(
        _l("Your answer"), id="answer-body", validators=[required(), length(most=messages.LONGEST)]
    )
