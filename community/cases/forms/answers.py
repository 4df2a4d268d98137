"""What owners write in a case: replies, notes, promises, outcomes, causes, and whose it is."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from community.cases.actions.promises import WORDS_MOST
from community.cases.actions.replies import MOST
from community.cases.actions.themes import CAUSE_MOST, TITLE_MOST
from community.cases.models import OUTCOMES
from community.infra import paging
from community.infra.forms import BlockField, Form, IdField, LineField, known_choice, length, required
from community.infra.language import show_date

OUTCOME_LABELS = {
    "solved": _l("Solved"),
    "explained": _l("Explained"),
    "planned": _l("Planned"),
    "delivered": _l("Delivered"),
    "not_possible": _l("Not possible"),
    "no_reply_needed": _l("No reply needed"),
}


class ReplyForm(Form):
    """A reply; `seen` is the last message its writer had before them."""

    body = BlockField(_l("Your reply"), id="reply-body", validators=[required(), length(most=MOST)])
    seen = IdField(id="reply-seen", validators=[Optional()], widget=HiddenInput())


class ManyForm(Form):
    """One message to the authors of many cases."""

    body = BlockField(_l("Your message"), id="many-body", validators=[required(), length(most=MOST)])


class NoteForm(Form):
    """Something for the team alone."""

    body = BlockField(_l("Note"), id="note-body", validators=[required(), length(most=MOST)])


class Choosable(Protocol):
    """Somebody a case can be given to."""

    @property
    def id(self) -> int:
        """Their number."""

    @property
    def name(self) -> str:
        """What they are called."""

    @property
    def away_until(self) -> date | None:
        """The last day of their absence, if they are away."""


class ProcessForm(Form):
    """Who answers for the process behind it."""

    owner_id = SelectField(_l("Answers for the process"), id="process-owner", validate_choice=False)

    nobody = _l("Nobody yet")

    def offer(self, people: Iterable[Choosable]) -> Self:
        """Offer these people, and nobody."""
        offered = [(str(each.id), _named(each)) for each in people]
        self["owner_id"].choices = [("", self.nobody), *offered]
        return self

    @property
    def known_ids(self) -> set[str]:
        """The numbers of those who can be chosen, as they are sent."""
        return {key for key, _label in self["owner_id"].choices if key}


class AssignForm(ProcessForm):
    """Whose desk it goes to; nobody's is the triage desk."""

    owner_id = SelectField(_l("Answers for the customer"), id="assign-owner", validate_choice=False)
    note = BlockField(_l("A word for them"), id="assign-note", validators=[Optional(), length(most=MOST)])

    nobody = _l("Nobody: triage desk")


class PromiseForm(Form):
    """What is promised, as the member reads it, and by when."""

    promise = LineField(
        _l("We promise"), id="promise-words", validators=[required(), length(most=WORDS_MOST)]
    )
    promised_on = DateField(_l("By"), id="promise-on", validators=[required()])


class BreakForm(Form):
    """Why a promise cannot be kept."""

    reason = BlockField(_l("Why not"), id="break-reason", validators=[required(), length(most=MOST)])


class ResolveForm(Form):
    """What became of it, with a last word to the member if one is still owed."""

    outcome = SelectField(
        _l("Outcome"),
        id="resolve-outcome",
        choices=[SelectChoice(key, OUTCOME_LABELS[key]) for key in OUTCOMES],
        validate_choice=False,
        validators=[required(), known_choice],
    )
    body = BlockField(
        _l("Last word to the member"), id="resolve-body", validators=[Optional(), length(most=MOST)]
    )
    promised_on = DateField(_l("Promised by"), id="resolve-promised-on", validators=[Optional()])
    with_cases = BooleanField(_l("Resolve the open cases of these texts too"), id="resolve-with-cases")
    seen = IdField(id="resolve-seen", validators=[Optional()], widget=HiddenInput())


class ThemeForm(Form):
    """A case for the cause of what many say, or `into` an open one; `items` are the texts, with commas."""

    title = LineField(_l("Call it"), id="theme-title", validators=[required(), length(most=TITLE_MOST)])
    items = StringField(id="theme-items", validators=[required()])
    topic_id = IdField(id="theme-topic", validators=[Optional()])
    into = IdField(id="theme-into", validators=[Optional()])

    @property
    def item_ids(self) -> list[int]:
        """The numbers of the texts."""
        raw = (self["items"].data or "").split(",")
        return [number for each in raw if (number := paging.after_id(each))]


class CauseForm(Form):
    """Why it happens."""

    cause = BlockField(_l("Cause"), id="cause-words", validators=[required(), length(most=CAUSE_MOST)])


class FixForm(Form):
    """What will end it."""

    fix = BlockField(_l("What will end it"), id="fix-words", validators=[required(), length(most=CAUSE_MOST)])


def _named(person: Choosable) -> str:
    if person.away_until is None:
        return person.name
    until = show_date(person.away_until, "medium")
    return str(_("%(name)s (away until %(date)s)", name=person.name, date=until))
