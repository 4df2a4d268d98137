"""Telling members that they are asked, as often as the contact budget allows, and reminding them once.

Whoever tells locks the budget's row first: two surveys that tell at once see each other's invitations.
"""

from flask import current_app
from sqlalchemy import update

from community.activity import actions as activity
from community.infra import clock, mail
from community.infra.db import db, lock, unit_of_work
from community.notifications import paces
from community.notifications.actions.stopping import stop_url
from community.surveys import notices, policy
from community.surveys.models import ContactBudget, Survey, SurveyCell, SurveyInvitation
from community.surveys.queries import cells, invitees, reach
from community.surveys.queries.invitees import Invitee

# So many are told in one transaction.
BATCH = 200
# For each free place of a cell so many are told before their answers are waited for.
PER_PLACE = 4


def tell_waiting() -> int:
    """Tell all who were drawn for open surveys and may be told today; says how many."""
    return sum(_tell_all(survey) for survey in invitees.list_with_untold())


def tell_some(survey: Survey) -> int:
    """Tell those who were drawn first, at most a batch of them; says how many."""
    with unit_of_work():
        budget, locked = lock(ContactBudget, reach.BUDGET_ID), lock(Survey, survey.id)
        if not policy.is_answerable(locked, clock.now()):
            return 0
        chosen = _choose(locked, budget)
        _tell(locked, chosen, is_reminder=False)
    return len(chosen)


def remind_waiting() -> int:
    """Remind all who were told some days ago and have not answered, each once; says how many."""
    return sum(_remind_all(survey) for survey in invitees.list_with_unreminded(reach.get_budget()))


def _tell_all(survey: Survey) -> int:
    told = 0
    while just_told := tell_some(survey):
        told += just_told
    return told


def _remind_all(survey: Survey) -> int:
    reminded = 0
    while just_reminded := _remind_some(survey):
        reminded += just_reminded
    return reminded


def _remind_some(survey: Survey) -> int:
    with unit_of_work():
        budget, locked = lock(ContactBudget, reach.BUDGET_ID), lock(Survey, survey.id)
        if not policy.is_answerable(locked, clock.now()):
            return 0
        chosen = invitees.list_to_remind(locked, budget, limit=BATCH)
        _tell(locked, chosen, is_reminder=True)
    return len(chosen)


def _choose(survey: Survey, budget: ContactBudget) -> list[Invitee]:
    if survey.sampling != "quotas":
        return invitees.list_to_tell(survey, budget, limit=BATCH)
    chosen: dict[int, Invitee] = {}
    for cell in cells.list_cells(survey):
        room = min(_room(survey, cell, budget), BATCH - len(chosen))
        for invitee in invitees.list_to_tell(survey, budget, limit=max(0, room), cell=cell):
            chosen[invitee.member_id] = invitee
    return list(chosen.values())


def _room(survey: Survey, cell: SurveyCell, budget: ContactBudget) -> int:
    """How many more may be told for the cell: nobody is asked to come to where all places are gone."""
    free = cell.target_count - cell.taken_count
    if free <= 0:
        return 0
    since = clock.ago(days=budget.remind_after_days)
    return free * PER_PLACE - invitees.count_unanswered(survey, cell, since=since)


def _tell(survey: Survey, chosen: list[Invitee], *, is_reminder: bool) -> None:
    if not chosen:
        return
    now = clock.now()
    ids = [invitee.invitation_id for invitee in chosen]
    noted = {"reminded_at": now} if is_reminder else {"told_at": now}
    db.session.execute(
        update(SurveyInvitation)
        .where(SurveyInvitation.id.in_(ids))
        .values(**noted)
        .execution_options(synchronize_session=False)
    )
    if not is_reminder:
        survey.invited_count += len(chosen)
    # By panel: a notice goes out of sight for whoever may no longer read the panel it came through.
    for panel_id in sorted({invitee.panel_id for invitee in chosen}):
        through = [invitee for invitee in chosen if invitee.panel_id == panel_id]
        told = activity.record(
            "survey.reminded" if is_reminder else "survey.invited",
            subject=survey,
            actor=None,
            panel_id=panel_id,
            count=len(through),
        )
        notices.tell_invited(told, survey, [invitee.member_id for invitee in through])
    for invitee in chosen:
        if invitee.email is not None:
            _mail(survey, invitee, invitee.email, is_reminder=is_reminder)


def _mail(survey: Survey, invitee: Invitee, email: str, *, is_reminder: bool) -> None:
    mail.post(
        "surveys/reminder" if is_reminder else "surveys/invitation",
        to=email,
        name=invitee.name,
        locale=invitee.locale,
        stop_url=stop_url(invitee.member_id, about=[invitees.INVITATIONS]),
        not_before=paces.after_quiet_hours(
            clock.now(),
            zone=invitee.time_zone,
            quiet_from=invitee.quiet_from,
            quiet_until=invitee.quiet_until,
        ),
        survey=survey,
        base_url=current_app.config["BASE_URL"],
    )
