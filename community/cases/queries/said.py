"""What a member said, and how far it has come, as they see it themselves."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, select

from community.cases.models import Case, CaseItem
from community.feedback.models import STAGES, FeedbackItem
from community.infra import paging
from community.infra.db import db
from community.infra.errors import NotFound
from community.members.models import Member
from community.panels.models import Panel, told_in
from community.panels.queries import readable_panel_ids

PER_PAGE = 25
EXCERPT = 240


class Said(NamedTuple):
    """Something a member said; the panel is named, and led to, only while they may read it."""

    id: int
    title: str
    text: str
    source: str
    path: str
    said_at: datetime
    stage: str
    received_at: datetime
    read_at: datetime | None
    with_person_at: datetime | None
    answered_at: datetime | None
    decided_at: datetime | None
    delivered_at: datetime | None
    panel_name: str | None
    promise_state: str | None
    promised_on: date | None
    is_open_again: bool

    def reached_at(self, stage: str) -> datetime | None:
        """When it came to this stage, or None if it has not."""
        moment: datetime | None = getattr(self, f"{stage}_at")
        return moment

    @property
    def stage_at(self) -> datetime | None:
        """When it came to where it is."""
        return self.reached_at(self.stage)

    @property
    def steps(self) -> list[tuple[str, datetime | None]]:
        """The stages it has come through and those still to come, each with the moment it was reached."""
        here = STAGES.index(self.stage)
        steps = [(stage, self.reached_at(stage)) for stage in STAGES]
        # What is delivered at once was never only decided.
        return [(stage, at) for place, (stage, at) in enumerate(steps) if at is not None or place > here]


def list_said(member: Member, *, locale: str, number: int = 1) -> paging.Page[Said]:
    """One page of what the member said and did not take back, the newest first."""
    rows = db.session.execute(
        _said(member, text=func.substr(FeedbackItem.text, 1, EXCERPT))
        .order_by(FeedbackItem.said_at.desc(), FeedbackItem.id.desc())
        .limit(PER_PAGE + 1)
        .offset(paging.offset(number, PER_PAGE))
    )
    return paging.read_page([_read(row, locale) for row in rows], number=number, per_page=PER_PAGE)


def get_said(item_id: int, member: Member, *, locale: str) -> Said:
    """One thing the member said; NotFound if somebody else did, or once it was taken back."""
    row = db.session.execute(
        _said(member, text=FeedbackItem.text).where(FeedbackItem.id == item_id)
    ).one_or_none()
    if row is None:
        raise NotFound()
    return _read(row, locale)


def get_item(item_id: int, member: Member) -> FeedbackItem:
    """The row of something the member said; NotFound as in `get_said`."""
    item = db.session.get(FeedbackItem, item_id)
    if item is None or item.author_id != member.id or item.state == "withdrawn":
        raise NotFound()
    return item


def get_item_in_case(case_id: int, member: Member) -> int:
    """The newest thing the member said that lies in this case; NotFound if there is none."""
    item_id = db.session.scalar(
        select(FeedbackItem.id)
        .join(CaseItem, CaseItem.item_id == FeedbackItem.id)
        .where(
            CaseItem.case_id == case_id,
            FeedbackItem.author_id == member.id,
            FeedbackItem.state != "withdrawn",
        )
        .order_by(CaseItem.is_own.desc(), FeedbackItem.id.desc())
        .limit(1)
    )
    if item_id is None:
        raise NotFound()
    return item_id


def get_link(case_id: int, item_id: int) -> CaseItem:
    """How an item lies in a case, with what its author answered to "did this help?"."""
    link = db.session.get(CaseItem, (case_id, item_id))
    if link is None:
        raise NotFound()
    return link


def _said(member: Member, *, text: Any) -> Select[Any]:
    promised = (
        select(func.max(Case.id))
        .join(CaseItem, CaseItem.case_id == Case.id)
        .where(CaseItem.item_id == FeedbackItem.id, Case.promise_state.is_not(None))
        .correlate(FeedbackItem)
        .scalar_subquery()
    )
    opened_again = (
        select(Case.id)
        .join(CaseItem, CaseItem.case_id == Case.id)
        .where(CaseItem.item_id == FeedbackItem.id, Case.is_open, Case.reopened_count > 0)
        .correlate(FeedbackItem)
        .exists()
    )
    return (
        select(
            FeedbackItem.id,
            FeedbackItem.title,
            text,
            FeedbackItem.source,
            FeedbackItem.path,
            FeedbackItem.said_at,
            FeedbackItem.stage,
            FeedbackItem.received_at,
            FeedbackItem.read_at,
            FeedbackItem.with_person_at,
            FeedbackItem.answered_at,
            FeedbackItem.decided_at,
            FeedbackItem.delivered_at,
            Panel.name,
            Case.promise_state,
            Case.promised_on,
            opened_again,
            Panel.translations,
        )
        .select_from(FeedbackItem)
        .outerjoin(Panel, and_(Panel.id == FeedbackItem.panel_id, Panel.id.in_(readable_panel_ids(member))))
        .outerjoin(Case, Case.id == promised)
        .where(FeedbackItem.author_id == member.id, FeedbackItem.state != "withdrawn")
    )


def _read(row: Any, locale: str) -> Said:
    *values, translations = row
    said = Said(*values)
    if said.panel_name is None:
        return said._replace(path="")
    return said._replace(panel_name=told_in(locale, translations, "name", first=said.panel_name))


def find_owner_name(case: Case | None) -> str:
    """With whom it is, as the author may know it; empty while it is with nobody yet."""
    owner = db.session.get(Member, case.owner_id) if case is not None and case.owner_id else None
    return owner.display_name if owner is not None else ""
