"""What a moderator decides about votes that look odd."""

from collections.abc import Collection, Sequence
from typing import Any, Self

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectMultipleField
from wtforms.fields import SelectChoice
from wtforms.validators import Optional

from community.ideas.queries.vote_alarms import VoteLine
from community.infra.forms import BlockField, Form, length, required

MOST = 1000


class VotesForm(Form):
    """Whose votes, what becomes of them, and why."""

    member_ids = SelectMultipleField(_l("Votes"), coerce=int, validators=[Optional()])
    decision = RadioField(
        _l("What becomes of the chosen votes?"),
        choices=[
            SelectChoice("exclude", _l("They are not counted")),
            SelectChoice("count", _l("They count")),
        ],
        validators=[required()],
    )
    note = BlockField(_l("Why? (for colleagues)"), [required(), length(most=MOST)])
    message = BlockField(_l("A word to the author of the idea"), [Optional(), length(most=MOST)])

    def offer(self, lines: Sequence[VoteLine], *, chosen: Collection[int]) -> Self:
        """Offer these votes; those chosen beforehand are ticked when the page is opened."""
        self.member_ids.choices = [SelectChoice(line.member_id, line.name) for line in lines]
        if not self.is_submitted():
            self.member_ids.data = [line.member_id for line in lines if line.member_id in chosen]
        return self

    def is_chosen(self, member_id: int) -> bool:
        """Whether the vote of this member is ticked."""
        data: list[Any] = self.member_ids.data or []
        return member_id in data
