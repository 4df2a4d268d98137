"""Join an idea to the one it says again, and take the two apart: a link, never a move."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select, update

from community.activity.actions import record
from community.ideas.actions.groups import lock_root, lock_roots, recount
from community.ideas.actions.listing import put_on_board, take_off_board
from community.ideas.models import Idea, Merge
from community.infra import clock
from community.infra.db import lock, unit_of_work
from community.infra.errors import Conflict, Invalid, NotFound
from community.members.models import Member
from community.panels.models import Panel


def merge_ideas(source: Idea, *, into: Idea, moderator: Member) -> Merge:
    """Join `source`, with all that leads to it, to the root of `into`; whoever supports both counts once."""
    with unit_of_work() as session:
        lock(Panel, source.panel_id)
        roots = lock_roots(source.id, into.id)
        session.refresh(source)
        target = roots[into.id]
        _check(source, source_root=roots[source.id], target=target)

        source.merged_into_id = target.id
        take_off_board(source)
        session.flush()
        joined_ids = list(session.scalars(select(Idea.id).where(Idea.root_id == source.id)))
        session.execute(update(Idea).where(Idea.id.in_(joined_ids)).values(root_id=target.id))
        merge = Merge(source_id=source.id, target_id=target.id, merged_by_id=moderator.id)
        session.add(merge)
        recount(target)
        record(
            "idea.merged",
            subject=source,
            actor=moderator,
            panel_id=source.panel_id,
            title=source.title,
            into_id=target.id,
            into_title=target.title,
            joined_ids=joined_ids,
        )
    return merge


def unmerge_idea(idea: Idea, *, moderator: Member) -> Idea:
    """Take a joined idea out again, with all that was joined to it before; both count what is theirs."""
    with unit_of_work() as session:
        lock(Panel, idea.panel_id)
        root = lock_root(idea.id)
        session.refresh(idea)
        if idea.merged_into_id is None:
            raise Conflict(_l("This idea is not joined to another one."))
        target_id = idea.merged_into_id
        idea.merged_into_id = None
        session.flush()
        session.execute(update(Idea).where(Idea.id.in_(_that_lead_to(idea.id))).values(root_id=idea.id))
        session.refresh(idea)
        if idea.state == "published":
            put_on_board(idea)
        session.execute(
            update(Merge)
            .where(Merge.source_id == idea.id, Merge.undone_at.is_(None))
            .values(undone_at=clock.now(), undone_by_id=moderator.id)
        )
        recount(root)
        recount(idea)
        record(
            "idea.unmerged",
            subject=idea,
            actor=moderator,
            panel_id=idea.panel_id,
            title=idea.title,
            from_id=target_id,
        )
    return idea


def _check(source: Idea, *, source_root: Idea, target: Idea) -> None:
    if source_root.id == target.id:
        raise Invalid(_l("These two are one already. Choose another idea."), field="into")
    if source_root.id != source.id:
        raise Conflict(_l("This idea is joined to another one already. Take it out there first."))
    if source.state != "published":
        raise Conflict(_l("Only published ideas can be joined."))
    # Who may read one panel may not read another: supporters would follow what they cannot see.
    if target.panel_id != source.panel_id:
        raise Invalid(_l("Choose an idea of the same panel."), field="into")
    if target.state != "published":
        raise NotFound()


def _that_lead_to(idea_id: int) -> Select[int]:
    chain = select(Idea.id).where(Idea.id == idea_id).cte("chain", recursive=True)
    return select(chain.union_all(select(Idea.id).where(Idea.merged_into_id == chain.c.id)).c.id)
