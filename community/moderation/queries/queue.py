"""Reading the queue: what waits in the panels one moderates, soonest promised first."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Text, cast, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from community.infra import clock, paging
from community.infra.db import db
from community.infra.errors import NotFound
from community.members.models import Member
from community.moderation import policy
from community.moderation.models import QUEUE_KINDS, Appeal, Decision, ModerationMessage, QueueItem
from community.panels.models import Panel, told_in

PER_PAGE = 50
# Tabs of the queue by the state of what they show.
TABS = {"open": "open", "asked": "asked"}


class Filters(NamedTuple):
    """What the queue is narrowed to; empty means all."""

    panel_id: int | None = None
    kind: str = ""
    rule: str = ""


class Row(NamedTuple):
    """Something that waits, as a row of the queue."""

    id: int
    kind: str
    subject_type: str
    subject_id: int
    title: str
    excerpt: str
    path: str
    reasons: list[dict[str, Any]]
    state: str
    opened_at: datetime
    due_at: datetime
    claimed_until: datetime | None
    claimed_by_id: int | None
    claimed_by: str | None
    author_id: int | None
    author_name: str | None
    panel_id: int | None
    panel_name: str

    @property
    def rules(self) -> list[str]:
        """The rules that held it, each once."""
        return list(dict.fromkeys(str(reason["rule"]) for reason in self.reasons))


class WorkPanel(NamedTuple):
    """A panel that one moderates."""

    id: int
    slug: str
    name: str


_author, _claimer = aliased(Member), aliased(Member)
_ROWS = (
    select(
        QueueItem.id,
        QueueItem.kind,
        QueueItem.subject_type,
        QueueItem.subject_id,
        QueueItem.title,
        QueueItem.excerpt,
        QueueItem.path,
        QueueItem.reasons,
        QueueItem.state,
        QueueItem.opened_at,
        QueueItem.due_at,
        QueueItem.claimed_until,
        QueueItem.claimed_by_id,
        _claimer.display_name.label("claimed_by"),
        QueueItem.author_id,
        _author.display_name.label("author_name"),
        QueueItem.panel_id,
        Panel.name.label("panel_name"),
        Panel.translations.label("panel_names"),
    )
    .outerjoin(Panel, Panel.id == QueueItem.panel_id)
    .outerjoin(_author, _author.id == QueueItem.author_id)
    .outerjoin(_claimer, _claimer.id == QueueItem.claimed_by_id)
    .order_by(QueueItem.due_at, QueueItem.id)
)
_STANDING = QueueItem.state != "closed"


def moderated(viewer: Member, panel_id: Any = QueueItem.panel_id) -> ColumnElement[bool] | None:
    """A condition for lists: what belongs to a panel the viewer moderates; None where that is everything."""
    panel_ids = policy.panels_moderated(viewer.standing_roles)
    return None if panel_ids is None else panel_id.in_(panel_ids)


def list_queue(
    viewer: Member, *, tab: str = "open", filters: Filters, locale: str, number: int = 1
) -> paging.Page[Row]:
    """One page of the queue in one statement, however full it is."""
    statement = _ROWS.where(QueueItem.state == TABS[tab], *_narrowing(viewer, filters))
    rows = [
        Row(
            **{name: row[name] for name in row if name != "panel_names"}
            | {"panel_name": told_in(locale, row["panel_names"] or {}, "name", first=row["panel_name"] or "")}
        )
        for row in db.session.execute(
            statement.limit(PER_PAGE + 1).offset(paging.offset(number, PER_PAGE))
        ).mappings()
    ]
    return paging.read_page(rows, number=number, per_page=PER_PAGE)


def list_work_panels(viewer: Member, *, locale: str) -> list[WorkPanel]:
    """The panels the viewer moderates, by name."""
    condition = moderated(viewer, Panel.id)
    rows = db.session.execute(
        select(Panel.id, Panel.slug, Panel.name, Panel.translations).where(
            *([] if condition is None else [condition])
        )
    )
    panels = [
        WorkPanel(row.id, row.slug, told_in(locale, row.translations, "name", first=row.name)) for row in rows
    ]
    return sorted(panels, key=lambda panel: (panel.name.casefold(), panel.id))


def count_open(viewer: Member) -> int:
    """How much waits for the viewer to look at."""
    condition = moderated(viewer)
    statement = select(func.count(QueueItem.id)).where(QueueItem.state == "open")
    return db.session.scalar(statement if condition is None else statement.where(condition)) or 0


def get_item(item_id: int, viewer: Member | None) -> QueueItem:
    """What waits or waited, for those who moderate where it belongs; NotFound for all others."""
    item = db.session.scalar(
        select(QueueItem)
        .where(QueueItem.id == item_id)
        .options(joinedload(QueueItem.panel), joinedload(QueueItem.author), joinedload(QueueItem.claimed_by))
    )
    if item is None or not policy.can_see_item(viewer, item):
        raise NotFound()
    return item


def get_own_item(item_id: int, author: Member) -> QueueItem:
    """What waits of the member's own; NotFound for anybody else's.

    That others object to a text is not told before something comes of it, unless moderators ask about it.
    """
    item = db.session.get(QueueItem, item_id)
    if item is None or item.author_id != author.id:
        raise NotFound()
    was_asked = exists().where(ModerationMessage.item_id == item.id)
    if item.kind not in ("held", "edit") and not db.session.scalar(select(was_asked)):
        raise NotFound()
    return item


def list_items(item_ids: Collection[int], viewer: Member) -> list[QueueItem]:
    """Those of these items that the viewer may decide, in the order in which they wait."""
    items = db.session.scalars(
        select(QueueItem).where(QueueItem.id.in_(item_ids)).order_by(QueueItem.due_at, QueueItem.id)
    )
    return [item for item in items if policy.can_decide_item(viewer, item)]


def find_next(viewer: Member, *, but: int) -> int | None:
    """The number of what the viewer should look at next: open, in nobody else's hands, promised soonest."""
    condition = moderated(viewer)
    statement = (
        select(QueueItem.id)
        .where(
            QueueItem.state == "open",
            QueueItem.id != but,
            QueueItem.author_id.is_distinct_from(viewer.id),
            ~_against(viewer),
            QueueItem.claimed_by_id.is_(None)
            | (QueueItem.claimed_until <= clock.now())
            | (QueueItem.claimed_by_id == viewer.id),
        )
        .order_by(QueueItem.due_at, QueueItem.id)
        .limit(1)
    )
    return db.session.scalar(statement if condition is None else statement.where(condition))


def list_standing_ids(subject_type: str, subject_id: int) -> list[int]:
    """All that waits about the subject, by number."""
    return list(
        db.session.scalars(
            select(QueueItem.id).where(*_about(subject_type, subject_id)).order_by(QueueItem.id)
        )
    )


def list_ids_about(subject_type: str, subject_ids: Sequence[int]) -> list[int]:
    """All that waits about any of these subjects, by number."""
    about = (QueueItem.subject_type == subject_type, QueueItem.subject_id.in_(subject_ids), _STANDING)
    return list(db.session.scalars(select(QueueItem.id).where(*about).order_by(QueueItem.id)))


def find_standing(
    subject_type: str, subject_id: int, *, kinds: Sequence[str] = QUEUE_KINDS
) -> QueueItem | None:
    """What waits about the subject and was promised soonest."""
    return db.session.scalar(
        select(QueueItem)
        .where(*_about(subject_type, subject_id), QueueItem.kind.in_(kinds))
        .order_by(QueueItem.due_at, QueueItem.id)
        .limit(1)
    )


def _against(viewer: Member) -> ColumnElement[bool]:
    """Appeals against what the viewer decided: somebody else hears them."""
    return exists().where(
        QueueItem.kind == "appealed",
        Decision.subject_type == QueueItem.subject_type,
        Decision.subject_id == QueueItem.subject_id,
        Appeal.decision_id == Decision.id,
        Appeal.state == "waiting",
        Appeal.against_id == viewer.id,
    )


def _about(subject_type: str, subject_id: int) -> tuple[ColumnElement[bool], ...]:
    return QueueItem.subject_type == subject_type, QueueItem.subject_id == subject_id, _STANDING


def _narrowing(viewer: Member, filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if (mine := moderated(viewer)) is not None:
        conditions.append(mine)
    if filters.panel_id is not None:
        conditions.append(QueueItem.panel_id == filters.panel_id)
    if filters.kind:
        conditions.append(QueueItem.kind == filters.kind)
    if filters.rule:
        # Both databases keep JSON as the text it was written as.
        conditions.append(
            cast(QueueItem.reasons, Text).contains(f'"rule": "{filters.rule}"', autoescape=True)
        )
    return conditions
