"""Many members at once for tests of reports: in panels, with profiles, and texts of theirs."""

import itertools
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from community.feedback.models import FeedbackItem
from community.infra import clock
from community.infra.db import unit_of_work
from community.members.models import AttributeAnswer, Member, ProfileAttribute
from community.panels.models import Membership, Panel

_numbers = itertools.count(1)


def make_people(panel: Panel, count: int, **values: Any) -> list[Member]:
    """So many members of the panel; `values` are theirs, `joined_at` also that of their membership."""
    with unit_of_work() as session:
        people = [
            Member(display_name=f"Person {next(_numbers)}", password_hash="", **values) for _ in range(count)
        ]
        session.add_all(people)
        session.flush()
        joined = {"joined_at": values["joined_at"]} if "joined_at" in values else {}
        session.add_all(Membership(panel_id=panel.id, member_id=each.id, **joined) for each in people)
    return people


def tell(attribute: ProfileAttribute, people: Sequence[Member], option: str | float) -> None:
    """All of them choose this option, or give this number."""
    column = "number" if attribute.kind == "number" else "option"
    with unit_of_work() as session:
        session.add_all(
            AttributeAnswer(member_id=each.id, attribute_id=attribute.id, **{column: option})
            for each in people
        )


def say(
    panel: Panel,
    people: Sequence[Member | None],
    text: str,
    *,
    said_at: datetime | None = None,
    **values: Any,
) -> None:
    """Each of them says this once; nobody's texts were imported, of others here."""
    values = {"sentiment": "neu", "language": "en", "kind": "remark", "source": "comment"} | values
    values.setdefault("score", {"pos": 0.6, "neg": -0.6}.get(values["sentiment"] or "", 0.0))
    with unit_of_work() as session:
        session.add_all(
            FeedbackItem(
                panel_id=panel.id,
                source_id=f"said-{next(_numbers)}",
                author_id=each.id if each is not None else None,
                text=text,
                state="read",
                said_at=said_at or clock.now(),
                **values,
            )
            for each in people
        )
