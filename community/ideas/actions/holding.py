"""Keeping back ideas that wait for a moderator, and letting them out once their author mended them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from community.ideas.actions import curating, wording
from community.ideas.models import Idea
from community.ideas.queries import said as queries
from community.ideas.queries.ideas import list_tags
from community.infra import clock
from community.infra.text import excerpt, render_markdown
from community.members.models import Member
from community.moderation.actions import queue, screening
from community.moderation.models import QueueItem
from community.moderation.suspicion import Verdict
from community.panels.models import Panel

# Words that were said longer ago are not said again, but anew.
SAID_WITHIN = timedelta(days=30)


def screen_idea(
    panel: Panel,
    author: Member,
    *,
    title: str,
    body: str,
    tags: Sequence[str],
    began: datetime | None = None,
    trap: str = "",
) -> Verdict:
    """What becomes of a new idea."""
    return screening.screen(
        author,
        panel=panel,
        texts=_texts(title, body, tags),
        began=began,
        trap=trap,
        said_before=queries.list_ideas_said(author.id, since=clock.now() - SAID_WITHIN),
    )


def hold_idea(idea: Idea, author: Member, verdict: Verdict) -> None:
    """Let an idea that nobody else has seen wait."""
    _hold(idea, author, verdict, title=idea.title, excerpt=idea.excerpt)


def find_and_lock_idea(idea_id: int) -> QueueItem | None:
    """What the idea waits for, locked before all else with what else waits about it."""
    return queue.find_held(queue.lock_standing("idea", idea_id))


def change_idea(
    idea: Idea, editor: Member, waits: QueueItem | None, *, title: str, body: str, tags: Sequence[str]
) -> bool:
    """Let a locked idea say something else, at once or once a moderator has seen it; says if it is shown.

    `waits` is what the idea itself waits for: when nothing speaks against it any longer, it goes out.
    """
    was_shown = idea.state != "waiting"
    verdict = screening.screen(
        editor,
        panel=idea.panel,
        texts=_texts(title, body, tags),
        is_edit=True,
        # What stands there already was looked at, or was let pass.
        shown=_texts(idea.title, idea.body, list_tags(idea.id)) if was_shown else None,
    )
    if was_shown and verdict.is_held:
        words = {"title": title, "body": body, "tags": list(tags)}
        summary = excerpt(render_markdown(body), 200)
        _hold(idea, editor, verdict, kind="edit", title=title, excerpt=summary, data=words)
        return False
    wording.change(idea, editor, title=title, body=body, tags=tags)
    if was_shown:
        screening.let_go("idea", idea.id, kinds=("edit",))
    elif waits is not None and editor.id == idea.author_id:
        rest = screening.screen_again(verdict, waits)
        if rest.is_held or waits.state == "asked":
            hold_idea(idea, editor, rest)
        else:
            screening.let_go("idea", idea.id)
            curating.show(idea.id, editor)
    return idea.state == "published"


def _hold(
    idea: Idea,
    author: Member,
    verdict: Verdict,
    *,
    title: str,
    excerpt: str,
    kind: str = "held",
    data: Mapping[str, Any] | None = None,
) -> None:
    screening.hold(
        verdict,
        kind=kind,
        subject_type="idea",
        subject=idea,
        panel_id=idea.panel_id,
        author=author,
        title=title,
        excerpt=excerpt,
        path=f"/ideas/{idea.id}",
        data=data,
    )


def _texts(title: str, body: str, tags: Sequence[str]) -> dict[str, str]:
    return {"title": title, "body": body, "tags": ", ".join(tags)}
