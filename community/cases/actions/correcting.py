"""Saying in a case what its words really are: the site learns from it, and the case follows at once."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from community.cases import summary
from community.cases.actions import history
from community.cases.models import Case
from community.cases.queries import openings
from community.feedback import actions as feedback
from community.infra.db import lock, unit_of_work
from community.infra.errors import Conflict, Invalid
from community.members.models import Member


def correct_case(case: Case, by: Member, *, said: Mapping[str, str], item_id: int | None = None) -> Case:
    """Correct sentiment, kind or topic of a text of the case: of its first, or of `item_id`."""
    if not said:
        raise Invalid(_l("Please choose one of the options."))
    with unit_of_work() as session:
        case = lock(Case, case.id)
        items = openings.list_items_in(case.id)
        item = next((each for each in items if item_id in (None, each.id)), None)
        if item is None:
            raise Conflict(_l("This text was taken back meanwhile."))
        for field, value in said.items():
            feedback.correct(item, by, field=field, value=value)
        session.flush()
        summary.take_facts(case, openings.list_items_in(case.id))
        history.write(case, "corrected", actor=by, item_id=item.id, said=dict(said))
    return case
