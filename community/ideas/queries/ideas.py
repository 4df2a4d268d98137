"""Finding one idea as a viewer may see it, and what stands around it on its page."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BindParameter, bindparam, case, exists, false, or_, select
from sqlalchemy.orm import joinedload

from community.ideas import policy
from community.ideas.models import (
    Comment,
    Follow,
    Idea,
    IdeaDraft,
    IdeaEdit,
    IdeaImage,
    IdeaTag,
    Sighting,
    Tag,
    Vote,
)
from community.infra import clock
from community.infra.db import db
from community.infra.errors import NotFound
from community.members import secrets
from community.members.models import Member
from community.members.names import shown_name
from community.moderation.queries import decisions
from community.panels.models import Panel
from community.panels.queries import PanelView, get_panel_by_id


class Seen(NamedTuple):
    """An idea with its author loaded, and its panel as the viewer meets it."""

    idea: Idea
    room: PanelView

    @property
    def panel(self) -> Panel:
        """The panel the idea stands in."""
        return self.room.panel

    @property
    def root_id(self) -> int:
        """The idea that counts for this one: itself, or the one it was merged into."""
        return self.idea.root_id or self.idea.id

    @property
    def can_speak(self) -> bool:
        """Whether the viewer may support, answer and follow it, if need be by joining the panel with it."""
        is_open = self.idea.state == "published" and not self.idea.is_locked
        return is_open and (self.room.can_take_part or self.room.can_walk_in)


class Mine(NamedTuple):
    """What the viewer has to do with an idea and those merged into it."""

    is_supported: bool = False
    importance: str | None = None
    is_followed: bool = False
    # Whether the viewer's vote stands without being counted.
    is_excluded: bool = False


class Picture(NamedTuple):
    """A picture of an idea as its page shows it."""

    key: str
    width: int
    height: int


class Edit(NamedTuple):
    """What an idea said before an edit, and who changed it."""

    title: str
    body: str
    edited_at: datetime
    editor_full_name: str | None
    editor_alias: str | None
    # How the panel shows its author; whoever changes what others wrote does so by name.
    how: str

    @property
    def editor_name(self) -> str | None:
        """Who changed it."""
        if self.editor_full_name is None:
            return None
        return shown_name(self.editor_full_name, alias=self.editor_alias, how=self.how)


_VIEWER: BindParameter[int] = bindparam("viewer_id")

_IDEA = (
    select(Idea)
    .options(joinedload(Idea.author, innerjoin=True).lazyload(Member.roles))
    .where(Idea.id == bindparam("idea_id"))
)

_GROUP = select(Idea.id).where(Idea.root_id == bindparam("root_id")).scalar_subquery()
_MY_VOTE = (
    select(Vote.importance)
    .where(Vote.idea_id.in_(_GROUP), Vote.member_id == _VIEWER)
    .order_by(Vote.cast_at, Vote.idea_id)
    .limit(1)
)
_MINE = select(
    exists().where(Vote.idea_id.in_(_GROUP), Vote.member_id == _VIEWER),
    _MY_VOTE.scalar_subquery(),
    exists().where(Follow.idea_id.in_(_GROUP), Follow.member_id == _VIEWER),
    exists().where(Vote.idea_id.in_(_GROUP), Vote.member_id == _VIEWER, Vote.is_counted == false()),
)

_PICTURES = (
    select(IdeaImage.key, IdeaImage.width, IdeaImage.height)
    .where(IdeaImage.idea_id == bindparam("idea_id"))
    .order_by(IdeaImage.position, IdeaImage.id)
)

_TAGS = (
    select(Tag.name)
    .join(IdeaTag, IdeaTag.tag_id == Tag.id)
    .where(IdeaTag.idea_id == bindparam("idea_id"))
    .order_by(Tag.name)
)

_EDITS = (
    select(
        IdeaEdit.title,
        IdeaEdit.body,
        IdeaEdit.edited_at,
        Member.display_name,
        Member.alias,
        case((IdeaEdit.editor_id == Idea.author_id, Panel.names_shown), else_="full"),
    )
    .join(Idea, Idea.id == IdeaEdit.idea_id)
    .join(Panel, Panel.id == Idea.panel_id)
    .outerjoin(Member, Member.id == IdeaEdit.editor_id)
    .where(IdeaEdit.idea_id == bindparam("idea_id"))
    .order_by(IdeaEdit.id.desc())
    .limit(100)
)

_OTHERS = select(
    or_(
        exists().where(Vote.idea_id == bindparam("idea_id"), Vote.member_id != bindparam("author_id")),
        exists().where(Comment.idea_id == bindparam("idea_id"), Comment.author_id != bindparam("author_id")),
        exists().where(Idea.merged_into_id == bindparam("idea_id")),
    )
)


def get_idea(idea_id: int, viewer: Member | None) -> Seen:
    """The idea for whoever may see it; NotFound for everybody else, whether it exists or not."""
    idea = db.session.scalar(_IDEA, {"idea_id": idea_id})
    if idea is None:
        raise NotFound()
    room = get_panel_by_id(idea.panel_id, viewer)
    if not policy.may_see_idea(viewer, idea, panel=room.panel, membership=room.membership):
        raise NotFound()
    return Seen(idea, room)


def find_mine(idea: Idea, viewer: Member | None) -> Mine:
    """Whether the viewer supports and follows the idea, or one that was merged into it."""
    if viewer is None:
        return Mine()
    row = db.session.execute(_MINE, {"root_id": idea.root_id, "viewer_id": viewer.id}).one()
    return Mine(*row)


def has_seen(idea_id: int, member_id: int) -> bool:
    """Whether the member has opened the idea before."""
    return bool(
        db.session.scalar(
            select(exists().where(Sighting.idea_id == idea_id, Sighting.member_id == member_id))
        )
    )


def find_own(author_id: int, idea_ids: Sequence[int]) -> int | None:
    """The first of these ideas that is the member's own."""
    return db.session.scalar(
        select(Idea.id).where(Idea.id.in_(idea_ids), Idea.author_id == author_id).limit(1)
    )


def list_pictures(idea_id: int) -> list[Picture]:
    """The idea's pictures in their order."""
    return [Picture(*row) for row in db.session.execute(_PICTURES, {"idea_id": idea_id})]


def list_tags(idea_id: int) -> list[str]:
    """The names of the idea's tags."""
    return list(db.session.scalars(_TAGS, {"idea_id": idea_id}))


def list_edits(idea: Idea, *, with_rewritten: bool = False) -> list[Edit]:
    """What the idea said before each of its edits, the latest first.

    What a moderator took out, or had hidden, is left out with all before it, unless it is for moderators
    or the author.
    """
    after = None if with_rewritten else decisions.readable_from("idea", idea.id)
    edits = [Edit(*row) for row in db.session.execute(_EDITS, {"idea_id": idea.id})]
    return [edit for edit in edits if after is None or edit.edited_at > after]


def concerns_others(idea: Idea) -> bool:
    """Whether somebody other than its author has supported, answered or been merged into the idea."""
    return bool(db.session.scalar(_OTHERS, {"idea_id": idea.id, "author_id": idea.author_id}))


def has_joined_ideas(idea_id: int) -> bool:
    """Whether other ideas were merged into this one."""
    joined = exists().where(Idea.merged_into_id == idea_id)
    return bool(db.session.scalar(select(joined)))


def has_picture(idea_id: int, key: str) -> bool:
    """Whether the idea has a picture of this key."""
    return (
        db.session.scalar(select(IdeaImage.id).where(IdeaImage.idea_id == idea_id, IdeaImage.key == key))
        is not None
    )


def list_published_at(author_id: int, *, since: datetime) -> list[datetime]:
    """When the member published ideas since a moment, deleted ones included."""
    return list(
        db.session.scalars(
            select(Idea.published_at).where(Idea.author_id == author_id, Idea.published_at > since)
        )
    )


def find_twin(panel_id: int, author_id: int, *, title: str, body: str, since: datetime) -> Idea | None:
    """An idea that the member published here since a moment in exactly these words."""
    return db.session.scalar(
        select(Idea)
        .where(
            Idea.author_id == author_id,
            Idea.panel_id == panel_id,
            Idea.published_at > since,
            Idea.state != "deleted",
            Idea.title == title,
            Idea.body == body,
        )
        .limit(1)
    )


def find_draft(token: str, *, panel_id: int) -> IdeaDraft | None:
    """What a visitor wrote for this panel under this secret, if its day is not over."""
    return db.session.scalar(
        select(IdeaDraft).where(
            IdeaDraft.token_hash == secrets.digest(token),
            IdeaDraft.panel_id == panel_id,
            IdeaDraft.expires_at > clock.now(),
        )
    )
