"""Reading what people have said that texts are: the labels that the site learns from."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from community.feedback.models import Correction, FeedbackItem
from community.infra.db import db
from community.infra.errors import NotFound

_Gone = aliased(FeedbackItem)
# What nobody has taken back: neither the person who said it, nor whoever wrote the text.
STANDING = and_(
    Correction.withdrawn_at.is_(None),
    ~exists().where(_Gone.id == Correction.item_id, _Gone.state == "withdrawn"),
)


class LabelCount(NamedTuple):
    """How many labels of one language there are, and how many of them were drawn at random."""

    language: str
    label_count: int
    random_count: int


def standing_corrections(item_ids: Collection[int]) -> dict[int, dict[str, str]]:
    """Item → field → what a person said, for texts that have not changed since."""
    rows = db.session.execute(
        select(Correction.field, Correction.value, Correction.text, FeedbackItem)
        .join(FeedbackItem, FeedbackItem.id == Correction.item_id)
        .where(Correction.item_id.in_(item_ids), STANDING)
    )
    said: dict[int, dict[str, str]] = {}
    for field, value, text, item in rows:
        if text == item.full_text:
            said.setdefault(item.id, {})[field] = value
    return said


def list_corrections_of(item: FeedbackItem) -> list[Correction]:
    """What stands corrected on the item, with who said so, the oldest first."""
    return list(
        db.session.scalars(
            select(Correction)
            .where(Correction.item_id == item.id, STANDING)
            .options(joinedload(Correction.made_by))
            .order_by(Correction.id)
        )
    )


def get_correction_of(item: FeedbackItem, correction_id: int) -> Correction:
    """A correction of this item; NotFound if it is none of its own."""
    correction = db.session.get(Correction, correction_id)
    if correction is None or correction.item_id != item.id:
        raise NotFound()
    return correction


def count_labels(field: str = "sentiment") -> list[LabelCount]:
    """How many labels of the field stand, by language."""
    rows = db.session.execute(
        select(Correction.language, func.count(), func.count().filter(Correction.is_random))
        .where(Correction.field == field, STANDING)
        .group_by(Correction.language)
    )
    return [LabelCount._make(row) for row in rows]
