"""What moderators ask an author in private, and what the author answers, to the other of the two."""

from community.activity.models import Activity
from community.infra.db import get_row
from community.moderation.models import QueueItem
from community.moderation.queries import audiences
from community.moderation.queries.messages import list_messages
from community.notifications.actions import tell

EXCERPT = 300


def tell_of_question(activity: Activity) -> None:
    """That a moderator asks something about a text, to its author."""
    item = get_row(QueueItem, activity.subject_id)
    tell(
        activity,
        kind="moderation.asked",
        to=audiences.only(item.author_id),
        path=f"/me/moderation/waiting/{item.id}",
        data={"title": item.title, "words": _last_words(item, is_from_staff=True)},
        needs_panel=False,
    )


def tell_of_answer(activity: Activity) -> None:
    """That the author has answered, to the moderators who asked."""
    item = get_row(QueueItem, activity.subject_id)
    tell(
        activity,
        kind="moderation.answered",
        to=audiences.who_asked(item.id),
        path=f"/staff/moderation/{item.id}",
        data={"title": item.title, "words": _last_words(item, is_from_staff=False)},
    )


def _last_words(item: QueueItem, *, is_from_staff: bool) -> str:
    said = [message.body for message in list_messages(item.id) if message.is_from_staff is is_from_staff]
    return said[-1][:EXCERPT] if said else ""
