"""Reading what gives points: the versions that stand, and those before them."""

from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from community.infra import paging
from community.infra.db import db, get_row
from community.infra.errors import NotFound
from community.infra.paging import Page
from community.loyalty.contributions import CONTRIBUTIONS
from community.loyalty.models import RuleVersion
from community.members.models import Member

PER_PAGE = 20


class VersionLine(NamedTuple):
    """A version of a rule, who made it (nobody: it came with the site), and the one before it."""

    version: RuleVersion
    made_by_name: str | None
    before: RuleVersion | None


_newer = aliased(RuleVersion)
_STANDING = select(RuleVersion).where(
    RuleVersion.number
    == select(func.max(_newer.number)).where(_newer.rule == RuleVersion.rule).scalar_subquery()
)


def standing(rule: str) -> RuleVersion:
    """The version of a rule that counts now; NotFound if there is no such rule."""
    version = db.session.scalars(
        select(RuleVersion).where(RuleVersion.rule == rule).order_by(RuleVersion.number.desc()).limit(1)
    ).one_or_none()
    if version is None or rule not in CONTRIBUTIONS:
        raise NotFound()
    return version


def get_version(version_id: int) -> RuleVersion:
    """One version of a rule; NotFound if there is none."""
    return get_row(RuleVersion, version_id)


def list_standing() -> list[RuleVersion]:
    """The version that counts now of every rule, in the order of the table of contributions."""
    versions = {version.rule: version for version in db.session.scalars(_STANDING)}
    return [versions[rule] for rule in CONTRIBUTIONS if rule in versions]


def list_history(rule: str, *, number: int) -> Page[VersionLine]:
    """All that a rule has said, the newest first."""
    earlier = aliased(RuleVersion)
    rows = db.session.execute(
        select(RuleVersion, Member.display_name, earlier)
        .outerjoin(Member, Member.id == RuleVersion.made_by_id)
        .outerjoin(earlier, (earlier.rule == RuleVersion.rule) & (earlier.number == RuleVersion.number - 1))
        .where(RuleVersion.rule == rule)
        .order_by(RuleVersion.number.desc())
        .offset(paging.offset(number, PER_PAGE))
        .limit(PER_PAGE + 1)
    )
    lines = [VersionLine(version, name, before) for version, name, before in rows]
    return paging.read_page(lines, number=number, per_page=PER_PAGE)
