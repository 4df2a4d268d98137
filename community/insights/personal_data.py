"""What is held about a member among the reports: words that are quoted, and what staff asked for."""

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from community.feedback.models import FeedbackItem
from community.ideas.models import Idea
from community.infra.db import db
from community.infra.language import show_moment
from community.infra.own_data import OwnFile, Part, change, filled, lines, remove, rows
from community.insights.actions import filing, forgetting, rolling
from community.insights.models import (
    InsightFile,
    Report,
    ReportQuote,
    ReportRecipient,
    ReportSchedule,
    ReportTemplate,
    RollupName,
)
from community.members.models import Member
from community.surveys.models import Statement

HOLDS: Mapping[str, str] = {
    "reports.asked_by_id": "nameless",
    "report_templates.made_by_id": "nameless",
    "report_schedules.made_by_id": "unlinked",
    "report_recipients.member_id": "deleted",
    "report_quotes.text": "deleted",
    "insight_files.asked_by_id": "nameless",
    "insight_files.key": "deleted",
    "rollup_names.author_key": "deleted",
    "rollup_stratum_members.member_id": "deleted",
}


def export(member: Member) -> Mapping[str, Part]:
    """Quoted words, and for staff the reports, templates and files they asked for."""
    return filled(
        {
            "quotes": Part(
                _("Words of yours that reports quote"),
                lines(
                    rows(ReportQuote, ReportQuote.item_id.in_(_items(member))),
                    lambda row: row.source,
                    said="text",
                ),
            ),
            "reports": Part(
                _("Reports you asked for"),
                lines(
                    rows(Report, Report.asked_by_id == member.id),
                    lambda row: row.title,
                    path=lambda row: f"/staff/insights/{row.id}",
                    # What came out is about others.
                    leave_out=("snapshot",),
                ),
            ),
            "templates": Part(
                _("Templates of reports you keep"),
                lines(rows(ReportTemplate, ReportTemplate.made_by_id == member.id), lambda row: row.name),
            ),
            "files": Part(
                _("Files of reports you asked for"),
                lines(
                    rows(InsightFile, InsightFile.asked_by_id == member.id),
                    lambda row: _("On %(date)s", date=show_moment(row.asked_at)),
                    leave_out=("key",),
                ),
            ),
        }
    )


def files(member: Member) -> list[OwnFile]:
    """There are none: reports are about everybody."""
    return []


def erase(member: Member, *, keeps_texts: bool) -> Mapping[str, int]:
    """Words are quoted no more, whatever becomes of the texts; figures stay, and name nobody."""
    _forget_files(member)
    titles = [] if keeps_texts else _titles(member)
    # Whatever runs on behalf of somebody ends with them.
    change(ReportSchedule, ReportSchedule.made_by_id == member.id, made_by_id=None, next_at=None)
    return {
        "reports": forgetting.forget_words(name=member.display_name, titles=titles),
        "report_quotes": remove(ReportQuote, ReportQuote.item_id.in_(_items(member))),
        "report_recipients": remove(ReportRecipient, ReportRecipient.member_id == member.id),
        "rollup_names": remove(RollupName, _is_address(RollupName.author_key, member)),
        "rollup_stratum_members": rolling.leave_strata(member),
    }


def _forget_files(member: Member) -> None:
    """Files that hold the member's words can be made anew: of reports that quote them, of their panels."""
    quoting = select(ReportQuote.report_id).where(ReportQuote.item_id.in_(_items(member)))
    panel_ids = set(db.session.scalars(select(FeedbackItem.panel_id).where(_said_by(member)).distinct()))
    made = db.session.scalars(
        select(InsightFile)
        .where(
            or_(InsightFile.key.is_not(None), InsightFile.state == "running"),
            or_(InsightFile.report_id.is_(None), InsightFile.report_id.in_(quoting)),
        )
        .order_by(InsightFile.id)
    )
    for file in made.all():
        if file.settings is None or panel_ids.intersection(file.settings["panel_ids"]):
            filing.forget_file(file.id)


def _titles(member: Member) -> list[str]:
    ideas = select(Idea.title).where(Idea.author_id == member.id)
    statements = select(Statement.text).where(Statement.author_id == member.id)
    return [text for text in db.session.scalars(ideas.union(statements)) if text]


def _items(member: Member) -> Select[int]:
    return select(FeedbackItem.id).where(_said_by(member))


def _said_by(member: Member) -> ColumnElement[bool]:
    called = and_(FeedbackItem.author_id.is_(None), _is_address(FeedbackItem.author_key, member))
    return or_(FeedbackItem.author_id == member.id, called)


def _is_address(key: InstrumentedAttribute[str], member: Member) -> ColumnElement[bool]:
    """Texts from elsewhere are known by what an import called their author, which may be an address."""
    return false() if member.email_folded is None else func.lower(key) == member.email_folded
