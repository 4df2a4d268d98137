"""Moving an idea to another panel, with its tags, its comments and what was heard of it."""

from flask_babel import lazy_gettext as _l

from community.activity.actions import record
from community.feedback import actions as feedback
from community.ideas import policy
from community.ideas.actions.listing import put_on_board, take_off_board
from community.ideas.actions.tags import tag_idea
from community.ideas.models import Idea
from community.ideas.queries import curation as queries
from community.ideas.queries import ideas, listening
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict, Forbidden, Invalid
from community.members.models import Member
from community.moderation.actions import queue
from community.moderation.doors import Change
from community.panels.models import NAMES_SHOWN, Panel
from community.panels.policy import may_read_panel
from community.panels.queries import find_membership


def move_idea(idea_id: int, by: Member, panel_id: int) -> Change:
    """Let the idea stand in another panel, never in one that anybody reads who could not read it before."""
    return _moved(idea_id, by, panel_id=panel_id, is_checked=True)


def move_back(idea_id: int, by: Member, panel_id: int) -> Change:
    """Undo a move: where the idea came from it was read before."""
    return _moved(idea_id, by, panel_id=panel_id, is_checked=False)


def _moved(idea_id: int, by: Member, *, panel_id: int, is_checked: bool) -> Change:
    with unit_of_work():
        # What waits is locked before all else, as everywhere.
        queue.lock_about("comment", listening.list_comment_ids([idea_id]))
        queue.lock_about("votes", [idea_id])
        from_id = queries.get_panel_id(idea_id)
        # In the order of their ids, so that two who move to and fro do not wait in a ring.
        panels = {each: lock(Panel, each) for each in sorted({from_id, panel_id})}
        idea = lock(Idea, idea_id)
        if idea.panel_id != from_id or idea.state == "deleted":
            raise Conflict()
        if is_checked:
            _check(idea, by, target=panels[panel_id])
        names, was_listed = ideas.list_tags(idea.id), idea.is_listed
        tag_idea(idea, ())
        take_off_board(idea)
        idea.panel_id = panel_id
        db.session.flush()
        db.session.refresh(idea, ["panel"])
        if was_listed:
            put_on_board(idea)
        tag_idea(idea, names)
        comment_ids = listening.list_comment_ids([idea.id])
        for source, source_ids in (("idea", [idea.id]), ("comment", comment_ids)):
            feedback.move_to_panel(
                panel_id, source=source, source_ids=[*map(str, source_ids)], from_panel_id=from_id
            )
        queue.follow_move("comment", comment_ids, panel_id=panel_id)
        queue.follow_move("votes", [idea.id], panel_id=panel_id)
        record("idea.moved", subject=idea, actor=by, panel_id=panel_id, from_id=from_id, to_id=panel_id)
    return Change({"panel_id": from_id}, {"panel_id": panel_id})


def _check(idea: Idea, by: Member, *, target: Panel) -> None:
    if target.id == idea.panel_id:
        raise Invalid(_l("It stands in this panel already."), field="panel_id")
    if not policy.can_moderate(by, target):
        raise Forbidden()
    if target.archived_at is not None:
        raise Invalid(_l("This panel is closed. Choose another one."), field="panel_id")
    if queries.is_in_group(idea.id):
        raise Conflict(_l("Ideas that were joined can only be moved once they are apart again."))
    if NAMES_SHOWN.index(target.names_shown) < NAMES_SHOWN.index(idea.panel.names_shown):
        raise Invalid(
            _l("There it would say more of its author's name than here. Choose another panel."),
            field="panel_id",
        )
    if not may_read_panel(idea.author, target, find_membership(idea.author, target)):
        raise Invalid(_l("Its author cannot read that panel."), field="panel_id")
    is_narrower = target.visibility != "open" and queries.can_only_fewer_read(idea, panel_id=target.id)
    if idea.panel.visibility != "open" and not is_narrower:
        raise Invalid(
            _l("People could read it there who cannot read it here. Choose a panel within this one."),
            field="panel_id",
        )
