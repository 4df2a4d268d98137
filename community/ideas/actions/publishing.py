"""Publishing, editing and deleting ideas, and keeping what a visitor wrote before joining."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, delete, update

from community.activity.actions import note, record
from community.ideas import lengths, newcomers, policy, ranking
from community.ideas.actions import holding, wording
from community.ideas.actions.first_day import is_held_back
from community.ideas.actions.follows import FOLLOW
from community.ideas.actions.groups import ensure_not_shut
from community.ideas.actions.images import keep_images
from community.ideas.actions.listing import take_off_board
from community.ideas.actions.tags import COUNT_TAGGED, TAG, ids_of_tags, tag_idea
from community.ideas.models import Idea, IdeaDraft
from community.ideas.queries import ideas as queries
from community.infra import clock
from community.infra.db import entity_written, keep_known, lock, table_of, unit_of_work
from community.infra.errors import Check, Conflict, Forbidden, unchecked
from community.infra.images import CleanImage
from community.infra.together import Change, do_together, new_row
from community.members import secrets
from community.members.models import Member
from community.moderation.actions.screening import let_go
from community.panels.actions import ensure_not_paused, ensure_taking_part
from community.panels.models import Panel
from community.panels.queries import find_membership

DRAFT_LIFE = timedelta(days=1)
# The same words from the same person within this time are one idea whose form was sent twice.
TWIN_TIME = timedelta(minutes=10)

# Rows and statements, as votes are cast (decision 0027). The idea is written as it will stand: each change of
# a new row would go through all of its indexes again.
_PANELS = table_of(Panel)
_NOW: Any = bindparam("now")
_WRITTEN = ("id", "panel_id", "author_id", *wording.WORDS, "state", "is_listed", "trend")
_PUBLISH = new_row(
    Idea,
    *_WRITTEN,
    **dict.fromkeys(("published_at", "updated_at", "status_changed_at"), _NOW),
    root_id=bindparam("new_id"),
    follower_count=1,
)
_COUNT = (
    update(_PANELS).where(_PANELS.c.id == bindparam("in_panel")).values(idea_count=_PANELS.c.idea_count + 1)
)


def publish_idea(
    panel: Panel,
    author: Member,
    *,
    title: str,
    body: str = "",
    tags: Sequence[str] = (),
    images: Sequence[CleanImage] = (),
    began: datetime | None = None,
    trap: str = "",
) -> Idea:
    """Put an idea on the panel's board, once however often it is sent; who may walk in joins by it.

    What screening keeps back waits: then `state` is "waiting", and nobody else hears of it.
    """
    lengths.check_idea(title=title, body=body, tags=tags, image_count=len(images))
    with keep_images(images) as kept, unit_of_work() as session:
        ensure_taking_part(author, panel)
        panel = lock(Panel, panel.id)
        now = clock.now()
        twin = queries.find_twin(panel.id, author.id, title=title, body=body, since=now - TWIN_TIME)
        if twin is not None:
            kept.forget()
            return twin
        _check_newcomer(panel, author, body=body, image_count=len(images))
        verdict = holding.screen_idea(
            panel, author, title=title, body=body, tags=tags, began=began, trap=trap
        )
        number, log_number = queries.prepare_idea()
        words = wording.words(title=title, body=body, tags=tags)
        is_held = verdict.is_held
        state = "waiting" if is_held else "published"
        noted = note(
            "idea.held" if is_held else "idea.published", ("idea", number), author.id,
            number=log_number, panel_id=panel.id,
        )  # fmt: skip
        tag_ids = ids_of_tags(panel.id, tags)
        # What waits is counted when it is shown; see listing.py.
        changes: list[Change] = [_PUBLISH, FOLLOW]
        if not is_held:
            changes.append(_COUNT)
        if tag_ids:
            changes += [TAG] if is_held else [TAG, COUNT_TAGGED]
        do_together(
            *changes, *noted.changes, **noted.values, now=now,
            **{f"new_{name}": words[name] for name in words},
            new_id=number, new_panel_id=panel.id, new_author_id=author.id, new_trend=ranking.weight(now),
            new_state=state, new_is_listed=not is_held,
            on_idea=number, by_member=author.id, in_panel=panel.id, tag_ids=tag_ids, tagged=+1,
        )  # fmt: skip
        session.expire(panel, ["idea_count"])
        idea = entity_written(Idea, id=number, panel_id=panel.id, slug=words["slug"], state=state)
        session.add_all(kept.as_rows(idea, author))
        if is_held:
            holding.hold_idea(idea, author, verdict)
        keep_known(idea, "id", "slug", "state")
    return idea


def edit_idea(
    idea: Idea,
    editor: Member,
    *,
    title: str,
    body: str,
    tags: Sequence[str],
    check: Check[Idea] = unchecked,
) -> bool:
    """Change what an idea says and keep what it said; False if the change, or the idea, waits to be seen.

    Nothing happens if it says the same. An idea that waits goes out once nothing speaks against it.
    """
    lengths.check_idea(title=title, body=body, tags=tags)
    with unit_of_work():
        waits = holding.find_and_lock_idea(idea.id)
        # The panel first, as everywhere: its tags may change.
        ensure_not_paused(editor, find_membership(editor, lock(Panel, idea.panel_id)))
        idea = lock(Idea, idea.id)
        if idea.state == "deleted" or idea.merged_into_id is not None:
            raise Conflict()
        check(idea)
        if not policy.can_moderate(editor, idea.panel):
            ensure_not_shut(idea)
            if idea.status not in policy.CHANGEABLE:
                raise Conflict()
        if wording.says(idea, title=title, body=body, tags=tags):
            # Who writes again what is shown takes back a change that waits.
            let_go("idea", idea.id, kinds=("edit",))
            return idea.state == "published"
        _check_newcomer_links(idea.panel, editor, body)
        return holding.change_idea(idea, editor, waits, title=title, body=body, tags=tags)


def delete_idea(idea: Idea, member: Member) -> None:
    """Take an idea off the board; staff still find it, for everybody else it is gone."""
    with unit_of_work():
        let_go("idea", idea.id)
        lock(Panel, idea.panel_id)
        idea = lock(Idea, idea.id)
        if idea.state == "deleted":
            return
        if idea.merged_into_id is not None:
            raise Conflict()
        if queries.has_joined_ideas(idea.id):
            raise Conflict(_l("Other ideas were joined to this one. Take them out again first."))
        if not policy.can_moderate(member, idea.panel) and queries.concerns_others(idea):
            raise Forbidden()
        tag_idea(idea, ())
        take_off_board(idea)
        idea.state = "deleted"
        record(
            "idea.deleted", subject=idea, actor=member, panel_id=idea.panel_id,
            as_staff=member.id != idea.author_id,
        )  # fmt: skip


def keep_draft(panel: Panel, *, title: str, body: str, tags: str) -> str:
    """Keep for a day what a visitor wrote, and return the secret under which they find it again."""
    token = secrets.new_secret()
    with unit_of_work() as session:
        session.add(
            IdeaDraft(
                panel_id=panel.id,
                token_hash=secrets.digest(token),
                title=title,
                body=body,
                tags=tags,
                expires_at=clock.now() + DRAFT_LIFE,
            )
        )
    return token


def forget_draft(token: str) -> None:
    """Remove a draft that has become an idea."""
    with unit_of_work() as session:
        session.execute(delete(IdeaDraft).where(IdeaDraft.token_hash == secrets.digest(token)))


def forget_old_drafts() -> None:
    """Remove the drafts whose day is over."""
    with unit_of_work() as session:
        session.execute(delete(IdeaDraft).where(IdeaDraft.expires_at <= clock.now()))


def _check_newcomer(panel: Panel, author: Member, *, body: str, image_count: int) -> None:
    now = clock.now()
    if is_held_back(panel, author):
        # Two ideas sent at once wait for each other here, so that both are counted.
        lock(Member, author.id)
        newcomers.check_idea(
            queries.list_published_at(author.id, since=now - newcomers.FIRST_DAY),
            now=now,
            body=body,
            image_count=image_count,
        )


def _check_newcomer_links(panel: Panel, editor: Member, body: str) -> None:
    if is_held_back(panel, editor):
        newcomers.check_links(body)
