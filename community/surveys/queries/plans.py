"""A survey's plan as it stands: all that is needed to say what is missing before it can open."""

from typing import NamedTuple

from community.infra import clock
from community.infra.language import current_locale
from community.surveys import checks
from community.surveys.checks import Gap
from community.surveys.models import Survey
from community.surveys.queries import questions, surveys
from community.surveys.queries.questions import Standing


class Plan(NamedTuple):
    """The questions of a survey, what is missing, and what one might think about again."""

    standing: list[Standing]
    gaps: list[Gap]
    thoughts: list[Gap]


def get_plan(survey: Survey) -> Plan:
    """The questions with what is still missing."""
    standing = questions.list_standing(survey)
    archived = [
        panel.name_in(current_locale())
        for panel in surveys.list_panels_of(survey)
        if panel.archived_at is not None
    ]
    gaps = checks.list_gaps(
        survey, standing, surveys.get_supply(survey), now=clock.now(), archived_panels=archived
    )
    return Plan(standing, gaps, checks.list_thoughts(survey, standing))


def list_gaps(survey: Survey) -> list[Gap]:
    """What must be done before the survey can open."""
    return get_plan(survey).gaps
