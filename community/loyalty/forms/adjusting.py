"""Points given or taken by hand."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import NumberRange

from community.infra.forms import BlockField, CountField, Form, length, required

REASON_LEAST, REASON_MOST = 3, 500
# More at once is a slip of the finger.
POINTS_MOST = 1_000_000


class AdjustmentForm(Form):
    """How many points, in which direction, and why."""

    direction = RadioField(
        _l("What should happen?"),
        choices=[SelectChoice("give", _l("Give points")), SelectChoice("take", _l("Take points"))],
        validators=[required()],
    )
    amount = CountField(_l("Points"), validators=[required(), NumberRange(min=1, max=POINTS_MOST)])
    reason = BlockField(_l("Reason"), validators=[required(), length(least=REASON_LEAST, most=REASON_MOST)])

    @property
    def signed(self) -> int:
        """The points, below zero if they are to be taken."""
        points = int(self.amount.data)
        return -points if self.direction.data == "take" else points
