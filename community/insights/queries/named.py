"""Scopes as they are written on the command line: by slugs and names instead of numbers."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from community.feedback.queries.topics import topic_tree
from community.infra.db import db
from community.infra.errors import Invalid
from community.insights.scope import Scope
from community.members.queries import find_panel_id
from community.panels.models import Segment


def get_scope(
    *,
    panels: Sequence[str],
    from_on: date,
    until_on: date,
    segments: Sequence[str] = (),
    topics: Sequence[str] = (),
    languages: Sequence[str] = (),
    survey_id: int | None = None,
    targets_id: int | None = None,
    value_attribute: str = "",
) -> Scope:
    """The scope that these slugs and names mean; Invalid if there is none of one of them.

    A topic goes by its own name or by its path from the top, in the language of the site.
    """
    return Scope(
        panel_ids=tuple(sorted(_panel(slug) for slug in panels)),
        from_on=from_on,
        until_on=until_on,
        segment_ids=tuple(sorted(_segment(name) for name in segments)),
        topic_ids=tuple(sorted(_topic(name) for name in topics)),
        languages=tuple(sorted(languages)),
        survey_id=survey_id,
        targets_id=targets_id,
        value_attribute=value_attribute,
    )


def _panel(slug: str) -> int:
    panel_id = find_panel_id(slug)
    if panel_id is None:
        raise Invalid(f"there is no panel {slug}")
    return panel_id


def _segment(name: str) -> int:
    segment_id = db.session.scalar(select(Segment.id).where(Segment.name == name))
    if segment_id is None:
        raise Invalid(f"there is no segment {name}")
    return segment_id


def _topic(name: str) -> int:
    found = [node.id for node in topic_tree() if name in (node.path, node.name)]
    if len(found) != 1:
        raise Invalid(f"there is no topic {name}" if not found else f"several topics are called {name}")
    return found[0]
