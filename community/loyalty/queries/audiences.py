"""Who is told of something about points and rewards."""

from sqlalchemy import Select, select

from community.members.models import Member, RoleGrant


def only(member_id: int) -> Select[int]:
    """This member alone."""
    return select(Member.id).where(Member.id == member_id)


def who_run_loyalty(*, besides: int | None = None) -> Select[int]:
    """The administrators of the site, but for one of them."""
    administrators = select(RoleGrant.member_id).where(
        RoleGrant.role == "admin", RoleGrant.panel_id.is_(None)
    )
    return administrators if besides is None else administrators.where(RoleGrant.member_id != besides)
