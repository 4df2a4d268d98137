"""The access door of cases: which of them a member of staff may see, one by one and in lists."""

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from community.cases import policy
from community.cases.models import Case, CaseItem
from community.feedback.queries import CaseOfItem, staff_panel_ids
from community.infra.db import db
from community.infra.errors import NotFound
from community.members.models import Member


def visible_cases(viewer: Member) -> ColumnElement[bool]:
    """A condition on `cases`: the same as policy.can_see_case, for lists."""
    return or_(
        Case.panel_id.in_(staff_panel_ids(viewer, roles=policy.ROLES)),
        Case.process_owner_id == viewer.id,
        Case.escalated_to_id == viewer.id,
    )


def get_case(case_id: int, viewer: Member | None) -> Case:
    """The case with all that its page names; NotFound for whoever may not see it."""
    case = db.session.scalars(
        select(Case)
        .where(Case.id == case_id)
        .options(
            joinedload(Case.panel),
            joinedload(Case.owner),
            joinedload(Case.process_owner),
            joinedload(Case.topic),
            joinedload(Case.rule),
            joinedload(Case.team),
            joinedload(Case.service_level),
        )
    ).one_or_none()
    if case is None or not policy.can_see_case(viewer, case):
        raise NotFound()
    return case


def list_cases(case_ids: list[int], viewer: Member) -> list[Case]:
    """These cases, those among them that the viewer may see, in their order of numbers."""
    return list(
        db.session.scalars(select(Case).where(Case.id.in_(case_ids), visible_cases(viewer)).order_by(Case.id))
    )


def list_cases_of_item(item_id: int, viewer: Member | None) -> list[CaseOfItem]:
    """The cases in which a text lies, those among them that the viewer may see, the newest first."""
    if viewer is None:
        return []
    rows = db.session.execute(
        select(Case.id, Case.state, Member.display_name)
        .join(CaseItem, CaseItem.case_id == Case.id)
        .outerjoin(Member, Member.id == Case.owner_id)
        .where(CaseItem.item_id == item_id, visible_cases(viewer))
        .order_by(CaseItem.is_own.desc(), Case.id.desc())
    )
    return [CaseOfItem(*row) for row in rows]
