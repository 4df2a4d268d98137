"""What is held about a member in cases: what was said between them and the company."""

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, or_, select

from community.activity.personal_data import forget_data
from community.cases.actions.shrinking import take_out
from community.cases.models import (
    Absence,
    Case,
    CaseEvent,
    CaseItem,
    CaseMessage,
    Praise,
    RoutingRule,
    ServiceLevel,
    TeamMember,
)
from community.cases.queries.openings import lock_cases
from community.feedback.models import FeedbackItem
from community.feedback.queries.intake import lock_items
from community.infra.db import db
from community.infra.language import show_date, show_moment
from community.infra.own_data import Line, OwnFile, Part, change, facts_of, filled, lines, remove, rows
from community.members.models import Member

HOLDS: Mapping[str, str] = {
    "cases.title": "chosen",
    "cases.owner_id": "unlinked",
    "cases.process_owner_id": "unlinked",
    "cases.escalated_to_id": "unlinked",
    "case_items.help_comment": "emptied",
    "case_messages.author_id": "emptied",
    "case_events.actor_id": "nameless",
    "team_members.member_id": "deleted",
    "absences.member_id": "deleted",
    "absences.cover_id": "unlinked",
    "service_levels.escalate_to_id": "unlinked",
    "routing_rules.owner_id": "unlinked",
    "routing_rules.process_owner_id": "unlinked",
    "passed_on_praise.member_id": "deleted",
}

# What the people of the company tell each other.
_FOR_STAFF = ("cause", "fix", "note", "data")


def export(member: Member) -> Mapping[str, Part]:
    """Cases about what the member said, all that was written in them, and the days staff are away."""
    own = rows(Case, Case.id.in_(_own_cases(member)))
    helped = rows(CaseItem, CaseItem.item_id.in_(_own_items(member)), _was_helped())
    return filled(
        {
            "cases": Part(_("What the company did about what you said"), [_case(row) for row in own]),
            "messages": Part(
                _("What you and the company wrote to each other"),
                lines(
                    rows(CaseMessage, _is_talk_with(member), CaseMessage.is_note.is_(False)),
                    lambda row: _message(row, member),
                    said="body",
                    leave_out=("body_html",),
                ),
            ),
            "helped": Part(
                _("Whether an answer helped you"),
                lines(
                    helped,
                    lambda row: _(
                        "%(rating)s of 5, on %(date)s",
                        rating=row.help_rating or "–",
                        date=show_moment(row.helped_at),
                    ),
                    said="help_comment",
                ),
            ),
            "absences": Part(
                _("When you are away"),
                lines(
                    rows(Absence, Absence.member_id == member.id),
                    lambda row: f"{show_date(row.from_on)} – {show_date(row.until_on)}",
                ),
            ),
            "teams": Part(
                _("Teams you are in"),
                lines(
                    rows(TeamMember, TeamMember.member_id == member.id),
                    lambda row: _("Team %(number)s", number=row.team_id),
                ),
            ),
            "praise": Part(
                _("Kind words that were passed on to you"),
                lines(
                    rows(Praise, Praise.member_id == member.id),
                    lambda row: _("On %(date)s", date=show_moment(row.passed_on_at)),
                ),
            ),
        }
    )


def files(member: Member) -> list[OwnFile]:
    """There are none."""
    return []


def erase(member: Member, *, keeps_texts: bool) -> Mapping[str, int]:
    """What was said in private goes in any case; a case whose only text goes is closed."""
    cases = lock_cases(list(db.session.scalars(_own_cases(member))))
    # What an owner wrote to others is the company's word and stays theirs.
    is_private = CaseMessage.is_from_member | (CaseMessage.author_id.is_distinct_from(member.id))
    talk = [message.id for message in rows(CaseMessage, _is_talk_with(member), is_private)]
    report = {
        "case_messages": empty_talk(talk),
        "case_items": change(
            CaseItem, CaseItem.item_id.in_(_own_items(member)), CaseItem.help_comment != "", help_comment=""
        ),
        "team_members": remove(TeamMember, TeamMember.member_id == member.id),
        "absences": remove(Absence, Absence.member_id == member.id),
        "passed_on_praise": remove(Praise, Praise.member_id == member.id),
    }
    # Its entries in the log carry the beginning of what was said.
    forget_data("case", _own_cases(member))
    report["cases"] = 0 if keeps_texts else _take_out_all(member, cases)
    change(Absence, Absence.cover_id == member.id, cover_id=None)
    change(ServiceLevel, ServiceLevel.escalate_to_id == member.id, escalate_to_id=None)
    for model, columns in (
        (Case, (Case.owner_id, Case.process_owner_id, Case.escalated_to_id)),
        (RoutingRule, (RoutingRule.owner_id, RoutingRule.process_owner_id)),
    ):
        for column in columns:
            change(model, column == member.id, **{column.key: None})
    return report


def empty_talk(message_ids: list[int]) -> int:
    """Empty these messages; that somebody wrote at that time stays."""
    return change(CaseMessage, CaseMessage.id.in_(message_ids), CaseMessage.body != "", body="", body_html="")


def _own_items(member: Member) -> Select[int]:
    return select(FeedbackItem.id).where(FeedbackItem.author_id == member.id)


def _own_cases(member: Member) -> Select[int]:
    return select(CaseItem.case_id).where(CaseItem.item_id.in_(_own_items(member))).distinct()


def _was_helped() -> ColumnElement[bool]:
    return or_(CaseItem.helped_at.is_not(None), CaseItem.help_comment != "")


def _is_talk_with(member: Member) -> ColumnElement[bool]:
    """What the member wrote, and what was written to nobody else: a reply often begins with a name."""
    others = (
        select(CaseItem.case_id)
        .join(FeedbackItem, FeedbackItem.id == CaseItem.item_id)
        .where(FeedbackItem.author_id.is_distinct_from(member.id))
    )
    is_to_member = CaseMessage.case_id.in_(_own_cases(member)) & CaseMessage.case_id.not_in(others)
    return (CaseMessage.author_id == member.id) | is_to_member


def _case(case: Case) -> Line:
    history = rows(CaseEvent, CaseEvent.case_id == case.id)
    return Line(
        _("“%(title)s”, since %(date)s", title=case.title, date=show_date(case.opened_at)),
        facts_of(case, leave_out=_FOR_STAFF)
        | {"history": [facts_of(row, leave_out=_FOR_STAFF) for row in history]},
    )


def _message(message: CaseMessage, member: Member) -> str:
    date = show_moment(message.written_at)
    if message.author_id == member.id:
        return str(_("You wrote, on %(date)s", date=date))
    return str(_("Somebody of the company wrote, on %(date)s", date=date))


def _take_out_all(member: Member, cases: Mapping[int, Case]) -> int:
    inside = rows(CaseItem, CaseItem.item_id.in_(_own_items(member)))
    items = {item.id: item for item in lock_items([row.item_id for row in inside])}
    for row in sorted(inside, key=lambda one: (one.case_id, one.item_id)):
        take_out(cases[row.case_id], items[row.item_id], why="withdrawn")
    return len(cases)
