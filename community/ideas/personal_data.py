"""What is held about a member among the ideas: what they wrote, supported, followed and read."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import Select, select

from community.activity.models import Activity
from community.activity.personal_data import forget_data
from community.ideas.actions.groups import lock_root, lock_roots
from community.ideas.models import (
    Comment,
    CommentEdit,
    Follow,
    HelpfulMark,
    Idea,
    IdeaEdit,
    IdeaImage,
    IdeaTag,
    Merge,
    Sighting,
    Tag,
    Vote,
    VoteAlarm,
    VoteEvent,
    VoteOrigin,
)
from community.ideas.queries import groups
from community.infra import clock
from community.infra.db import after_commit, db, lock
from community.infra.files import Store
from community.infra.language import show_date, show_moment
from community.infra.own_data import OwnFile, Part, change, filled, lines, remove, rows
from community.members.models import Member
from community.notifications.actions import take_back
from community.panels.models import Panel
from community.panels.queries import readable_panel_ids

HOLDS: Mapping[str, str] = {
    "ideas.author_id": "chosen",
    "ideas.response_by_id": "nameless",
    "idea_edits.editor_id": "deleted",
    "idea_images.uploaded_by_id": "chosen",
    "votes.member_id": "nameless",
    "vote_events.member_id": "nameless",
    "vote_origins.member_id": "deleted",
    "vote_alarms.decided_by_id": "nameless",
    "vote_alarms.member_ids": "nameless",
    "comments.author_id": "chosen",
    "comments.deleted_by_id": "nameless",
    "helpful_marks.member_id": "nameless",
    "follows.member_id": "deleted",
    "sightings.member_id": "deleted",
    "status_changes.changed_by_id": "nameless",
    "merges.merged_by_id": "nameless",
    "merges.undone_by_id": "nameless",
}
_LEFT_OUT = ("search_terms", "body_html")


def export(member: Member) -> Mapping[str, Part]:
    """Ideas, comments and their earlier versions, pictures, votes, marks, follows and what was read."""
    names = _Names(member)
    own, comments = _own_ideas(member), rows(Comment, Comment.author_id == member.id)
    edits = rows(CommentEdit, CommentEdit.comment_id.in_(_own_comment_ids(member)))
    pictures = rows(IdeaImage, IdeaImage.uploaded_by_id == member.id)
    return filled(
        {
            "ideas": Part(
                _("Your ideas"),
                lines(own, _idea, said="body", path=lambda idea: f"/ideas/{idea.id}", leave_out=_LEFT_OUT),
            ),
            "earlier_ideas": Part(
                _("What your ideas said before you changed them"),
                lines(rows(IdeaEdit, IdeaEdit.editor_id == member.id), _idea_edit, said="body"),
            ),
            "comments": Part(
                _("Your comments"),
                lines(
                    comments,
                    lambda row: names.under(row.idea_id, row.published_at),
                    said="body",
                    leave_out=_LEFT_OUT,
                ),
            ),
            "earlier_comments": Part(
                _("What your comments said before you changed them"),
                lines(edits, lambda row: _("Until %(date)s", date=show_moment(row.edited_at)), said="body"),
            ),
            "pictures": Part(_("Pictures you added"), lines(pictures, _picture, leave_out=("key",))),
            "votes": Part(
                _("Ideas you support"),
                lines(
                    rows(Vote, Vote.member_id == member.id),
                    lambda row: names.under(row.idea_id, row.cast_at),
                ),
            ),
            "vote_history": Part(
                _("When you supported what, or no longer did"),
                lines(
                    rows(VoteEvent, VoteEvent.member_id == member.id), lambda row: names.change_of_vote(row)
                ),
            ),
            "vote_origins": Part(
                _("Where your votes came from, for some weeks and only as a code"),
                lines(
                    rows(VoteOrigin, VoteOrigin.member_id == member.id),
                    lambda row: names.under(row.idea_id, row.at),
                ),
            ),
            "helpful": Part(
                _("Comments you found helpful"),
                lines(
                    rows(HelpfulMark, HelpfulMark.member_id == member.id),
                    lambda row: _(
                        "Comment %(number)s, on %(date)s", number=row.comment_id, date=show_moment(row.at)
                    ),
                ),
            ),
            "follows": Part(
                _("Ideas you follow"),
                lines(
                    rows(Follow, Follow.member_id == member.id),
                    lambda row: names.under(row.idea_id, row.since),
                ),
            ),
            "read": Part(
                _("Ideas you opened"),
                lines(
                    rows(Sighting, Sighting.member_id == member.id),
                    lambda row: names.under(row.idea_id, row.at),
                ),
            ),
        }
    )


def files(member: Member) -> list[OwnFile]:
    """The pictures that the member added to ideas."""
    return [
        OwnFile(f"ideas/{image.idea_id}-{image.id}.{image.extension}", _store().path(image.key))
        for image in rows(IdeaImage, IdeaImage.uploaded_by_id == member.id)
    ]


def erase(member: Member, *, keeps_texts: bool) -> Mapping[str, int]:
    """Forget what the member followed and read, and what they wrote unless it stays; votes stay counted."""
    report = {
        "vote_origins": remove(VoteOrigin, VoteOrigin.member_id == member.id),
        "sightings": remove(Sighting, Sighting.member_id == member.id),
        "follows": _stop_following(member),
        "idea_edits": remove(IdeaEdit, IdeaEdit.editor_id == member.id)
        + remove(IdeaEdit, IdeaEdit.idea_id.in_(select(Idea.id).where(Idea.author_id == member.id))),
        "comment_edits": remove(CommentEdit, CommentEdit.comment_id.in_(_own_comment_ids(member))),
    }
    _forget_what_was_told(member, keeps_texts=keeps_texts)
    report["ideas"] = _empty_ideas(member, keeps_texts=keeps_texts)
    report["comments"] = _empty_comments(member, keeps_texts=keeps_texts)
    return report


class _Names:
    """The titles of ideas that the member may know of today."""

    def __init__(self, member: Member) -> None:
        statement = select(Idea.id, Idea.title).where(
            Idea.state == "published", Idea.panel_id.in_(readable_panel_ids(member))
        )
        touched = (Vote, VoteEvent, VoteOrigin, Follow, Sighting)
        numbers = [select(each.idea_id).where(each.member_id == member.id) for each in touched]
        numbers.append(select(Comment.idea_id).where(Comment.author_id == member.id))
        known = numbers[0].union(*numbers[1:])
        found = db.session.execute(statement.where(Idea.id.in_(known)))
        self._titles = {row.id: row.title for row in found}

    def under(self, idea_id: int, at: datetime) -> str:
        return str(_("%(idea)s, on %(date)s", idea=self._name(idea_id), date=show_moment(at)))

    def change_of_vote(self, event: VoteEvent) -> str:
        name, date = self._name(event.idea_id), show_moment(event.at)
        if event.change == "withdrawn":
            return str(_("You no longer support %(idea)s, since %(date)s", idea=name, date=date))
        if event.change == "weighed":
            return str(_("You said how important %(idea)s is, on %(date)s", idea=name, date=date))
        return str(_("You support %(idea)s, since %(date)s", idea=name, date=date))

    def _name(self, idea_id: int) -> str:
        title = self._titles.get(idea_id)
        return str(_("“%(title)s”", title=title) if title else _("idea %(number)s", number=idea_id))


def _idea(idea: Idea) -> str:
    return str(_("“%(title)s”, on %(date)s", title=idea.title, date=show_date(idea.published_at)))


def _idea_edit(edit: IdeaEdit) -> str:
    return str(_("“%(title)s”, until %(date)s", title=edit.title, date=show_moment(edit.edited_at)))


def _picture(image: IdeaImage) -> str:
    return str(
        _(
            "A picture for idea %(number)s, on %(date)s",
            number=image.idea_id,
            date=show_moment(image.uploaded_at),
        )
    )


def _own_ideas(member: Member) -> list[Idea]:
    return rows(Idea, Idea.author_id == member.id)


def _own_comment_ids(member: Member) -> Select[int]:
    return select(Comment.id).where(Comment.author_id == member.id)


def _stop_following(member: Member) -> int:
    followed = list(db.session.scalars(select(Follow.idea_id).where(Follow.member_id == member.id)))
    if not followed:
        return 0
    roots = {root.id: root for root in lock_roots(*followed).values()}
    gone = remove(Follow, Follow.member_id == member.id)
    for root in roots.values():
        root.follower_count = groups.count_followers(root.id)
    return gone


def _forget_what_was_told(member: Member, *, keeps_texts: bool) -> None:
    """The log and notices carry titles, those of merges also where others were joined to the member's."""
    own = select(Idea.id).where(Idea.author_id == member.id)
    said = _own_comment_ids(member)
    if keeps_texts:
        own, said = own.where(Idea.state != "published"), said.where(Comment.state != "published")
    joined = select(Merge.source_id).where(Merge.target_id.in_(own))
    merges = (
        Activity.subject_type == "idea",
        Activity.subject_id.in_(joined),
        Activity.kind.in_(("idea.merged", "idea.unmerged")),
    )
    take_back(select(Activity.id).where(*merges))
    change(Activity, *merges, data={})
    forget_data("idea", own)
    forget_data("votealarm", select(VoteAlarm.id).where(VoteAlarm.idea_id.in_(own)))
    forget_data("comment", said)


def _empty_ideas(member: Member, *, keeps_texts: bool) -> int:
    """Ideas that others wrote under, or joined theirs to, stay on their board without their words."""
    done = 0
    for known in sorted(_own_ideas(member), key=lambda idea: (idea.panel_id, idea.id)):
        if keeps_texts and known.state == "published":
            continue
        panel = lock(Panel, known.panel_id)
        idea = lock(Idea, known.id)
        if idea.is_listed and not _concerns_others(idea):
            panel.idea_count -= 1
            idea.state, idea.is_listed = "deleted", False
        elif idea.state != "published":
            idea.state = "deleted"
        _untag(idea)
        _forget_pictures(idea)
        idea.title = idea.slug = idea.body = idea.body_html = idea.excerpt = idea.search_terms = ""
        done += 1
    return done


def _concerns_others(idea: Idea) -> bool:
    others = select(Comment.id).where(
        Comment.idea_id == idea.id, Comment.author_id != idea.author_id, Comment.state == "published"
    )
    joined = select(Idea.id).where(Idea.merged_into_id == idea.id)
    return any(db.session.scalar(each.limit(1)) is not None for each in (others, joined))


def _untag(idea: Idea) -> None:
    """A tag that no idea wears any more is a word of the member's, and goes too."""
    worn = list(db.session.scalars(select(IdeaTag.tag_id).where(IdeaTag.idea_id == idea.id)))
    remove(IdeaTag, IdeaTag.idea_id == idea.id)
    change(Tag, Tag.id.in_(worn), idea_count=Tag.idea_count - 1)
    remove(Tag, Tag.id.in_(worn), Tag.idea_count <= 0, Tag.id.not_in(select(IdeaTag.tag_id)))


def _forget_pictures(idea: Idea) -> None:
    keys = [image.key for image in rows(IdeaImage, IdeaImage.idea_id == idea.id)]
    remove(IdeaImage, IdeaImage.idea_id == idea.id)
    for key in keys:
        after_commit(partial(_store().delete, key))


def _empty_comments(member: Member, *, keeps_texts: bool) -> int:
    """What an owner said for the company stays; all else goes, and a mark stays where there are replies."""
    own = [
        comment
        for comment in rows(Comment, Comment.author_id == member.id)
        if not comment.is_official and not (keeps_texts and comment.state == "published")
    ]
    for known in sorted(own, key=lambda comment: (comment.idea_id, comment.id)):
        root = lock_root(known.idea_id)
        comment = lock(Comment, known.id)
        if comment.state == "published":
            root.comment_count -= 1
            if comment.parent_id is not None:
                lock(Comment, comment.parent_id).reply_count -= 1
        if comment.state != "deleted":
            comment.state, comment.deleted_at, comment.deleted_by_id = "deleted", clock.now(), member.id
        comment.body = comment.body_html = ""
    return len(own)


def _store() -> Store:
    return Store(current_app.config["UPLOAD_DIR"])
