"""A person decides whether a flagged response counts, and why; its author is told, and may reply once."""

from flask_babel import lazy_gettext as _l

from community.activity.actions import record
from community.infra import clock
from community.infra.db import lock, unit_of_work
from community.infra.errors import Conflict, Invalid, NotFound
from community.members.models import Member
from community.surveys import quality
from community.surveys.actions import quotas
from community.surveys.models import Response, ResponseDecision, Survey
from community.surveys.queries import answering
from community.surveys.queries import responses as queries

MOST_REASON = 500
MOST_TOLD = 500
MOST_REPLY = 500


def decide(response: Response, by: Member, *, decision: str, reason: str, told: str = "") -> ResponseDecision:
    """Exclude a response, keep it, or take an excluded one in again; the reason is kept for good.

    Never on one flag alone: Conflict unless the flags rest on two different things. What is excluded stays
    stored; its place in a quota is given to others, and taken again when it is restored, if there is one.
    `told` is what its author reads of it. An excluded one may be excluded once more if its author replied.
    """
    if not reason:
        raise Invalid(_l("Please say why in a few words; others will ask."), field="reason")
    if len(reason) > MOST_REASON:
        raise Invalid(_l("Please use at most %(max)d characters.", max=MOST_REASON), field="reason")
    if len(told) > MOST_TOLD:
        raise Invalid(_l("Please use at most %(max)d characters.", max=MOST_TOLD), field="told")
    with unit_of_work() as session:
        survey = lock(Survey, response.survey_id)
        response = lock(Response, response.id)
        _check(response, decision)
        if decision == "excluded" and response.excluded_at is None:
            _exclude(survey, response)
        elif decision == "restored":
            _restore(survey, response)
        response.needs_look = False
        decided = ResponseDecision(
            response_id=response.id,
            decided_by_id=by.id,
            decision=decision,
            reason=reason,
            # Nobody is told of a response that stays: nothing has changed for them.
            told=told if decision != "kept" else "",
            flags=queries.list_flag_kinds(response),
        )
        session.add(decided)
        session.flush()
        record(
            "survey.response_judged",
            subject=response,
            actor=by,
            panel_id=response.panel_id,
            survey_id=survey.id,
            decision=decision,
            decision_id=decided.id,
        )
    return decided


def reply(survey: Survey, member: Member, *, text: str) -> Response:
    """What the member says to their answers not counting, once; a person looks at the response again."""
    if not text:
        raise Invalid(_l("Please write a short sentence."), field="reply")
    if len(text) > MOST_REPLY:
        raise Invalid(_l("Please use at most %(max)d characters.", max=MOST_REPLY), field="reply")
    with unit_of_work():
        survey = lock(Survey, survey.id)
        response = answering.find_response(survey, member)
        if response is None or response.state != "completed" or response.excluded_at is None:
            raise NotFound()
        response = lock(Response, response.id)
        if response.replied_at is not None:
            raise Conflict(_l("You have replied already. Thank you."))
        response.reply, response.replied_at, response.needs_look = text, clock.now(), True
        record(
            "survey.response_replied",
            subject=response,
            actor=member,
            panel_id=response.panel_id,
            survey_id=survey.id,
        )
    return response


def _check(response: Response, decision: str) -> None:
    if response.state != "completed":
        raise Conflict(_l("This response has been withdrawn."))
    is_excluded = response.excluded_at is not None
    if decision == "restored" and not is_excluded:
        raise Conflict(_l("This response counts already."))
    may_stay_out = decision == "excluded" and response.needs_look
    if decision != "restored" and is_excluded and not may_stay_out:
        raise Conflict(_l("This response is excluded already."))
    if decision != "restored" and response.flag_count < quality.ENOUGH:
        raise Conflict(_l("One reason alone is never enough: there have to be two that are independent."))


def _exclude(survey: Survey, response: Response) -> None:
    response.excluded_at = clock.now()
    survey.excluded_count += 1
    survey.answers_changed_at = clock.now()
    quotas.return_place(response)


def _restore(survey: Survey, response: Response) -> None:
    response.excluded_at = None
    survey.excluded_count -= 1
    survey.answers_changed_at = clock.now()
    try:
        quotas.keep_place(response, survey, response.member)
    except Conflict:
        # Its place is somebody else's now: it counts in the results and in no cell.
        return
    quotas.use_place(response)
