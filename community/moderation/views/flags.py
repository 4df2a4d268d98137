"""Objecting to what others wrote."""

from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import limits, web
from community.infra.errors import NotFound, Refusal
from community.infra.forms import answer
from community.infra.unsent import keeps_text
from community.infra.web import say, viewer
from community.members.models import Member
from community.members.queries import get_member, how_known
from community.moderation.actions import flagging
from community.moderation.doors import Subject
from community.moderation.forms.flags import FlagForm
from community.moderation.queries import flags as queries
from community.moderation.queries import subjects
from community.moderation.views import blueprint

FLAGGABLE = ("idea", "comment", "statement", "member")


@blueprint.route("/flags", methods=["GET", "POST"])
@keeps_text
@limits.by_member(limits.FLAG)
def flag() -> BaseResponse:
    """What is meant and what may be wrong with it; sent, it comes before moderators."""
    form = FlagForm()
    subject = _seen(form.subject.data or web.argument("subject"), viewer())
    if form.was_sent():
        try:
            flagging.flag(subject, viewer(), reason=form.reason.data, note=form.note.data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            say(_("Thank you. A moderator looks at it, and we tell you what becomes of it."))
            return web.back_to(_way_back(subject), "moderation.my_moderation")
    form.subject.data = subject.key
    is_known, is_seen = _is_flagged(subject, viewer()), subjects.may_see(viewer(), subject)
    return answer(
        "moderation/flag.html",
        form,
        subject=subject,
        is_known=is_known,
        is_seen=is_seen and _is_known_by_name(subject),
    )


def _seen(key: str, member: Member) -> Subject:
    """What the key names, if the member sees it too or has objected to it before."""
    subject = subjects.get_subject(key)
    if subject.type not in FLAGGABLE:
        raise NotFound()
    if not subjects.may_see(member, subject) and not _is_flagged(subject, member):
        raise NotFound()
    return subject


def _way_back(subject: Subject) -> str | None:
    # Enough objections have hidden it just now: its page is gone for the reader.
    return subject.path if subjects.may_see(viewer(), subjects.get_subject(subject.key)) else None


def _is_known_by_name(subject: Subject) -> bool:
    """Whether the page tells nobody more of a name than their panels do."""
    return subject.type != "member" or how_known(viewer(), get_member(subject.id)) == "full"


def _is_flagged(subject: Subject, member: Member) -> bool:
    return queries.find_flag(subject.type, subject.id, member_id=member.id) is not None
