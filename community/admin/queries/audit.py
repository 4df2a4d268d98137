"""Reading the audit log: what staff did, the newest first."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Text, and_, cast, false, func, or_, select
from sqlalchemy.orm import aliased

from community.activity.models import Activity
from community.admin import audit
from community.analysis.script import fold
from community.infra.db import db
from community.infra.paging import Stretch, read_stretch
from community.members.models import Member
from community.panels.models import Panel, told_in

PER_PAGE = 50
# One file holds at most so many acts; who needs more takes one for each month.
MOST_IN_FILE = 50_000
PORTION = 500
# Where a page leads for what an act was about: type of subject → path.
_PATHS = {
    "member": "/staff/members/%d",
    "panel": "/staff/panels/%d/edit",
    "idea": "/ideas/%d",
    "comment": "/comments/%d",
    "case": "/staff/cases/%d",
    "survey": "/staff/surveys/%d",
    "feedbackitem": "/staff/feedback/%d",
    "topic": "/staff/topics/%d",
    "reward": "/staff/rewards/catalogue/%d",
    "redemption": "/staff/rewards/redemptions/%d",
    "queueitem": "/staff/moderation/%d",
    "appeal": "/staff/moderation/appeals/%d",
}


class Asked(NamedTuple):
    """What the log is narrowed to; empty means all. `person` is who did it or whom it was done to."""

    person: str = ""
    area: str = ""
    kind: str = ""
    panel_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    words: str = ""


class Line(NamedTuple):
    """One act of somebody."""

    id: int
    kind: str
    at: datetime
    who_id: int | None
    who: str | None
    subject_type: str
    subject_id: int
    subject_name: str | None
    panel_name: str | None
    data: dict[str, Any]
    people: Mapping[int, str] = {}

    @property
    def path(self) -> str | None:
        """Where what it was about can be seen."""
        pattern = _PATHS.get(self.subject_type)
        return pattern % self.subject_id if pattern else None

    @property
    def about(self) -> str:
        """What it was about, by name if it has one."""
        name = self.panel_name if self.subject_type == "panel" else self.subject_name
        name = name or self.data.get("title") or self.data.get("name")
        return audit.in_words(name) if name else audit.subject_of(self.subject_type, self.subject_id)

    @property
    def words(self) -> Any:
        """What was done."""
        return audit.ACTS[self.kind].words

    @property
    def facts(self) -> list[audit.Fact]:
        """What it changed."""
        return audit.facts_of(self.data, self.people)

    @property
    def why(self) -> str:
        """Why it was done."""
        return audit.why_of(self.data)


_Subject = aliased(Member)
_LINES = (
    select(
        Activity.id,
        Activity.kind,
        Activity.occurred_at,
        Activity.actor_id,
        Member.display_name,
        Activity.subject_type,
        Activity.subject_id,
        func.coalesce(_Subject.display_name, None).label("subject_name"),
        Panel.name,
        Activity.data,
        Panel.translations,
    )
    .join(Member, Member.id == Activity.actor_id)
    .outerjoin(_Subject, and_(Activity.subject_type == "member", _Subject.id == Activity.subject_id))
    .outerjoin(Panel, Panel.id == Activity.panel_id)
    .order_by(Activity.id.desc())
)


def list_acts(viewer: Member, asked: Asked, *, locale: str, before: int = 0) -> Stretch[Line]:
    """Up to 50 acts that the viewer may know of, those before an id, the newest first."""
    statement = _LINES.where(*_narrowing(viewer, asked)).limit(PER_PAGE + 1)
    if before:
        statement = statement.where(Activity.id < before)
    lines = _with_people([_line(row, locale) for row in db.session.execute(statement)])
    return read_stretch(lines, per_page=PER_PAGE)


def walk_acts(viewer: Member, asked: Asked, *, locale: str) -> Iterator[Line]:
    """All acts that fit, the newest first, read in portions."""
    statement = _LINES.where(*_narrowing(viewer, asked)).limit(MOST_IN_FILE)
    for rows in db.session.execute(statement).partitions(PORTION):
        yield from _with_people([_line(row, locale) for row in rows])


def list_audited_panels(viewer: Member, *, locale: str) -> list[tuple[int, str]]:
    """The panels whose acts the viewer may read, by name."""
    statement = select(Panel.id, Panel.name, Panel.translations).order_by(Panel.name)
    panel_ids = _administered(viewer)
    if panel_ids is not None:
        statement = statement.where(Panel.id.in_(panel_ids))
    return [(row[0], told_in(locale, row[2], "name", first=row[1])) for row in db.session.execute(statement)]


def _line(row: Any, locale: str) -> Line:
    line = Line(*row[:-1])
    return (
        line
        if line.panel_name is None
        else line._replace(panel_name=told_in(locale, row[-1], "name", first=line.panel_name))
    )


def _with_people(lines: list[Line]) -> list[Line]:
    """The lines with the names of all they speak of, in one statement."""
    ids = {number for line in lines for number in audit.people_in(line.data)}
    if not ids:
        return lines
    named = db.session.execute(select(Member.id, Member.display_name).where(Member.id.in_(ids)))
    people = {number: name for number, name in named}  # noqa: C416 - rows are no pairs to mypy
    return [line._replace(people=people) for line in lines]


def _narrowing(viewer: Member, asked: Asked) -> list[ColumnElement[bool]]:
    kinds = [kind for kind in audit.kinds_of(asked.area) if asked.kind in ("", kind)]
    own = [kind for kind in kinds if not audit.ACTS[kind].is_shared]
    shared = [kind for kind in kinds if audit.ACTS[kind].is_shared]
    conditions = [
        or_(
            Activity.kind.in_(own),
            and_(Activity.kind.in_(shared), Activity.data["as_staff"].as_boolean()) if shared else false(),
        )
    ]
    panel_ids = _administered(viewer)
    if panel_ids is not None:
        conditions.append(Activity.panel_id.in_(panel_ids))
    if asked.panel_id is not None:
        conditions.append(Activity.panel_id == asked.panel_id)
    if asked.since is not None:
        conditions.append(Activity.occurred_at >= asked.since)
    if asked.until is not None:
        conditions.append(Activity.occurred_at < asked.until)
    if folded := fold(asked.person).strip():
        named = select(Member.id).where(Member.name_folded.contains(folded, autoescape=True))
        conditions.append(
            or_(
                Activity.actor_id.in_(named),
                and_(Activity.subject_type == "member", Activity.subject_id.in_(named)),
            )
        )
    conditions += [_says(word) for word in asked.words.split()]
    return conditions


def _says(word: str) -> ColumnElement[bool]:
    # Both databases keep the facts as JSON text in which letters beyond ASCII are escaped.
    escaped = json.dumps(word)[1:-1]
    text = cast(Activity.data, Text)
    return func.lower(text).contains(escaped.lower(), autoescape=True)


def _administered(viewer: Member) -> list[int] | None:
    """The panels of an administrator of panels; None for one of the whole site."""
    grants = [grant for grant in viewer.standing_roles if grant.role == "admin"]
    if any(grant.panel_id is None for grant in grants):
        return None
    return [grant.panel_id for grant in grants if grant.panel_id is not None]
