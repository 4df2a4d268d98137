"""What moderators do to ideas: showing and hiding them, and shutting the talk. See moderation/doors.py."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from community.activity.actions import record
from community.ideas import lengths, ranking
from community.ideas.actions import merges, wording
from community.ideas.actions.groups import lock_root
from community.ideas.actions.listing import put_on_board, take_off_board
from community.ideas.models import Idea
from community.ideas.queries import curation as queries
from community.ideas.queries import groups
from community.ideas.queries.ideas import has_joined_ideas, list_tags
from community.ideas.tagging import read_tags
from community.infra import clock
from community.infra.db import db, get_row, lock
from community.infra.errors import Conflict, Invalid
from community.members.models import Member
from community.moderation.doors import Change
from community.panels.models import Panel


def show(idea_id: int, by: Member | None) -> Change:
    """Let everybody see the idea; for the first time it is its author who says it, and says it now."""
    idea = _lock_standing(idea_id)
    before = {"state": idea.state}
    if idea.state != "published":
        if not queries.has_words(idea.id):
            raise Conflict()
        is_new = not queries.was_published(idea.id)
        if is_new:
            _begin_now(idea)
        idea.state = "published"
        put_on_board(idea)
        if is_new:
            record("idea.published", subject=idea, actor=idea.author, panel_id=idea.panel_id)
        else:
            record("idea.restored", subject=idea, actor=by, panel_id=idea.panel_id)
    return Change(before, {"state": idea.state})


def hide(idea_id: int, by: Member | None) -> Change:
    """Let only its author and moderators see the idea."""
    return _take_away(idea_id, by, state="hidden", kind="idea.hidden")


def wait(idea_id: int, by: Member | None) -> Change:
    """Let the idea wait for a moderator again."""
    return _take_away(idea_id, by, state="waiting", kind="idea.hidden")


def keep_private(idea_id: int, by: Member | None) -> Change:
    """Let only its author and staff know of the idea; it is heard and answered all the same."""
    return _take_away(idea_id, by, state="hidden", kind="idea.kept_private")


def rewrite(idea_id: int, by: Member | None, words: Mapping[str, Any]) -> Change:
    """Change what the idea says, and keep what it said; tags are a list, or a line as people write them."""
    tags = read_tags(words["tags"]) if isinstance(words["tags"], str) else words["tags"]
    lengths.check_idea(title=words["title"], body=words["body"], tags=tags)
    idea = _lock_standing(idea_id)
    if idea.merged_into_id is not None:
        raise Conflict(_l("This idea is joined to another one already. Take it out there first."))
    before = _words_of(idea)
    wording.change(idea, by, title=words["title"], body=words["body"], tags=tags)
    return Change(before, _words_of(idea))


def apply_edit(idea_id: int, _by: Member | None, words: Mapping[str, Any]) -> Change:
    """Let the author's own change stand, which had been kept back."""
    return rewrite(idea_id, get_row(Idea, idea_id).author, words)


def merge(idea_id: int, by: Member, into_id: int) -> Change:
    """Join the idea to another one; one that waited is shown there for the first time."""
    idea, into = get_row(Idea, idea_id), db.session.get(Idea, into_id)
    # An idea of another panel may be none that this moderator can know of.
    if into is None or into.panel_id != idea.panel_id or into.state != "published":
        raise Invalid(_l("There is no such idea in this panel."), field="into")
    before = {"state": show(idea_id, by).before["state"], "merged_into_id": None}
    merges.merge_ideas(idea, into=into, moderator=by)
    return Change(before, {"state": "published", "merged_into_id": into_id})


def unmerge(idea_id: int, by: Member) -> Change:
    """Take the idea out of what it was joined to, unless somebody has done so already."""
    idea = get_row(Idea, idea_id)
    into_id = idea.merged_into_id
    if into_id is None:
        return Change({}, {})
    merges.unmerge_idea(idea, moderator=by)
    return Change({"merged_into_id": into_id}, {"merged_into_id": None})


def shut(idea_id: int, by: Member | None) -> Change:
    """Let the idea be read only: no votes, comments or edits by members."""
    return _lock_talk(idea_id, by, is_locked=True, kind="idea.locked")


def open_again(idea_id: int, by: Member | None) -> Change:
    """Let members take part in the idea again."""
    return _lock_talk(idea_id, by, is_locked=False, kind="idea.unlocked")


def _take_away(idea_id: int, by: Member | None, *, state: str, kind: str) -> Change:
    idea = _lock_standing(idea_id)
    before = {"state": idea.state}
    if idea.state == "published" and has_joined_ideas(idea.id):
        raise Conflict(_l("Other ideas were joined to this one. Take them out again first."))
    if idea.state != state or kind == "idea.kept_private":
        idea.state = state
        take_off_board(idea)
        record(kind, subject=idea, actor=by, panel_id=idea.panel_id, state=state)
    return Change(before, {"state": state})


def _words_of(idea: Idea) -> dict[str, Any]:
    return {"title": idea.title, "body": idea.body, "tags": list_tags(idea.id)}


def _begin_now(idea: Idea) -> None:
    now = clock.now()
    idea.published_at = idea.updated_at = idea.status_changed_at = now
    idea.trend = ranking.trend_of(now, supported_at=groups.list_supported_at(idea.id))


def _lock_talk(idea_id: int, by: Member | None, *, is_locked: bool, kind: str) -> Change:
    root = lock_root(idea_id)
    before: dict[str, Any] = {"is_locked": root.is_locked}
    if root.is_locked != is_locked:
        root.is_locked = is_locked
        record(kind, subject=root, actor=by, panel_id=root.panel_id)
    return Change(before, {"is_locked": is_locked})


def _lock_standing(idea_id: int) -> Idea:
    """The idea, locked after its panel, as everywhere."""
    panel_id = queries.get_panel_id(idea_id)
    lock(Panel, panel_id)
    idea = lock(Idea, idea_id)
    # It may have been moved between looking and locking.
    if idea.panel_id != panel_id or idea.state == "deleted":
        raise Conflict()
    db.session.refresh(idea, ["panel"])
    return idea
