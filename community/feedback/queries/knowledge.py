"""What the site has taught its reader, kept in the process until the site knows more."""

import logging
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple, TypeVar, cast

from flask import current_app
from sqlalchemy import select

from community.analysis.language import Language
from community.analysis.learning import corrections
from community.analysis.learning.corrections import Corrections
from community.analysis.learning.features import group_of
from community.analysis.learning.model import Trained
from community.analysis.learning.topics import TopicModel
from community.analysis.masking import mask
from community.analysis.reader import Knowledge, Reader
from community.analysis.topics import TopicWords
from community.feedback.models import KINDS, SENTIMENTS, Correction, LearnedModel, Topic
from community.feedback.queries.corrections import STANDING
from community.feedback.queries.learning import get_listening, get_words
from community.infra.db import db

logger = logging.getLogger(__name__)

Model = TypeVar("Model")

# Single corrections that work at once; what older ones taught is in the learned layer.
MOST_CORRECTIONS = 2_000


class Known(NamedTuple):
    """A reader and the version of what it knows, with the bars below and above which things are sure."""

    version: int
    reader: Reader
    person_below: float
    topic_above: float


def get_known() -> Known:
    """The reader of today; made anew only when the site has learned something since."""
    listening = get_listening()
    kept: Known | None = current_app.extensions.get("known")
    if kept is None or kept.version != listening.version:
        kept = Known(listening.version, Reader(_knowledge()), listening.person_below, listening.topic_above)
        current_app.extensions["known"] = kept
    return kept


def _knowledge() -> Knowledge:
    topics = list_topic_words()
    return Knowledge(
        words=get_words(),
        topics=topics,
        models=_models(),
        topic_model=_topic_model(),
        sentiments=_corrections("sentiment", SENTIMENTS),
        kinds=_corrections("kind", KINDS),
        # Nothing is read as a topic that was archived.
        main_topics=_corrections("topic", ("", *(topic.key for topic in topics))),
    )


def list_topic_words() -> tuple[TopicWords, ...]:
    """The topics in use, as the reader takes them."""
    rows = db.session.execute(
        select(Topic.id, Topic.words, Topic.parent_id)
        .where(Topic.archived_at.is_(None))
        .order_by(Topic.position, Topic.id)
    )
    return tuple(
        TopicWords(str(key), tuple(words), str(parent_id) if parent_id is not None else None)
        for key, words, parent_id in rows
    )


def _models() -> dict[str, Trained]:
    rows = db.session.execute(
        select(LearnedModel.language, LearnedModel.weights).where(
            LearnedModel.task == "sentiment", LearnedModel.state == "live"
        )
    )
    models = {row.language: _made(Trained.from_json, row.weights) for row in rows}
    return {language: model for language, model in models.items() if model is not None}


def _topic_model() -> TopicModel | None:
    weights = db.session.scalar(
        select(LearnedModel.weights).where(LearnedModel.task == "topic", LearnedModel.state == "live")
    )
    return _made(TopicModel.from_json, weights) if weights is not None else None


def _made(make: Callable[[Mapping[str, Any]], Model], weights: Mapping[str, Any]) -> Model | None:
    try:
        return make(weights)
    except ValueError:
        # Of an older release: the lexicons read until the next fitting.
        logger.warning("a learned model is of another format and is left aside", exc_info=True)
        return None


def _corrections(field: str, values: Collection[str]) -> Corrections:
    rows = db.session.execute(
        select(Correction.text, Correction.language, Correction.value, Correction.was)
        .where(Correction.field == field, Correction.value.in_(values), STANDING)
        .order_by(Correction.id.desc())
        .limit(MOST_CORRECTIONS)
    ).all()
    # The oldest first: of what was said of the same text the last counts.
    return Corrections(
        corrections.Correction(mask(row.text), group, row.value, row.was)
        for row in reversed(rows)
        if (group := group_of(cast(Language, row.language))) is not None
    )
