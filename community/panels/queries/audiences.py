"""Who hears of what happens at the doors of panels."""

from sqlalchemy import Select, or_, select

from community.infra.db import db
from community.members.models import Member, RoleGrant
from community.panels.models import JoinRequest


def find_request(request_id: int) -> JoinRequest | None:
    """The wish to join, with its panel."""
    return db.session.get(JoinRequest, request_id)


def who_admit(panel_id: int) -> Select[int]:
    """Those who decide about wishes to join (see policy.can_admit_to_panel)."""
    return select(RoleGrant.member_id).where(
        RoleGrant.role.in_(("moderator", "admin")),
        or_(RoleGrant.panel_id.is_(None), RoleGrant.panel_id == panel_id),
    )


def one_member(member_id: int) -> Select[int]:
    """Just this member."""
    return select(Member.id).where(Member.id == member_id)
