"""Redeeming in tests, and what came of it."""

import secrets
from typing import Any

from sqlalchemy import select

from community.activity.models import Activity
from community.infra.db import db
from community.loyalty.actions import redeeming
from community.loyalty.models import Redemption, Reward, VoucherCode
from community.members.models import Member
from community.notifications.models import Notice


def redeem(member: Member, reward: Reward, **values: Any) -> Redemption:
    """One redemption, as a form of its own asks for it."""
    values.setdefault("form_key", secrets.token_hex(16))
    return redeeming.redeem(member, reward, **values)


def codes_of(redemption: Redemption) -> list[str]:
    """The codes that it gave, in order."""
    given = select(VoucherCode.code).where(VoucherCode.redemption_id == redemption.id)
    return list(db.session.scalars(given.order_by(VoucherCode.id)))


def kinds_about(kind: str) -> list[str]:
    """What was recorded about things of this kind, in order."""
    about = select(Activity.kind).where(Activity.subject_type == kind).order_by(Activity.id)
    return list(db.session.scalars(about))


def told(member: Member) -> list[Notice]:
    """What the member was told, in order."""
    return list(db.session.scalars(select(Notice).where(Notice.member_id == member.id).order_by(Notice.id)))
