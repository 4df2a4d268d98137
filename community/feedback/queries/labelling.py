"""Reading which texts people are asked about, and which they could be."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, func, select

from community.analysis.learning.choosing import Candidate
from community.feedback import policy
from community.feedback.models import Correction, FeedbackItem
from community.feedback.queries.corrections import STANDING
from community.feedback.queries.items import staff_panel_ids
from community.infra.db import db
from community.members.models import Member

# More would make the sample no better.
CANDIDATES = 20_000

_IS_ASKED = (FeedbackItem.ask_reason.in_(("random", "unsure")), FeedbackItem.state == "read")


def count_asked(languages: Sequence[str]) -> int:
    """How many texts in these languages wait for a label."""
    statement = select(func.count()).where(*_IS_ASKED, FeedbackItem.language.in_(languages))
    return db.session.scalar(statement) or 0


def count_asked_of(viewer: Member | None, languages: Sequence[str] | None = None) -> int:
    """How many texts, in these languages or in any, wait for a label by this viewer."""
    statement = select(func.count()).where(*_asked_of(viewer))
    if languages is not None:
        statement = statement.where(FeedbackItem.language.in_(languages))
    return db.session.scalar(statement) or 0


def list_candidates(languages: Sequence[str]) -> list[Candidate]:
    """Texts in these languages that nobody has labelled or was asked about, of the newest ones."""
    is_labelled = exists().where(
        Correction.item_id == FeedbackItem.id, Correction.field == "sentiment", STANDING
    )
    rows = db.session.execute(
        select(FeedbackItem.id, FeedbackItem.confidence)
        .where(
            FeedbackItem.state == "read",
            FeedbackItem.language.in_(languages),
            FeedbackItem.confidence.is_not(None),
            FeedbackItem.ask_reason.is_(None),
            ~is_labelled,
        )
        .order_by(FeedbackItem.id.desc())
        .limit(CANDIDATES)
    )
    return [Candidate._make(row) for row in rows]


def list_asked(viewer: Member | None, *, limit: int) -> list[FeedbackItem]:
    """Texts that wait for a label by this viewer, in the order in which they came in."""
    return list(
        db.session.scalars(
            select(FeedbackItem).where(*_asked_of(viewer)).order_by(FeedbackItem.id).limit(limit)
        )
    )


def _asked_of(viewer: Member | None) -> tuple[ColumnElement[bool], ...]:
    panel_ids = staff_panel_ids(viewer, roles=policy.CORRECTORS)
    return (*_IS_ASKED, FeedbackItem.panel_id.in_(panel_ids))
