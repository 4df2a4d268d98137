"""Questions at the door: reading the answers, and whether they let somebody in."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from flask_babel import gettext as _

from community.infra import clock
from community.infra.errors import Invalid
from community.panels.models import JoinRequest, ScreenerQuestion

# Whoever could answer again at once would try until the answers fit.
REST = timedelta(days=30)


def field_of(question: ScreenerQuestion) -> str:
    """The name of the form field that asks this question."""
    return f"question_{question.id}"


def read_answers(questions: Sequence[ScreenerQuestion], answers: Mapping[str, str]) -> dict[str, str]:
    """One known option for each question; Invalid names the first field that lacks one."""
    given = {}
    for question in questions:
        key = answers.get(str(question.id), "")
        if key not in {option["key"] for option in question.options}:
            raise Invalid(_("Please choose one of the answers."), field=field_of(question))
        given[str(question.id)] = key
    return given


def admits(questions: Sequence[ScreenerQuestion], answers: Mapping[str, str]) -> bool:
    """Whether every answer is one of those that let somebody in."""
    return all(
        any(option["key"] == answers[str(question.id)] and option["admits"] for option in question.options)
        for question in questions
    )


def rests(request: JoinRequest | None) -> bool:
    """Whether the member's last answers did not fit, too short a time ago to answer again."""
    return (
        request is not None
        and request.state == "refused"
        and request.decided_by_id is None
        and request.decided_at is not None
        and request.decided_at > clock.now() - REST
    )
