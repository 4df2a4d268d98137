"""What members write below and as ideas is listened to: ideas, comments, and what becomes of them."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from community.activity.models import Activity
from community.feedback import actions as feedback
from community.feedback.models import FeedbackItem
from community.ideas.models import Comment, Idea
from community.ideas.queries import listening as queries
from community.infra.text import plain_text
from community.panels.policy import works_on_panel

# What the author of a text has been told when the idea stands like this; any step comes with a message.
STAGES = {
    "submitted": "answered",
    "under_review": "answered",
    "planned": "decided",
    "in_progress": "decided",
    "declined": "decided",
    "delivered": "delivered",
}
# Kept from others, or below what is.
PRIVATE = ("published", "hidden")
# So many texts that were never heard are taken in at once.
BATCH = 100


def hear_idea(activity: Activity) -> None:
    """Take in an idea that was published or has changed."""
    _hear_ideas(queries.list_ideas([activity.subject_id]))


def forget_idea(activity: Activity) -> None:
    """Stop listening to an idea that was deleted, and to what stood below it."""
    idea = queries.find_idea(activity.subject_id)
    if idea is None or idea.state == "published":
        return
    feedback.withdraw(source="idea", source_id=str(idea.id), panel_id=idea.panel_id)
    for comment_id in queries.list_comment_ids([idea.id]):
        feedback.withdraw(source="comment", source_id=str(comment_id), panel_id=idea.panel_id)


def hear_idea_again(activity: Activity) -> None:
    """Take in an idea that is shown again, and what stands below it."""
    _hear_ideas(queries.list_ideas([activity.subject_id]))
    _hear_comments(queries.list_comments(queries.list_comment_ids([activity.subject_id])))


def hear_private_idea(activity: Activity) -> None:
    """Take in an idea that only its author and staff know of: it is answered all the same."""
    _hear_ideas(queries.list_ideas([activity.subject_id], states=PRIVATE))


def hear_private_comment(activity: Activity) -> None:
    """Take in a comment that only its author and staff know of."""
    _hear_comments(queries.list_comments([activity.subject_id], states=PRIVATE))


def hear_comment(activity: Activity) -> None:
    """Take in a comment that was added or has changed."""
    _hear_comments(queries.list_comments([activity.subject_id]))


def forget_comment(activity: Activity) -> None:
    """Stop listening to a comment that was deleted."""
    comment = queries.find_comment(activity.subject_id)
    if comment is not None and comment.state != "published":
        feedback.withdraw(source="comment", source_id=str(comment.id), panel_id=comment.idea.panel_id)


def follow_merge(activity: Activity) -> None:
    """What was joined to another idea is decided with it from now on, and hears what is decided already."""
    source = queries.find_idea(activity.subject_id)
    if source is None or source.merged_into_id is None:
        return
    root = queries.get_root(source)
    joined = [idea.id for idea in queries.list_ideas(activity.data["joined_ids"]) if idea.root_id == root.id]
    item_ids = _move(joined, to=root)
    for stage, _at in _told(root):
        feedback.advance(item_ids, stage, at=activity.occurred_at)


def follow_unmerge(activity: Activity) -> None:
    """What was taken out again is decided on its own."""
    idea = queries.find_idea(activity.subject_id)
    if idea is not None and idea.merged_into_id is None:
        _move(queries.list_group_ids(idea.id), to=idea)


def follow_status(activity: Activity) -> None:
    """The authors around an idea have been told where it stands."""
    _tell(activity, STAGES[activity.data["to_status"]])


def follow_response(activity: Activity) -> None:
    """The authors around an idea have been given the official answer."""
    _tell(activity, "answered")


def hear_missed() -> int:
    """Take in whatever stands on the site and was never heard, and say how many texts these were."""
    heard = 0
    after = 0
    while ids := queries.list_unheard_ideas(after=after, most=BATCH):
        heard += _hear_ideas(queries.list_ideas(ids))
        after = ids[-1]
    after = 0
    while ids := queries.list_unheard_comments(after=after, most=BATCH):
        heard += _hear_comments(queries.list_comments(ids))
        after = ids[-1]
    return heard


def _hear_ideas(ideas: Sequence[Idea]) -> int:
    heard = [idea for idea in ideas if not works_on_panel(idea.author, idea.panel)]
    for idea in heard:
        root = queries.get_root(idea)
        item = feedback.take_in(
            source="idea",
            source_id=str(idea.id),
            panel_id=idea.panel_id,
            author=idea.author,
            title=idea.title,
            text=plain_text(idea.body_html),
            path=f"/ideas/{idea.id}",
            thread=_thread(root),
            said_at=idea.published_at,
        )
        _catch_up(item, root)
    return len(heard)


def _hear_comments(comments: Sequence[Comment]) -> int:
    heard = [comment for comment in comments if not works_on_panel(comment.author, comment.idea.panel)]
    for comment in heard:
        root = queries.get_root(comment.idea)
        item = feedback.take_in(
            source="comment",
            source_id=str(comment.id),
            panel_id=root.panel_id,
            author=comment.author,
            text=plain_text(comment.body_html),
            path=f"/comments/{comment.id}",
            thread=_thread(root),
            said_at=comment.published_at,
        )
        _catch_up(item, root)
    return len(heard)


def _catch_up(item: FeedbackItem, root: Idea) -> None:
    """What was said before its idea was answered or decided has been told so, also if it is heard late."""
    for stage, at in _told(root):
        if item.said_at <= at:
            feedback.advance([item.id], stage, at=at)


def _told(root: Idea) -> Iterator[tuple[str, datetime]]:
    """What the authors around an idea have been told so far, in order."""
    if root.answered_at is not None:
        yield "answered", root.answered_at
        for status, at in queries.list_steps(root.id):
            yield STAGES[status], at


def _tell(activity: Activity, stage: str) -> None:
    idea = queries.find_idea(activity.subject_id)
    if idea is not None:
        feedback.advance_thread(_thread(idea), stage, panel_id=idea.panel_id, at=activity.occurred_at)


def _move(idea_ids: Sequence[int], *, to: Idea) -> list[int]:
    moved: list[int] = []
    for source, source_ids in (("idea", idea_ids), ("comment", queries.list_comment_ids(idea_ids))):
        moved += feedback.move_to_thread(
            _thread(to), source=source, source_ids=[*map(str, source_ids)], panel_id=to.panel_id
        )
    return moved


def _thread(idea: Idea) -> str:
    return f"idea:{idea.id}"
