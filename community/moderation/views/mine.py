"""What waits and what was decided about one's own texts, and objecting to it."""

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import clock, limits, paging, web
from community.infra.errors import NotFound, Refusal
from community.infra.forms import answer
from community.infra.unsent import keeps_text
from community.infra.web import public, say, see_other, viewer
from community.members.models import Member
from community.moderation import appealing
from community.moderation.actions import appeal_links
from community.moderation.actions import appealing as actions
from community.moderation.forms.appeals import AppealForm
from community.moderation.queries import appeals as queries
from community.moderation.queries import flags, sanctions, subjects
from community.moderation.queries.appeals import About
from community.moderation.views import blueprint


@blueprint.get("/me/moderation")
def my_moderation() -> Response:
    """What of mine waits, what was decided and why, and what became of what I flagged."""
    member = viewer()
    number = paging.page_number(web.argument("page"))
    return web.page(
        "moderation/my_moderation.html",
        waiting=queries.list_waiting(member) if number == 1 else [],
        decided=queries.list_decided(member, number=number),
        pauses=sanctions.list_pauses(member.id) if number == 1 else [],
        flagged=flags.list_own(member.id) if number == 1 else [],
    )


@blueprint.get("/me/moderation/<int:decision_id>")
def decision(decision_id: int) -> Response:
    """One decision: what, why, and how to object."""
    return _page(queries.get_own(decision_id, author_id=viewer().id), AppealForm(None))


@blueprint.post("/me/moderation/<int:decision_id>/appeal")
@keeps_text
@limits.by_member(limits.APPEAL)
def appeal(decision_id: int) -> BaseResponse:
    """Object to it; somebody else looks again."""
    member = viewer()
    about = queries.get_own(decision_id, author_id=member.id)
    form = AppealForm()
    if _was_made(about, member, form):
        return see_other("moderation.decision", decision_id=decision_id)
    return _page(about, form)


@blueprint.route("/appeals/<token>", methods=["GET", "POST"])
@public
@limits.by_address(limits.APPEAL)
def appeal_by_link(token: str) -> BaseResponse:
    """The same by the link of a mail, for those who cannot sign in."""
    decision_id, author_id = appeal_links.read_link(token)
    about = queries.get_own(decision_id, author_id=author_id)
    author = about.decision.author
    if author is None or author.state == "erased":
        raise NotFound()
    form = AppealForm()
    if _was_made(about, author, form):
        return see_other("moderation.appeal_by_link", token=token)
    return _page(about, form, token=token)


def _was_made(about: About, author: Member, form: AppealForm) -> bool:
    if not form.was_sent():
        return False
    try:
        actions.appeal(about.decision, author, words=form.words.data)
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    say(_("Your appeal is on its way. Somebody else looks at it and answers you."))
    return True


def _page(about: About, form: AppealForm, *, token: str = "") -> Response:
    found = about.decision
    return answer(
        "moderation/decision.html",
        form,
        decision=found,
        appeal=about.appeal,
        subject=subjects.find_subject(found.subject_type, found.subject_id),
        sanctions=sanctions.list_of_decision(found.id),
        can_appeal=appealing.can_be_appealed(found, about.appeal, now=clock.now()),
        appeal_until=found.decided_at + appealing.WINDOW,
        token=token,
    )
