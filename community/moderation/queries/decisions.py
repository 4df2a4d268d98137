"""Reading what was decided: about one subject, about one person, and all of it as a log."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from community.activity.models import Activity
from community.infra import paging
from community.infra.db import db
from community.infra.errors import NotFound
from community.members.models import Member
from community.moderation import policy
from community.moderation.doors import Subject
from community.moderation.models import Decision, QueueItem
from community.moderation.queries.queue import moderated
from community.panels.models import Panel, told_in

PER_PAGE = 50
SHOWN = 10


class Row(NamedTuple):
    """A decision as a row of the log."""

    id: int
    # Of what waited, if anything did.
    title: str
    verb: str
    reason: str | None
    subject_type: str
    subject_id: int
    message: str
    note: str
    decided_at: datetime
    undone_at: datetime | None
    undone_as: str | None
    moderator_id: int | None
    moderator_name: str | None
    author_id: int | None
    author_name: str | None
    panel_id: int | None
    panel_name: str


class Record(NamedTuple):
    """How often texts of an author were hidden and let stand, and how often they were warned or worse."""

    hidden_count: int
    approved_count: int
    warned_count: int


_moderator, _author = aliased(Member), aliased(Member)
_ROWS = (
    select(
        Decision.id,
        func.coalesce(QueueItem.title, "").label("title"),
        Decision.verb,
        Decision.reason,
        Decision.subject_type,
        Decision.subject_id,
        Decision.message,
        Decision.note,
        Decision.decided_at,
        Decision.undone_at,
        Decision.undone_as,
        Decision.moderator_id,
        _moderator.display_name.label("moderator_name"),
        Decision.author_id,
        _author.display_name.label("author_name"),
        Decision.panel_id,
        Panel.name.label("panel_name"),
        Panel.translations.label("panel_names"),
    )
    .outerjoin(Panel, Panel.id == Decision.panel_id)
    .outerjoin(QueueItem, QueueItem.id == Decision.item_id)
    .outerjoin(_moderator, _moderator.id == Decision.moderator_id)
    .outerjoin(_author, _author.id == Decision.author_id)
    .order_by(Decision.id.desc())
)


def list_log(
    viewer: Member,
    *,
    locale: str,
    verb: str = "",
    panel_id: int | None = None,
    moderator_id: int | None = None,
    number: int = 1,
) -> paging.Page[Row]:
    """One page of what was decided where the viewer moderates, the newest first, in one statement."""
    statement = _ROWS
    for condition in (
        moderated(viewer, Decision.panel_id),
        Decision.verb == verb if verb else None,
        Decision.panel_id == panel_id if panel_id is not None else None,
        Decision.moderator_id == moderator_id if moderator_id is not None else None,
    ):
        if condition is not None:
            statement = statement.where(condition)
    rows = _read(statement.limit(PER_PAGE + 1).offset(paging.offset(number, PER_PAGE)), locale)
    return paging.read_page(rows, number=number, per_page=PER_PAGE)


def list_of_subject(subject: Subject, viewer: Member, *, locale: str) -> list[Row]:
    """What was decided about the subject, the newest first, for who moderates where that was."""
    return _of(viewer, locale, Decision.subject_type == subject.type, Decision.subject_id == subject.id)


def list_of_author(author_id: int, viewer: Member, *, locale: str) -> list[Row]:
    """What was decided about a member lately where the viewer moderates."""
    return _of(viewer, locale, Decision.author_id == author_id)


def record_of(author_id: int) -> Record:
    """How often texts of the author were hidden and let stand, and how often they were warned; anywhere."""
    rows = db.session.execute(
        select(Decision.verb, func.count(Decision.id))
        .where(Decision.author_id == author_id, Decision.undone_at.is_(None))
        .group_by(Decision.verb)
    )
    counts = {verb: int(count) for verb, count in rows}
    return Record(
        hidden_count=counts.get("hide", 0) + counts.get("keep_private", 0),
        approved_count=sum(counts.get(verb, 0) for verb in ("approve", "trust", "restore")),
        warned_count=sum(counts.get(verb, 0) for verb in ("warn", "pause", "suspend")),
    )


def get_decision(decision_id: int, viewer: Member | None) -> Decision:
    """The decision, for whom it is about and those who moderate there; NotFound for all others."""
    decision = db.session.scalar(
        select(Decision)
        .where(Decision.id == decision_id)
        .options(joinedload(Decision.moderator), joinedload(Decision.author))
    )
    if decision is None or not policy.can_see_decision(viewer, decision):
        raise NotFound()
    return decision


def has_later(decision: Decision, verbs: Sequence[str]) -> bool:
    """Whether one of these verbs was decided about the same later, and stands."""
    later = exists().where(
        Decision.subject_type == decision.subject_type,
        Decision.subject_id == decision.subject_id,
        Decision.id > decision.id,
        Decision.verb.in_(verbs),
        Decision.undone_at.is_(None),
    )
    return bool(db.session.scalar(select(later)))


def list_automatic(subject: Subject) -> list[Decision]:
    """What the threshold of flags decided about the subject and stands."""
    return list(
        db.session.scalars(
            select(Decision).where(
                *_about(subject.type, subject.id),
                Decision.moderator_id.is_(None),
                Decision.verb == "hide",
                Decision.undone_at.is_(None),
            )
        )
    )


def find_hiding(subject_type: str, subject_id: int) -> Decision | None:
    """The decision because of which the subject is not shown."""
    hiding = _list_standing(subject_type, subject_id, verbs=("hide", "keep_private"))
    return next((decision for decision in hiding if not decision.is_about_change), None)


def readable_from(subject_type: str, subject_id: int) -> datetime | None:
    """Since when everybody reads what the words were before they were changed; None is from the beginning.

    What they were before a moderator changed them or showed them again is for the author and moderators.
    """
    rewritten = _list_standing(subject_type, subject_id, verbs=("edit",))
    shown_again_at = db.session.scalar(
        select(func.max(Activity.occurred_at)).where(
            Activity.subject_type == subject_type,
            Activity.subject_id == subject_id,
            Activity.kind == f"{subject_type}.restored",
        )
    )
    moments = [*(decision.decided_at for decision in rewritten[:1]), *filter(None, [shown_again_at])]
    return max(moments, default=None)


def _list_standing(subject_type: str, subject_id: int, *, verbs: Sequence[str]) -> list[Decision]:
    """The decisions with one of these verbs about the subject that stand, the latest first."""
    return list(
        db.session.scalars(
            select(Decision)
            .where(*_about(subject_type, subject_id), Decision.verb.in_(verbs), Decision.undone_at.is_(None))
            .order_by(Decision.id.desc())
        )
    )


def _about(subject_type: str, subject_id: int) -> tuple[ColumnElement[bool], ...]:
    return Decision.subject_type == subject_type, Decision.subject_id == subject_id


def _of(viewer: Member, locale: str, *conditions: ColumnElement[bool]) -> list[Row]:
    mine = moderated(viewer, Decision.panel_id)
    statement = _ROWS.where(*conditions, *([] if mine is None else [mine])).limit(SHOWN)
    return _read(statement, locale)


def _read(statement: Any, locale: str) -> list[Row]:
    return [
        Row(
            **{name: row[name] for name in row if name != "panel_names"}
            | {"panel_name": told_in(locale, row["panel_names"] or {}, "name", first=row["panel_name"] or "")}
        )
        for row in db.session.execute(statement).mappings()
    ]
