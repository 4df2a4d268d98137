"""Finding one idea as a viewer may see it, and what stands around it on its page."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BindParameter, bindparam, case, exists, false, or_, select

from community.activity.models import Activity
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
from community.infra.db import BigId, db, entity_of, keep_read, table_of
from community.infra.errors import NotFound
from community.infra.glance import Glance
from community.infra.reading import Reading, split
from community.infra.together import next_id
from community.members import secrets
from community.members.models import Member
from community.members.names import shown_name
from community.moderation.queries import decisions
from community.panels.models import Panel
from community.panels.queries import STAMP, PanelView, view_panel, with_panel

# Besides what was recorded for the panel; a count can be mended without a record.
_STAMPED = ("state", "slug", "root_id", "support_count", "comment_count", "follower_count", "is_locked")


class Prepared(NamedTuple):
    """The numbers of a new idea and of its activity."""

    number: int
    log_number: int


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
    def stamp(self) -> tuple[object, ...]:
        """What changes whenever the idea's page may look different to visitors: see find_stamp."""
        idea = self.idea
        return *self.room.stamp, *(getattr(idea, name) for name in _STAMPED)

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
    # Whether the viewer has opened it before.
    is_seen: bool = False


class Around(NamedTuple):
    """What there is to be looked up for an idea's page, and what the viewer has to do with the idea."""

    has_pictures: bool
    has_tags: bool
    has_joined: bool
    mine: Mine


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


_VIEWER: BindParameter[int] = bindparam("viewer_id", type_=BigId)

# The tables themselves: rows of entities' columns take twice as long to ask for.
_IDEAS, _MEMBERS, _IMAGES, _TAGS, _TAGGED, _VOTES, _FOLLOWS, _SIGHTINGS = map(
    table_of, (Idea, Member, IdeaImage, Tag, IdeaTag, Vote, Follow, Sighting)
)
_IDEA = Reading(
    with_panel(
        select(*_IDEAS.c, *_MEMBERS.c)
        .join(_MEMBERS, _MEMBERS.c.id == _IDEAS.c.author_id)
        .where(_IDEAS.c.id == bindparam("idea_id")),
        _IDEAS.c.panel_id,
    )
)

_STAMP = Glance(
    select(*STAMP, *(getattr(Idea, name) for name in _STAMPED))
    .join(Idea, Idea.panel_id == Panel.id)
    .where(Idea.id == bindparam("idea_id"))
)

_GROUP = select(_IDEAS.c.id).where(_IDEAS.c.root_id == bindparam("root_id")).scalar_subquery()
_MY_VOTE = (
    select(_VOTES.c.importance)
    .where(_VOTES.c.idea_id.in_(_GROUP), _VOTES.c.member_id == _VIEWER)
    .order_by(_VOTES.c.cast_at, _VOTES.c.idea_id)
    .limit(1)
)
_AROUND = Reading(
    select(
        exists().where(_IMAGES.c.idea_id == bindparam("idea_id")),
        exists().where(_TAGGED.c.idea_id == bindparam("idea_id")),
        exists().where(_IDEAS.c.merged_into_id == bindparam("root_id")),
        exists().where(_VOTES.c.idea_id.in_(_GROUP), _VOTES.c.member_id == _VIEWER),
        _MY_VOTE.scalar_subquery(),
        exists().where(_FOLLOWS.c.idea_id.in_(_GROUP), _FOLLOWS.c.member_id == _VIEWER),
        exists().where(
            _VOTES.c.idea_id.in_(_GROUP), _VOTES.c.member_id == _VIEWER, _VOTES.c.is_counted == false()
        ),
        exists().where(_SIGHTINGS.c.idea_id == bindparam("idea_id"), _SIGHTINGS.c.member_id == _VIEWER),
    )
)

_PICTURES = (
    select(IdeaImage.key, IdeaImage.width, IdeaImage.height)
    .where(IdeaImage.idea_id == bindparam("idea_id"))
    .order_by(IdeaImage.position, IdeaImage.id)
)

_NAMES = Reading(
    select(_TAGS.c.name)
    .join(_TAGGED, _TAGGED.c.tag_id == _TAGS.c.id)
    .where(_TAGGED.c.idea_id == bindparam("idea_id"))
    .order_by(_TAGS.c.name)
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

_PREPARED = select(next_id(Idea), next_id(Activity))
_TWIN = (
    select(Idea)
    .where(
        Idea.author_id == bindparam("author_id"),
        Idea.panel_id == bindparam("panel_id"),
        Idea.published_at > bindparam("since"),
        Idea.state != "deleted",
        Idea.title == bindparam("title"),
        Idea.body == bindparam("body"),
    )
    .limit(1)
)


def get_idea(idea_id: int, viewer: Member | None) -> Seen:
    """The idea for whoever may see it; NotFound for everybody else, whether it exists or not."""
    values = {"idea_id": idea_id, "viewer_id": viewer.id if viewer is not None else None}
    found = _IDEA.find(**values)
    if found is None:
        raise NotFound()
    of_idea, of_author, of_panel = split(found, _IDEAS, _MEMBERS)
    room = view_panel(viewer, of_panel)
    idea = entity_of(Idea, of_idea)
    keep_read(idea, "author", entity_of(Member, of_author))
    if not policy.may_see_idea(viewer, idea, panel=room.panel, membership=room.membership):
        raise NotFound()
    return Seen(idea, room)


def find_stamp(idea_id: int, slug: str = "") -> tuple[object, ...] | None:
    """The stamp that the idea would have now, at a tenth of the cost; None if there is no idea."""
    del slug
    return _STAMP.find(idea_id=idea_id)


def look_around(idea: Idea, viewer: Member | None) -> Around:
    """What else there is to read of the idea, and what the viewer has to do with it and its merged ones."""
    values = {
        "idea_id": idea.id,
        "root_id": idea.root_id or idea.id,
        "viewer_id": viewer.id if viewer is not None else None,
    }
    ((has_pictures, has_tags, has_joined, *mine),) = _AROUND.list(**values)
    return Around(has_pictures, has_tags, has_joined, Mine(*mine))


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
    return [name for (name,) in _NAMES.list(idea_id=idea_id)]


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
    values = {"panel_id": panel_id, "author_id": author_id, "title": title, "body": body, "since": since}
    return db.session.scalar(_TWIN, values)


def prepare_idea() -> Prepared:
    """What an idea has to know that is about to be written."""
    return Prepared(*db.session.execute(_PREPARED).one())


def find_draft(token: str, *, panel_id: int) -> IdeaDraft | None:
    """What a visitor wrote for this panel under this secret, if its day is not over."""
    return db.session.scalar(
        select(IdeaDraft).where(
            IdeaDraft.token_hash == secrets.digest(token),
            IdeaDraft.panel_id == panel_id,
            IdeaDraft.expires_at > clock.now(),
        )
    )
