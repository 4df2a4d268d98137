"""Teams, and who is away when."""

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.cases import explaining, policy
from community.cases.actions import teams as actions
from community.cases.forms.settings import AbsenceForm, TeamForm
from community.cases.models import Team
from community.cases.queries import desk, owners, settings
from community.cases.staff.access import blueprint
from community.cases.staff.setting_up import only_administrators
from community.infra.db import get_row
from community.infra.errors import Conflict, Forbidden, Invalid
from community.infra.forms import answer
from community.infra.web import page, say, see_other, viewer
from community.members.models import Member


@blueprint.get("/teams")
def teams() -> Response:
    """Teams, and how work is dealt out in each."""
    only_administrators()
    return page("cases/staff/teams.html", teams=settings.list_teams(), strategies=explaining.STRATEGIES)


@blueprint.route("/teams/new", methods=["GET", "POST"])
def new_team() -> BaseResponse:
    """Form a team."""
    only_administrators()
    return _team(None)


@blueprint.route("/teams/<int:team_id>", methods=["GET", "POST"])
def edit_team(team_id: int) -> BaseResponse:
    """Change who is in a team, and how work is dealt out."""
    only_administrators()
    return _team(settings.get_team(team_id))


@blueprint.post("/teams/<int:team_id>/archive")
def archive_team(team_id: int) -> BaseResponse:
    """Give a team no more work."""
    only_administrators()
    team = settings.get_team(team_id)
    try:
        actions.archive_team(team, by=viewer())
    except Conflict as refusal:
        return _team(team, refusal=refusal)
    say(_("The team is given nothing any more. Its cases stay where they are."))
    return see_other("cases_staff.teams")


@blueprint.route("/absences", methods=["GET", "POST"])
def absences() -> BaseResponse:
    """Who is away when, and who covers: one's own, and everybody's for administrators."""
    member, runs_all = viewer(), policy.can_set_up_routing(viewer())
    # Only those who share a panel: the others may work on one that is not to be known of.
    people = [(person.id, person.name) for person in desk.list_people(member)]
    away = people if runs_all else [(member.id, member.display_name)]
    form = AbsenceForm(data={"member_id": member.id}).offer(away, covers=people)
    if form.was_sent():
        try:
            actions.add_absence(
                _person(form.member_id.data),
                by=member,
                from_on=form.from_on.data,
                until_on=form.until_on.data,
                cover=_person(form.cover_id.data) if form.cover_id.data else None,
            )
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            say(_("Noted. New cases go elsewhere on these days."))
            return see_other("cases_staff.absences")
    own = None if runs_all else member.id
    return answer(
        "cases/staff/absences.html",
        form,
        absences=settings.list_absences(owners.company_day(), member_id=own),
        today=owners.company_day(),
        runs_all=runs_all,
    )


@blueprint.post("/absences/<int:absence_id>/end")
def end_absence(absence_id: int) -> BaseResponse:
    """They are there after all."""
    absence = settings.get_absence(absence_id)
    if not policy.can_set_absence(viewer(), absence.member):
        raise Forbidden()
    actions.end_absence(absence, by=viewer())
    say(_("Done. New cases come as before."))
    return see_other("cases_staff.absences")


def _team(team: Team | None, *, refusal: Conflict | None = None) -> BaseResponse:
    standing = settings.list_team_member_ids(team.id) if team is not None else []
    form = TeamForm(obj=team, data={"member_ids": standing}).offer(settings.list_people())
    if refusal is not None:
        form.refuse(refusal)
    elif form.was_sent():
        try:
            actions.save_team(
                team,
                by=viewer(),
                name=form.name.data,
                strategy=form.strategy.data,
                member_ids=form.member_ids.data,
            )
        except Invalid as refused:
            form.refuse(refused)
        else:
            say(_("Saved."))
            return see_other("cases_staff.teams")
    return answer("cases/staff/edit_team.html", form, team=team)


def _person(member_id: int) -> Member:
    return get_row(Member, member_id)
