"""The page of one idea, as its own address shows it and as refused forms come back on it."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from flask import Response
from markupsafe import Markup

from community.ideas import policy
from community.ideas.forms.comments import CommentForm
from community.ideas.forms.statuses import ResponseForm, StatusForm
from community.ideas.models import Idea
from community.ideas.queries import comments, groups, merges, statuses
from community.ideas.queries import ideas as queries
from community.infra import clock, web
from community.infra.language import ages, current_locale, show_ago
from community.infra.paging import Stretch, after_id
from community.infra.pieces import piece, writer
from community.members.models import Member
from community.members.names import Shown
from community.moderation import reasons
from community.moderation.queries import decisions
from community.moderation.queries.screening import Wait, list_waiting


def show_page(
    seen: queries.Seen,
    *,
    status: int = 200,
    around: queries.Around | None = None,
    comment_form: CommentForm | None = None,
    status_form: StatusForm | None = None,
    response_form: ResponseForm | None = None,
) -> Response:
    """The idea's page; a form that was refused comes back on it filled in."""
    idea, panel, viewer = seen.idea, seen.panel, web.viewer()
    after, replies_of = after_id(web.argument("after")), after_id(web.argument("replies_of"))
    around = around or queries.look_around(idea, viewer)
    with_removed = policy.can_moderate(viewer, panel)
    if replies_of:
        threads = comments.list_replies(
            idea, replies_of, after=after, with_removed=with_removed, viewer=viewer
        )
    else:
        threads = comments.list_threads(
            idea, after=after, with_removed=with_removed, viewer=viewer, is_alone=not around.has_joined
        )
    # Its token is filled in with the page; asked for here, it would begin a session for whoever only reads.
    form = comment_form or CommentForm(None, meta={"csrf": False})
    waits = _list_waits(idea, threads.items, viewer, can_moderate=with_removed)
    talk = Talk(
        idea.id,
        viewer_id=viewer.id if viewer is not None else None,
        can_speak=seen.can_speak,
        can_moderate=with_removed,
        set_apart={*waits, f"comment:{form.parent_id.data}" if form.errors else ""},
    )
    hidden = decisions.find_hiding("idea", idea.id) if idea.state == "hidden" else None
    can_edit = seen.room.paused_until is None and policy.can_edit_idea(
        viewer, idea, panel=panel, membership=seen.room.membership
    )
    # What is pinned stands above; it is a comment among others once it has been talked about.
    written = [
        (thread, talk.write_thread(thread, idea.slug))
        for thread in threads.items
        if replies_of or thread.replies or thread.comment.id != idea.response_comment_id
    ]

    def write_idea(note: Markup) -> Markup:
        facts = (
            show_ago(idea.status_changed_at),
            show_ago(idea.edited_at),
            note,
            around.mine._replace(is_seen=True),
        )
        is_own = viewer is not None and viewer.id == idea.author_id
        may = seen.can_speak, can_edit, with_removed
        told = _told(seen, around)
        return piece("ideas/_idea_pieces.html", "told", told, *facts, viewer is not None, is_own, *may)

    return web.page(
        "ideas/show.html",
        status=status,
        idea=idea,
        panel=panel,
        room=seen.room,
        can_speak=seen.can_speak,
        can_edit=can_edit,
        can_moderate=with_removed,
        changeable_since=clock.now() - policy.COMMENT_WINDOW,
        response=comments.find_row(idea.response_comment_id, panel_id=idea.panel_id),
        threads=threads,
        unshown=_count_unshown(
            seen.root_id, threads, viewer, is_whole=not (after or replies_of), sees_all=with_removed
        ),
        write_comment=talk.write,
        write_idea=write_idea,
        written=written,
        needs_talk=not seen.can_speak or bool(form.errors) or any(html is None for _thread, html in written),
        called=panel.shows(viewer).name if viewer is not None and panel.names_shown != "full" else "",
        after=after,
        replies_of=replies_of,
        comment_form=form,
        waits=waits,
        hidden=hidden,
        hidden_because=reasons.sentence_of(hidden.reason) if hidden is not None else "",
        steps=tuple(statuses.list_steps(idea.id)),
        joined=tuple(merges.list_joined(seen.root_id)) if around.has_joined else (),
        tools=tools_for(viewer, idea, status_form=status_form, response_form=response_form),
    )


class Talk:
    """Who reads what is said below an idea, for comments that look the same to all who may do the same."""

    def __init__(
        self,
        idea_id: int,
        *,
        viewer_id: int | None,
        can_speak: bool,
        can_moderate: bool,
        set_apart: set[str],
    ) -> None:
        self.viewer_id = viewer_id
        self.set_apart = set_apart
        self.facts = idea_id, viewer_id is not None, can_speak, can_moderate
        self._age = ages()
        self._write = writer("ideas/_comment_pieces.html", "said_by_another")

    def write_thread(self, thread: comments.Thread, slug: str) -> Markup | None:
        """The thread if all in it are such comments; None where it has others."""
        said = [self.write(each) for each in (thread.comment, *thread.replies)]
        if None in said:
            return None
        first, *replies = said
        if thread.has_more:
            known = self.facts[0], slug, thread.comment.id, thread.comment.reply_count
            replies.append(piece("ideas/_comment_pieces.html", "more", *known))
        # As in ideas/_comments.html, which is for the others.
        below = f'<div class="comment-replies">\n{"".join(map(str, replies))}\n</div>\n' if replies else ""
        return Markup(f'<div class="thread">\n{first}\n{below}</div>')  # noqa: S704 - pieces of ours

    def write(self, said: comments.CommentRow) -> Markup | None:
        """The comment; None where it is the reader's own or anything about it concerns only them."""
        if (
            said.state != "published"
            or said.author_id == self.viewer_id
            or f"comment:{said.id}" in self.set_apart
        ):
            return None
        return self._write(said, self._age(said.published_at), self._age(said.edited_at), *self.facts)


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


def _count_unshown(
    root_id: int, threads: Stretch[comments.Thread], viewer: Member | None, *, is_whole: bool, sees_all: bool
) -> dict[str, int]:
    """How many comments the reader finds besides those that are counted, by state: nobody else sees them."""
    if viewer is None:
        return {}
    if sees_all and not (
        is_whole and not threads.next_after and not any(thread.has_more for thread in threads.items)
    ):
        # A long talk, of which only a stretch was read.
        return groups.count_unshown(root_id)
    said = [each for thread in threads.items for each in (thread.comment, *thread.replies)]
    found = Counter(
        each.state
        for each in said
        if sees_all or (each.author_id == viewer.id and each.state in ("waiting", "hidden"))
    )
    return {state: found[state] for state in groups.UNSHOWN}


class Told(NamedTuple):
    """What a page tells of its idea; whoever reads it finds the same."""

    id: int
    slug: str
    title: str
    body: str
    html: Markup
    state: str
    status: str
    status_changed_at: datetime
    promised_on: date | None
    is_locked: bool
    support_count: int
    follower_count: int
    excluded_count: int
    published_at: datetime
    edit_count: int
    author: Shown
    is_author_here: bool
    panel_slug: str
    panel_name: str
    pictures: tuple[queries.Picture, ...]
    tags: tuple[str, ...]


def _told(seen: queries.Seen, around: queries.Around) -> Told:
    idea, panel = seen.idea, seen.panel
    return Told(
        id=idea.id,
        slug=idea.slug,
        title=idea.title,
        body=idea.body,
        html=idea.html,
        state=idea.state,
        status=idea.status,
        status_changed_at=idea.status_changed_at,
        promised_on=idea.promised_on,
        is_locked=idea.is_locked,
        support_count=idea.support_count,
        follower_count=idea.follower_count,
        excluded_count=idea.excluded_count,
        published_at=idea.published_at,
        edit_count=idea.edit_count,
        author=panel.shows(idea.author),
        is_author_here=idea.author.is_active,
        panel_slug=panel.slug,
        panel_name=panel.name_in(current_locale()),
        pictures=tuple(queries.list_pictures(idea.id)) if around.has_pictures else (),
        tags=tuple(queries.list_tags(idea.id)) if around.has_tags else (),
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
        response_form=(response_form or ResponseForm(None, pinned=idea.response_comment_id))
        if can_decide
        else None,
        can_merge=can_merge,
    )
