"""The page of one idea, as its own address shows it and as refused forms come back on it."""

from collections.abc import Iterable
from typing import NamedTuple

from flask import Response

from community.ideas import policy
from community.ideas.forms.comments import CommentForm
from community.ideas.forms.statuses import ResponseForm, StatusForm
from community.ideas.models import IMPORTANCES, Idea
from community.ideas.queries import comments, merges, statuses
from community.ideas.queries import ideas as queries
from community.infra import clock, web
from community.infra.paging import after_id
from community.members.models import Member
from community.moderation import reasons
from community.moderation.queries import decisions
from community.moderation.queries.screening import Wait, list_waiting


def show_page(
    seen: queries.Seen,
    *,
    status: int = 200,
    comment_form: CommentForm | None = None,
    status_form: StatusForm | None = None,
    response_form: ResponseForm | None = None,
) -> Response:
    """The idea's page; a form that was refused comes back on it filled in."""
    idea, panel, viewer = seen.idea, seen.panel, web.viewer()
    after, replies_of = after_id(web.argument("after")), after_id(web.argument("replies_of"))
    with_removed = policy.can_moderate(viewer, panel)
    if replies_of:
        threads = comments.list_replies(
            idea, replies_of, after=after, with_removed=with_removed, viewer=viewer
        )
    else:
        threads = comments.list_threads(idea, after=after, with_removed=with_removed, viewer=viewer)
    hidden = decisions.find_hiding("idea", idea.id) if idea.state == "hidden" else None
    return web.page(
        "ideas/show.html",
        status=status,
        idea=idea,
        panel=panel,
        room=seen.room,
        mine=queries.find_mine(idea, viewer),
        can_speak=seen.can_speak,
        can_edit=(
            seen.room.paused_until is None
            and policy.can_edit_idea(viewer, idea, panel=panel, membership=seen.room.membership)
        ),
        can_moderate=with_removed,
        changeable_since=clock.now() - policy.COMMENT_WINDOW,
        importances=IMPORTANCES,
        pictures=queries.list_pictures(idea.id),
        tags=queries.list_tags(idea.id),
        response=comments.find_row(idea.response_comment_id, panel_id=idea.panel_id),
        threads=threads,
        found_helpful=comments.ids_found_helpful(viewer, threads.items),
        after=after,
        replies_of=replies_of,
        comment_form=comment_form or CommentForm(None),
        waits=_list_waits(idea, threads.items, viewer, can_moderate=with_removed),
        hidden=hidden,
        hidden_because=reasons.sentence_of(hidden.reason) if hidden is not None else "",
        steps=statuses.list_steps(idea.id),
        joined=merges.list_joined(seen.root_id),
        tools=tools_for(viewer, idea, status_form=status_form, response_form=response_form),
    )


def _list_waits(
    idea: Idea, threads: Iterable[comments.Thread], viewer: Member | None, *, can_moderate: bool
) -> dict[str, Wait]:
    """What waits on this page and is the viewer's own or for moderators; nothing is asked for others."""
    if viewer is None:
        return {}
    said = [each for thread in threads for each in (thread.comment, *thread.replies)]
    return list_waiting(
        {
            "idea": [idea.id] if viewer.id == idea.author_id or can_moderate else [],
            "comment": [
                each.id
                for each in said
                if viewer.id == each.author_id or (can_moderate and each.state == "waiting")
            ],
        }
    )


class OwnerTools(NamedTuple):
    """What the viewer may do with the idea on behalf of the company; a form is None where they may not."""

    status_form: StatusForm | None
    response_form: ResponseForm | None
    can_merge: bool


def tools_for(
    viewer: Member | None,
    idea: Idea,
    *,
    status_form: StatusForm | None = None,
    response_form: ResponseForm | None = None,
) -> OwnerTools | None:
    """The tools for the idea's page, with the forms that were refused if there are; None for most people."""
    can_decide = policy.can_decide(viewer, idea.panel) and idea.is_listed
    can_merge = policy.can_merge(viewer, idea.panel)
    if not (can_decide or can_merge):
        return None
    return OwnerTools(
        status_form=(status_form or StatusForm(None).offer(idea.status)) if can_decide else None,
        response_form=(response_form or ResponseForm(None)) if can_decide else None,
        can_merge=can_merge,
    )
