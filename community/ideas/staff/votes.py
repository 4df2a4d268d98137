"""The votes of an idea that look odd, and what a moderator makes of them."""

from string import ascii_uppercase

from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.ideas import policy, vote_words
from community.ideas.actions import vote_care
from community.ideas.forms.votes import VotesForm
from community.ideas.models import Idea
from community.ideas.queries import vote_alarms as queries
from community.ideas.queries.ideas import get_idea
from community.ideas.queries.vote_alarms import VoteLine
from community.ideas.staff.access import blueprint
from community.infra.errors import Forbidden, NotFound, Refusal
from community.infra.forms import answer
from community.infra.web import say, see_other, viewer
from community.moderation.policy import can_decide_about


@blueprint.route("/<int:idea_id>/votes", methods=["GET", "POST"])
def votes(idea_id: int) -> BaseResponse:
    """Which votes look odd and why; they go on counting until a person says that they do not."""
    idea = _root_to_moderate(idea_id)
    alarms = queries.list_alarms(idea.id)
    if not alarms:
        raise NotFound()
    newest = alarms[0]
    odd = {member_id for alarm in alarms for member_id in alarm.member_ids}
    lines = queries.list_lines(idea.id, odd)
    form = VotesForm().offer(lines, chosen=newest.member_ids if newest.state == "waiting" else ())
    can_decide = can_decide_about(viewer(), panel_id=idea.panel_id, author_id=idea.author_id)
    if form.was_sent():
        if not can_decide:
            raise Forbidden()
        decide = vote_care.exclude_votes if form.decision.data == "exclude" else vote_care.count_votes
        try:
            decide(
                idea,
                viewer(),
                member_ids=form.member_ids.data,
                message=form.message.data or "",
                note=form.note.data,
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            say(_("Decided. The counts of the idea are right."))
            return see_other("ideas_staff.votes", idea_id=idea.id)
    if can_decide:
        vote_care.take_up(idea.id, viewer())
    return answer(
        "ideas/staff/votes.html",
        form,
        idea=idea,
        alarm=newest,
        signs=[vote_words.sign_in_words(kind, newest.facts.get(kind, {})) for kind in newest.signs],
        lines=lines,
        letters=_letters(lines),
        asking={member_id for alarm in alarms for member_id in alarm.facts.get("objected", ())},
        can_decide=can_decide,
    )


def _root_to_moderate(idea_id: int) -> Idea:
    seen = get_idea(idea_id, viewer())
    if not policy.can_moderate(viewer(), seen.panel):
        raise Forbidden()
    return seen.idea if seen.root_id == idea_id else get_idea(seen.root_id, viewer()).idea


def _letters(lines: list[VoteLine]) -> dict[str, str]:
    """A letter for each origin that several of the votes share."""
    origins = [line.origin for line in lines if line.origin]
    shared = [origin for origin in dict.fromkeys(origins) if origins.count(origin) > 1]
    return dict(zip(shared, ascii_uppercase, strict=False))
