"""Whose words may be quoted in a report, and which of those that were chosen still may."""

from collections.abc import Collection
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, func, or_, select

from community.feedback import wording
from community.feedback.models import FeedbackItem
from community.infra.db import db
from community.infra.language import show_date
from community.insights import quoting
from community.insights.figures import Quote
from community.insights.models import ReportQuote
from community.insights.queries import scopes
from community.insights.queries.scoping import in_scope
from community.insights.quoting import Candidate
from community.insights.scope import Scope
from community.members import queries as members
from community.members.models import Member

PURPOSE = "quotes"
# The period is read in this many stretches, so that what is quoted is not only of its last days.
STRETCHES = 4
PER_STRETCH = 50

_SAID = select(
    FeedbackItem.id,
    FeedbackItem.title,
    FeedbackItem.text,
    FeedbackItem.author_id,
    FeedbackItem.author_key,
    FeedbackItem.panel_id,
    FeedbackItem.language,
    FeedbackItem.sentiment,
    FeedbackItem.source,
    FeedbackItem.said_at,
)


def list_candidates(
    scope: Scope,
    *,
    topic_ids: Collection[int] = (),
    sentiments: Collection[str] = (),
    kinds: Collection[str] = (),
) -> list[Candidate]:
    """Texts of the scope that may be quoted, made ready for it: some of each stretch of the period.

    `topic_ids` are the topics themselves, without those below them.
    """
    conditions = [in_scope(scope), FeedbackItem.state == "read", may_be_quoted()]
    # A title counts too; what is too short or too long without it is sorted out once it was read.
    conditions.append(func.length(FeedbackItem.text).between(1, quoting.LONGEST))
    for column, values in (
        (FeedbackItem.topic_id, topic_ids),
        (FeedbackItem.sentiment, sentiments),
        (FeedbackItem.kind, kinds),
    ):
        if values:
            conditions.append(column.in_(values))
    statement = (
        _SAID.where(*conditions)
        .order_by(FeedbackItem.said_at.desc(), FeedbackItem.id.desc())
        .limit(PER_STRETCH)
    )
    length = (scope.ends_at - scope.starts_at) / STRETCHES
    panels = scopes.list_panel_names(scope.panel_ids)
    found: list[Candidate] = []
    for number in range(STRETCHES):
        starts_at = scope.starts_at + number * length
        ends_at = scope.starts_at + (number + 1) * length
        rows = db.session.execute(
            statement.where(FeedbackItem.said_at >= starts_at, FeedbackItem.said_at < ends_at)
        )
        for row in rows:
            text = quoting.quotable(_words(row.title, row.text))
            if quoting.has_length(text):
                person = f"m{row.author_id}" if row.author_id is not None else f"k{row.author_key}"
                found.append(
                    Candidate(
                        row.id,
                        person if person != "k" else f"t{row.id}",
                        text,
                        panel_id=row.panel_id,
                        language=row.language or "",
                        sentiment=row.sentiment or "",
                        source=_source(panels.get(row.panel_id, ""), row.source, row.said_at),
                    )
                )
    return found


def choose_quotes(candidates: Collection[Candidate], *, count: int) -> list[Quote]:
    """The candidates that represent all of them, as a figure shows them."""
    return [
        Quote(each.item_id, each.text, each.source, each.language, each.sentiment)
        for each in quoting.choose(candidates, count=count)
    ]


def list_shown(report_id: int) -> dict[str, list[Quote]]:
    """The quotes of a report that may be shown now, by figure.

    Left out are words whose author takes the consent back or is erased, and texts that were withdrawn or
    that their author has changed since.
    """
    rows = db.session.execute(
        select(ReportQuote, FeedbackItem.title, FeedbackItem.text)
        .join(FeedbackItem, FeedbackItem.id == ReportQuote.item_id)
        .where(ReportQuote.report_id == report_id, FeedbackItem.state != "withdrawn", may_be_quoted())
        .order_by(ReportQuote.figure, ReportQuote.position, ReportQuote.id)
    )
    shown: dict[str, list[Quote]] = {}
    for quote, title, text in rows:
        if quote.text == quoting.quotable(_words(title, text)):
            shown.setdefault(quote.figure, []).append(
                Quote(quote.item_id, quote.text, quote.source, quote.language, quote.sentiment)
            )
    return shown


def may_be_quoted() -> ColumnElement[bool]:
    """Those who agreed, and people from elsewhere who have no account here to agree with.

    What was said here without an account was said by a member who is gone, or who was not to be known. A
    text from elsewhere that carries a member's address is that member's.
    """
    agreeing = members.consenting_ids(PURPOSE)
    others = select(Member.email_folded).where(Member.email_folded.is_not(None), Member.id.not_in(agreeing))
    return or_(
        FeedbackItem.author_id.in_(agreeing),
        and_(
            FeedbackItem.author_id.is_(None),
            FeedbackItem.source == "import",
            func.lower(FeedbackItem.author_key).not_in(others),
        ),
    )


def _words(title: str, text: str) -> str:
    return f"{title} · {text}" if title else text


def _source(panel: str, source: str, said_at: datetime) -> str:
    return str(
        _(
            "%(panel)s, %(source)s, %(day)s",
            panel=panel,
            source=wording.SOURCES[source],
            day=show_date(said_at.date()),
        )
    )
