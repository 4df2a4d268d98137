"""Words that may not be quoted any more go from the reports, not only out of sight."""

from sqlalchemy import delete, select

from community.feedback.models import FeedbackItem
from community.infra.db import unit_of_work
from community.insights.models import ReportQuote
from community.insights.queries.quotes import may_be_quoted


def forget_quotes() -> int:
    """Delete quotes whose author takes the consent back or is gone, and of texts withdrawn; says how many."""
    may_stay = select(FeedbackItem.id).where(FeedbackItem.state != "withdrawn", may_be_quoted())
    with unit_of_work() as session:
        gone = session.execute(
            delete(ReportQuote)
            .where(ReportQuote.item_id.not_in(may_stay.where(FeedbackItem.id == ReportQuote.item_id)))
            .execution_options(synchronize_session=False)
        )
    return int(gone.rowcount)  # type: ignore[attr-defined]
