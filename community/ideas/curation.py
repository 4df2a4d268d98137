"""How moderators find and change ideas and comments: their doors in the table `community/curated.py`."""

from community.ideas import policy
from community.ideas.actions import curating, curating_comments, moving, vote_care
from community.ideas.models import Idea
from community.ideas.queries import curation as queries
from community.ideas.queries import vote_alarms
from community.infra.db import get_row
from community.infra.errors import NotFound
from community.members.models import Member
from community.moderation.doors import Door, Subject
from community.panels.queries import get_panel_by_id


def may_see(viewer: Member | None, subject: Subject) -> bool:
    """Whether the viewer reads the text as others do: it is shown, and so is the idea it stands below."""
    if subject.state != "published":
        return False
    idea_id = subject.id if subject.type == "idea" else queries.get_comment(subject.id).idea_id
    idea = get_row(Idea, idea_id)
    try:
        room = get_panel_by_id(idea.panel_id, viewer)
    except NotFound:
        return False
    return policy.may_see_idea(viewer, idea, panel=room.panel, membership=room.membership)


IDEA_DOOR = Door(
    find=queries.find_idea,
    may_see=may_see,
    show=curating.show,
    hide=curating.hide,
    wait=curating.wait,
    keep_private=curating.keep_private,
    rewrite=curating.rewrite,
    apply_edit=curating.apply_edit,
    merge=curating.merge,
    unmerge=curating.unmerge,
    move=moving.move_idea,
    move_back=moving.move_back,
    lock=curating.shut,
    unlock=curating.open_again,
    similar=queries.list_like_idea,
)

# Votes are counted or not, on a page of their own; there is nothing to show or to hide.
VOTES_DOOR = Door(
    find=vote_alarms.find_subject,
    may_see=lambda _viewer, _subject: False,
    show=vote_care.leave,
    hide=vote_care.leave,
    wait=vote_care.leave,
    undo=vote_care.put_back,
    desk=vote_care.desk_of,
)

COMMENT_DOOR = Door(
    find=queries.find_comment,
    may_see=may_see,
    show=curating_comments.show,
    hide=curating_comments.hide,
    wait=curating_comments.wait,
    keep_private=curating_comments.keep_private,
    rewrite=curating_comments.rewrite,
    apply_edit=curating_comments.apply_edit,
    context=queries.list_around,
)
