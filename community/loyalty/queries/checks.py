"""Reading what the looks through the books found."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from community.infra.db import db
from community.loyalty.models import BooksCheck
from community.loyalty.queries.books import NEWEST_FIRST
from community.members.models import Member

SHOWN = 30


def list_newest() -> Sequence[BooksCheck]:
    """The last looks through the books, the newest first."""
    return db.session.scalars(select(BooksCheck).order_by(*NEWEST_FIRST).limit(SHOWN)).all()


def get_names(member_ids: Collection[int]) -> dict[int, str]:
    """What these members are called."""
    rows = db.session.execute(select(Member.id, Member.display_name).where(Member.id.in_(member_ids)))
    return {row.id: row.display_name for row in rows}
