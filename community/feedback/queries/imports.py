"""Reading imports: the files that were brought in, what became of their rows, and who wrote them."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, func, literal, or_, select
from sqlalchemy.orm import joinedload

from community.feedback import policy
from community.feedback.models import FeedbackImport, FeedbackItem, RefusedRow
from community.feedback.queries.items import staff_panel_ids
from community.feedback.refusals import Refused
from community.infra.db import BigId, db
from community.infra.errors import NotFound
from community.infra.paging import Page, offset, read_page
from community.members.models import Member, RoleGrant
from community.panels.models import Panel, told_in
from community.panels.queries import is_standing

PER_PAGE = 30
_REFUSED_AT_ONCE = 500


class ImportLine(NamedTuple):
    """An import in the list."""

    id: int
    name: str
    file_name: str
    panel_name: str
    state: str
    row_count: int | None
    done_count: int
    taken_count: int
    known_count: int
    refused_count: int
    made_by_name: str | None
    made_at: datetime


_LINES = (
    select(
        FeedbackImport.id,
        FeedbackImport.name,
        FeedbackImport.file_name,
        Panel.name.label("panel_name"),
        Panel.translations,
        FeedbackImport.state,
        FeedbackImport.row_count,
        FeedbackImport.done_count,
        FeedbackImport.taken_count,
        FeedbackImport.known_count,
        FeedbackImport.refused_count,
        Member.display_name.label("made_by_name"),
        FeedbackImport.made_at,
    )
    .join(Panel, Panel.id == FeedbackImport.panel_id)
    .outerjoin(Member, Member.id == FeedbackImport.made_by_id)
    .order_by(FeedbackImport.id.desc())
)
_REFUSED = (
    select(RefusedRow.number, RefusedRow.reason, RefusedRow.values, RefusedRow.cells)
    .order_by(RefusedRow.number)
    .limit(_REFUSED_AT_ONCE)
)


def get_import(import_id: int, viewer: Member | None) -> FeedbackImport:
    """The import with its panel; NotFound for whoever may not bring feedback into that panel."""
    found = db.session.scalars(
        select(FeedbackImport)
        .where(FeedbackImport.id == import_id)
        .options(joinedload(FeedbackImport.panel), joinedload(FeedbackImport.made_by))
    ).one_or_none()
    if found is None or not policy.can_import(viewer, found.panel_id):
        raise NotFound()
    return found


def list_imports(viewer: Member | None, *, locale: str, number: int = 1) -> Page[ImportLine]:
    """One page of the imports into the panels where the viewer may import, the newest first."""
    rows = db.session.execute(
        _LINES.where(FeedbackImport.panel_id.in_(staff_panel_ids(viewer)))
        .limit(PER_PAGE + 1)
        .offset(offset(number, PER_PAGE))
    )
    lines = []
    for row in rows:
        values = row._asdict()
        translations = values.pop("translations")
        values["panel_name"] = told_in(locale, translations, "name", first=row.panel_name)
        lines.append(ImportLine(**values))
    return read_page(lines, number=number, per_page=PER_PAGE)


def find_owed_id() -> int | None:
    """The oldest import that is to be gone on with."""
    return db.session.scalar(
        select(FeedbackImport.id)
        .where(FeedbackImport.state.in_(("owed", "running")))
        .order_by(FeedbackImport.id)
        .limit(1)
    )


def list_left_behind(*, since: datetime) -> list[FeedbackImport]:
    """Files that were uploaded before this moment and whose columns nobody has chosen."""
    return list(
        db.session.scalars(
            select(FeedbackImport).where(FeedbackImport.state == "mapping", FeedbackImport.made_at < since)
        )
    )


def each_refused(import_id: int) -> Iterator[Refused]:
    """The refused rows in the order of the file, fetched some hundred at a time."""
    number = 0
    while rows := db.session.execute(
        _REFUSED.where(RefusedRow.import_id == import_id, RefusedRow.number > number)
    ).all():
        yield from (Refused._make(row) for row in rows)
        number = rows[-1].number


def list_first_refused(import_id: int, *, most: int = 10) -> list[Refused]:
    """Some refused rows, to show what is wrong."""
    rows = db.session.execute(_REFUSED.where(RefusedRow.import_id == import_id).limit(most))
    return [Refused._make(row) for row in rows]


def list_seen(import_id: int, source_ids: Collection[str]) -> set[str]:
    """Which of these keys rows of this import have brought before."""
    return set(
        db.session.scalars(
            select(FeedbackItem.source_id).where(
                FeedbackItem.import_id == import_id, FeedbackItem.source_id.in_(source_ids)
            )
        )
    )


def find_authors(
    *, panel_id: int, emails: Collection[str], member_ids: Collection[int]
) -> tuple[dict[str, int], frozenset[int]]:
    """Members who may read the panel, by the folded addresses shown to be theirs, and their numbers."""
    rows = db.session.execute(
        select(Member.id, Member.email_folded).where(
            or_(Member.email_folded.in_(emails), Member.id.in_(member_ids)),
            Member.state != "erased",
            _may_read(panel_id),
        )
    ).all()
    return {row.email_folded: row.id for row in rows if row.email_folded}, frozenset(row.id for row in rows)


def _may_read(panel_id: int) -> ColumnElement[bool]:
    """The same as panels.policy.may_read_panel, asked of many members at once."""
    return or_(
        exists().where(Panel.id == panel_id, Panel.visibility == "open"),
        is_standing(Member.id, panel_id=literal(panel_id, BigId)),
        exists().where(
            RoleGrant.member_id == Member.id,
            func.coalesce(RoleGrant.panel_id, panel_id) == panel_id,
        ),
    )
