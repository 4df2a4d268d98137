"""Drawing the members whom a survey is to ask."""

import secrets

from community.infra import clock
from community.infra.db import insert_new, lock, unit_of_work
from community.surveys import sampling
from community.surveys.models import Survey, SurveyInvitation
from community.surveys.queries import invitees

BATCH = 1000
SEED_CAP = 2**31 - 1


def draw(survey: Survey) -> int:
    """Draw the survey's members, once for a sample, else with those who came since; says how many are new.

    They are written down in the order of the draw, which is the order in which they are told. A poll draws
    nobody: it stands above the board for whoever comes by.
    """
    if survey.kind == "poll":
        return 0
    with unit_of_work():
        locked = lock(Survey, survey.id)
        is_sample = locked.sampling == "random"
        if is_sample and invitees.has_drawn(locked):
            return 0
        if locked.sample_seed == 0:
            locked.sample_seed = secrets.randbelow(SEED_CAP) + 1
        order = sampling.in_drawn_order(invitees.list_ids_to_draw(locked), seed=locked.sample_seed)
        if is_sample:
            order = order[: locked.sample_size]
        return sum(_write_down(locked, order[start : start + BATCH]) for start in range(0, len(order), BATCH))


def draw_newcomers() -> int:
    """Draw those who came into the audience of an open survey that asks all of them; says how many."""
    # Asked before the survey is locked: members who answer must not wait for a look that mostly finds nobody.
    return sum(draw(survey) for survey in invitees.list_growing() if invitees.has_somebody_to_draw(survey))


def _write_down(survey: Survey, member_ids: list[int]) -> int:
    drawn_at = clock.now()
    return insert_new(
        SurveyInvitation,
        [{"survey_id": survey.id, "member_id": member_id, "drawn_at": drawn_at} for member_id in member_ids],
    )
