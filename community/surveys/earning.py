"""What answering a survey earns, what goes with the answers again, and what members are told of it."""

from datetime import timedelta

from community.activity.models import Activity
from community.infra import clock
from community.infra.db import lock
from community.infra.language import text_in
from community.loyalty.actions import awarding
from community.loyalty.models import Award
from community.loyalty.queries import awards, programme, rules
from community.members import queries as members
from community.members.models import Member
from community.surveys.models import Response, Survey
from community.surveys.queries import doors, listening

RULE = "survey_completed"
# Whoever confirms their address later than that has let go of what they answered before.
LOOK_BACK = timedelta(days=30)
# The worker is at it by then; what is not written down after that will not be.
SOON = timedelta(hours=1)


def thank_for_answers(activity: Activity) -> None:
    """A survey was answered to its end: points wait for a while, as answers can still be withdrawn."""
    response = lock(Response, activity.subject_id)
    if _counts(response):
        _thank(response, points=activity.data["points"])
        awarding.give_again(_source(response), reasons_undone=("withdrawn",))
        if response.needs_look:
            _let_wait(response)


def take_back_answers(activity: Activity) -> None:
    """Answers were withdrawn: so are the points for them."""
    response = lock(Response, activity.subject_id)
    if response.state != "completed":
        awarding.take_back(_source(response), reason="withdrawn")


def follow_look(activity: Activity) -> None:
    """Answers look odd, or no longer do: until a person has looked, time alone gives nothing for them."""
    _let_wait(lock(Response, activity.subject_id))


def follow_judging(activity: Activity) -> None:
    """A person decided whether the answers count; with them the points are taken back or given again."""
    response = lock(Response, activity.subject_id)
    by = members.get_member(activity.actor_id) if activity.actor_id is not None else None
    if _counts(response):
        survey = doors.find_survey(response.survey_id)
        _thank(response, points=survey.points if survey is not None else 0)
        awarding.give_again(_source(response), reasons_undone=("excluded",), by=by)
        _let_wait(response)
    elif response.state == "completed":
        awarding.take_back(_source(response), reason="excluded", by=by)


def thank_newly_verified(activity: Activity) -> None:
    """A member can earn points from now on: also for answers from before they confirmed their address."""
    response_ids = listening.list_completed_ids(activity.subject_id, since=clock.now() - LOOK_BACK)
    # All of them before the wallet, as wherever one of them is thanked for.
    for response in [lock(Response, response_id) for response_id in response_ids]:
        survey = doors.find_survey(response.survey_id)
        if _counts(response) and survey is not None:
            _thank(response, points=survey.points)


def gives_points(viewer: Member | None) -> bool:
    """Whether answering surveys gives the viewer points at present."""
    if viewer is None or not viewer.is_verified or not programme.is_open():
        return False
    return rules.standing(RULE).gives_to(viewer)


def points_of(survey: Survey, viewer: Member | None) -> int:
    """How many points the viewer is told that answering gives; 0 if there are none in it for them."""
    return survey.points if survey.points and gives_points(viewer) else 0


def find_award(response: Response) -> Award | None:
    """What the member was given for these answers, once that is written down."""
    return awards.list_given(RULE, _source(response), [response.member_id]).get(response.member_id)


def is_due(response: Response) -> bool:
    """Whether points for these answers may still come."""
    is_new = response.completed_at is not None and clock.now() - response.completed_at < SOON
    return is_new and response.excluded_at is None


def _counts(response: Response) -> bool:
    return response.state == "completed" and response.excluded_at is None


def _thank(response: Response, *, points: int) -> None:
    survey = doors.find_survey(response.survey_id)
    if survey is None or not points:
        return
    awarding.thank(
        RULE,
        member_id=response.member_id,
        source=_source(response),
        title=text_in(survey.title, response.locale),
        path=f"/surveys/{survey.id}",
        panel_id=response.panel_id,
        points=points,
    )


def _let_wait(response: Response) -> None:
    wait = awarding.wait_for_a_person if response.needs_look else awarding.wait_as_usual
    wait(_source(response))


def _source(response: Response) -> tuple[str, int]:
    return ("response", response.id)
