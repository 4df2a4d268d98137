"""The ideas of bulk data with all that belongs to them, and the counters that say how much of it there is."""

from array import array
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from sqlalchemy import func, select, update

from community.activity.models import Activity
from community.analysis.tokens import index_terms
from community.demo import content
from community.demo.actions.scale.bulk import Bulk
from community.demo.actions.scale.people import Room
from community.demo.actions.scale.shapes import popularity, shares, some_of
from community.demo.actions.scale.texts import Words
from community.ideas import ranking
from community.ideas.models import (
    Comment,
    Follow,
    Idea,
    IdeaTag,
    Sighting,
    StatusChange,
    Tag,
    Vote,
    VoteEvent,
)
from community.ideas.slugs import slug_of
from community.ideas.tagging import fold_tag
from community.infra.db import unit_of_work
from community.panels.models import Panel

DAYS = 720
# Written at once: until so many ideas, or so many rows that belong to them.
IDEAS_AT_ONCE, ROWS_AT_ONCE = 1_000, 60_000
REPLIES = 0.35
# How an idea came to where it stands, and how many of a hundred did.
WAYS: Sequence[tuple[tuple[str, ...], int]] = (
    ((), 60),
    (("under_review",), 14),
    (("planned",), 7),
    (("planned", "in_progress"), 5),
    (("planned", "in_progress", "delivered"), 8),
    (("declined",), 6),
)
OWNER_ID = 2
TAGS = 16


class Writer:
    """Writes ideas in the order in which they were published."""

    def __init__(self, rooms: Sequence[Room], words: Words, *, now: datetime) -> None:
        self._rooms, self._words, self._now = rooms, words, now
        self._tags: dict[int, list[tuple[int, str]]] = {}
        self._comment_ids, self._change_ids = count(1), count(1)
        self._rows: dict[str, list[tuple[Any, ...]]] = {}
        self._tables = {
            "ideas": Bulk(
                Idea, "id", "panel_id", "author_id", "title", "slug", "body", "body_html", "excerpt",
                "search_terms", "published_at", "updated_at", "status", "status_changed_at", "answered_at",
                "response_excerpt", "response_by_id", "support_count", "comment_count", "follower_count",
                "seen_count", "trend", "root_id",
            ),
            "idea_tags": Bulk(IdeaTag, "idea_id", "tag_id"),
            "votes": Bulk(Vote, "idea_id", "member_id", "cast_at"),
            "vote_events": Bulk(VoteEvent, "idea_id", "member_id", "change", "at"),
            "follows": Bulk(Follow, "idea_id", "member_id", "since"),
            "sightings": Bulk(Sighting, "idea_id", "member_id", "at"),
            "comments": Bulk(
                Comment, "id", "idea_id", "author_id", "parent_id", "body", "body_html", "reply_count",
                "published_at",
            ),
            "changes": Bulk(
                StatusChange, "id", "idea_id", "from_status", "to_status", "message", "message_html",
                "reason", "changed_by_id", "changed_at",
            ),
            "activities": Bulk(
                Activity, "kind", "actor_id", "subject_type", "subject_id", "panel_id", "data", "occurred_at"
            ),
        }  # fmt: skip

    def write(self, ideas: int, *, votes: int, comments: int, on_progress: Callable[[int], None]) -> None:
        """So many ideas, with so many votes and comments in all; fewer votes if there are too few members."""
        self._make_tags()
        dice = Random("ideas")
        chances = [room.of_ideas for room in self._rooms]
        places = array("B", dice.choices(range(len(self._rooms)), chances, k=ideas))
        weights = popularity(ideas, dice)
        most = [len(self._rooms[place].member_ids) * 3 // 5 for place in places]
        support = shares(votes, weights, most)
        talk = shares(comments, [weight * dice.lognormvariate(0, 0.7) for weight in weights])
        step = timedelta(days=DAYS) / max(ideas, 1)
        self._begin()
        for number in range(ideas):
            at = self._now - timedelta(days=DAYS) + number * step
            room = self._rooms[places[number]]
            self._idea(number + 1, room, at=at, votes=support[number], comments=talk[number])
            rows = sum(len(each) for each in self._rows.values())
            if number + 1 == ideas or len(self._rows["ideas"]) >= IDEAS_AT_ONCE or rows >= ROWS_AT_ONCE:
                on_progress(self._end_portion())
        for name in ("ideas", "comments", "changes"):
            self._tables[name].count_on()
        self._count(places)

    def _make_tags(self) -> None:
        words = content.read("scale")
        with unit_of_work() as session:
            for room in self._rooms:
                names = [*words["en"]["noun"][:TAGS], *words["zh"]["noun"][:TAGS]]
                rows = [Tag(panel_id=room.id, name=name, folded=fold_tag(name)) for name in names]
                session.add_all(rows)
                session.flush()
                self._tags[room.id] = [(row.id, row.name) for row in rows]

    def _idea(self, idea_id: int, room: Room, *, at: datetime, votes: int, comments: int) -> None:
        dice = Random(idea_id)
        author_id = dice.choice(room.member_ids)
        said = dice.choice(self._words.bodies)
        title = self._words.title(dice, said.language)
        own_tags = self._tags[room.id][:TAGS] if said.language == "en" else self._tags[room.id][TAGS:]
        tags = sorted(dice.sample(own_tags, dice.choice((0, 1, 2, 2, 3))))
        terms = index_terms("\n".join((title, title, *(name for _id, name in tags))))
        readers = list(some_of(room.member_ids, votes + votes // 2 + 2, dice))
        votes = min(votes, len(readers))
        moments = [self._later(at, dice) for _reader in readers]
        followers = {author_id: at} | dict(zip(readers[:votes], moments[:votes], strict=True))
        self._support(idea_id, room, readers, moments, votes)
        last_said = self._talk(idea_id, room, at, comments, followers, dice)
        way = dice.choices([each for each, _weight in WAYS], [weight for _each, weight in WAYS])[0]
        moved = self._move(idea_id, room, title, way, at, dice)
        message, answered_at, moved_at = moved or ("", None, at)
        self._rows["ideas"].append((
            idea_id, room.id, author_id, title, slug_of(title), said.text, said.html, said.excerpt,
            " ".join((*terms, said.terms)), at, max(at, last_said, moved_at), way[-1] if way else "submitted",
            moved_at, answered_at, message, OWNER_ID if moved else None, votes, comments, len(followers),
            len(readers), ranking.trend_of(at, supported_at=moments[:votes]), idea_id,
        ))  # fmt: skip
        self._rows["idea_tags"] += [(idea_id, tag_id) for tag_id, _name in tags]
        self._rows["follows"] += [(idea_id, member_id, since) for member_id, since in followers.items()]
        self._rows["activities"].append(("idea.published", author_id, "idea", idea_id, room.id, {}, at))

    def _support(
        self, idea_id: int, room: Room, readers: Sequence[int], moments: Sequence[datetime], votes: int
    ) -> None:
        seen = list(zip(readers, moments, strict=True))
        cast = seen[:votes]
        self._rows["sightings"] += [(idea_id, member_id, at) for member_id, at in seen]
        self._rows["votes"] += [(idea_id, member_id, at) for member_id, at in cast]
        self._rows["vote_events"] += [(idea_id, member_id, "cast", at) for member_id, at in cast]
        self._rows["activities"] += [
            ("idea.supported", member_id, "idea", idea_id, room.id, {"importance": None}, at)
            for member_id, at in cast
        ]

    def _talk(
        self,
        idea_id: int,
        room: Room,
        at: datetime,
        comments: int,
        followers: dict[int, datetime],
        dice: Random,
    ) -> datetime:
        """When the last word was said."""
        moments = sorted(self._later(at, dice) for _each in range(comments))
        firsts: list[int] = []
        replies: dict[int, int] = {}
        said = []
        for moment in moments:
            comment_id = next(self._comment_ids)
            author_id = room.member_ids[int(len(room.member_ids) * dice.random() ** 1.5)]
            parent_id = dice.choice(firsts) if firsts and dice.random() < REPLIES else None
            if parent_id is None:
                firsts.append(comment_id)
            else:
                replies[parent_id] = replies.get(parent_id, 0) + 1
            followers.setdefault(author_id, moment)
            said.append((comment_id, author_id, parent_id, dice.choice(self._words.remarks), moment))
        self._rows["comments"] += [
            (each, idea_id, author_id, parent_id, words.text, words.html, replies.get(each, 0), moment)
            for each, author_id, parent_id, words, moment in said
        ]
        self._rows["activities"] += [
            (
                "comment.added", author_id, "comment", each, room.id,
                {"idea_id": idea_id, "parent_id": parent_id}, moment,
            )
            for each, author_id, parent_id, _words, moment in said
        ]  # fmt: skip
        return moments[-1] if moments else at

    def _move(
        self, idea_id: int, room: Room, title: str, way: Sequence[str], at: datetime, dice: Random
    ) -> tuple[str, datetime, datetime] | None:
        """What was said at the last step, and when the first and the last were."""
        if not way:
            return None
        moments = sorted(self._later(at, dice) for _step in way)
        standing, message = "submitted", ""
        for status, moment in zip(way, moments, strict=True):
            change_id = next(self._change_ids)
            words = dice.choice(self._words.remarks)
            reason = words.text if status == "declined" else ""
            message = words.excerpt
            self._rows["changes"].append(
                (change_id, idea_id, standing, status, words.text, words.html, reason, OWNER_ID, moment)
            )
            told = {
                "title": title, "status_change_id": change_id, "from_status": standing, "to_status": status,
                "message": message, "reason": reason, "promised_on": None, "look_again_on": None,
            }  # fmt: skip
            self._rows["activities"].append(
                ("idea.status_changed", OWNER_ID, "idea", idea_id, room.id, told, moment)
            )
            standing = status
        return message, moments[0], moments[-1]

    def _later(self, at: datetime, dice: Random) -> datetime:
        # Most in the first days; nothing lies in the future.
        room = (self._now - at).total_seconds()
        return at + timedelta(seconds=min(dice.expovariate(1 / (20 * 86_400)), room * dice.random()))

    def _begin(self) -> None:
        self._rows = {name: [] for name in self._tables}

    def _end_portion(self) -> int:
        self._rows["activities"].sort(key=lambda row: row[-1])
        with unit_of_work():
            for name, table in self._tables.items():
                table.write(self._rows[name])
        written = sum(len(self._rows[name]) for name in ("ideas", "votes", "comments"))
        self._begin()
        return written

    def _count(self, places: Sequence[int]) -> None:
        with unit_of_work() as session:
            for place, room in enumerate(self._rooms):
                ideas = places.count(place)
                session.execute(update(Panel).where(Panel.id == room.id).values(idea_count=ideas))
            of_tag = select(func.count()).where(IdeaTag.tag_id == Tag.id).scalar_subquery()
            session.execute(update(Tag).values(idea_count=of_tag))
