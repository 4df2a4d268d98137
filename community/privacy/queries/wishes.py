"""Everything that is read about wishes for one's own data, and about how long things are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from community.infra import clock
from community.infra.db import db
from community.infra.errors import NotFound
from community.members.models import Member
from community.panels.models import Panel
from community.privacy.models import DataFile, Erasure, RetentionRule


class ErasureRow(NamedTuple):
    """An erasure as administrators see it: a number, never a name."""

    id: int
    member_id: int
    state: str
    keeps_texts: bool
    asked_at: datetime
    due_at: datetime
    done_at: datetime | None


_ERASURES = select(
    Erasure.id,
    Erasure.member_id,
    Erasure.state,
    Erasure.keeps_texts,
    Erasure.asked_at,
    Erasure.due_at,
    Erasure.done_at,
)
_OWED_COPY = select(DataFile.id).where(DataFile.state == "owed").order_by(DataFile.id).limit(1)
MOST_ERASURES = 200


def find_waiting_copy(member: Member) -> DataFile | None:
    """The copy that is being made for the member."""
    return db.session.scalar(
        select(DataFile).where(DataFile.member_id == member.id, DataFile.state == "owed").limit(1)
    )


def find_owed_copy_id() -> int | None:
    """The copy that waits longest."""
    return db.session.scalar(_OWED_COPY)


def list_copies(member: Member) -> list[DataFile]:
    """The copies the member asked for that can still be fetched, or are being made, the newest first."""
    return list(
        db.session.scalars(
            select(DataFile)
            .where(
                DataFile.member_id == member.id,
                (DataFile.expires_at.is_(None)) | (DataFile.expires_at > clock.now()),
            )
            .order_by(DataFile.id.desc())
            .limit(10)
        )
    )


def get_copy(member: Member, copy_id: int) -> DataFile:
    """A copy of the member's own; NotFound for everybody else's."""
    copy = db.session.get(DataFile, copy_id)
    if copy is None or copy.member_id != member.id:
        raise NotFound()
    return copy


def list_expired_copy_ids(*, now: datetime) -> list[int]:
    """The copies whose days are over and whose files are still there."""
    return list(
        db.session.scalars(
            select(DataFile.id).where(DataFile.file_key.is_not(None), DataFile.expires_at <= now)
        )
    )


def find_waiting_erasure(member: Member) -> Erasure | None:
    """The member's wish to be forgotten that can still be called off."""
    return db.session.scalar(
        select(Erasure).where(Erasure.member_id == member.id, Erasure.state == "waiting")
    )


def list_due_erasure_ids(*, now: datetime) -> list[int]:
    """The erasures whose days are over, the oldest first."""
    return list(
        db.session.scalars(
            select(Erasure.id)
            .where(Erasure.state == "waiting", Erasure.due_at <= now)
            .order_by(Erasure.due_at, Erasure.id)
        )
    )


def find_returned(member_id: int, *, joined_at: datetime) -> Member | None:
    """The member who was forgotten and is back with their data; None if it is somebody else by now."""
    member = db.session.get(Member, member_id)
    if member is None or member.joined_at != joined_at or _is_forgotten(member):
        return None
    return member


def list_erasures() -> list[ErasureRow]:
    """The newest wishes and what became of them."""
    rows = db.session.execute(_ERASURES.order_by(Erasure.id.desc()).limit(MOST_ERASURES))
    return [ErasureRow(*row) for row in rows]


def list_rules(*, panel_id: int | None) -> dict[str, int]:
    """What a panel sets, or with None the site: thing → months."""
    of_panel = RetentionRule.panel_id.is_(None) if panel_id is None else RetentionRule.panel_id == panel_id
    rows = db.session.execute(select(RetentionRule.what, RetentionRule.months).where(of_panel))
    return {row.what: row.months for row in rows}


def list_all_rules() -> dict[int | None, dict[str, int]]:
    """What the site (None) and each panel set."""
    rules: dict[int | None, dict[str, int]] = {None: {}}
    for rule in db.session.execute(select(RetentionRule.panel_id, RetentionRule.what, RetentionRule.months)):
        rules.setdefault(rule.panel_id, {})[rule.what] = rule.months
    return rules


def list_panels() -> Sequence[Panel]:
    """All panels, by name."""
    return db.session.scalars(select(Panel).order_by(Panel.name, Panel.id)).all()


def list_rule_rows(*, panel_id: int | None) -> Sequence[RetentionRule]:
    """The rows of what a panel, or with None the site, sets."""
    of_panel = RetentionRule.panel_id.is_(None) if panel_id is None else RetentionRule.panel_id == panel_id
    return db.session.scalars(select(RetentionRule).where(of_panel)).all()


def get_any_rule(what: str) -> RetentionRule:
    """A rule about the thing, for the log; NotFound if there is none any more."""
    rule = db.session.scalar(select(RetentionRule).where(RetentionRule.what == what).limit(1))
    if rule is None:
        raise NotFound()
    return rule


def _is_forgotten(member: Member) -> bool:
    return member.state == "erased" and member.email is None and member.password_hash == ""
