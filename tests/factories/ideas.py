"""Ideas for tests, published as members publish them."""

import itertools

from community.ideas.actions.publishing import publish_idea
from community.ideas.models import Idea
from community.infra.db import lock, unit_of_work
from community.members.models import Member
from community.panels.models import Panel
from tests.factories.members import make_member
from tests.factories.panels import make_panel

_numbers = itertools.count(1)


def make_idea(
    title: str = "", *, panel: Panel | None = None, author: Member | None = None, body: str = "",
    tags: tuple[str, ...] = (), **values: object,
) -> Idea:  # fmt: skip
    """A published idea; `values` then set columns, as if time had passed over it."""
    number = next(_numbers)
    idea = publish_idea(
        panel or make_panel(),
        author or make_member(),
        title=title or f"A thought worth having, number {number}",
        body=body,
        tags=tags,
    )
    if values:
        with unit_of_work():
            idea = lock(Idea, idea.id)
            for name, value in values.items():
                setattr(idea, name, value)
    return idea
