"""Looking through the responses of a survey for what is odd; what is found is put before a person."""

from community.activity.actions import record
from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import NotFound
from community.surveys import quality
from community.surveys.models import Response, ResponseFlag, Survey
from community.surveys.quality import Flag
from community.surveys.queries import flagging as queries


def flag_waiting() -> int:
    """Look through the responses of one survey whose answers have changed; 0 if there is none."""
    survey_id = queries.find_waiting_id()
    return flag_responses(survey_id) if survey_id is not None else 0


def flag_responses(survey_id: int) -> int:
    """Bring the flags of all responses up to date, as others change what is usual; 0 for a lost survey."""
    looked = queries.look_through(survey_id)
    if looked is None:
        return 0
    found = quality.find_flags(looked.responses, looked.questions)
    try:
        with unit_of_work():
            survey = lock(Survey, survey_id)
            _write(survey, found)
            # Not the newest change if there was one meanwhile: then it is looked through again.
            survey.flagged_at = looked.changed_at
    except NotFound:
        return 0
    return 1


def _write(survey: Survey, found: dict[int, list[Flag]]) -> None:
    known = {(flag.response_id, flag.kind): flag for flag in queries.list_flags(survey.id)}
    decided = queries.list_flags_decided(survey.id)
    now = clock.now()
    for response in queries.lock_flagged(survey.id, found):
        flags = found.get(response.id, []) if response.state == "completed" else []
        for flag in flags:
            row = known.pop((response.id, flag.kind), None)
            if row is None:
                db.session.add(
                    ResponseFlag(response_id=response.id, kind=flag.kind, detail=flag.detail, found_at=now)
                )
            elif row.detail != flag.detail:
                row.detail = flag.detail
        response.flag_count = quality.count_independent(flags)
        needs_look = _needs_look(response, flags, decided.get(response.id, frozenset()))
        if response.needs_look != needs_look:
            response.needs_look = needs_look
            record(
                "survey.response_flagged",
                subject=response,
                actor=None,
                panel_id=response.panel_id,
                needs_look=needs_look,
            )
    for row in known.values():
        db.session.delete(row)


def _needs_look(response: Response, flags: list[Flag], decided: frozenset[str]) -> bool:
    """Whether there is enough that nobody has looked at yet; what was decided holds for what stood then."""
    if response.excluded_at is not None:
        # Only the member's reply brings it back, and only a person's decision settles that.
        return response.needs_look
    if response.flag_count < quality.ENOUGH:
        return False
    return not {flag.kind for flag in flags} <= decided
