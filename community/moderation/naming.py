"""What moderators do about the name a member goes by: a door in the table `community/curated.py`."""

from collections.abc import Mapping
from typing import Any

from markupsafe import escape

from community.activity.actions import record
from community.infra.db import lock
from community.infra.errors import NotFound
from community.members import names
from community.members.actions import rename
from community.members.models import Member
from community.members.queries import get_member, how_known
from community.moderation.doors import Change, Door, Subject


def find(member_id: int) -> Subject | None:
    """The member as others meet them by name; None if there is none, or no longer."""
    try:
        member = get_member(member_id)
    except NotFound:
        return None
    if member.state == "erased":
        return None
    return Subject(
        type="member",
        id=member.id,
        panel_id=None,
        author_id=member.id,
        title=member.display_name,
        html=escape(member.display_name),
        excerpt=member.display_name,
        path=f"/members/{member.id}",
        state="published",
        body=member.display_name,
    )


def may_see(viewer: Member | None, subject: Subject) -> bool:
    """Whether the viewer can open the page of the member: signed in, and they may know who it is."""
    member = get_member(subject.id)
    return viewer is not None and member.is_active and how_known(viewer, member) != "alias"


def show(member_id: int, _by: Member | None) -> Change:
    """Let the name stand, as it does."""
    member = lock(Member, member_id)
    return Change({"title": member.display_name}, {"title": member.display_name})


def hide(member_id: int, by: Member | None) -> Change:
    """Put a number in place of the name; the member can choose another one."""
    return rewrite(member_id, by, {"title": f"Member {member_id}"})


def rewrite(member_id: int, by: Member | None, words: Mapping[str, Any]) -> Change:
    """Let the member go by another name."""
    member = lock(Member, member_id)
    before = {"title": member.display_name}
    rename(member, names.clean_name(words["title"]))
    record("member.renamed", subject=member, actor=by)
    return Change(before, {"title": member.display_name})


MEMBER_DOOR = Door(find=find, may_see=may_see, show=show, hide=hide, wait=show, rewrite=rewrite)
