"""Trust of members, for moderators of the site, and the pauses that stand, for all of them."""

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import clock, web
from community.infra.errors import Forbidden, Refusal
from community.infra.forms import answer
from community.infra.web import say, see_other, viewer
from community.members.models import Member
from community.members.queries import get_member
from community.moderation import policy
from community.moderation import trust as levels
from community.moderation.actions import sanctions as sanction_actions
from community.moderation.actions import trusting
from community.moderation.forms.trust import VouchForm
from community.moderation.queries import sanctions
from community.moderation.queries import trust as queries
from community.moderation.staff.access import blueprint


@blueprint.get("/trust")
def trust() -> Response:
    """Who stands on which level, who is paused or suspended, and members to look for by name."""
    panels = policy.panels_moderated(viewer().standing_roles)
    is_of_site = policy.can_moderate(viewer(), None)
    term = web.argument("q")[:100] if is_of_site else ""
    return web.page(
        "moderation/staff/trust.html",
        is_of_site=is_of_site,
        counts=queries.count_levels() if is_of_site else {},
        term=term,
        found=queries.list_people(term) if is_of_site else [],
        standing=sanctions.list_standing(panel_ids=panels),
    )


@blueprint.route("/trust/<int:member_id>", methods=["GET", "POST"])
def vouch(member_id: int) -> BaseResponse:
    """What a member's level rests on, and answering for them."""
    member = _member_of_site(member_id)
    standing = queries.find_standing(member.id)
    form = VouchForm(data={"level": str(standing.vouched_level if standing is not None else 0)})
    if form.was_sent():
        try:
            trusting.vouch(member, int(form.level.data), by=viewer())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            say(_("Saved."))
            return see_other("moderation_staff.vouch", member_id=member_id)
    level = standing.level if standing is not None else 0
    facts = queries.facts_of([member.id], since=clock.now() - levels.WINDOW)[member.id]
    return answer(
        "moderation/staff/vouch.html",
        form,
        member=member,
        standing=standing,
        level=level,
        lines=levels.progress(min(level + 1, levels.HIGHEST), facts),
        steps=queries.list_steps(member.id),
        sanctions=sanctions.list_of_member(member.id),
        can_vouch=policy.can_vouch(viewer(), member),
    )


@blueprint.post("/sanctions/<int:sanction_id>/end")
def end_sanction(sanction_id: int) -> BaseResponse:
    """End a pause or a suspension before its time."""
    sanction_actions.end_early(sanctions.get_sanction(sanction_id), by=viewer())
    say(_("It is over, and the member is told."))
    return see_other("moderation_staff.trust")


def _member_of_site(member_id: int) -> Member:
    if not policy.can_moderate(viewer(), None):
        raise Forbidden()
    return get_member(member_id)
