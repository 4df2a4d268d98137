"""Who is told what about ideas; the sentences stand in `templates/ideas/notices/`."""

from community.activity.models import Activity
from community.ideas.queries import audiences
from community.infra.text import excerpt
from community.notifications.actions import take_back, tell


def tell_of_status(activity: Activity) -> None:
    """A step of an idea, to its author, supporters and followers and those of all that was joined to it."""
    idea = audiences.find_standing(activity.subject_id)
    if idea is None:
        return
    tell(
        activity,
        kind="ideas.status_changed",
        to=audiences.around_group(idea.root_id or idea.id, panel_id=idea.panel_id),
        why=audiences.why_around_group(idea.root_id or idea.id),
        path=f"/ideas/{idea.id}",
        data={
            key: activity.data[key]
            for key in ("title", "to_status", "message", "promised_on", "look_again_on")
        },
    )


def tell_of_response(activity: Activity) -> None:
    """The official response, to the same people as a step."""
    idea = audiences.find_standing(activity.subject_id)
    if idea is None:
        return
    tell(
        activity,
        kind="ideas.answered",
        to=audiences.around_group(idea.root_id or idea.id, panel_id=idea.panel_id),
        why=audiences.why_around_group(idea.root_id or idea.id),
        path=f"/ideas/{idea.id}#official-response",
        data={"title": activity.data["title"], "message": activity.data["excerpt"]},
    )


def tell_of_comment(activity: Activity) -> None:
    """A comment, to whom it answers and to the idea's author; nobody hears of it twice."""
    said = audiences.find_said(activity.subject_id)
    if said is None:
        return
    path = f"/comments/{said.comment_id}"
    data = {"title": said.idea_title, "message": excerpt(said.body_html, 160)}
    if said.parent_author_id is not None:
        to = audiences.one_member(said.parent_author_id, panel_id=said.panel_id)
        tell(activity, kind="ideas.replied", to=to, path=path, data=data)
    to = audiences.one_member(said.idea_author_id, panel_id=said.panel_id)
    tell(activity, kind="ideas.commented", to=to, path=path, data=data)


def tell_of_merge(activity: Activity) -> None:
    """That an idea was joined to another one, to those who had to do with it."""
    source = audiences.find_standing(activity.subject_id)
    if source is None or source.merged_into_id is None:
        return
    tell(
        activity,
        kind="ideas.merged",
        to=audiences.around_ideas(activity.data["joined_ids"], panel_id=source.panel_id),
        why=audiences.why_around_ideas(activity.data["joined_ids"]),
        path=f"/ideas/{activity.data['into_id']}",
        data={"title": activity.data["title"], "into_title": activity.data["into_title"]},
    )


def take_back_idea(activity: Activity) -> None:
    """Of an idea that is shown no longer nobody is told but its author."""
    idea_id = activity.subject_id
    take_back(audiences.activities_around_idea(idea_id), but_from=audiences.author_of(idea_id))


def take_back_moved(activity: Activity) -> None:
    """Of an idea in another panel only those are told who may read that one."""
    idea_id = activity.subject_id
    take_back(audiences.activities_around_idea(idea_id), but_from=audiences.readers_of_panel_of(idea_id))


def take_back_comment(activity: Activity) -> None:
    """Of a comment that is shown no longer nobody is told."""
    take_back(audiences.activities_of_comment(activity.subject_id))


def tell_of_comment_again(activity: Activity) -> None:
    """Of a comment that is shown again the same people are told, as if it was said just now."""
    said = audiences.find_saying(activity.subject_id)
    if said is not None:
        tell_of_comment(said)
