"""Everything that lies beside a case: its words, its history, its authors' stories, and cases like it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased, joinedload

from community.cases.models import Case, CaseEvent, CaseItem, CaseMessage
from community.cases.queries.doors import visible_cases
from community.feedback import marking
from community.feedback import queries as feedback
from community.feedback.models import FeedbackItem
from community.infra import paging
from community.infra.db import db
from community.infra.text import excerpt
from community.members.models import Member

ITEMS = 10
ITEMS_PER_PAGE = 50
AUTHORS = 3
SAID_BEFORE = 5
PROMISES = 5
PREFERENCES = 6
# Among so many of a member's last texts preferences are looked for.
LOOKED_THROUGH = 50
LIKE_ITEMS = 12
SIMILAR = 5
EVENTS = 100


class Rated(NamedTuple):
    """A text of a case, and what its author answered to "did this help?"."""

    item: FeedbackItem
    help_rating: int | None
    help_comment: str
    helped_at: datetime | None

    @property
    def stretches(self) -> list[marking.Stretch]:
        """The text, cut where the words that made its reading begin and end."""
        return marking.stretches(self.item.full_text, self.item.evidence)


class Event(NamedTuple):
    """A step in the history of a case."""

    kind: str
    from_state: str | None
    to_state: str | None
    actor_name: str | None
    note: str
    data: dict[str, Any]
    at: datetime
    # Whose desk it came to, if it did.
    to_name: str | None = None


class Promised(NamedTuple):
    """Something a member was promised in some case."""

    case_id: int
    title: str
    promise: str
    promised_on: date | None
    promise_state: str


class Story(NamedTuple):
    """What we know of somebody who wrote, as far as the viewer may read it."""

    author: Member
    said_count: int
    said_before: tuple[feedback.Line, ...]
    promises: tuple[Promised, ...]
    reply_count: int
    last_reply_at: datetime | None
    preferences: tuple[str, ...]


class Similar(NamedTuple):
    """A case that began with words like these, and the last reply in it."""

    case_id: int
    title: str
    state: str
    outcome: str | None
    words: str
    reply_id: int | None
    reply: str


_EVENTS = (
    select(
        CaseEvent.kind,
        CaseEvent.from_state,
        CaseEvent.to_state,
        Member.display_name,
        CaseEvent.note,
        CaseEvent.data,
        CaseEvent.at,
    )
    .outerjoin(Member, Member.id == CaseEvent.actor_id)
    .order_by(CaseEvent.id.desc())
    .limit(EVENTS)
)
_RATED = (
    select(FeedbackItem, CaseItem.help_rating, CaseItem.help_comment, CaseItem.helped_at)
    .join(CaseItem, CaseItem.item_id == FeedbackItem.id)
    .where(FeedbackItem.state != "withdrawn")
    .options(joinedload(FeedbackItem.author), joinedload(FeedbackItem.topic))
    .order_by(CaseItem.is_own.desc(), FeedbackItem.said_at.desc(), FeedbackItem.id.desc())
)


def list_items(case_id: int, *, number: int = 1, per_page: int = ITEMS) -> paging.Page[Rated]:
    """One page of the texts of a case that still stand, the newest first."""
    rows = db.session.execute(
        _RATED.where(CaseItem.case_id == case_id).limit(per_page + 1).offset(paging.offset(number, per_page))
    )
    return paging.read_page([Rated(*row) for row in rows], number=number, per_page=per_page)


def list_events(case_id: int) -> list[Event]:
    """The history of a case, the newest step first."""
    events = [Event(*row) for row in db.session.execute(_EVENTS.where(CaseEvent.case_id == case_id))]
    named = {_to_id(event) for event in events} - {None}
    names = db.session.execute(select(Member.id, Member.display_name).where(Member.id.in_(named)))
    by_id = {member_id: name for member_id, name in names}  # noqa: C416 - rows are no pairs to mypy
    return [event._replace(to_name=by_id.get(_to_id(event) or 0)) for event in events]


def count_authors(case_id: int) -> int:
    """How many people with an account here a reply in the case reaches."""
    return (
        db.session.scalar(
            select(func.count(FeedbackItem.author_id.distinct()))
            .join(CaseItem, CaseItem.item_id == FeedbackItem.id)
            .where(CaseItem.case_id == case_id, FeedbackItem.state != "withdrawn")
        )
        or 0
    )


def list_stories(items: Sequence[FeedbackItem], viewer: Member) -> list[Story]:
    """The stories of the first few people who wrote these texts."""
    authors = {item.author_id: item.author for item in items if item.author is not None}
    shown = {item.id for item in items}
    return [_story(author, viewer, shown) for author in list(authors.values())[:AUTHORS]]


def list_similar(case: Case, items: Sequence[FeedbackItem], viewer: Member) -> list[Similar]:
    """Other cases whose words are like the first of these, the most alike first, with what was answered."""
    if not items:
        return []
    like = feedback.list_like(items[0], viewer, limit=LIKE_ITEMS)
    places = {each.line.id: place for place, each in enumerate(like)}
    words = {each.line.id: excerpt(each.line.text, 120) for each in like}
    last = (
        select(func.max(CaseMessage.id))
        .where(
            CaseMessage.case_id == Case.id,
            CaseMessage.is_note.is_(False),
            CaseMessage.is_from_member.is_(False),
        )
        .correlate(Case)
        .scalar_subquery()
    )
    message = aliased(CaseMessage)
    rows = db.session.execute(
        select(CaseItem.item_id, Case.id, Case.title, Case.state, Case.outcome, message.id, message.body)
        .join(Case, Case.id == CaseItem.case_id)
        .outerjoin(message, message.id == last)
        .where(CaseItem.item_id.in_(places), Case.id != case.id, visible_cases(viewer))
    ).all()
    similar: dict[int, Similar] = {}
    for item_id, case_id, *rest, reply_id, body in sorted(rows, key=lambda row: places[row[0]]):
        found = Similar._make((case_id, *rest, words[item_id], reply_id, excerpt(body or "", 200)))
        similar.setdefault(case_id, found)
    return list(similar.values())[:SIMILAR]


def find_reply_body(message_id: int, viewer: Member) -> str:
    """What was replied in a case the viewer may see, to begin another reply with; empty if nothing was."""
    return (
        db.session.scalar(
            select(CaseMessage.body)
            .join(Case, Case.id == CaseMessage.case_id)
            .where(
                CaseMessage.id == message_id,
                CaseMessage.is_note.is_(False),
                CaseMessage.is_from_member.is_(False),
                visible_cases(viewer),
            )
        )
        or ""
    )


def _to_id(event: Event) -> int | None:
    return event.data.get("owner_id") or event.data.get("process_owner_id") or event.data.get("to_id")


def _story(author: Member, viewer: Member, shown: set[int]) -> Story:
    readable = feedback.staff_panel_ids(viewer)
    theirs = and_(
        FeedbackItem.author_id == author.id,
        FeedbackItem.state != "withdrawn",
        FeedbackItem.panel_id.in_(readable),
    )
    before = feedback.list_said_by(author.id, viewer, limit=SAID_BEFORE + len(shown))
    in_cases = select(CaseItem.case_id).join(FeedbackItem, FeedbackItem.id == CaseItem.item_id).where(theirs)
    promises = db.session.execute(
        select(Case.id, Case.title, Case.promise, Case.promised_on, Case.promise_state)
        .where(Case.id.in_(in_cases), Case.promise_state.is_not(None), visible_cases(viewer))
        .order_by(Case.promised_on.desc())
        .limit(PROMISES)
    )
    replies, last_at = db.session.execute(
        select(func.count(CaseMessage.id), func.max(CaseMessage.written_at)).where(
            CaseMessage.case_id.in_(in_cases),
            CaseMessage.is_note.is_(False),
            CaseMessage.is_from_member.is_(False),
        )
    ).one()
    texts = db.session.execute(
        select(FeedbackItem.title, FeedbackItem.text, FeedbackItem.preferences)
        .where(theirs)
        .order_by(FeedbackItem.said_at.desc(), FeedbackItem.id.desc())
        .limit(LOOKED_THROUGH)
    ).all()
    return Story(
        author=author,
        said_count=db.session.scalar(select(func.count(FeedbackItem.id)).where(theirs)) or 0,
        said_before=tuple(line for line in before if line.id not in shown)[:SAID_BEFORE],
        promises=tuple(Promised._make(row) for row in promises),
        reply_count=replies,
        last_reply_at=last_at,
        preferences=_preferences(texts),
    )


def _preferences(texts: Sequence[Any]) -> tuple[str, ...]:
    stated: dict[str, None] = {}
    for title, text, found in texts:
        full = f"{title}\n{text}" if title else text
        for start, end, _kind in found or ():
            stated.setdefault(full[start:end].strip(), None)
    return tuple(words for words in stated if words)[:PREFERENCES]
