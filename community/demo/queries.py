"""Asks whether there is a community already, and who can sign in to the demo."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from community.cases.models import Case, CaseItem, RoutingRule
from community.customers.models import LearnedFact
from community.demo import content
from community.digests.models import Digest
from community.ideas.models import Comment
from community.infra.db import db, get_row
from community.members.models import Member
from community.moderation.models import Appeal, Decision, QueueItem


class SignIn(NamedTuple):
    """Somebody of the demo whom a visitor can be."""

    email: str
    name: str
    role: str


def count_members() -> int:
    """How many members the site has."""
    return db.session.scalar(select(func.count(Member.id))) or 0


def list_sign_ins() -> list[SignIn]:
    """The cast of the demo as far as it is there; empty on a site that is not the demo."""
    emails = [content.email_of(key) for key in content.CAST]
    members = db.session.scalars(select(Member).where(Member.email_folded.in_(emails)))
    by_email = {member.email_folded: member for member in members}
    return [
        SignIn(
            email, by_email[email].display_name, ", ".join(g.role for g in by_email[email].roles) or "member"
        )
        for email in emails
        if email in by_email
    ]


def get_case_of(item_id: int) -> Case:
    """The case that a text has come to."""
    return db.session.scalars(
        select(Case).join(CaseItem, CaseItem.case_id == Case.id).where(CaseItem.item_id == item_id)
    ).one()


def list_old_cases(*, before: datetime, without: Sequence[int]) -> list[tuple[Case, datetime]]:
    """Open cases from before a moment that hold none of these items, with when each was opened."""
    spared = select(CaseItem.case_id).where(CaseItem.item_id.in_(without))
    cases = db.session.scalars(
        select(Case)
        .where(Case.is_open, Case.opened_at < before, Case.id.not_in(spared))
        .order_by(Case.opened_at, Case.id)
    )
    return [(case, case.opened_at) for case in cases]


def list_rules_opening(kind: str) -> list[RoutingRule]:
    """The rules that open a case for texts of a kind, whoever wrote them."""
    rules = db.session.scalars(select(RoutingRule).order_by(RoutingRule.position)).all()
    return [rule for rule in rules if rule.effect == "case" and kind in rule.conditions.get("kind", ())]


def get_comment(key: str) -> Comment:
    """The comment that "comment:7" names."""
    return get_row(Comment, int(key.partition(":")[2]))


def find_waiting(key: str) -> QueueItem | None:
    """What waits about a subject such as "comment:7"."""
    subject_type, _colon, number = key.partition(":")
    return db.session.scalars(
        select(QueueItem).where(
            QueueItem.subject_type == subject_type,
            QueueItem.subject_id == int(number),
            QueueItem.state != "closed",
        )
    ).first()


def get_hiding(key: str) -> Decision:
    """The decision that hid a subject."""
    subject_type, _colon, number = key.partition(":")
    return db.session.scalars(
        select(Decision).where(
            Decision.subject_type == subject_type,
            Decision.subject_id == int(number),
            Decision.verb == "hide",
        )
    ).one()


def get_appeal_against(decision_id: int) -> Appeal:
    """The appeal against a decision."""
    return db.session.scalars(select(Appeal).where(Appeal.decision_id == decision_id)).one()


def list_learned(member_id: int) -> Sequence[LearnedFact]:
    """What was learned about a member, the surest first."""
    return db.session.scalars(
        select(LearnedFact)
        .where(LearnedFact.member_id == member_id)
        .order_by(LearnedFact.strength.desc(), LearnedFact.id)
    ).all()


def list_picked_ideas(member_id: int) -> list[int]:
    """The ideas that were picked for a member's newest digest."""
    digest = db.session.scalars(
        select(Digest).where(Digest.member_id == member_id).order_by(Digest.week_on.desc()).limit(1)
    ).first()
    parts = digest.parts if digest is not None else ()
    return [int(part["id"]) for part in parts if part["part"] == "pick"]
