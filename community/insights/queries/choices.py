"""What a viewer can choose a report from."""

from collections.abc import Sequence
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select

from community.feedback.queries import topics
from community.feedback.queries.items import list_staffed_panels
from community.infra.db import db
from community.infra.language import text_in
from community.insights import policy
from community.insights.queries import scopes
from community.members.models import Member
from community.panels.queries import segments
from community.surveys import policy as survey_policy
from community.surveys import states
from community.surveys.models import Survey
from community.surveys.queries import targets

SURVEYS_MOST = 200

Choice = Sequence[tuple[int, str]]


class Choices(NamedTuple):
    """What there is to choose from, each with its name."""

    panels: Choice
    segments: Choice
    topics: Choice
    surveys: Choice
    targets: Choice
    values: Sequence[tuple[str, str]]


def list_choices(viewer: Member, *, locale: str) -> Choices:
    """All that this viewer can make a report of."""
    panels = list_staffed_panels(viewer, locale=locale, roles=policy.BUILDERS)
    return Choices(
        panels=[(panel.id, panel.name) for panel in panels],
        segments=segments.list_segment_names(),
        topics=[(node.id, node.path) for node in topics.topic_tree()],
        surveys=_list_surveys(viewer),
        targets=[(each.id, scopes.name_of_targets(each)) for each in targets.list_offered(None)],
        values=scopes.list_value_choices(),
    )


def _list_surveys(viewer: Member) -> list[tuple[int, str]]:
    surveys = db.session.scalars(
        select(Survey)
        .where(Survey.state.not_in(states.BUILDING))
        .order_by(Survey.id.desc())
        .limit(SURVEYS_MOST)
    )
    return [
        # Waves have the same title.
        (survey.id, _named(survey))
        for survey in surveys
        if survey_policy.can_read_results(viewer, survey)
        and policy.can_build_report(viewer, survey.panel_ids)
    ]


def _named(survey: Survey) -> str:
    title = text_in(survey.title)
    if survey.opened_at is None:
        return title
    opened_on = survey.opened_at.date()
    return str(_("%(name)s, %(days)s", name=title, days=scopes.days_in_words(opened_on, opened_on)))
