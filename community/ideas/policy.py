"""Who may see, write, support and change ideas and comments."""

from datetime import datetime, timedelta

from community.ideas.models import Comment, Idea
from community.members.models import Member
from community.panels.models import Membership, Panel
from community.panels.policy import can_take_part, may_read_panel

# While an idea stands like this its author may still change what it says: nobody has promised anything on it.
CHANGEABLE = ("submitted", "under_review")
COMMENT_WINDOW = timedelta(minutes=15)


def may_see_idea(viewer: Member | None, idea: Idea, *, panel: Panel, membership: Membership | None) -> bool:
    """What is published is for all who may read the panel; the rest for its author and moderators."""
    if not may_read_panel(viewer, panel, membership):
        return False
    if idea.state == "published":
        return True
    is_author = viewer is not None and viewer.id == idea.author_id
    return (is_author and idea.state != "deleted") or can_moderate(viewer, panel)


def can_begin_writing(viewer: Member | None, panel: Panel, *, can_speak: bool, has_door: bool) -> bool:
    """Whoever may speak in the panel, and visitors where joining at the end asks for nothing more."""
    if viewer is not None:
        return can_speak
    is_for_anyone = panel.visibility == "open" and panel.admission == "anyone"
    return is_for_anyone and not has_door and panel.archived_at is None


def can_moderate(viewer: Member | None, panel: Panel) -> bool:
    """Moderators of the panel, of the site, and administrators."""
    return viewer is not None and viewer.holds_role("moderator", panel.id)


def can_read_history(viewer: Member | None, author_id: int, panel: Panel) -> bool:
    """What moderators took out of a text is for its author and them."""
    return (viewer is not None and viewer.id == author_id) or can_moderate(viewer, panel)


def can_edit_idea(viewer: Member | None, idea: Idea, *, panel: Panel, membership: Membership | None) -> bool:
    """Its author until something was decided, and moderators; a merged or deleted idea stays as it is."""
    if viewer is None or idea.state == "deleted" or idea.merged_into_id is not None:
        return False
    if can_moderate(viewer, panel):
        return True
    is_open = idea.status in CHANGEABLE and not idea.is_locked
    return viewer.id == idea.author_id and is_open and can_take_part(viewer, panel, membership)


def can_delete_idea(
    viewer: Member | None, idea: Idea, *, panel: Panel, membership: Membership | None, concerns_others: bool
) -> bool:
    """Its author while nobody else has supported or answered it and it may be edited, and moderators."""
    if not can_edit_idea(viewer, idea, panel=panel, membership=membership):
        return False
    return can_moderate(viewer, panel) or not concerns_others


def may_see_comment(viewer: Member | None, comment: Comment, panel: Panel) -> bool:
    """Below an idea that the viewer may see: what is published, and one's own unless it was removed."""
    if comment.state == "published":
        return True
    is_author = viewer is not None and viewer.id == comment.author_id
    return comment.state in ("waiting", "hidden") and (is_author or can_moderate(viewer, panel))


def can_edit_comment(viewer: Member | None, comment: Comment, *, now: datetime) -> bool:
    """Its author, for fifteen minutes, or for as long as it waits for a moderator."""
    if viewer is None or viewer.id != comment.author_id:
        return False
    is_recent = now - comment.published_at < COMMENT_WINDOW
    return comment.state == "waiting" or (comment.state == "published" and is_recent)


def can_delete_comment(viewer: Member | None, comment: Comment, panel: Panel) -> bool:
    """Its author, and moderators; the official response is for moderators only."""
    if viewer is None or comment.state == "deleted":
        return False
    if can_moderate(viewer, panel):
        return True
    return viewer.id == comment.author_id and not comment.is_official


def can_find_helpful(viewer: Member | None, comment: Comment) -> bool:
    """Whether a comment helps is for everybody to say but its author."""
    return viewer is not None and comment.state == "published" and viewer.id != comment.author_id


def can_decide(viewer: Member | None, panel: Panel) -> bool:
    """Status and official response: owners of the panel, of the site, and administrators."""
    return viewer is not None and viewer.holds_role("owner", panel.id)


def can_merge(viewer: Member | None, panel: Panel) -> bool:
    """Ideas are joined and taken apart by those who curate the panel."""
    return can_moderate(viewer, panel)
