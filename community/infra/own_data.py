"""What a domain says about one person: all that is held, in words and as facts, and what becomes of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

from sqlalchemy import ColumnElement, CursorResult, Delete, Update, delete, func, inspect, or_, select, update

from community.infra.db import Base, db

# What becomes of a row that names a member who wants to be forgotten:
# deleted: it is gone · emptied: it stays, and what was said in it is gone · chosen: the words in it stay or
# are emptied, as the member chose · unlinked: it names nobody any more · nameless: it stays as it is, and
# whoever it names has no name any more.
FATES = ("deleted", "emptied", "chosen", "unlinked", "nameless")


class Line(NamedTuple):
    """One thing that is held: in words for the member, as facts for programs; `said` is what they wrote."""

    words: str
    facts: Mapping[str, Any]
    said: str = ""
    path: str = ""


class Part(NamedTuple):
    """Things of one kind, under their heading."""

    title: Any
    lines: Sequence[Line]


class OwnFile(NamedTuple):
    """A stored file of the member's, and what it is called in their copy."""

    name: str
    path: Path


class PersonalData(Protocol):
    """What the module `personal_data` of a domain offers; `member` is a row of the members' table.

    `HOLDS` maps "table.column" to a fate, for every column that leads to a member or holds their words.
    `erase` runs inside the erasure's one unit of work and says how many rows it touched, by table.
    """

    HOLDS: Mapping[str, str]

    def export(self, member: Any) -> Mapping[str, Part]:
        """All that is held about the member, by a short name of each part."""

    def files(self, member: Any) -> Iterable[OwnFile]:
        """The stored files that are the member's."""

    def erase(self, member: Any, *, keeps_texts: bool) -> Mapping[str, int]:
        """Forget the member; what they wrote for others to read stays if they want it to."""


class Reach(NamedTuple):
    """What is old enough: all before a moment in these panels, and with `is_site` what belongs to none."""

    before: datetime
    panel_ids: Sequence[int]
    is_site: bool

    def covers(self, panel_id: Any) -> ColumnElement[bool]:
        """A condition: the thing with this panel column is within reach."""
        inside: ColumnElement[bool] = panel_id.in_(self.panel_ids)
        return or_(inside, panel_id.is_(None)) if self.is_site else inside


class Ageing(NamedTuple):
    """How a kind of thing is forgotten when it is old: how many are due, and forgetting at most so many."""

    count: Callable[[Reach], int]
    forget: Callable[[Reach, int], int]


Row = TypeVar("Row", bound=Base)


def facts_of(row: Base, *, leave_out: Sequence[str] = ()) -> dict[str, Any]:
    """The columns of a row as JSON can hold them, without those that are secrets of the site."""
    columns = inspect(type(row)).columns.keys()
    return {name: _plain(getattr(row, name)) for name in columns if name not in leave_out}


def lines(
    rows: Iterable[Row],
    words: Callable[[Row], str],
    *,
    said: str = "",
    path: Callable[[Row], str] | None = None,
    leave_out: Sequence[str] = (),
) -> list[Line]:
    """A line for each row; `said` names the column that holds what the member wrote."""
    return [
        Line(
            words(row),
            facts_of(row, leave_out=leave_out),
            said=str(getattr(row, said) or "") if said else "",
            path=path(row) if path is not None else "",
        )
        for row in rows
    ]


def filled(parts: Mapping[str, Part]) -> dict[str, Part]:
    """The parts in which there is something."""
    return {name: part for name, part in parts.items() if part.lines}


def rows(model: type[Row], *conditions: ColumnElement[bool]) -> list[Row]:
    """The rows that fit, the newest first."""
    order = [column.desc() for column in model.__mapper__.primary_key]
    return list(db.session.scalars(select(model).where(*conditions).order_by(*order)))


def count(model: type[Base], *conditions: ColumnElement[bool]) -> int:
    """How many rows fit."""
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def remove(model: type[Base], *conditions: ColumnElement[bool]) -> int:
    """Delete the rows that fit and say how many there were."""
    return _done(delete(model).where(*conditions))


def change(model: type[Base], *conditions: ColumnElement[bool], **values: Any) -> int:
    """Write these values into the rows that fit and say how many there were."""
    return _done(update(model).where(*conditions).values(**values))


def _done(statement: Delete | Update) -> int:
    # What was read before is read anew afterwards; see the caller of `erase`.
    result = db.session.execute(statement.execution_options(synchronize_session=False))
    return result.rowcount if isinstance(result, CursorResult) else 0


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
