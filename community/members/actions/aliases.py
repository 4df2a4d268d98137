"""Giving members an alias, for panels that show no names."""

from sqlalchemy import select, update

from community.infra.db import db, unit_of_work
from community.members import aliases, queries
from community.members.models import Member

PORTION = 500


def new_alias() -> str:
    """An alias that nobody has."""
    return aliases.make_alias(queries.is_alias_taken)


def give_aliases() -> int:
    """Give one to all that have none, a portion in each transaction, and say to how many."""
    given = 0
    while portion := _give_portion():
        given += portion
    return given


def _give_portion() -> int:
    with unit_of_work() as session:
        nameless = list(
            session.scalars(
                select(Member.id)
                .where(Member.alias.is_(None), Member.state != "erased")
                .order_by(Member.id)
                .limit(PORTION)
                .with_for_update(key_share=True)
            )
        )
        made = aliases.make_aliases(len(nameless), find_taken=queries.find_taken_aliases)
        if nameless:
            # One line for each: nothing of the members themselves is read.
            db.session.execute(
                update(Member),
                [{"id": each, "alias": alias} for each, alias in zip(nameless, made, strict=True)],
            )
            session.expire_all()
    return len(nameless)
