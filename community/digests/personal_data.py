"""A member's digests and what they said to them: to be read by them, and forgotten with them."""

from collections.abc import Iterable, Mapping

from flask_babel import gettext as _
from flask_babel import ngettext

from community.digests.models import Digest, DigestOpinion
from community.infra import own_data
from community.infra.language import show_date
from community.infra.own_data import OwnFile, Part
from community.members.models import Member

HOLDS: Mapping[str, str] = {
    "digests.member_id": "deleted",
    "digests.parts": "deleted",
    "digest_opinions.member_id": "deleted",
}


def export(member: Member) -> Mapping[str, Part]:
    """The digests, and what was said to the ideas in them."""
    digests = own_data.rows(Digest, Digest.member_id == member.id)
    opinions = own_data.rows(DigestOpinion, DigestOpinion.member_id == member.id)
    return own_data.filled(
        {
            "digests": Part(
                _("Your weekly digests"), own_data.lines(digests, _of_digest, path=lambda _row: "/me/digest")
            ),
            "digest_opinions": Part(
                _("What you said to ideas in your digest"),
                own_data.lines(opinions, _of_opinion, path=lambda row: f"/ideas/{row.idea_id}"),
            ),
        }
    )


def files(member: Member) -> Iterable[OwnFile]:
    """There are none."""
    return ()


def erase(member: Member, *, keeps_texts: bool) -> Mapping[str, int]:
    """Forget all of it, whatever becomes of texts."""
    return {
        "digests": own_data.remove(Digest, Digest.member_id == member.id),
        "digest_opinions": own_data.remove(DigestOpinion, DigestOpinion.member_id == member.id),
    }


def _of_digest(digest: Digest) -> str:
    count = len(digest.parts)
    if not count:
        return str(_("Week of %(day)s: nothing to write", day=show_date(digest.week_on)))
    return str(
        ngettext(
            "Week of %(day)s: %(num)d thing",
            "Week of %(day)s: %(num)d things",
            count,
            day=show_date(digest.week_on),
        )
    )


def _of_opinion(opinion: DigestOpinion) -> str:
    if opinion.opinion == "more":
        return str(_("More like idea %(id)d", id=opinion.idea_id))
    return str(_("Less like idea %(id)d", id=opinion.idea_id))
