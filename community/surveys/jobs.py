"""What follows by itself: surveys open and close on time, members are told and reminded, places come back."""

from collections.abc import Callable, Iterable
from contextlib import suppress

from community.activity.models import Activity
from community.infra.errors import Conflict
from community.surveys.actions import audience, comparing, drawing, exporting, inviting, opening, quotas
from community.surveys.models import Survey
from community.surveys.queries import doors, due


def open_due() -> None:
    """The planned time of a survey has come: members are let in, or its owner hears what is missing."""
    _each(opening.open_on_time, due.list_to_open())


def close_due() -> None:
    """The time of a survey is over: it takes no more answers."""
    _each(lambda survey: opening.close_survey(survey, None), due.list_to_close())


def follow_panel(activity: Activity) -> None:
    """The address of a panel has changed: rules that speak of it follow."""
    old_slug, slug = activity.data.get("old_slug"), activity.data.get("slug")
    if old_slug and slug and old_slug != slug:
        audience.rename_panel(old_slug, slug)


def invite_first(activity: Activity) -> None:
    """A survey has opened: those who were drawn first hear of it at once, the others within minutes."""
    survey = doors.find_survey(activity.subject_id)
    if survey is not None:
        inviting.tell_some(survey)


def invite() -> None:
    """Members are told of open surveys, as many as the contact budget allows; newcomers are drawn first."""
    drawing.draw_newcomers()
    inviting.tell_waiting()


def remind() -> None:
    """Who was told some days ago and has not answered is reminded, once."""
    inviting.remind_waiting()


def give_places_back() -> None:
    """Places are no longer held for those who began to answer and went away."""
    quotas.return_lapsed()


def _each(step: Callable[[Survey], None], surveys: Iterable[Survey]) -> None:
    for survey in surveys:
        # Staff were quicker: then it stands where it is to stand.
        with suppress(Conflict):
            step(survey)


def measure_anew(activity: Activity) -> None:
    """A wave is over, is weighted otherwise, or a response was judged: its comparisons are measured anew."""
    survey = doors.find_survey(activity.data.get("survey_id", activity.subject_id))
    if survey is not None:
        comparing.measure_anew(survey)


def forget_old_files() -> None:
    """Files of responses go after some days."""
    exporting.forget_old()
